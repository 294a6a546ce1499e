"""Passes in any order, on random kernels of all kinds: what stands at the end computes what stood at the start."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, note, seed, settings
from hypothesis import strategies as st

from ptxgen.ir import Module
from ptxgen.passes import PASSES, Pipeline, snapshot
from ptxgen.verification.translation import compare_modules
from ptxgen.verification.trials import Trial
from tests.builder.strategies import modules
from tests.passes import accesses, loops
from tests.passes.drawing import NO_SHRINKING
from tests.passes.test_each_pass import EAGER, NOT_BITWISE
from tests.passes.test_validation import CTAS, TRIAL
from tests.passes.text import kernel

ANY = [EAGER.get(name, name) for name in PASSES if name not in NOT_BITWISE]
KINDS: dict[str, tuple[Any, Trial]] = {
    "accesses": (accesses.kernels(), accesses.trial()),
    "loops": (loops.kernels(), loops.trial()),
    "modules": (modules(ctas=CTAS, most=20), TRIAL),
}
ORDERS = st.lists(st.sampled_from(ANY), min_size=3, max_size=9)


def check(kind: str, part: int, examples: int) -> None:
    made, trial = KINDS[kind]
    agreed: Counter[bool] = Counter()

    @seed(part)
    @settings(max_examples=examples, phases=NO_SHRINKING, database=None)
    @given(made, ORDERS)
    def compare(module: Module, order: list[str]) -> None:
        note(",".join(order))
        before = snapshot(module)
        Pipeline.parse(",".join(order)).run(module)
        verdict = compare_modules(before, module, [trial])
        assert verdict.ok, verdict.difference
        agreed[bool(verdict.agreed)] += 1

    compare()
    assert agreed[False] <= agreed[True] / 3


@pytest.mark.parametrize("kind", KINDS)
def test_random_orders(kind: str) -> None:
    check(kind, 0, 12)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, 5))
@pytest.mark.parametrize("kind", KINDS)
def test_many_random_orders(kind: str, part: int) -> None:
    check(kind, part, 250)


def test_a_loop_is_looked_at_after_another_was_edited() -> None:
    """The guard of the first loop goes, and then the pass asks about divergence for the second one."""
    module = kernel(
        """ld.param.u64 %rd1, [p]; mov.u32 %r9, %ctaid.x; mov.u32 %r1, 0; mov.u32 %r5, 0; mov.u32 %r6, 0;
        one: setp.eq.u32 %p1, %r1, 0; @%p1 add.u32 %r5, %r5, 3; add.u32 %r6, %r6, %r1;
        add.u32 %r1, %r1, 1; setp.lt.u32 %p2, %r1, 5; @%p2 bra one;
        mov.u32 %r2, 0;
        two: add.u32 %r6, %r6, %r2; add.u32 %r2, %r2, 1; setp.lt.u32 %p3, %r2, %r9; @%p3 bra two;
        st.global.u32 [%rd1], %r6;"""
    )
    (step,) = Pipeline.parse(EAGER["loop-peel"]).run(module)
    assert step.statistics.changes == {"loops peeled at the start": 1, "loops peeled at the end": 1}
