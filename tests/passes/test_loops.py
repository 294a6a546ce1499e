"""The passes over loops on random kernels made of loops: what they compute stays the same, pass by pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ptxgen.ir import Module
from ptxgen.ir.checker import require_valid
from ptxgen.passes import Pipeline, snapshot
from ptxgen.verification.translation import compare_modules
from tests.passes.drawing import NO_SHRINKING, idle, pass_by_pass
from tests.passes.loops import kernels, trial

EAGER = (
    "dead-loop-counters,software-pipelining,loop-invariant-motion,loop-peel{first=2},loop-split{threshold=1},"
    "loop-unswitch{threshold=1},loop-peel{last=1},loop-strength-reduction,constant-folding,"
    "loop-unroll{factor=3;full=3;growth=400},cse,dce"
)
"""Every pass over loops, doing what it can."""
TRIAL = trial()


@settings(max_examples=40, phases=NO_SHRINKING)
@given(kernels(most=1))
def test_random_loops(module: Module) -> None:
    before = snapshot(module)
    Pipeline(Pipeline.parse(EAGER).passes, check=False).run(module)
    require_valid(module)
    verdict = compare_modules(before, module, [TRIAL])
    assert verdict.ok, verdict.difference


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_random_loops_pass_by_pass(part: int) -> None:
    """Each pass on its own, too: 100 kernels a part, and most launches count."""
    agreed = pass_by_pass(kernels(), EAGER, TRIAL, part, 100)
    assert agreed[False] < agreed[True] / 10


@pytest.mark.slow
def test_every_pass_acts_on_many_of_them() -> None:
    assert idle(kernels(), EAGER, 800) == {}
