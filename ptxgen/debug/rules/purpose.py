"""Code without a purpose: entries and loops that change nothing, memory that is read and never written."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, address_of
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop
from ptxgen.ir.operands import Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_SEEN = {Effect.WRITE, Effect.ATOMIC, Effect.CALL, Effect.VOLATILE, Effect.BARRIER, Effect.FENCE}
_ANY_SHARED = (StateSpace.SHARED, StateSpace.GENERIC)
_SHARED_WRITERS = (
    "st",
    "atom",
    "red",
    "cp",
    "stmatrix",
    "call",
    "wmma",
    "mbarrier",
    "multimem",
    "tcgen05",
    "st.async",
)


@rule(
    "PTX110",
    "entry that does nothing",
    Severity.WARNING,
    Family.CONTROL,
    fix="store the result, or remove the entry",
)
def idle_entry(body: Body) -> Iterator[Found]:
    """The entry reads memory or computes, and writes nothing that anybody could see: a placeholder, or a result that
    was forgotten.
    """
    if not body.function.is_entry or len(body.places) < 4:
        return
    if not any(i.form.row.effects & _SEEN or "trap" in i.name or "brkpt" in i.name for _, i in body.places):
        yield Found(f"{body.function.name} writes no memory", body.places[0][1])


@rule("PTX111", "empty loop", Severity.HINT, Family.CONTROL, fix="remove the loop")
def empty_loop(body: Body) -> Iterator[Found]:
    """The loop touches no memory, and nothing that it computes is read behind it: only time goes by."""
    for loop in body.analysis.loops.loops:
        if not loop.exits or body.calls:
            continue
        instructions = [i for b in sorted(loop.blocks) for i in body.function.blocks[b].instructions]
        if any(
            i.form.row.effects - {Effect.CONTROL} or i.form.row.scope.value != "thread" for i in instructions
        ):
            continue
        if not _leaves_something(body, loop):
            yield Found(
                f"the loop at {body.label(loop.header)} computes nothing that is read", instructions[0]
            )


def _leaves_something(body: Body, loop: Loop) -> bool:
    written = body.written_in(loop)
    liveness = body.analysis.liveness
    behind = (e.target for e in loop.exits if e.target != body.analysis.cfg.exit)
    return any(r.name in written for block in behind for r in liveness.live_in(block))


@rule(
    "PTX144",
    "write to data that is read as constant",
    Severity.ERROR,
    Family.MEMORY,
    fix="read with plain ld.global what the launch itself writes: .nc may return old values",
    section="9.7.9.9",
    confidence=Confidence.MEDIUM,
)
def writes_constant(body: Body) -> Iterator[Found]:
    """ld.global.nc promises that nobody writes the data during the launch. Here the same pointer is stored through;
    whether the bytes are the same is not decided.
    """
    constant = {
        (a.base, a.offset): a
        for a in body.accesses
        if a.base is not None and a.space is StateSpace.GLOBAL and "nc" in a.instruction.form.modifiers
    }
    for access in body.accesses:
        read = constant.get((access.base, access.offset)) if access.base is not None else None
        if read is not None and access.writes:
            yield Found(
                f"{access.instruction.name} writes what {read.instruction.name} reads as constant",
                access.instruction,
                Verdict.UNKNOWN,
                related=((read.instruction, "read as constant"),),
            )
            return


@rule(
    "PTX145",
    "shared memory that is read and never written",
    Severity.ERROR,
    Family.MEMORY,
    fix="write the memory, and wait at a barrier, before it is read",
    section="5.1.8",
)
def never_filled(body: Body) -> Iterator[Found]:
    """Shared memory holds anything when a CTA starts. Nothing in the module writes any, and this reads it."""
    if not body.function.is_entry:
        return
    for form in body.module.forms.values():
        somewhere = form.opcode not in ("st", "atom", "red") or form.space in _ANY_SHARED
        if form.opcode in _SHARED_WRITERS and somewhere:
            return
    for _, load in body.of("ld", "ldmatrix"):
        if load.opcode == "ldmatrix" or load.form.space is StateSpace.SHARED:
            yield Found(f"{load.name} reads shared memory, and nothing in the module writes any", load)
            return


@rule(
    "PTX190",
    "shared address from a loaded value",
    Severity.HINT,
    Family.MEMORY,
    fix="check which state space the address is in: cvta.to.shared makes a shared address of a generic one",
    section="5.1",
    confidence=Confidence.LOW,
)
def loaded_address(body: Body) -> Iterator[Found]:
    """A 64-bit value that was loaded from memory is used as an address in shared memory. Data-dependent addresses are
    legal, and so is storing to them; what crashes is mostly a generic pointer that is taken for a shared offset
    (findings F081 and F082 of older tools blamed the load).
    """
    for access in body.accesses:
        if access.space is not StateSpace.SHARED or access.instruction.form.space is not StateSpace.SHARED:
            continue
        given = address_of(access.instruction)
        base = given[1].base if given is not None else None
        if not isinstance(base, Register) or base.type.bits != 64:
            continue
        for _ in range(4):
            definition = body.definition(base, access.place) if base is not None else None
            if definition is None:
                break
            made = definition[1]
            if made.opcode == "ld" and made.form.space is not StateSpace.PARAM:
                yield Found(
                    f"{access.instruction.name} takes its address from what {made.name} loaded",
                    access.instruction,
                    Verdict.UNKNOWN,
                    related=((made, "loaded here"),),
                )
                return
            sources = [o for o in made.operands[1:] if isinstance(o, Register) and o.type.bits == 64]
            base = sources[0] if sources and made.opcode in ("add", "mov", "sub") else None
