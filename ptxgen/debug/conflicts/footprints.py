"""Which thread of a CTA is where in memory at a moment, and where threads of different warps, or lanes, meet."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from math import gcd

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from ptxgen.debug.body import Body
from ptxgen.debug.cta.columns import Column
from ptxgen.debug.cta.threads import WARP, Answers, Thread, Threads
from ptxgen.debug.memory import MemoryAccess
from ptxgen.ir.analysis import Affine, Loop
from ptxgen.ir.analysis.affine import Atom, Constancy, Kind, leaves

Numbers = NDArray[np.int64]


@frozen(eq=False)
class Cells:
    """The cells, in order, that some threads touch: for each the first thread there, and the first of another group of
    `unit` threads (-1: there is none).
    """

    cells: Column
    first: Numbers
    other: Numbers
    unit: int

    @staticmethod
    def touched(cells: Column, numbers: Numbers, unit: int = WARP) -> Cells:
        """Those that threads touch one by one; the threads are in order."""
        order = np.argsort(cells, kind="stable")
        cells, numbers = cells[order], numbers[order]
        begins, group = _runs(cells)
        first = numbers[begins]
        apart = np.flatnonzero(numbers // unit != first[group] // unit)
        others, _ = _runs(group[apart])
        other = np.full(len(begins), -1)
        other[group[apart[others]]] = numbers[apart[others]]
        return Cells(cells[begins], first, other, unit)

    def meeting(self, those: Cells) -> tuple[int, int] | None:
        """Two threads of different groups in the first cell that some of both touch."""
        unit = self.unit
        _, mine, others = np.intersect1d(self.cells, those.cells, assume_unique=True, return_indices=True)
        ones = self.first[mine], self.other[mine]
        twos = those.first[others], those.other[others]
        apart = (ones[0] // unit != twos[0] // unit) | (ones[1] >= 0) | (twos[1] >= 0)
        if not apart.any():
            return None
        at = int(apart.argmax())
        pairs = product((int(n[at]) for n in ones), (int(n[at]) for n in twos))
        return next((one, two) for one, two in pairs if min(one, two) >= 0 and one // unit != two // unit)


def _runs(ordered: Column) -> tuple[Numbers, Numbers]:
    """Where equal numbers that stand together begin, and for each number which of these runs it is in."""
    new = np.ones(len(ordered), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(new), np.cumsum(new) - 1


@frozen(eq=False)
class Footprint:
    """The first byte of each thread that runs an access, relative to what all share: `shared`.

    `numbers` are those of the threads, in order, `starts` their bytes. Threads are told apart by groups of `unit`: by
    warps, or one by one (of the first warp alone).
    """

    access: MemoryAccess
    threads: tuple[Thread, ...]
    numbers: Numbers
    starts: Column
    shared: tuple[tuple[Atom, int], ...]
    unit: int = WARP
    _cells: dict[int, Cells] = field(factory=dict[int, "Cells"], init=False)

    def cells(self, grain: int) -> Cells:
        """Who touches which cell of so many bytes."""
        if grain not in self._cells:
            each = self.access.bytes // grain
            cells = (self.starts // grain)[:, None] + np.arange(each)
            self._cells[grain] = Cells.touched(cells.ravel(), np.repeat(self.numbers, each), self.unit)
        return self._cells[grain]

    def among(self, answers: Answers) -> Footprint | None:
        """Those threads alone of which the answer is yes; None if there are none."""
        sure = answers.count(True)
        if sure == len(answers):
            return self
        those = np.array(answers, object).astype(bool)[self.numbers]
        if not sure or not those.any():
            return None
        return evolve(self, numbers=self.numbers[those], starts=self.starts[those])

    @cached_property
    def grain(self) -> int:
        """What all starts and the size are multiples of."""
        return gcd(self.access.bytes, int(np.gcd.reduce(self.starts)))

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first byte that is accessed, and the one behind the last."""
        return int(self.starts.min()), int(self.starts.max()) + self.access.bytes

    @cached_property
    def apart(self) -> bool:
        """Whether no two threads are at the same bytes."""
        return bool((np.diff(np.sort(self.starts)) >= self.access.bytes).all())


def footprint(
    access: MemoryAccess, threads: Threads, loop: Loop | None = None, unit: int = WARP
) -> Footprint | None:
    """Who is where at the moment of `threads`; None if that is not known, or nobody.

    loop: what a round of it may change is no part of what all share, for footprints of two rounds are compared.
    unit: how threads are told apart.
    """
    body, moment = threads.body, threads.moment
    shared = [(a, c) for a, c in access.address.terms if body.agrees_on(a, loop) and moment.known(a) is None]
    moving = tuple(term for term in access.address.terms if term not in shared)
    column = threads.column(Affine(access.address.bits, access.address.constant, moving))
    if column is None:
        return None
    column = column if unit == WARP else column[:WARP]
    made = Footprint(access, threads.all, np.arange(len(column)), column, tuple(shared), unit)
    answers = threads.running(access.place)
    if access.lanes < WARP:
        answers = tuple(runs if n % WARP < access.lanes else False for n, runs in enumerate(answers))
    return made.among(answers)


def meeting(first: Footprint, second: Footprint) -> tuple[Thread, Thread] | None:
    """Two threads of different warps, or of the first one, at the same bytes."""
    if first.shared != second.shared or first.ends[0] >= second.ends[1] or second.ends[0] >= first.ends[1]:
        return None
    if first.apart and np.array_equal(first.starts, second.starts) and _same(first, second):
        return None
    grain = gcd(first.grain, second.grain)
    pair = first.cells(grain).meeting(second.cells(grain))
    return None if pair is None else (first.threads[pair[0]], first.threads[pair[1]])


def _same(first: Footprint, second: Footprint) -> bool:
    """Whether both are accesses of the same threads, of as many bytes."""
    return first.access.bytes == second.access.bytes and np.array_equal(first.numbers, second.numbers)


def moved_by(body: Body, access: MemoryAccess, loop: Loop) -> bool:
    """Whether an address may be another one in each round of a loop."""
    for atom in leaves(access.address):
        if atom.kind is Kind.ROUND and atom.name == f"round of block {loop.header}":
            return True
        if atom.kind is Kind.OPAQUE and atom.constancy is Constancy.EXECUTION:
            key = body.affine.versions.get(atom)
            if key is None or key[0] in loop.blocks:
                return True
    return False
