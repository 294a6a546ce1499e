"""How well accesses use the memory system: sectors, banks, and loads that could be one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ptxgen.debug.body import Body
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, rule
from ptxgen.debug.threads import Threads
from ptxgen.errors import Severity
from ptxgen.ir.analysis.affine import Constancy
from ptxgen.ir.analysis.banks import wavefronts
from ptxgen.isa.spaces import StateSpace

SECTOR = 32


def sectors(body: Body, access: MemoryAccess) -> tuple[int, int] | None:
    """The sectors that a request of global memory moves, and how many its bytes would fill; None if not known."""
    if access.space is not StateSpace.GLOBAL or access.atomic or access.base is None:
        return None
    starts = _lanes(body.threads, access)
    if starts is None:
        return None
    moved = {byte // SECTOR for start in starts for byte in (start, start + access.bytes - 1)}
    return len(moved), max(1, -(-len(set(starts)) * access.bytes // SECTOR))


def conflict_degree(body: Body, access: MemoryAccess) -> int | None:
    """How often a bank of shared memory must answer one request; None if not known."""
    if access.space is not StateSpace.SHARED or access.atomic:
        return None
    starts = _lanes(body.threads, access)
    return None if starts is None else wavefronts(starts, access.bytes)


def _lanes(threads: Threads, access: MemoryAccess) -> list[int] | None:
    """Where the running lanes of the first warp start, relative to what they share; None if that is not known."""
    if threads.block[0] < 32:
        return None
    starts: list[int] = []
    if not any(a.constancy > Constancy.CTA for a, _ in access.offset.terms):
        return None
    for lane in threads.all[:32]:
        start = threads.relative(access.offset, lane)
        if start is None:
            return None
        if threads.runs(access.place, lane) is not False:
            starts.append(start)
    return starts if len(starts) > 1 else None


@rule(
    "PTX160",
    "uncoalesced access",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="let neighbouring lanes access neighbouring addresses, or go through shared memory",
    section="5.1",
    confidence=Confidence.HIGH,
)
def uncoalesced(body: Body) -> Iterator[Found]:
    """A warp's request moves whole sectors of 32 bytes. Lanes that lie apart make it move more of them than the bytes
    that it asks for fill.
    """
    for access in body.accesses:
        request = sectors(body, access)
        if request is None:
            continue
        moved, needed = request
        if moved >= 2 * needed and moved > 4:
            yield Found(
                f"{access.instruction.name} moves {moved} sectors a request, {needed} would do",
                access.instruction,
            )


@rule(
    "PTX161",
    "bank conflict",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="pad the rows by one word, or swizzle the columns",
    section="5.1",
    confidence=Confidence.HIGH,
)
def bank_conflict(body: Body) -> Iterator[Found]:
    """Lanes of a warp want different words of one of the 32 banks: they are served one after another."""
    for access in body.accesses:
        degree = conflict_degree(body, access)
        if degree is not None and degree > 1:
            yield Found(f"{access.instruction.name} has a {degree}-way bank conflict", access.instruction)


@rule(
    "PTX162",
    "loads that could be one",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="load them together: ld.v2 or ld.v4",
    section="9.7.9.8",
)
def unvectorised(body: Body) -> Iterator[Found]:
    """Neighbouring words are loaded one by one from an address that is aligned for a vector: one request would bring
    them all.
    """
    runs: dict[tuple[object, ...], list[MemoryAccess]] = {}
    for access in body.accesses:
        name = access.instruction.name
        plain = access.reads and not access.writes and access.instruction.guard is None and not access.ordered
        if plain and access.space in (StateSpace.GLOBAL, StateSpace.SHARED) and ".v" not in name:
            runs.setdefault((access.place[0], name, access.address.terms), []).append(access)
    for accesses in runs.values():
        ordered = sorted(accesses, key=lambda a: a.address.constant)
        for first, second in pairwise(ordered):
            size = first.bytes
            adjacent = second.address.constant - first.address.constant == size
            if adjacent and size in (4, 8) and first.address.divisor % (2 * size) == 0:
                yield Found(
                    f"{len(ordered)} neighbouring {first.instruction.name} could be fewer, wider ones",
                    first.instruction,
                    related=((second.instruction, "the neighbour"),),
                )
                break
