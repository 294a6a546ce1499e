"""Stores of several threads at one place: whose stays?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.encounters import Encounters
from ptxgen.debug.conflicts.footprints import Footprint, meeting, moved_by
from ptxgen.debug.cta.threads import Thread, Threads
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop
from ptxgen.ir.operands import Register, Vector
from ptxgen.isa.spaces import StateSpace

_CANDIDATES = 512
"""Stores of a function that are looked at: the first ones, so that large functions stay quick."""
_MOST = 64
"""Stores of a function of which threads are compared."""
_LATER = 3
"""Rounds behind the first one that are looked at, of the stores of one loop; and the last one."""
_LOOPED = 16
"""Stores in loops that are looked at in later rounds."""


@frozen(eq=False)
class _Moment:
    """Who stores, and the threads as they are then, in a round of a loop."""

    footprint: Footprint
    threads: Threads
    round: int


@rule(
    "PTX151",
    "several threads store to one place",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let one thread store (compare %tid with 0), or give each thread its own place, or use an atomic",
    section="8.2",
)
def one_place(body: Body) -> Iterator[Found]:
    """Threads of different warps store different values at the same address: whose stays is chance. In loops of known
    length the first rounds are looked at, and the last one; in global memory also what a warp stores in the first round
    and another one in a later round, where nothing in the loop orders them.
    """
    encounters = Encounters(body, ())
    looped = 0
    for access, first in _stores(body, encounters):
        loop = body.loop(access.place[0])
        found = _same(body, _Moment(first, body.threads, 0)) if first is not None else None
        if found is None and loop is not None and looped < _LOOPED and not isinstance(_data(access), Vector):
            looped += 1
            found = _later(body, encounters, access, loop)
        if found is not None:
            yield found


def _stores(body: Body, encounters: Encounters) -> Iterator[tuple[MemoryAccess, Footprint | None]]:
    """Stores of known objects, and who makes them in the first round of loops."""
    for space in (StateSpace.GLOBAL, StateSpace.SHARED):
        plain = (a for a in body.accesses if a.space is space and a.writes and not a.atomic and not a.ordered)
        known = 0
        for access in islice((a for a in plain if a.base is not None), _CANDIDATES):
            first = encounters.round(access, None, 0)
            known += first is not None
            if known > _MOST:
                break
            yield access, first


def _later(body: Body, encounters: Encounters, access: MemoryAccess, loop: Loop) -> Found | None:
    """What goes wrong in later rounds of a loop that are sure to come."""
    trips = body.analysis.trips.of(loop)
    if trips is None or trips.constant is None:
        return None
    last = trips.constant - 1
    start = encounters.round(access, loop, 0)
    across = access.space is StateSpace.GLOBAL and not encounters.intervals.ordering(loop)
    for round in sorted({*range(1, min(_LATER, last) + 1), min(last, 8 * _LATER)} - {0}):
        print = encounters.round(access, loop, round)
        if print is None:
            continue
        later = _Moment(print, encounters.threads(loop, round), round)
        found = _same(body, later)
        if found is None and across and start is not None and moved_by(body, access, loop):
            found = _between(body, _Moment(start, encounters.threads(loop, 0), 0), later)
        if found is not None:
            return found
    return None


def _same(body: Body, moment: _Moment) -> Found | None:
    """Two threads that store in one round."""
    pair = None if moment.footprint.apart else meeting(moment.footprint, moment.footprint)
    return None if pair is None else _conflict(body, pair, (moment, moment))


def _between(body: Body, one: _Moment, other: _Moment) -> Found | None:
    """Two threads that store in two rounds."""
    pair = meeting(one.footprint, other.footprint)
    return None if pair is None else _conflict(body, pair, (one, other))


def _conflict(body: Body, pair: tuple[Thread, Thread], moments: tuple[_Moment, _Moment]) -> Found | None:
    access = moments[0].footprint.access
    values = [_value(body, access, each, moment) for each, moment in zip(pair, moments, strict=True)]
    if None in values or values[0] == values[1]:
        return None
    when = [f" in round {m.round}" if m.round else "" for m in moments]
    if moments[0] is not moments[1]:
        when = [f" in round {m.round}" for m in moments]
    places = " and ".join(dict.fromkeys(when)).strip()
    return Found(
        f"{pair[0]} and {pair[1]} store {values[0]} and {values[1]} at the same address"
        + (f", {places} (counted from 0)" if places else ""),
        access.instruction,
        Verdict.PROVED if body.threads.exact else Verdict.UNKNOWN,
        notes=body.threads.conditions,
        acts=tuple(
            (access.instruction, str(thread), f"stores {value}{round}")
            for thread, value, round in zip(pair, values, when, strict=True)
        ),
    )


def _data(access: MemoryAccess) -> object:
    return access.instruction.operands[-1]


def _value(body: Body, access: MemoryAccess, thread: Thread, moment: _Moment) -> int | None:
    """What a thread stores in a round, where that is known."""
    data = _data(access)
    if not isinstance(data, Register) or data.type.is_float:
        return None
    values = body.lanes.values(data, access.place)
    if values is not None and thread.number < len(values):
        return int(values[thread.number])
    column = moment.threads.column(body.affine.of(data, access.place))
    return None if column is None else int(column[thread.number]) & ((1 << data.type.bits) - 1)
