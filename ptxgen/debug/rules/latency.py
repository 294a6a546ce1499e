"""Whether enough loads are on their way to keep the memory busy while each of them takes its time."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.measures import in_flight
from ptxgen.debug.residency import cta_threads, most_alive, residency, static_shared
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.debug.work import work_of
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop, Place
from ptxgen.isa.spaces import StateSpace

NEEDED = 32 << 10
"""Bytes an SM: by Little's law the bandwidth of an SM times the time of a load under load. The data sheets of A100 and
H100 give 14 and 25 bytes a nanosecond and SM; with about a microsecond that is 14 to 25 KiB, and more does no harm."""
_INSTRUCTIONS = 8
"""Instructions of a thread that an SM issues (128 a clock) while one byte comes from memory (15 a clock, H100)."""
_ROUNDS = 8
"""Loops that end sooner are over before it matters."""


@rule(
    "PTX193",
    "too few bytes in flight",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="load more before using it: wider loads, several rounds unrolled with the loads first, or cp.async stages",
    section="9.7.9.8",
)
def few_bytes(body: Body) -> Iterator[Found]:
    """The loop waits for memory, and all threads that an SM holds together have asked for fewer bytes than come in the
    time that one load takes: the bandwidth cannot be reached, however well accesses are coalesced. Threads on an SM are
    reckoned from the CTA's size, shared memory and registers alive in the text.
    """
    threads = cta_threads(body)
    if threads is None or not body.function.is_entry:
        return
    held = residency(body.module.module.target, threads, static_shared(body), most_alive(body)[0])
    if held is None:
        return
    for loop in body.analysis.loops.loops:
        waits = _waiting(body, loop)
        flight = in_flight(body, waits)
        loads = (p for p in waits if body.instruction(p).opcode == "ld" and work_of(body, p).loaded)
        load = next(map(body.instruction, loads), None)
        if load is not None and 0 < flight * held.resident < NEEDED:
            yield Found(
                f"the loop at {body.label(loop.header)} has {flight:g} bytes of loads in flight a thread: "
                f"{flight * held.resident / 1024:g} KiB an SM, about {NEEDED >> 10} keep the memory busy",
                load,
                Verdict.UNKNOWN,
                notes=(
                    f"an SM holds {held.ctas} CTAs of {held.threads} threads, limited by {held.limit}",
                    "counted on one round of the loop as it is written; ptxas may unroll it",
                ),
            )


def _waiting(body: Body, loop: Loop) -> list[Place]:
    """The instructions of an innermost loop that does little but load; none where copies run ahead of it."""
    if any(other.parent is loop for other in body.analysis.loops.loops):
        return []
    rounds = body.affine.rounds.get(loop.header)
    places = [(b, n) for b in sorted(loop.blocks) for n in range(len(body.function.blocks[b].instructions))]
    instructions = [body.instruction(place) for place in places]
    if (rounds is not None and rounds + 1 < _ROUNDS) or any("async" in i.name for i in instructions):
        return []
    moved = sum(work_of(body, place).moved for place in places)
    loads = any(i.form.space is StateSpace.GLOBAL for i in instructions)
    return places if loads and moved * _INSTRUCTIONS > len(instructions) else []
