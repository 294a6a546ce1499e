"""Each condition of a pass is needed: without it the pass changes what a kernel computes, and validation says so."""

from __future__ import annotations

from collections import Counter

import pytest

from ptxgen.passes import PASSES, Pipeline
from tests.passes.mutants import Mutant, Setting, barriers, forms, loops, memory, seen, values

TABLES: tuple[tuple[Setting, dict[str, Mutant]], ...] = (
    (values.AROUND, values.MUTANTS),
    (forms.AROUND, forms.MUTANTS),
    (memory.AROUND, memory.MUTANTS),
    (barriers.AROUND, barriers.MUTANTS),
    (barriers.FLAG, barriers.BETWEEN_CTAS),
    (loops.AROUND, loops.MUTANTS),
)
CASES = {name: (around, mutant) for around, mutants in TABLES for name, mutant in mutants.items()}
ELSEWHERE = Counter({"array-alignment": 1})
"""Conditions without which a kernel computes the same, and a test of their own shows why they are needed."""
UNCHANGING = {"tile-validation"}
"""Passes that edit nothing: there is nothing that they must leave alone."""


@pytest.mark.parametrize("name", CASES)
def test_the_condition_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    around, mutant = CASES[name]
    assert seen(mutant.module(around), mutant.passes, around) is None
    monkeypatch.setattr(mutant.owner, mutant.condition, mutant.instead)
    checked = mutant.found == "PAS010"
    assert seen(mutant.module(around), mutant.passes, around, check=checked) == mutant.found


def test_every_pass_has_three_mutants_at_least() -> None:
    assert len(CASES) == sum(len(mutants) for _, mutants in TABLES)
    counted = Counter(pass_.name for _, m in CASES.values() for pass_ in Pipeline.parse(m.passes).passes)
    counted += ELSEWHERE
    assert {name: counted[name] for name in PASSES.keys() - UNCHANGING if counted[name] < 3} == {}


EDITS = "loop-peel{first=0;last=1},loop-unroll{factor=2},dce"


@pytest.mark.parametrize("name", loops.MUTANTS)
def test_other_passes_keep_what_it_computes(name: str) -> None:
    assert seen(loops.MUTANTS[name].module(loops.AROUND), EDITS, loops.AROUND) is None
