"""The passes over memory on random kernels made of accesses: what they leave in memory stays the same, pass by pass."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, given, seed, settings

from ptxgen.ir import Module
from ptxgen.passes import PassError, Pipeline, snapshot
from ptxgen.verification.translation import Validation, compare_modules
from tests.passes.accesses import kernels, trial
from tests.passes.mutants import barriers, memory

EAGER = (
    "store-forwarding,dead-stores,array-alignment,vectorisation,barrier-removal,load-hoisting,wait-sinking,"
    "predication,dce"
)
"""Every pass over memory, doing what it can."""
TRIAL = trial()
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


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
    agreed: Counter[bool] = Counter()

    @seed(part)
    @settings(max_examples=150, phases=NO_SHRINKING, database=None)
    @given(kernels())
    def check(module: Module) -> None:
        validation = Validation(trials=(TRIAL,))
        Pipeline.parse(EAGER).watched_by(validation).run(module)
        agreed.update(bool(verdict.agreed) for _, verdict in validation.verdicts)

    check()
    assert agreed[False] < agreed[True] / 3


@pytest.mark.slow
def test_every_pass_acts_on_many_of_them() -> None:
    """More than 20 of 800 kernels show something of each pass."""
    acted: Counter[str] = Counter()

    @seed(0)
    @settings(max_examples=800, phases=NO_SHRINKING, database=None)
    @given(kernels())
    def count(module: Module) -> None:
        steps = Pipeline(Pipeline.parse(EAGER).passes, check=False).run(module)
        acted.update(str(step.pass_) for step in steps if step.statistics.changed)

    count()
    assert {name: acted[name] for name in EAGER.split(",") if acted[name] <= 20} == {}


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
