"""Values: constant conditions, divisions by zero, moves and results that do nothing, floats that decide."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, operand
from ptxgen.debug.rule import Confidence, Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Register
from ptxgen.isa.types import Type


@rule(
    "PTX102",
    "condition that is always the same",
    Severity.HINT,
    Family.CONTROL,
    fix="remove the branch and the code that never runs, or compare what was meant",
)
def constant_condition(body: Body) -> Iterator[Found]:
    """The predicate is computed from constants alone: the guard always holds, or never does."""
    for place, instruction in body.places:
        if instruction.guard is None:
            continue
        value = body.lanes.constant(instruction.guard.register, place)
        if value is not None:
            holds = bool(value) != instruction.guard.negated
            yield Found(
                f"{instruction.guard} {'always holds' if holds else 'never holds'}",
                instruction,
                token=str(instruction.guard),
                related=_definition(body, instruction.guard.register, place),
            )


def _definition(body: Body, register: Register, at: Place) -> tuple[tuple[Instruction, str], ...]:
    found = body.definition(register, at)
    return () if found is None else ((found[1], f"{register} is computed here"),)


@rule(
    "PTX103",
    "division by zero",
    Severity.ERROR,
    Family.CONTROL,
    fix="keep zero away from the divisor, or branch around the division",
    section="9.7.1.7",
)
def division_by_zero(body: Body) -> Iterator[Found]:
    """The divisor of an integer division is zero, always or in some thread: the result is unspecified."""
    for place, instruction in body.of("div", "rem"):
        type = instruction.form.type
        if type is None or not type.is_integer:
            continue
        divisor = operand(instruction, "b")
        if divisor is None:
            continue
        if body.constant(divisor, place) == 0:
            yield Found(f"{instruction.name} divides by zero", instruction, token=str(divisor))
            continue
        values = body.lanes.values(divisor, place)
        # Thread 0 is there in every CTA; a guard or a branch may have kept it away.
        everyone = instruction.guard is None and place[0] not in body.analysis.divergence.blocks
        if values is not None and values[0] == 0 and everyone:
            yield Found(f"{instruction.name} divides by zero in thread 0", instruction, token=str(divisor))


@rule(
    "PTX104",
    "move that does nothing",
    Severity.HINT,
    Family.CONTROL,
    fix="remove it",
)
def idle_move(body: Body) -> Iterator[Found]:
    """The register already holds the value: it is moved to itself, or just came from where it is moved to."""
    before: Instruction | None = None
    for place, instruction in body.places:
        if instruction.opcode == "mov" and len(instruction.operands) == 2 and instruction.guard is None:
            destination, source = instruction.operands
            if destination == source:
                yield Found(f"{instruction.name} moves {source} to itself", instruction)
            elif before is not None and place[1] and tuple(before.operands) == (source, destination):
                yield Found(f"{instruction.name} moves {source} back to where it came from", instruction)
            before = instruction
        else:
            before = None


@rule(
    "PTX106",
    "approximate value decides control",
    Severity.HINT,
    Family.CONTROL,
    fix="compare against a bound with a margin, or compute the value with a rounding mode (.rn)",
    section="9.7.3",
    confidence=Confidence.LOW,
)
def approximate_decision(body: Body) -> Iterator[Found]:
    """A branch compares the result of an .approx instruction, whose last bits differ between GPUs: near the bound
    the same input may take another path.
    """
    for place, instruction in body.of("setp"):
        sources = [o for o in instruction.operands if isinstance(o, Register) and o.type.bits > 1]
        for source in sources:
            definition = body.definition(source, place)
            if definition is None or not _approximate(definition[1]):
                continue
            predicate = instruction.operands[0]
            if isinstance(predicate, Register) and _branches_on(body, predicate):
                made = definition[1]
                yield Found(
                    f"{instruction.name} compares {source}, which {made.name} only approximates",
                    instruction,
                    token=str(source),
                    related=((made, "approximated here"),),
                )


def _approximate(instruction: Instruction) -> bool:
    return ".approx" in instruction.name or ".full" in instruction.name


def _branches_on(body: Body, predicate: Register) -> bool:
    return any(i.guard is not None and i.guard.register == predicate for _, i in body.of("bra"))


@rule(
    "PTX107",
    "maximum that loses NaN",
    Severity.HINT,
    Family.CONTROL,
    fix="use .NaN (sm_80 and later) where a NaN must not vanish",
    section="9.7.3.10",
    confidence=Confidence.LOW,
)
def loses_nan(body: Body) -> Iterator[Found]:
    """max and min return the other operand when one is NaN: a reduction hides a NaN in its input, and what is
    computed from the result looks sound. Reported once a function, for reductions in loops.
    """
    for place, instruction in body.of("max", "min"):
        type = instruction.form.operands[0].type
        if type is None or not _floating(type) or ".NaN" in instruction.name or body.loop(place[0]) is None:
            continue
        destination = instruction.operands[0]
        if isinstance(destination, Register) and destination in instruction.operands[1:]:
            yield Found(f"{instruction.name} drops a NaN among its operands", instruction, Verdict.UNKNOWN)
            return


def _floating(type: Type) -> bool:
    return type.is_float
