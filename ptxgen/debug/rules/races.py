"""Threads of a CTA that touch the same memory with nothing to order them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import islice, pairwise, product
from math import gcd

from attrs import field, frozen

from ptxgen.debug.body import Body
from ptxgen.debug.intervals import Intervals
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.debug.threads import Thread, Threads
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Affine, Constancy
from ptxgen.ir.operands import Register, Vector
from ptxgen.isa.spaces import StateSpace

_CANDIDATES = 512
"""Accesses of a function that are looked at: the first ones, so that large functions stay quick."""
_MOST = 64
"""Accesses of a function that are compared pair by pair."""


@frozen(eq=False)
class _Footprint:
    """Which thread is where: the first byte of each running thread, relative to what all share."""

    access: MemoryAccess
    starts: dict[Thread, int]
    shared: tuple[object, ...]
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

    @cached_property
    def grain(self) -> int:
        """What all starts and the size are multiples of."""
        return gcd(self.access.bytes, *set(self.starts.values()))

    @cached_property
    def apart(self) -> bool:
        """Whether no two threads are at the same bytes."""
        return all(b - a >= self.access.bytes for a, b in pairwise(sorted(self.starts.values())))


@rule(
    "PTX150",
    "missing barrier between conflicting shared accesses",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="put bar.sync between the two, where all threads of the CTA come",
    section="8.2",
    confidence=Confidence.HIGH,
)
def missing_barrier(body: Body) -> Iterator[Found]:
    """Two warps access the same bytes of shared memory, at least one of them writes, and no barrier lies between the
    two on any path: which comes first is chance.

    Proved where the addresses follow from the thread's number and both threads surely run their access.
    """
    threads = body.threads
    intervals = Intervals(body)
    prints = list(islice(_footprints(body, threads, StateSpace.SHARED), _MOST))
    grain = gcd(*(each.grain for each in prints))
    reported: set[int] = set()
    for first in prints:
        for second in prints:
            if first is second or not (first.access.writes or second.access.writes):
                continue
            if id(second.access.instruction) in reported or first.shared != second.shared:
                continue
            if first.access.atomic and second.access.atomic:
                continue
            if not intervals.unordered(first.access.place, second.access.place):
                continue
            pair = _meeting(first, second, grain)
            if pair is not None:
                reported.add(id(second.access.instruction))
                yield _conflict(first.access, second.access, pair, threads)


def _footprints(
    body: Body, threads: Threads, space: StateSpace, wanted: Callable[[MemoryAccess], bool] = lambda _: True
) -> Iterator[_Footprint]:
    meant = (
        a for a in body.accesses if a.space is space and not a.ordered and a.base is not None and wanted(a)
    )
    for access in islice(meant, _CANDIDATES):
        column = threads.relative(access.address)
        if column is None or _rounds(access.address):
            continue
        here = zip(threads.all, column, threads.running(access.place), strict=True)
        starts = {thread: start for thread, start, runs in here if runs}
        if starts:
            yield _Footprint(access, starts, threads.uniform(access.address))


def _rounds(e: Affine) -> bool:
    """Whether a loop moves the address: then the first round does not speak for the others."""
    return any(a.constancy is Constancy.EXECUTION for a, _ in e.terms)


def _meeting(first: _Footprint, second: _Footprint, grain: int) -> tuple[Thread, Thread] | None:
    """Two threads of different warps at the same bytes."""
    ones, others = first.cells(grain), second.cells(grain)
    for cell in sorted(ones.keys() & others.keys()):
        for one, other in product(ones[cell], others[cell]):
            if one.warp != other.warp:
                return one, other
    return None


def _conflict(
    first: MemoryAccess, second: MemoryAccess, pair: tuple[Thread, Thread], threads: Threads
) -> Found:
    name = first.base.name if first.base is not None else "shared memory"
    one, other = ("writes" if a.writes else "reads" for a in (first, second))
    return Found(
        f"{pair[0]} {one} what {pair[1]} {other} in {name}, and no barrier is between",
        second.instruction,
        Verdict.PROVED if threads.exact else Verdict.UNKNOWN,
        related=((first.instruction, f"{one} by {pair[0]}"),),
        notes=() if threads.exact else ("if the CTA has more than one warp",),
        acts=((first.instruction, str(pair[0]), one), (second.instruction, str(pair[1]), other)),
    )


@rule(
    "PTX151",
    "several threads store to one place",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let one thread store (compare %tid with 0), or give each thread its own place, or use an atomic",
    section="8.2",
)
def one_place(body: Body) -> Iterator[Found]:
    """Threads of different warps store different values at the same address: whose stays is chance."""
    threads = body.threads
    for space in (StateSpace.GLOBAL, StateSpace.SHARED):
        for each in islice(_footprints(body, threads, space, partial(_stores_once, body)), _MOST):
            access = each.access
            pair = None if each.apart else _meeting(each, each, each.grain)
            values = _values(body, access, pair) if pair is not None else None
            if pair is None or values is None or values[0] == values[1]:
                continue
            yield Found(
                f"{pair[0]} and {pair[1]} store {values[0]} and {values[1]} at the same address",
                access.instruction,
                Verdict.PROVED if threads.exact else Verdict.UNKNOWN,
                notes=() if threads.exact else ("if the CTA has more than one warp",),
                acts=tuple(
                    (access.instruction, str(thread), f"stores {value}")
                    for thread, value in zip(pair, values, strict=True)
                ),
            )


def _stores_once(body: Body, access: MemoryAccess) -> bool:
    return access.writes and not access.atomic and body.loop(access.place[0]) is None


def _values(body: Body, access: MemoryAccess, pair: tuple[Thread, Thread]) -> tuple[int, int] | None:
    """What two threads store, where both are known."""
    data = access.instruction.operands[-1]
    if isinstance(data, Vector) or not isinstance(data, Register) or data.type.is_float:
        return None
    values = body.lanes.values(data, access.place)
    if values is None or max(thread.number for thread in pair) >= len(values):
        return None
    return values[pair[0].number], values[pair[1].number]
