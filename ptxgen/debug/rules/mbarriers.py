"""mbarriers: made before they are used, told how many bytes come, and waited for with a phase that moves on."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, address_of, operand
from ptxgen.debug.protocol.outcome import Fault
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Register

_COUNTED = "mbarrier::complete_tx::bytes"


@rule(
    "PTX130",
    "copy whose bytes nobody expects",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="mbarrier.arrive.expect_tx with the bytes of all copies of the phase, before they are issued",
    section="9.7.13.15.5",
)
def unexpected_bytes(body: Body) -> Iterator[Found]:
    """A bulk copy reports its bytes to an mbarrier. Without expect_tx the phase is over when the threads have arrived,
    with the data still on its way. A phase that expects more than its copies bring is never over; one that expects less
    is over too early.

    Sizes of cp.async.bulk are in the text. What a tensor copy brings depends on its tensor map, which is not: with the
    launch of a kernel's contract, the maps are known; without, only a missing expect_tx is said of such phases.
    """
    for fault in body.protocol.faults:
        if fault.kind == "bytes":
            yield _found(fault)
            return
    if body.calls or not body.function.is_entry:
        return
    expected = any("expect_tx" in i.name for _, i in body.of("mbarrier"))
    for _, copy in body.of("cp"):
        if _COUNTED in copy.name and not expected and "multicast" not in copy.name:
            yield Found(f"no mbarrier expects the bytes of {copy.name}", copy)
            return


@rule(
    "PTX131",
    "mbarrier that is never made",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="mbarrier.init in one thread, a fence and a barrier of the CTA, before the first use",
    section="9.7.13.15.9",
)
def never_made(body: Body) -> Iterator[Found]:
    """The function waits for or arrives at an mbarrier, and no code of the module initialises one, or none that its
    threads come to initialises this one: its memory holds anything. So it does where it is made for a number of
    arrivals that no mbarrier counts (1 to 1048575).
    """
    for fault in body.protocol.faults:
        if fault.kind == "unmade":
            yield _found(fault)
            return
    if body.calls or not body.function.is_entry:
        return
    if any(name.startswith("mbarrier.init") for name in body.module.forms):
        return
    for _, use in body.named("mbarrier.arrive", "mbarrier.try_wait", "mbarrier.test_wait"):
        if "cluster" not in use.name:
            yield Found(f"{use.name} uses an mbarrier that nobody has initialised", use)
            return


@rule(
    "PTX132",
    "wait for the wrong phase",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="start with parity 0 (1 where the first phase needs no wait), and flip it (xor with 1) after each phase",
    section="9.7.13.15.16",
)
def constant_phase(body: Body) -> Iterator[Found]:
    """A wait takes the parity of the phase before the one that is meant: it does not wait, and what the phase stands
    for is not there yet. Proved where threads can be followed from phase to phase.

    Without that, a wait in a loop is undecided if it is always at the same mbarrier and with the same parity: from the
    second iteration on it sees the phase before, and does not wait (or waits for ever).
    """
    proved = [f for f in body.protocol.faults if f.kind == "early"]
    yield from map(_found, proved)
    for place, wait in body.named("mbarrier.try_wait.parity", "mbarrier.test_wait.parity"):
        loop = _around(body, place, wait)
        parity, address = operand(wait, "phaseParity"), address_of(wait)
        if loop is None or parity is None or address is None or any(f.at is wait for f in proved):
            continue
        written = body.written_in(loop)
        base = address[1].base
        still = isinstance(parity, Immediate) or (isinstance(parity, Register) and parity.name not in written)
        if still and not (isinstance(base, Register) and base.name in written) and not _remade(body, loop):
            yield Found(
                f"the parity {parity} is the same in each iteration of the loop at {body.label(loop.header)}",
                wait,
                Verdict.UNKNOWN,
                token=str(parity),
            )


@rule(
    "PTX194",
    "wait that never ends",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let as many threads arrive in each phase as mbarrier.init (or the barrier's count) says, before they wait",
    section="9.7.13.15",
    confidence=Confidence.HIGH,
)
def endless(body: Body) -> Iterator[Found]:
    """Threads wait for a phase of an mbarrier, or at a barrier of the CTA, and those who should arrive never do: they
    wait themselves, have exited, or are fewer than were said to come. The launch never ends.

    All threads of the CTA are followed with their numbers, phase by phase, from mbarrier to mbarrier. Numbers that the
    text and the launch leave open are assumed, and then it is undecided; where the way hangs on loaded data, nothing is
    said.
    """
    yield from (_found(f) for f in body.protocol.faults if f.kind == "endless")


@rule(
    "PTX195",
    "more arrivals than the mbarrier counts",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let one thread arrive (elect.sync, or compare %tid), or make the mbarrier for all that do",
    section="9.7.13.15.13",
    confidence=Confidence.HIGH,
)
def crowded(body: Body) -> Iterator[Found]:
    """All arrivals of the phase have come, it still waits for bytes, and threads arrive once more: the count of the
    mbarrier runs below 0, and what it does from then on is not defined.
    """
    yield from (_found(f) for f in body.protocol.faults if f.kind == "crowded")


def _found(fault: Fault) -> Found:
    verdict = Verdict.PROVED if fault.sure else Verdict.UNKNOWN
    return Found(fault.message, fault.at, verdict, related=fault.related, notes=fault.notes)


def _around(body: Body, place: Place, wait: Instruction) -> Loop | None:
    """The loop around a wait that is not the one that asks again."""
    loop = body.loop(place[0])
    results = {r.name for r in wait.writes()}
    while loop is not None:
        conditions = {e.condition.register.name for e in loop.exits if e.condition is not None}
        if not conditions & results and not any(
            conditions & {r.name for r in i.writes()} and results & {r.name for r in i.reads()}
            for b in loop.blocks
            for i in body.function.blocks[b].instructions
        ):
            return loop
        loop = loop.parent
    return None


def _remade(body: Body, loop: Loop) -> bool:
    return any(place[0] in loop.blocks for place, _ in body.named("mbarrier.init", "mbarrier.inval"))
