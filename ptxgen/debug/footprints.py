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
    """The first byte of each thread that runs an access, relative to what all share: the terms `shared`."""

    access: MemoryAccess
    starts: dict[Thread, int]
    shared: tuple[tuple[Atom, int], ...]
    _cells: dict[int, dict[int, list[Thread]]] = field(
        factory=dict[int, "dict[int, list[Thread]]"], init=False
    )

    def cells(self, grain: int) -> dict[int, list[Thread]]:
        """For each cell of so many bytes the first thread there, and the first of another warp."""
        if grain not in self._cells:
            found: dict[int, list[Thread]] = {}
            for thread, start in self.starts.items():
                for cell in range(start // grain, (start + self.access.bytes) // grain):
                    here = found.get(cell)
                    if here is None:
                        found[cell] = [thread]
                    elif len(here) < 2 and here[0].warp != thread.warp:
                        here.append(thread)
            self._cells[grain] = found
        return self._cells[grain]

    def among(self, answers: Answers) -> Footprint | None:
        """Those threads alone of which the answer is yes; None if there are none."""
        starts = {thread: start for thread, start in self.starts.items() if answers[thread.number]}
        return Footprint(self.access, starts, self.shared) if starts else None

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
    shared = [(a, c) for a, c in access.address.terms if _alike(body, a, loop) and moment.known(a) is None]
    moving = tuple(term for term in access.address.terms if term not in shared)
    column = threads.column(Affine(access.address.bits, access.address.constant, moving))
    if column is None:
        return None
    here = zip(threads.all, column, threads.running(access.place), strict=True)
    starts = {t: start for t, start, runs in here if runs and t.number % WARP < access.lanes}
    return Footprint(access, starts, tuple(shared)) if starts else None


def meeting(first: Footprint, second: Footprint) -> tuple[Thread, Thread] | None:
    """Two threads of different warps at the same bytes."""
    if first.shared != second.shared:
        return None
    grain = gcd(first.grain, second.grain)
    ones, others = first.cells(grain), second.cells(grain)
    for cell in sorted(ones.keys() & others.keys()):
        for one, other in product(ones[cell], others[cell]):
            if one.warp != other.warp:
                return one, other
    return None


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


def _alike(body: Body, atom: Atom, loop: Loop | None) -> bool:
    """Whether all threads of a CTA surely have the same in a term, in all rounds of a loop."""
    if atom.constancy <= Constancy.CTA:
        return True
    key = body.affine.versions.get(atom)
    if key is None or (loop is not None and key[0] in loop.blocks):
        return False
    return body.analysis.divergence.is_uniform(body.analysis.versions.accesses.registers[key[2]])
