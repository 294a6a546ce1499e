"""Barriers of a CTA: who comes, how many are waited for, and which are needless."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ptxgen.debug.body import Body, operand
from ptxgen.debug.cta.participation import Participation, splits_a_warp
from ptxgen.debug.residency import cta_threads
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import SpecialRegister
from ptxgen.isa.table import Effect, Scope

_WAITS = (
    "bar.sync", "bar.cta.sync", "bar.red", "bar.cta.red", "barrier.sync", "barrier.cta.sync", "barrier.red",
    "barrier.cta.red",
)  # fmt: skip
_ARRIVES = ("bar.arrive", "bar.cta.arrive", "barrier.arrive", "barrier.cta.arrive")


def waits(body: Body) -> list[tuple[Place, Instruction]]:
    """The barriers of the CTA at which threads wait."""
    return body.named(*_WAITS)


@rule(
    "PTX120",
    "barrier under divergent control",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="move the barrier out of the branch, or make the condition the same for the whole CTA",
    section="9.7.13.1",
    confidence=Confidence.HIGH,
)
def divergent_barrier(body: Body) -> Iterator[Found]:
    """Some threads of the CTA reach this barrier and others go on without it: they wait for ever, or meet another
    barrier.

    Threads that have exited no longer count, so an early return before a barrier is left alone. Proved where the
    condition follows from the thread's number and parts a warp, which must come to an aligned barrier as a whole. Where
    all threads can be followed to their ends, PTX194 says who waits for ever.
    """
    participation = Participation(body)
    for place, barrier in waits(body):
        if barrier.guard is not None and not body.analysis.divergence.is_uniform(barrier.guard.register):
            held = participation.held(barrier.guard, *place)
            yield from _judged(body, barrier, held, f"its guard {barrier.guard}", barrier)
            continue
        for decision in participation.decisions(place[0]):
            if _exits_beside(body, decision.block, place[0]):
                continue
            held = participation.runs(place[0])
            condition = str(decision.guard or decision.branch.guard)
            yield from _judged(body, barrier, held, f"the branch on {condition}", decision.branch)
            break


def _judged(
    body: Body, barrier: Instruction, held: tuple[bool, ...] | None, why: str, branch: Instruction
) -> Iterator[Found]:
    related = ((branch, "threads part here"),) if branch is not barrier else ()
    message = f"not all threads of the CTA come to {barrier.name}: {why} depends on the thread"
    if held is None:
        if not body.protocol.settled and not _opaque(body, branch):
            yield Found(message, barrier, Verdict.UNKNOWN, related=related)
        return
    if all(held) or not any(held):
        return
    warp = splits_a_warp(held)
    if warp is not None and _aligned(barrier):
        first, other = held.index(True), held.index(False)
        notes = (f"thread {first} comes, thread {other} does not; both may be in one warp",)
        yield Found(message, barrier, Verdict.PROVED, related=related, notes=notes)
    elif operand(barrier, "b") is None and not body.protocol.settled:
        yield Found(message, barrier, Verdict.UNKNOWN, related=related)


def _aligned(barrier: Instruction) -> bool:
    return barrier.opcode == "bar" or ".aligned" in barrier.name


def _exits_beside(body: Body, decider: int, block: int) -> bool:
    """Whether the threads that do not come to the block leave the function without waiting anywhere.

    Compilers let all returns of a function jump to one, so ways may join in a block that does nothing but return.
    """
    analysis = body.analysis
    waiting = {place[0] for place, _ in waits(body)}
    aside = [
        e.target
        for e in analysis.cfg.edges[decider]
        if not analysis.post_dominators.dominates(block, e.target)
    ]
    joined = analysis.post_dominators.immediate[decider]
    if joined is None or (joined != analysis.cfg.exit and not _returns(body, joined)):
        return False
    seen: set[int] = set()
    stack = list(aside)
    while stack:
        number = stack.pop()
        if number in seen or number == analysis.cfg.exit:
            continue
        seen.add(number)
        if number in waiting or number == block:
            return False
        stack += analysis.cfg.successors[number]
    return True


def _returns(body: Body, block: int) -> bool:
    """Whether a block does nothing but end the function."""
    return all(i.opcode in ("ret", "exit") for i in body.function.blocks[block].instructions)


def _opaque(body: Body, branch: Instruction) -> bool:
    """Whether the condition comes through memory, a call or an exchange of lanes: nothing says that threads differ."""
    if branch.guard is None:
        return True
    seen: set[str] = set()
    stack = [branch.guard.register]
    thread = False
    while stack:
        register = stack.pop()
        if register.name in seen:
            continue
        seen.add(register.name)
        for definition in body.analysis.reaching.of(register):
            instruction = body.instruction((definition.block, definition.index))
            effects = instruction.form.row.effects
            parameter = instruction.name.startswith("ld.param")
            if (effects and not parameter) or instruction.form.row.scope is not Scope.THREAD:
                return True
            thread |= any(_of_thread(o) for o in instruction.operands)
            stack += instruction.reads()
    return not thread


def _of_thread(given: object) -> bool:
    return isinstance(given, SpecialRegister) and given.name.startswith(("%tid", "%laneid", "%warpid"))


@rule(
    "PTX122",
    "barrier waits for more threads than there are",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="give the number of threads that come, at most the size of the CTA",
    section="9.7.13.1",
)
def count_too_large(body: Body) -> Iterator[Found]:
    """The barrier names more threads than .reqntid or .maxntid allow in a CTA: nobody ever passes it."""
    size = cta_threads(body)
    if size is None:
        return
    for place, barrier in body.named(*_WAITS, *_ARRIVES):
        given = operand(barrier, "b")
        count = body.constant(given, place) if given is not None else None
        if count is not None and count > -(-size // 32) * 32:
            yield Found(
                f"{barrier.name} waits for {count} threads, a CTA has at most {size}",
                barrier,
                token=str(given),
            )


@rule(
    "PTX123",
    "one barrier with several thread counts",
    Severity.ERROR,
    Family.CONCURRENCY,
    fix="let everybody who uses a barrier name the same count, or take another barrier",
    section="9.7.13.1",
    confidence=Confidence.HIGH,
)
def counts_differ(body: Body) -> Iterator[Found]:
    """All threads that meet at a barrier must name the same count. Two counts at one number are right only if the
    uses lie apart in time. Proved where threads can be followed to the barrier, and wait there for the one when others
    come with the other.
    """
    for fault in body.protocol.faults:
        if fault.kind == "counts":
            verdict = Verdict.PROVED if fault.sure else Verdict.UNKNOWN
            yield Found(fault.message, fault.at, verdict, related=fault.related)
            return
    known: dict[int, tuple[int, Instruction]] = {}
    for place, barrier in sorted(body.named(*_WAITS, *_ARRIVES), key=lambda each: each[0]):
        constant = partial(body.constant, at=place)
        number, count = operand(barrier, "a"), operand(barrier, "b")
        if number is None or count is None:
            continue
        id, threads = constant(number), constant(count)
        if id is None or threads is None:
            continue
        first = known.setdefault(id, (threads, barrier))
        if first[0] != threads:
            yield Found(
                f"barrier {id} is waited for by {threads} threads here and by {first[0]} elsewhere",
                barrier,
                Verdict.UNKNOWN,
                token=str(count),
                related=((first[1], f"{first[0]} threads"),),
            )


@rule(
    "PTX126",
    "arrivals that nobody waits for",
    Severity.WARNING,
    Family.CONCURRENCY,
    fix="let the consumers wait at the same barrier (bar.sync with the same number and count)",
    section="9.7.13.1",
)
def nobody_waits(body: Body) -> Iterator[Found]:
    """bar.arrive counts a thread in without waiting; at this barrier no instruction of the function ever waits, so
    nothing is ordered by it.
    """
    if body.calls or not body.function.is_entry:
        return
    waited = {_number(body, place, barrier) for place, barrier in waits(body)}
    if None in waited:
        return
    for place, arrival in body.named(*_ARRIVES):
        number = _number(body, place, arrival)
        if number is not None and number not in waited:
            yield Found(f"nobody waits at barrier {number}", arrival)


def _number(body: Body, place: Place, barrier: Instruction) -> int | None:
    given = operand(barrier, "a")
    return body.constant(given, place) if given is not None else None


_MEMORY = {Effect.READ, Effect.WRITE, Effect.ATOMIC, Effect.CALL, Effect.VOLATILE, Effect.FENCE}


@rule(
    "PTX105",
    "redundant barrier",
    Severity.HINT,
    Family.PERFORMANCE,
    fix="remove one of the two",
    section="9.7.13.1",
)
def redundant_barrier(body: Body) -> Iterator[Found]:
    """Between two barriers of the whole CTA nothing touches memory: the second orders nothing that the first does
    not.
    """
    before: tuple[Place, Instruction] | None = None
    for place, instruction in body.places:
        if before is not None and place[0] != before[0][0]:
            before = None
        if instruction.name.startswith(_WAITS[:2]) and len(instruction.operands) == 1:
            plain = instruction.guard is None
            if before is not None and plain and before[1].operands == instruction.operands:
                yield Found(
                    "nothing touches memory between this barrier and the one before",
                    instruction,
                    related=((before[1], "the one before"),),
                )
            before = (place, instruction) if plain else None
        elif instruction.form.row.effects & _MEMORY and not instruction.name.startswith("ld.param"):
            before = None
