"""Correct programs with one mechanical change each: nearly all faults are reported, at the right lines.

Three figures are asserted, and printed with `pytest -s`. Hazards are the mutants that are neither equivalent (bit-equal
in all orders) nor functional (other numbers from a program that is in order), for which `explained` has the reasons.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.sanitizers.explained import EQUIVALENT, FUNCTIONAL
from tests.sanitizers.lines import right_lines
from tests.sanitizers.mutants import BRANCH_OPERATORS, OPERATORS, mutants
from tests.sanitizers.programs import Program
from tests.sanitizers.verdicts import EVERY, Outcome, Recall, Verdict, every_mutant, judge, table
from tests.sanitizers.watching import findings

SEED, SAMPLE = 2026, 90
LEAST = 0.95


def test_operators_fit_many_places() -> None:
    pairs = every_mutant()
    counts = Counter(mutant.operator for _, mutant in pairs)
    assert set(counts) == set(OPERATORS) | set(BRANCH_OPERATORS)
    assert min(counts.values()) >= 3
    assert len({program.name for program, _ in pairs}) >= 12


def report(verdicts: list[Verdict]) -> Recall:
    """Print what became of the mutants; assert that nothing explained depends on the order of warps."""
    recall = Recall.of(verdicts)
    print(f"\n{recall}\n{table(verdicts)}")
    for verdict in verdicts:
        if not (verdict.located or verdict.explained):
            print(f"missed: {verdict}")
    assert all(verdict.steady for verdict in verdicts if verdict.explained)
    assert recall.of_hazards >= LEAST
    assert recall.with_numbers >= LEAST
    return recall


def test_a_sample_of_mutants() -> None:
    chosen = random.Random(SEED).sample(every_mutant(), SAMPLE)
    report([judge(program, mutant) for program, mutant in chosen])


@pytest.mark.slow
def test_every_mutant() -> None:
    """Also of all mutants that are not equivalent, at least so many are reported without looking at numbers."""
    verdicts = [judge(program, mutant) for program, mutant in every_mutant()]
    assert report(verdicts).of_all >= LEAST
    used = {id(verdict.explained) for verdict in verdicts}
    assert all(id(each) in used for each in (*EQUIVALENT, *FUNCTIONAL))
    assert {v.outcome for v in verdicts if v.explained} == {Outcome.EQUAL, Outcome.NUMBERS}


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_a_dropped_barrier_is_a_race_between_what_it_ordered(make: Callable[[], Program]) -> None:
    """Both instructions of one of the races take part in the handover that the barrier was for."""
    program = make()
    lines = program.text.splitlines()
    for mutant in mutants(program.text):
        if mutant.operator != "drop barrier" or ", 64;" in lines[mutant.line - 1]:
            continue  # named barriers count: who is missing at one leaves others stuck
        right = right_lines(program.text, mutant)
        found = [f for f in findings(program, mutant.text)[0] if f.tool == "racecheck"]
        assert any(f.kind == "exited-cta" or (f.other and {f.line, f.other.line} <= right) for f in found)
