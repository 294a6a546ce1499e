"""Which thread of a CTA is where in memory at a moment, and where threads of different warps meet."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise, product
from math import gcd

from attrs import field, frozen

from ptxgen.debug.body import Body
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.threads import WARP, Answers, Thread, Threads
from ptxgen.ir.analysis import Affine, Loop
from ptxgen.ir.analysis.affine import Atom, Constancy, Kind, leaves


@frozen(eq=False)
class Footprint:
    """The first byte of each thread, by its number, that runs an access, relative to what all share: `shared`."""

    access: MemoryAccess
    threads: tuple[Thread, ...]
    starts: dict[int, int]
    shared: tuple[tuple[Atom, int], ...]
    _cells: dict[int, dict[int, list[int]]] = field(factory=dict[int, "dict[int, list[int]]"], init=False)

    @cached_property
    def _where(self) -> dict[int, list[int]]:
        """For each start the number of the first thread there, and of the first of another warp."""
        found: dict[int, list[int]] = {}
        for number, start in self.starts.items():
            here = found.get(start)
            if here is None:
                found[start] = [number]
            elif len(here) < 2 and here[0] // WARP != number // WARP:
                here.append(number)
        return found

    def cells(self, grain: int) -> dict[int, list[int]]:
        """For each cell of so many bytes the number of the first thread there, and of the first of another warp."""
        if grain not in self._cells:
            found: dict[int, list[int]] = {}
            for start, numbers in self._where.items():
                for cell in range(start // grain, (start + self.access.bytes) // grain):
                    found.setdefault(cell, []).extend(numbers)
            self._cells[grain] = {cell: _two_warps(numbers) for cell, numbers in found.items()}
        return self._cells[grain]

    def among(self, answers: Answers) -> Footprint | None:
        """Those threads alone of which the answer is yes; None if there are none."""
        if all(answers):
            return self
        starts = {number: start for number, start in self.starts.items() if answers[number]}
        return Footprint(self.access, self.threads, starts, self.shared) if starts else None

    @cached_property
    def grain(self) -> int:
        """What all starts and the size are multiples of."""
        return gcd(self.access.bytes, *set(self.starts.values()))

    @cached_property
    def apart(self) -> bool:
        """Whether no two threads are at the same bytes."""
        return all(b - a >= self.access.bytes for a, b in pairwise(sorted(self.starts.values())))


def footprint(access: MemoryAccess, threads: Threads, loop: Loop | None = None) -> Footprint | None:
    """Who is where at the moment of `threads`; None if that is not known, or nobody.

    loop: what a round of it may change is no part of what all share, for footprints of two rounds are compared.
    """
    body, moment = threads.body, threads.moment
    shared = [(a, c) for a, c in access.address.terms if body.agrees_on(a, loop) and moment.known(a) is None]
    moving = tuple(term for term in access.address.terms if term not in shared)
    column = threads.column(Affine(access.address.bits, access.address.constant, moving))
    if column is None:
        return None
    running = threads.running(access.place)
    starts = dict(enumerate(column))
    if not all(running) or access.lanes < WARP:
        starts = {n: start for n, start in starts.items() if running[n] and n % WARP < access.lanes}
    return Footprint(access, threads.all, starts, tuple(shared)) if starts else None


def meeting(first: Footprint, second: Footprint) -> tuple[Thread, Thread] | None:
    """Two threads of different warps at the same bytes."""
    if first.shared != second.shared:
        return None
    grain = gcd(first.grain, second.grain)
    ones, others = first.cells(grain), second.cells(grain)
    for cell in sorted(ones.keys() & others.keys()):
        for one, other in product(ones[cell], others[cell]):
            if one // WARP != other // WARP:
                return first.threads[one], second.threads[other]
    return None


def _two_warps(numbers: list[int]) -> list[int]:
    """The first of some threads, and the first one of another warp."""
    first = min(numbers)
    others = [number for number in numbers if number // WARP != first // WARP]
    return [first, min(others)] if others else [first]


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
