"""The passes over memory on random kernels made of accesses: what they leave in memory stays the same, pass by pass."""

from __future__ import annotations

import pytest
from hypothesis import given, seed, settings

from ptxgen.ir import Module
from ptxgen.passes import PassError, Pipeline, snapshot
from ptxgen.verification.translation import Validation, compare_modules
from tests.passes.accesses import kernels, trial
from tests.passes.drawing import NO_SHRINKING, idle, pass_by_pass
from tests.passes.mutants import barriers, memory

EAGER = (
    "store-forwarding,dead-stores,array-alignment,vectorisation,barrier-removal,load-hoisting,wait-sinking,"
    "predication,dce"
)
"""Every pass over memory, doing what it can."""
TRIAL = trial()


@settings(max_examples=20, phases=NO_SHRINKING)
@given(kernels(most=10))
def test_random_accesses(module: Module) -> None:
    before = snapshot(module)
    Pipeline.parse(EAGER).run(module)
    verdict = compare_modules(before, module, [TRIAL])
    assert verdict.ok, verdict.difference


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_random_accesses_pass_by_pass(part: int) -> None:
    """150 kernels a part, and most launches count."""
    agreed = pass_by_pass(kernels(), EAGER, TRIAL, part, 150)
    assert agreed[False] < agreed[True] / 3


@pytest.mark.slow
def test_every_pass_acts_on_many_of_them() -> None:
    assert idle(kernels(), EAGER, 800) == {}


FAULTS = {**memory.MUTANTS, **barriers.MUTANTS}
TOLD = (
    "vector load of a misaligned pair",
    "forwarding of a register that changed",
    "dead store that is covered in part",
    "load hoisted over a store to its bytes",
    "wait behind the read of a copy",
    "barrier between threads",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLD)
def test_random_accesses_tell(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of passes that skip a condition, 100 kernels find each of these."""
    mutant = FAULTS[name]
    monkeypatch.setattr(mutant.owner, mutant.condition, mutant.instead)

    @seed(1)
    @settings(max_examples=100, phases=NO_SHRINKING, database=None)
    @given(kernels())
    def check(module: Module) -> None:
        Pipeline.parse(mutant.passes).watched_by(Validation(trials=(TRIAL,))).run(module)

    with pytest.raises(PassError, match="changed what the module computes"):
        check()
