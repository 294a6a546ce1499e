"""Correct programs run without a finding, and compute the same as without sanitizers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.emulator.launching import kernel
from tests.sanitizers.programs import PARAMS, PROGRAMS, Program
from tests.sanitizers.verdicts import EVERY
from tests.sanitizers.watching import findings


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_nothing_is_found_in_correct_programs(make: Callable[[], Program]) -> None:
    program = make()
    found, output = findings(program)
    assert found == ()
    np.testing.assert_array_equal(output, program.output)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_any_order_of_warps_gives_the_same(make: Callable[[], Program], seed: int) -> None:
    program = make()
    found, output = findings(program, schedule=seed)
    assert found == ()
    np.testing.assert_array_equal(output, program.output)


def test_verdicts_do_not_depend_on_the_order() -> None:
    """A barrier that is missing is reported at the same accesses, whichever warp came first."""
    program = PROGRAMS[0]()
    text = program.text.replace("bar.sync 0;", "")
    verdicts = set()
    for seed in (None, *range(4)):
        found, _ = findings(program, text, ("racecheck",), schedule=seed)
        verdicts.add(frozenset(frozenset((f.line, f.other.line if f.other else 0)) for f in found))
    assert frozenset() not in verdicts
    assert len(frozenset.intersection(*verdicts)) > 0


def test_orders_are_random_and_repeat() -> None:
    """Warps take tickets: who gets which depends on the seed, and on nothing else."""
    text = kernel(
        """
    .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [source];
    ld.param.u64 %rd1, [target];
    mov.u32 %r0, %tid.x;
    shr.u32 %r1, %r0, 5;
    bra NEXT;
NEXT:
    atom.global.add.u32 %r2, [%rd0], 1;
    mul.wide.u32 %rd2, %r0, 4;
    add.u64 %rd2, %rd1, %rd2;
    st.global.u32 [%rd2], %r2;
    ret;""",
        params=PARAMS,
    )
    program = Program("tickets", text, (np.zeros(1, np.uint32),), np.zeros(256, np.uint32), 1, 256)
    orders = [tuple(findings(program, schedule=seed)[1]) for seed in (1, 1, 2, 3)]
    assert orders[0] == orders[1]
    assert len(set(orders)) > 1
    assert all(sorted(order) == list(range(256)) for order in orders)
