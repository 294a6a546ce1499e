"""mbarriers: made before they are used, told how many bytes come, and waited for with a phase that moves on."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, address_of, operand
from ptxgen.debug.rule import Family, Found, Verdict, rule
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
    with the data still on its way.
    """
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
    """The function waits for or arrives at an mbarrier, and no code of the module initialises one: its memory holds
    anything.
    """
    if body.calls or not body.function.is_entry:
        return
    everywhere = (i for view in body.module.functions for i in view.of("mbarrier"))
    if any(i.name.startswith("mbarrier.init") for i in everywhere):
        return
    for _, use in body.named("mbarrier.arrive", "mbarrier.try_wait", "mbarrier.test_wait"):
        if "cluster" not in use.name:
            yield Found(f"{use.name} uses an mbarrier that nobody has initialised", use)
            return


@rule(
    "PTX132",
    "phase that never changes",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="flip the parity each time the mbarrier completes a phase (xor with 1)",
    section="9.7.13.15.16",
)
def constant_phase(body: Body) -> Iterator[Found]:
    """The wait is in a loop, always at the same mbarrier and with the same parity: from the second iteration on it
    sees the phase before, and does not wait (or waits for ever).
    """
    for place, wait in body.named("mbarrier.try_wait.parity", "mbarrier.test_wait.parity"):
        loop = _around(body, place, wait)
        parity, address = operand(wait, "phaseParity"), address_of(wait)
        if loop is None or parity is None or address is None:
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
