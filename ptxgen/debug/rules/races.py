"""Threads of a CTA that touch the same memory with nothing to order them."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body
from ptxgen.debug.conflicts.across import Across
from ptxgen.debug.conflicts.encounters import Encounter, Encounters
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.debug.rules.barriers import waits
from ptxgen.debug.stages.clash import Clash
from ptxgen.debug.stages.steps import Act
from ptxgen.errors import Severity
from ptxgen.isa.spaces import StateSpace


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
    two on any path: which comes first is chance. The two may be in different rounds of a loop: what one round reads
    last, the next one overwrites. Stores of what is surely the same are left alone.

    Proved where the addresses follow from the thread's number and the round, and both threads surely run their access.
    How many threads pass a bound that nobody told, such as `n` in `tid < n`, may be all of them: undecided. Warps of
    different roles, producers and consumers, are followed through mbarriers and counted barriers, phase by phase.
    """
    if not body.threads.exact and _of_one_warp(body):
        return
    seen: set[int] = set()
    for each in body.encounters:
        seen.add(id(each.second.instruction))
        yield _conflict(body, each, "no barrier is between")
    for clash in body.protocol.clashes:
        if clash.kind == "race" and id(clash.second.step.instruction) not in seen:
            yield _between_roles(clash)


def _between_roles(clash: Clash) -> Found:
    """Threads that were followed through mbarriers and counted barriers, and that no phase of these orders."""
    one, other = clash.first, clash.second
    does = ["writes" if t.step.act is Act.WRITE else "reads" for t in (one, other)]
    return Found(
        f"{one.thread} {does[0]} what {other.thread} {does[1]}, and no barrier or mbarrier orders them",
        other.step.instruction,
        Verdict.PROVED if clash.sure else Verdict.UNKNOWN,
        related=((one.step.instruction, f"{does[0]} by {one.thread}"),),
        acts=tuple(
            (touch.step.instruction, str(touch.thread), act)
            for touch, act in zip((one, other), does, strict=True)
        ),
    )


def _of_one_warp(body: Body) -> bool:
    """Whether a function meets at barriers of a warp only: then its CTA, of unknown size, is taken to be one."""
    return bool(body.named("bar.warp")) and not waits(body)


def _conflict(body: Body, each: Encounter, missing: str, *, sure: bool = True) -> Found:
    first, second = each.first, each.second
    one, other = ("writes" if a.writes else "reads" for a in (first, second))
    later = "" if each.loop is None else f" {_rounds(each.rounds)} later"
    exact = body.threads.exact
    notes = list(body.threads.conditions)
    if exact and not each.sure:
        notes.append("if threads take this way" if each.loop is None else "if the loop comes to that round")
    return Found(
        f"{each.threads[0]} {one} what {each.threads[1]} {other}{later} in {first.name}, and {missing}",
        second.instruction,
        Verdict.PROVED if exact and each.sure and sure else Verdict.UNKNOWN,
        related=((first.instruction, f"{one} by {each.threads[0]}"),),
        notes=tuple(notes),
        acts=tuple(
            (access.instruction, str(thread), does)
            for access, thread, does in zip((first, second), each.threads, (one, other + later), strict=True)
        ),
    )


def _rounds(count: int) -> str:
    return "one round" if count == 1 else f"{count} rounds"


@rule(
    "PTX153",
    "race in global memory inside a CTA",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="put bar.sync between the two, or write to another buffer than the one that is read",
    section="8.2",
)
def in_place(body: Body) -> Iterator[Found]:
    """Two warps of a CTA access the same bytes of global memory, at least one of them writes, and no barrier lies
    between the two on any path: as in a stencil that is computed in place, where a thread overwrites what its neighbour
    has not read yet. Said of accesses that are reckoned from the same pointer, where no atomic may make a lock around
    them; what other CTAs do is PTX152.
    """
    if not body.function.is_entry:
        return
    across = Across(body)
    for each in Encounters(body, _in_place(body)):
        first, second = each.first.place, each.second.place
        if not any(
            across.followed(one) and across.preceded(other)
            for one, other in ((first, second), (second, first))
        ):
            yield _conflict(body, each, "no barrier is between")


def _in_place(body: Body) -> Iterator[MemoryAccess]:
    """Accesses of global memory from pointers through which the function both reads and writes."""
    plain = [
        a
        for a in body.accesses
        if a.space is StateSpace.GLOBAL and a.base is not None and not a.ordered and not a.atomic
    ]
    written = {a.base for a in plain if a.writes}
    read = {a.base for a in plain if a.reads}
    yield from (a for a in plain if a.base in written & read)


@rule(
    "PTX154",
    "exchange between lanes without a barrier of the warp",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="put bar.warp.sync between the two, or exchange the value by shfl.sync",
    section="9.7.13.2",
)
def lanes_exchange(body: Body) -> Iterator[Found]:
    """Two lanes of one warp access the same bytes of shared memory, at least one of them writes, and no barrier, not
    even of the warp, lies between: since sm_70 lanes do not run in step, and shuffles or votes order no memory.
    Volatile accesses keep the compiler from moving them and order no lanes: undecided, for old code counts on it.
    """
    known = {each.second.base for each in body.encounters}
    meant = (a for a in body.shared if a.base not in known)
    accesses = (a for a in meant if not a.ordered or ".volatile" in a.instruction.name)
    for each in Encounters(body, accesses, unit=1):
        sure = not (each.first.ordered or each.second.ordered)
        yield _conflict(body, each, "no bar.warp.sync is between", sure=sure)
