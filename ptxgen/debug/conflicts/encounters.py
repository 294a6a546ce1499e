"""Pairs of accesses of a CTA's memory that nothing orders: on one way through the code, or from one round of a loop to
a later one; and the threads of two warps, or lanes of one, that meet there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from attrs import define, field, frozen

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.footprints import Footprint, footprint, meeting, moved_by
from ptxgen.debug.conflicts.intervals import Intervals, orders, orders_lanes
from ptxgen.debug.cta.moments import Moment
from ptxgen.debug.cta.threads import WARP, Answers, Thread, Threads
from ptxgen.debug.memory import MemoryAccess
from ptxgen.ir.analysis import Loop
from ptxgen.ir.operands import Immediate, Operand, Register, Vector

_CANDIDATES = 512
"""Accesses of a function that are looked at: the first ones, so that large functions stay quick."""
_MOST = 64
"""Accesses of a function, or of a loop, that are compared pair by pair."""
_LATER = 3
"""Rounds of a loop without anything that orders threads of which the first is compared with the others."""


@frozen(eq=False)
class Encounter:
    """Two threads at the same bytes: `first` in one round of `loop`, `second` so many `rounds`
    later (None and 0: on one way). `sure` says that both surely run their access there.
    """

    first: MemoryAccess
    second: MemoryAccess
    threads: tuple[Thread, Thread]
    sure: bool
    loop: Loop | None = None
    rounds: int = 0


@define(eq=False)
class Encounters:
    """The encounters of one function among some of its accesses, the first at each: of threads of different warps; or
    with `unit` 1 of lanes of the first warp.
    """

    body: Body
    accesses: Iterable[MemoryAccess]
    unit: int = WARP
    intervals: Intervals = field(init=False)
    _threads: dict[tuple[int, int, bool], Threads] = field(
        factory=dict[tuple[int, int, bool], "Threads"], init=False
    )
    _prints: dict[tuple[int, int, int, bool], Footprint | None] = field(
        factory=dict[tuple[int, int, int, bool], "Footprint | None"], init=False
    )

    _stays: dict[tuple[int, int, bool], Answers] = field(
        factory=dict[tuple[int, int, bool], "Answers"], init=False
    )

    _known: set[int] = field(factory=set[int], init=False)

    def __attrs_post_init__(self) -> None:
        self.intervals = Intervals(self.body, orders if self.unit == WARP else orders_lanes)

    def __iter__(self) -> Iterator[Encounter]:
        meant = list(islice(self.accesses, _CANDIDATES))
        if any(a.writes for a in meant):
            yield from self._on_one_way(meant)
            for loop in self.body.analysis.loops.loops:
                yield from self._round_to_round([a for a in meant if a.place[0] in loop.blocks], loop)

    def _on_one_way(self, meant: list[MemoryAccess]) -> Iterator[Encounter]:
        printed = (a for a in meant if self._print(a, None, 0, lenient=True) is not None)
        known = list(islice(printed, _MOST))
        if next(printed, None) is not None:
            self.body.leaves_out(f"races of one round behind the first {_MOST} accesses of {known[0].space}")
        for first, second in product(known, known):
            if first is second or self._told(second) or not self._conflict(first, second, None):
                continue
            if self.intervals.unordered(first.place, second.place) and self._arrives(first, second):
                yield from self._met(first, second, None, 0)

    def _arrives(self, first: MemoryAccess, second: MemoryAccess) -> bool:
        """Whether the first round of loops that end between two accesses speaks for the last one."""
        loop = self.body.loop(first.place[0])
        while loop is not None and second.place[0] not in loop.blocks:
            still = first.instruction.guard is None and all(
                self.body.analysis.dominators.dominates(first.place[0], e.source) for e in loop.exits
            )
            if self.intervals.ordering(loop) and (not still or moved_by(self.body, first, loop)):
                return False
            loop = loop.parent
        return True

    def _round_to_round(self, inside: list[MemoryAccess], loop: Loop) -> Iterator[Encounter]:
        if not any(a.writes for a in inside):
            return
        free = not self.intervals.ordering(loop)
        ends = islice((a for a in inside if self._last(a, loop)), _MOST)
        begins = list(islice((a for a in inside if self.intervals.unordered_before(loop, a.place)), _MOST))
        for first, second in product(ends, begins):
            for rounds in range(1, _LATER + 1 if free else 2):
                if not self._told(second) and self._conflict(first, second, loop):
                    yield from self._met(first, second, loop, rounds)

    def _told(self, second: MemoryAccess) -> bool:
        return id(second.instruction) in self._known

    def _last(self, access: MemoryAccess, loop: Loop) -> bool:
        """Whether nothing orders threads behind an access to the end of the round, from the first inner rounds on."""
        inner = self.body.loop(access.place[0])
        while inner is not None and inner is not loop:
            if self.intervals.ordering(inner):
                return False
            inner = inner.parent
        return self.intervals.unordered_after(access.place, loop)

    def _conflict(self, first: MemoryAccess, second: MemoryAccess, loop: Loop | None) -> bool:
        if not (first.writes or second.writes) or (first.atomic and second.atomic):
            return False
        return not (first.writes and second.writes and self._same(first, second, loop))

    def _same(self, first: MemoryAccess, second: MemoryAccess, loop: Loop | None) -> bool:
        """Whether two stores surely store the same."""
        ones, others = (_stored(a) for a in (first, second))
        return len(ones) == len(others) and all(
            self._equal(one, first, other, second, loop) for one, other in zip(ones, others, strict=True)
        )

    def _equal(
        self, one: Operand, first: MemoryAccess, other: Operand, second: MemoryAccess, loop: Loop | None
    ) -> bool:
        if isinstance(one, Immediate) or not isinstance(one, Register) or not isinstance(other, Register):
            return one == other
        values = self.body.analysis.values
        place = values.definition(one, first.place)
        if place is None or place != values.definition(other, second.place):
            return False
        within = loop is not None and place[0] in loop.blocks
        return not within and self.body.analysis.divergence.is_uniform(one)

    def _met(
        self, first: MemoryAccess, second: MemoryAccess, loop: Loop | None, rounds: int
    ) -> Iterator[Encounter]:
        for lenient in (False, True):
            one = self._print(first, loop, 0, lenient=lenient)
            other = self._print(second, loop, rounds, lenient=lenient)
            pair = meeting(one, other) if one is not None and other is not None else None
            if pair is not None:
                self._known.add(id(second.instruction))
                yield Encounter(first, second, pair, not lenient, loop, rounds)
                return

    def _print(
        self, access: MemoryAccess, loop: Loop | None, round: int, *, lenient: bool
    ) -> Footprint | None:
        """Who makes an access in a round of a loop."""
        key = (id(access), loop.header if loop is not None else -1, round, lenient)
        if key not in self._prints:
            if lenient and self._decided(access, loop, round):
                return self._print(access, loop, round, lenient=False)
            made = footprint(access, self._at(loop, round, lenient=lenient), loop, self.unit)
            for staying in self._staying(loop, round, lenient=lenient):
                made = made.among(staying) if made is not None else None
            self._prints[key] = made
        return self._prints[key]

    def round(self, access: MemoryAccess, loop: Loop | None, round: int) -> Footprint | None:
        """Who surely makes an access in a round of a loop; without one, in the first rounds of all loops."""
        return self._print(access, loop, round, lenient=False)

    def threads(self, loop: Loop | None, round: int) -> Threads:
        """The threads as they are in a round of a loop."""
        return self._at(loop, round, lenient=False)

    def _decided(self, access: MemoryAccess, loop: Loop | None, round: int) -> bool:
        """Whether it is known of each thread if it makes an access in a round of a loop."""
        if self._at(loop, round, lenient=False).there(access.place) is None:
            return False
        return all(None not in staying for staying in self._staying(loop, round, lenient=False))

    def _staying(self, loop: Loop | None, round: int, *, lenient: bool) -> Iterator[Answers]:
        """Who goes on after each of the rounds before one."""
        if loop is None:
            return
        for before in range(round):
            key = (loop.header, before, lenient)
            if key not in self._stays:
                self._stays[key] = self._at(loop, before, lenient=lenient).staying(loop)
            yield self._stays[key]

    def _at(self, loop: Loop | None, round: int, *, lenient: bool) -> Threads:
        if loop is None and not lenient:
            return self.body.threads
        key = (loop.header if loop is not None else -1, round, lenient)
        if key not in self._threads:
            self._threads[key] = Threads(self.body, Moment(self.body, loop, round), lenient)
        return self._threads[key]


def _stored(access: MemoryAccess) -> tuple[Operand, ...]:
    data = access.instruction.operands[-1]
    return data.elements if isinstance(data, Vector) else (data,)
