"""CTAs of one launch that touch the same global memory with nothing to order them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import gcd

import numpy as np

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.across import Across, Presence
from ptxgen.debug.conflicts.stored import Stored
from ptxgen.debug.conflicts.writers import Part, Writers
from ptxgen.debug.cta.threads import Thread
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.errors import Severity

_LARGEST = 16
"""Bytes of the widest access."""


@rule(
    "PTX152",
    "race between CTAs of one launch",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="give each CTA its own part of the buffer (%ctaid in the index), or use atomics, or a second launch",
    section="8.2",
    undecided=Severity.HINT,
)
def between_ctas(body: Body) -> Iterator[Found]:
    """Threads of two CTAs access the same bytes of global memory, at least one of them writes, and no atomic, acquire
    or release orders the two: barriers of a CTA do not reach others, and which CTA comes first is chance.

    Proved where the grid, the CTA and what the address depends on are given. Silent where both write the same by
    design: a constant, or what no index of the CTA takes part in.
    """
    across = Across(body)
    if not body.function.is_entry or max(across.grid) < 2:
        return
    stored = Stored(body)
    reported: set[int] = set()
    for group in across.groups():
        for first, second in _meetings(across, stored, group, reported):
            reported.add(id(second.presence.access.instruction))
            yield _conflict(across, first, second)


def _meetings(
    across: Across, stored: Stored, group: list[Presence], reported: Collection[int]
) -> Iterator[tuple[Part, Part]]:
    """Threads of two CTAs at the same bytes, which nothing orders, writers first; none of a reported instruction."""
    grain = gcd(_LARGEST, *(gcd(p.access.bytes, int(np.gcd.reduce(p.starts))) for p in group))
    written = [presence for presence in group if presence.access.writes]
    writers = Writers(across, stored, written, grain)
    for before, presence in enumerate(written + [p for p in group if not p.access.writes]):
        if id(presence.access.instruction) not in reported:
            met = writers.conflict(presence, min(before, len(written)))
            if met is not None:
                yield met


def _conflict(across: Across, first: Part, second: Part) -> Found:
    accesses = first.presence.access, second.presence.access
    one, other = ("writes" if access.writes else "reads" for access in accesses)
    threads = [_who(across.thread(part.presence, part.position)) for part in (first, second)]
    name, writes = accesses[1].name, accesses[1].writes
    notes = ("right only if both write the same",) if writes else ()
    if not across.exact:
        notes = ("if the grid has more than one CTA and each has these threads", *notes)
    return Found(
        f"{threads[0]} and {threads[1]} {'both write' if writes else 'write and read'} byte {second.start} of {name}, "
        "and nothing orders CTAs of one launch",
        accesses[1].instruction,
        Verdict.PROVED if across.exact else Verdict.UNKNOWN,
        related=((accesses[0].instruction, f"{one} by {threads[0]}"),),
        notes=notes,
        acts=((accesses[0].instruction, threads[0], one), (accesses[1].instruction, threads[1], other)),
    )


def _who(thread: Thread) -> str:
    """A thread with its CTA, also where that is the first."""
    return f"CTA {thread.cta}, thread {thread.index}"
