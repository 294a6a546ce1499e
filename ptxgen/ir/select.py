"""From a full name and operands to the one table form that fits them, or an error that says what does not.

The builder, the parser and the checker share these rules, so none accepts what another refuses.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ptxgen.ir.operands import (
    Address,
    Arguments,
    Immediate,
    Label,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    Sink,
    SpecialRegister,
    Symbol,
    TensorAddress,
    Vector,
)
from ptxgen.isa.registers import SPECIAL_REGISTERS
from ptxgen.isa.table import ROWS, Form, OperandForm, Role, Shape, forms, refusal
from ptxgen.isa.types import Type, accepts, accepts_wider, pred


@frozen
class Mismatch:
    """Why operands do not fit: a stable id, what to say, how to mend it, and how many operands did fit."""

    id: str
    message: str
    help: str = ""
    fitted: int = 0


def select(name: str, operands: Sequence[Operand]) -> Form | Mismatch:
    """The form of `name` that takes these operands, else the mismatch of the form that got furthest."""
    worst: Mismatch | None = None
    for form in forms(name):
        mismatch = fit(form, operands)
        if mismatch is None:
            return form
        if worst is None or mismatch.fitted > worst.fitted:
            worst = mismatch
    return worst or unknown(name)


def fit(form: Form, operands: Sequence[Operand]) -> Mismatch | None:
    """None if the operands fit the form, else the first that does not."""
    if not form.minimum_operands <= len(operands) <= len(form.operands):
        wanted = ", ".join(slot.name for slot in form.operands) or "none"
        return Mismatch(
            "PTX002",
            f"{form.name} takes operands ({wanted}), got {len(operands)}",
            f"the manual writes it: {form.row.line}",
        )
    for index, (slot, operand) in enumerate(zip(form.operands, operands, strict=False)):
        problem = _operand(slot, operand) or _discarded(form.opcode, slot, operand)
        if problem is not None:
            id, text, help = problem
            return Mismatch(id, f"{form.name}: operand {slot.name} {text}", help, index + 1)
    return _signs(form, operands)


def _signs(form: Form, operands: Sequence[Operand]) -> Mismatch | None:
    """Of a product and what is added to it one may be negated; signs of both factors cancel out."""
    if not any(isinstance(operand, Negative) for operand in operands):
        return None
    _, a, b, c = (isinstance(operand, Negative) for operand in operands)
    if a == b or not c:
        return None
    return Mismatch(
        "PTX003",
        f"{form.name}: the product and operand c cannot both be negated",
        "negate one of them, and the result with neg.s32",
        len(operands),
    )


Problem = tuple[str, str, str]

_DISCARDING = ("setp", "lop3", "atom", "mbarrier")
"""Instructions whose one result may be `_`; elements of vectors and halves of pairs may be in most."""
_KEPT_HALF = {"shfl": 0, "elect": 1}
"""Which half of a pair must be a register."""


def _discarded(opcode: str, slot: OperandForm, operand: Operand) -> Problem | None:
    """Where ptxas does not let a result be thrown away."""
    match operand:
        case Sink() if slot.role is Role.VALUE and opcode not in _DISCARDING:
            return ("PTX003", "cannot be '_' here", "give it a register")
        case Pair(first=Sink(), second=Sink()):
            return ("PTX003", "cannot be '_|_'", "keep one of the two, or leave the instruction out")
        case Pair(first=first, second=second) if isinstance(
            (first, second)[_KEPT_HALF[opcode]] if opcode in _KEPT_HALF else None, Sink
        ):
            return ("PTX003", f"cannot be {operand} in {opcode}", "give it a register")
        case _:
            return None


def _operand(slot: OperandForm, operand: Operand) -> Problem | None:
    if slot.role is Role.VALUE:
        return _pair(slot, operand) if slot.shape is Shape.PAIR else _value(slot, operand)
    if slot.role is Role.ADDRESS:
        return _coordinates(slot, operand) if slot.second is not None else _address(slot, operand)
    allowed = _ROLES[slot.role]
    if isinstance(operand, allowed) and not (slot.role is Role.IMMEDIATE and _is_float(operand)):
        return _range(slot, operand)
    return ("PTX003", f"must be {_ROLE_WORDS[slot.role]}, got {describe(operand)}", "")


_ROLES: dict[Role, tuple[type, ...]] = {
    Role.LABEL: (Label,),
    Role.FUNCTION: (Symbol, Register),
    Role.SYMBOL: (Symbol,),
    Role.IMMEDIATE: (Immediate,),
    Role.ARGUMENTS: (Arguments,),
    Role.SINK: (Sink,),
}
_ROLE_WORDS = {
    Role.LABEL: "a label",
    Role.FUNCTION: "a function name or a register that holds one",
    Role.SYMBOL: "the name of a variable",
    Role.IMMEDIATE: "an integer constant",
    Role.ARGUMENTS: "a parenthesised list",
    Role.SINK: "_: nobody can take this result",
}


def _range(slot: OperandForm, operand: Operand) -> Problem | None:
    if not isinstance(operand, Immediate) or slot.takes(operand.value):
        return None
    return ("PTX017", f"must be {slot.limits}, got {operand.value}", "")


def _is_float(operand: Operand) -> bool:
    return isinstance(operand, Immediate) and operand.type is not None


def _pair(slot: OperandForm, operand: Operand) -> Problem | None:
    if not isinstance(operand, Pair):
        if slot.second_optional:
            return _value(slot, operand)
        second = slot.second.name if slot.second else "second"
        return ("PTX003", f"must be a pair {slot.name}|{second}, got {describe(operand)}", "")
    assert slot.second is not None
    return _value(slot, operand.first) or _value(slot.second, operand.second)


def _value(slot: OperandForm, operand: Operand) -> Problem | None:
    if isinstance(operand, Negative):
        if slot.signed:
            return _value(slot, operand.source)
        return ("PTX003", f"cannot be negated here, got {operand}", "negate it first: neg, or sub from 0")
    if isinstance(operand, Part):
        if operand.selector in slot.parts:
            return _scalar(slot, operand.register)
        return ("PTX003", f"has no part .{operand.selector} here, got {operand}", "")
    if not slot.whole:
        return ("PTX003", f"must be a part of a register, got {describe(operand)}", "write %r.b0 or %r.h1")
    if slot.count:
        if not isinstance(operand, Vector) or len(operand.elements) != slot.count:
            return ("PTX003", f"must be a vector of {slot.count}, got {describe(operand)}", "")
        return next((p for e in operand.elements if (p := _scalar(slot, e)) is not None), None)
    return _scalar(slot, operand)


def _scalar(slot: OperandForm, operand: Operand) -> Problem | None:
    match operand:
        case Register(type=given):
            return _register(slot, given)
        case Immediate():
            return _immediate(slot, operand)
        case Sink():
            return None if slot.writes else ("PTX003", "is read and cannot be '_'", "")
        case Not():
            if slot.negatable:
                return None
            return ("PTX003", f"cannot be negated, got {describe(operand)}", "")
        case SpecialRegister(name=name) if slot.named and not slot.writes:
            return _special(slot, name)
        case Symbol() if slot.named and not slot.writes:
            return _symbol(slot)
        case SpecialRegister():
            return (
                "PTX003",
                f"cannot be {operand}: only mov reads special registers",
                "mov it to a register first",
            )
        case _:
            return ("PTX003", f"must be {_wanted(slot)}, got {describe(operand)}", "")


def _special(slot: OperandForm, name: str) -> Problem | None:
    """The type of a special register must fit. Whether there is one of that name is the checker's question."""
    info = SPECIAL_REGISTERS.get(name)
    # %tid and its kin were 16 bits wide once, and may still be read so.
    if (
        info is None
        or slot.type is None
        or (accepts_wider if slot.wider else accepts)(slot.type, info.type)
        or (slot.type.bits == 16 and info.type.bits == 32)
    ):
        return None
    return ("PTX014", f"takes {slot.type}, but {name} is {info.type}", f"use mov.{info.type}")


def _symbol(slot: OperandForm) -> Problem | None:
    expected = slot.type
    if expected is None or ((expected.is_integer or expected.is_bits) and expected.bits in (32, 64)):
        return None
    if not expected.is_float and expected.bits == 16:
        return ("PTX063", f"takes {expected}, which cannot hold an address", "use mov.u64")
    return ("PTX014", f"takes {expected}, but an address is 32 or 64 bits wide", "use mov.u64")


def _register(slot: OperandForm, given: Type) -> Problem | None:
    if slot.type is None:
        return None
    if accepts_wider(slot.type, given) if slot.wider else accepts(slot.type, given):
        return None
    return ("PTX014", f"takes {slot.type}, got {given}", _conversion(slot.type, given))


def _conversion(expected: Type, given: Type) -> str:
    if pred in (expected, given):
        return "turn a predicate into a number with selp, a number into a predicate with setp"
    return f"convert first: k.cvt({expected}, x)"


def _immediate(slot: OperandForm, operand: Immediate) -> Problem | None:
    if slot.writes:
        return ("PTX003", "is written and cannot be a constant", "")
    if (problem := _range(slot, operand)) is not None:
        return problem
    expected = slot.type
    if expected is None or (expected.is_bits and operand.type is None):
        return None
    if operand.type is None:
        if expected.is_float:
            return (
                "PTX015",
                f"takes {expected}, got the integer constant {operand.value}",
                f"write it as a float: {operand.value}.0",
            )
        return None
    if expected.is_integer or (expected.is_bits and expected.bits != operand.type.bits) or expected is pred:
        return ("PTX015", f"takes {expected}, got a float constant", "use an integer constant")
    return None


def _address(slot: OperandForm, operand: Operand) -> Problem | None:
    if not isinstance(operand, Address):
        return ("PTX003", f"must be an address in brackets, got {describe(operand)}", "")
    return _base(slot, operand.base)


def _coordinates(slot: OperandForm, operand: Operand) -> Problem | None:
    assert slot.second is not None
    if not isinstance(operand, TensorAddress):
        written = f"[{slot.name}, {'sampler, ' if slot.sampler else ''}{{{slot.second.name}}}]"
        return ("PTX003", f"must be an address with coordinates, {written}, got {describe(operand)}", "")
    if slot.sampler != (operand.sampler is not None):
        wanted = "must name a sampler" if slot.sampler else "takes no sampler"
        return ("PTX003", f"{wanted}, got {operand}", "")
    for place in (operand.base, operand.sampler):
        if (problem := _base(slot, place)) is not None:
            return problem
    return _value(slot.second, operand.coordinates)


def _base(slot: OperandForm, base: object) -> Problem | None:
    if not isinstance(base, Register):
        return None
    given = base.type
    if given.is_float or given is pred or given.bits not in (32, 64):
        return ("PTX016", f"takes an integer address register, got {given}", "")
    if slot.space is None:
        if given.bits == 64:
            return ("PTX016", f"is 32 bits wide, got a {given} register", "narrow it: k.cvt(u32, a)")
        return None
    if given.bits == 32 and not slot.space.narrow:
        return (
            "PTX016",
            f"a {slot.space} address is 64 bits wide, got a {given} register",
            "widen it: k.cvt(u64, a)",
        )
    return None


def _wanted(slot: OperandForm) -> str:
    return f"a {slot.type} register" + ("" if slot.writes else " or constant") if slot.type else "a register"


def describe(operand: Operand) -> str:
    """An operand in words, for messages."""
    match operand:
        case Register(name=name, type=given):
            return f"{given} register {name}"
        case Immediate(type=None, value=value):
            return f"the integer constant {value}"
        case Immediate():
            return f"the float constant {operand}"
        case Vector(elements=elements):
            return f"a vector of {len(elements)}"
        case TensorAddress():
            return f"the address with coordinates {operand}"
        case _:
            return f"{type(operand).__name__.lower()} {operand}"


def unknown(name: str) -> Mismatch:
    """Say why no row of the table has this name, with the nearest thing that exists."""
    from difflib import get_close_matches

    from ptxgen.ir.nearest import nearest

    opcode = name.partition(".")[0]
    rows = ROWS.get(opcode)
    if rows is None:
        close = get_close_matches(opcode, ROWS, n=1)
        return Mismatch("PTX001", f"unknown instruction {name}", f"did you mean {close[0]}?" if close else "")
    single = ".".join(dict.fromkeys(name.split(".")))
    if single != name and forms(single):
        return Mismatch("PTX019", f"a modifier of {name} stands twice", f"write {single}")
    arranged = [
        opcode + a for row in rows if row.syntax.modifiers and (a := row.syntax.arranged(name[len(opcode) :]))
    ]
    if arranged and forms(arranged[0]):
        return Mismatch("PTX019", f"the modifiers of {name} are out of order", f"write {arranged[0]}")
    rule = refusal(name)
    if rule is not None:
        return Mismatch("PTX001", f"no such form of {opcode}: {name}", f"the manual asks: {rule}")
    near = nearest(name)
    lines = "; ".join(row.line for row in rows[:6])
    return Mismatch(
        "PTX001",
        f"no such form of {opcode}: {name}",
        f"did you mean {near[0]}? the manual has: {near[1].line}" if near else f"the manual has: {lines}",
    )
