"""Instructions on the bits of all threads at once give what they give thread by thread."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.debug.cta.columns import narrow
from ptxgen.debug.cta.lane_arithmetic import folded
from ptxgen.passes.arithmetic import fold
from tests.passes.test_constant_folding import FORMS, form, source

THREADS = 64


@pytest.mark.parametrize("name", FORMS)
def test_all_threads_at_once(name: str) -> None:
    made = form(name)
    rng = np.random.default_rng(5)
    known = 0
    for _ in range(6):
        threads = [[source(slot, rng) for slot in made.operands[1:]] for _ in range(THREADS)]
        if rng.random() < 0.5:  # so that quotients are among those that are known
            threads = [[*first, second or 3] for *first, second in threads]
        columns = [narrow(np.array(each, object)) for each in zip(*threads, strict=True)]
        result, each = folded(made, columns), [fold(made, thread) for thread in threads]
        assert (result is None) == (None in each)
        if result is not None:
            known += 1
            assert result.tolist() == each
    assert known or name.endswith((".s16", ".s32", ".s64"))


def test_what_is_not_folded() -> None:
    assert folded(form("add.rn.f32"), [np.arange(4)] * 2) is None
