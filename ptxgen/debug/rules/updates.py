"""Memory that several threads update: without an atomic, or told of by one that orders nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.intervals import Intervals, orders_lanes
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Place
from ptxgen.ir.analysis.affine import leaves
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_CANDIDATES = 512
"""Accesses of a function that are looked at: the first ones, so that large functions stay quick."""
_MOST = 64
"""Accesses that are compared pair by pair."""
_STEPS = 8
"""Instructions between a load and the store of what they make of it."""


@rule(
    "PTX155",
    "update that is no atomic",
    Severity.HINT,
    Family.CONCURRENCY,
    fix="update by red or atom, unless no two threads get the same index",
    section="9.7.13.7",
)
def lost_update(body: Body) -> Iterator[Found]:
    """Threads load a value, change it and store it at an index that came from memory, as in a histogram: where two get
    the same index at once, one of the updates is lost. Right where the indices are all different.
    """
    if body.named("atom.cas", "atom.global.cas", "atom.shared.cas"):
        return
    loads = {
        (a.base, a.address): a
        for a in body.accesses
        if a.reads
        and not a.writes
        and a.base is not None
        and a.space in (StateSpace.GLOBAL, StateSpace.SHARED)
    }
    for store in body.accesses:
        load = loads.get((store.base, store.address)) if store.base is not None else None
        if load is None or not store.writes or store.atomic or not _scattered(body, store):
            continue
        data = store.instruction.operands[-1]
        if isinstance(data, Register) and _comes_from(body, data, store.place, load.place):
            yield Found(
                f"{store.instruction.name} stores what was made of the value there, at an index from memory",
                store.instruction,
                Verdict.UNKNOWN,
                related=((load.instruction, "the value is loaded"),),
            )


def _scattered(body: Body, access: MemoryAccess) -> bool:
    """Whether an address depends on what a thread has loaded as its own."""
    for atom in leaves(access.address):
        key = body.affine.versions.get(atom)
        if key is None or body.agrees_on(atom) or key[1] < 0:
            continue
        source = body.instruction(key[:2])
        if source.opcode == "ld" and not source.name.startswith(("ld.param", "ld.const", "ld.local")):
            return True
    return False


def _comes_from(body: Body, register: Register, at: Place, load: Place) -> bool:
    """Whether a value is made of what an instruction loads."""
    stack, seen = [(register, at, 0)], set[Place]()
    while stack:
        wanted, place, depth = stack.pop()
        made = body.definition(wanted, place)
        if made is None or made[0] in seen or depth > _STEPS:
            continue
        if made[0] == load:
            return True
        seen.add(made[0])
        stack += [(r, made[0], depth + 1) for r in made[1].reads()]
    return False


@rule(
    "PTX157",
    "missing barrier beside an access at an index from memory",
    Severity.WARNING,
    Family.CONCURRENCY,
    fix="put bar.sync between the two, where all threads of the CTA come",
    section="8.2",
)
def anywhere(body: Body) -> Iterator[Found]:
    """Threads access shared memory at an index that each has loaded, as in a histogram, and no barrier stands between
    that and the stores that clear the memory before it, or the loads that read it behind: another thread may be the one
    that clears or counts there. Left alone where the address depends on the thread as well, which may own a part.
    """
    plain = [a for a in body.shared if not a.ordered][:_CANDIDATES]
    counted = [a for a in plain if _scattered(body, a) and not _own(a)]
    owned = [a for a in plain if _own(a)] if counted else []
    if max(len(counted), len(owned)) > _MOST:
        body.leaves_out(f"indices from memory behind the first {_MOST} accesses of shared memory")
    free = Intervals(body, orders_lanes)
    for count in counted[:_MOST]:
        for other in owned[:_MOST]:
            written = other.writes or count.writes
            same = other.base == count.base and not (other.atomic and count.atomic)
            if not written or not same:
                continue
            first, second = (other, count) if free.unordered(other.place, count.place) else (count, other)
            if first is other or free.unordered(count.place, other.place):
                one, two = ("writes" if a.writes else "reads" for a in (first, second))
                yield Found(
                    f"{second.instruction.name} {two} what another thread {one} in {count.name}, if the index from "
                    "memory says so, and no barrier is between",
                    second.instruction,
                    Verdict.UNKNOWN,
                    related=((first.instruction, f"{one} there"),),
                )
                break


def _own(access: MemoryAccess) -> bool:
    """Whether an address depends on the number of the thread."""
    return any(a.name.startswith(("%tid", "%laneid", "%warpid")) for a in leaves(access.address))


@rule(
    "PTX156",
    "counter that says too early that data is there",
    Severity.WARNING,
    Family.CONCURRENCY,
    fix="put fence.acq_rel.gpu (__threadfence) between the store and the atomic, or give the atomic .release",
    section="8.7",
    confidence=Confidence.HIGH,
)
def unfenced_counter(body: Body) -> Iterator[Found]:
    """A thread stores to global memory, then counts itself in with a relaxed atomic; who counts last reads what all
    have stored. An atomic orders nothing but itself: the count may be seen before the data unless a fence is between.
    """
    if not body.function.is_entry:
        return
    fences, ways = Intervals(body, _fences), Intervals(body, _nothing)
    plain = [a for a in body.accesses if a.space is StateSpace.GLOBAL and a.base is not None and not a.atomic]
    stores = [a for a in plain if a.writes and not a.ordered]
    for counter in body.accesses:
        if not _relaxed(counter):
            continue
        told = [s for s in stores if s.base != counter.base and fences.unordered(s.place, counter.place)]
        for store in told:
            read = next(
                (
                    a
                    for a in plain
                    if a.reads and a.base == store.base and ways.unordered(counter.place, a.place)
                ),
                None,
            )
            if read is not None:
                yield Found(
                    f"{counter.instruction.name} may be seen before what is stored ahead of it: no fence is between",
                    counter.instruction,
                    Verdict.UNKNOWN,
                    related=((store.instruction, "the store"), (read.instruction, "read by who counts last")),
                )
                break


def _fences(instruction: Instruction) -> bool:
    return Effect.FENCE in instruction.form.row.effects or Effect.CALL in instruction.form.row.effects


def _nothing(_: Instruction) -> bool:
    return False


def _relaxed(access: MemoryAccess) -> bool:
    """Whether an access is an atomic whose result is used and that does not release."""
    name = access.instruction.name
    counts = name.startswith("atom.") and access.space is StateSpace.GLOBAL and access.base is not None
    return counts and ".release" not in name and ".acq_rel" not in name
