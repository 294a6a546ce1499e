"""Linear expressions in all threads at once are what they are in each thread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen.debug.conflicts.footprints import WARP, Cells
from ptxgen.debug.cta.columns import Columns, signed, unsigned
from ptxgen.ir.analysis.affine import Affine, Atom, Constancy, Kind
from ptxgen.ir.analysis.affine.evaluation import OPERATIONS, evaluate

LANE = Atom(0, Kind.SPECIAL, "%tid.x", 0, 63, constancy=Constancy.THREAD)
SHARED = Atom(1, Kind.SPECIAL, "%ctaid.x", 0, 7, constancy=Constancy.CTA)
OPEN = Atom(2, Kind.PARAMETER, "n", 0, 9)
EDGES = [0, 1, -1, 3, 31, 32, -(1 << 31), (1 << 32) - 1, 1 << 61, 1 << 62, -(1 << 62), 1 << 63, -(1 << 63)]
numbers = st.one_of(st.sampled_from(EDGES), st.integers(-(1 << 63), 1 << 63))
ONE_OPERAND = [name for name in OPERATIONS if name[0] in "us"]


def sums(depth: int) -> st.SearchStrategy[Affine]:
    leaves = st.sampled_from([LANE, SHARED])
    atoms = leaves if not depth else st.one_of(leaves, derived(depth - 1))
    terms = st.lists(st.tuples(atoms, numbers), max_size=3).map(tuple)
    return st.builds(Affine, st.just(64), numbers, terms)


def derived(depth: int) -> st.SearchStrategy[Atom]:
    def made(name: str, one: Affine, other: Affine) -> Atom:
        by = Affine(64, abs(other.constant) + 1) if name in ("div", "rem") else other
        operands = (one,) if name in ONE_OPERAND else (one, by)
        return Atom(3, Kind.DERIVED, name, 0, 0, operation=name, operands=operands)

    return st.builds(made, st.sampled_from(sorted(OPERATIONS)), sums(depth), sums(depth))


@given(sums(2))
def test_columns_are_what_each_thread_has(e: Affine) -> None:
    values = {LANE: np.arange(64), SHARED: 5}
    column = Columns(64, values.__getitem__).of(e)
    assert column is not None
    assert column.tolist() == [evaluate(e, lambda a, n=n: {LANE: n, SHARED: 5}.get(a)) for n in range(64)]
    assert unsigned(column, 32).tolist() == [v % (1 << 32) for v in column.tolist()]
    assert signed(column, 64).tolist() == [(v + (1 << 63)) % (1 << 64) - (1 << 63) for v in column.tolist()]


def test_what_nobody_knows_has_no_column() -> None:
    assert Columns(64, {OPEN: None}.__getitem__).of(Affine(32, 1, ((OPEN, 4),))) is None


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=80), st.integers(1, 40))
def test_cells_know_the_first_thread_and_one_of_another_warp(places: list[int], step: int) -> None:
    threads = [step * n for n in range(len(places))]
    for unit in (WARP, 1):
        found = Cells.touched(np.array(places), np.array(threads), unit)
        for cell, first, other in zip(found.cells, found.first, found.other, strict=True):
            there = [t for p, t in zip(places, threads, strict=True) if p == cell]
            apart = [t for t in there if t // unit != there[0] // unit]
            assert (first, other) == (there[0], apart[0] if apart else -1)
        assert found.cells.tolist() == sorted(set(places))


@pytest.mark.parametrize(
    ("ones", "twos", "met"),
    [
        ([(0, 0)], [(0, 1)], None),
        ([(0, 0)], [(0, 32)], (0, 32)),
        ([(0, 0), (0, 33)], [(0, 2)], (33, 2)),
        ([(0, 40)], [(1, 0)], None),
    ],
)
def test_meeting(ones: list[tuple[int, int]], twos: list[tuple[int, int]], met: object) -> None:
    def cells(pairs: list[tuple[int, int]]) -> Cells:
        places, numbers = zip(*pairs, strict=True)
        return Cells.touched(np.array(places), np.array(numbers))

    assert cells(ones).meeting(cells(twos)) == met
