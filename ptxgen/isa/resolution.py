"""From a row and modifiers to a form: which operands there are, and of which types (see `Row.types`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from attrs import evolve

from ptxgen.isa.legality import holds
from ptxgen.isa.row import Form, OperandForm, Role, Row, space_of
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.syntax import OperandSlot, Shape
from ptxgen.isa.types import TYPES, Type, b32, u64, wider


def forms_of(name: str, row: Row, modifiers: Mapping[str, str]) -> Iterator[Form]:
    """The forms of a row with these modifiers: several where an operand before the last may be left out."""
    slots = list(_untied(row, modifiers))
    last = slots[-1:]
    for kept in product(*((slot, None) if slot.optional else (slot,) for slot in slots[:-1])):
        yield _form(name, row, modifiers, [evolve(s, optional=False) for s in kept if s is not None] + last)


def form_of(name: str, row: Row, modifiers: Mapping[str, str]) -> Form:
    """The fullest form of a row with these modifiers (slot -> value), whether its rules allow them or not."""
    return next(forms_of(name, row, modifiers))


def _form(name: str, row: Row, modifiers: Mapping[str, str], slots: list[OperandSlot]) -> Form:
    types = dict(row.types)
    if row.resolve is not None:
        types.update((name, type) for name, type in row.resolve(modifiers).items() if name in types)
    # `d` is a destination where it comes first; bfi's fourth source is called d, too.
    if slots and slots[0].name == "d" and "d" in types and slots[0].shape in (Shape.VALUE, Shape.PAIR):
        types["=d"] = types.pop("d")
    operands = tuple(_operand(slot, types, modifiers, row.space) for slot in slots)
    requirement = row.requirement
    for condition, more in row.needs.items():
        if holds(condition, modifiers):
            requirement = requirement.join(more)
    minimum = sum(not o.optional for o in operands)
    return Form(name, row, modifiers, operands, requirement, minimum)


def _untied(row: Row, modifiers: Mapping[str, str]) -> Iterator[OperandSlot]:
    """The operand slots of a row, where an operand that is tied to a modifier is required or left out with it."""
    for slot in row.syntax.operands:
        condition = row.tied.get(slot.name)
        if condition is None:
            if holds(row.allowed.get(slot.name, ""), modifiers):
                yield slot
        elif holds(condition, modifiers):
            yield evolve(slot, optional=False)


_ROLES = {
    "label": Role.LABEL,
    "function": Role.FUNCTION,
    "symbol": Role.SYMBOL,
    "imm": Role.IMMEDIATE,
    "arguments": Role.ARGUMENTS,
    "sink": Role.SINK,
}


def _operand(
    slot: OperandSlot, types: Mapping[str, str], modifiers: Mapping[str, str], space: StateSpace | None
) -> OperandForm:
    first = _half(slot.name, types, modifiers, slot)
    if slot.shape in (Shape.ADDRESS, Shape.COORDINATES):
        first = _located(first, types[slot.name], modifiers, space)
    if not slot.second:
        return first
    return evolve(first, second=_half(slot.second, types, modifiers, evolve(slot, shape=Shape.VALUE)))


def _located(
    address: OperandForm, expression: str, modifiers: Mapping[str, str], space: StateSpace | None
) -> OperandForm:
    """An address with the space it points to."""
    if expression == "tensor":
        return evolve(address, type=b32)
    if expression == "address":
        return evolve(address, space=space_of(modifiers, space) or StateSpace.GENERIC)
    name = modifiers.get(expression, expression).partition("::")[0]
    return evolve(address, space=_SPACES.get(name, StateSpace.GENERIC))


_SPACES = {space.value: space for space in StateSpace}


def _half(
    name: str, types: Mapping[str, str], modifiers: Mapping[str, str], slot: OperandSlot
) -> OperandForm:
    mark = next((mark for mark in "*=" if mark + name in types), "")
    expression = types[mark + name]
    expression, _, bounds = expression.partition("<")
    bare, _, bracket = expression.partition("[")
    wide, named = "+" in bare, "~" in bare
    bare = bare.rstrip("+~")
    located = slot.shape in (Shape.ADDRESS, Shape.COORDINATES)
    role = Role.ADDRESS if located else _ROLES.get(bare, Role.VALUE)
    return OperandForm(
        name=name,
        role=role,
        type=u64 if located else _type(bare, modifiers) if role is Role.VALUE else None,
        writes=bool(mark),
        updates=mark == "*",
        optional=slot.optional,
        negatable=slot.negatable,
        wider=wide,
        named=named,
        count=_count(bracket.rstrip("]"), modifiers) if bracket else 0,
        range=_range(bounds),
        values=_values(bounds),
        shape=slot.shape,
        second_optional=slot.second_optional,
        sampler=slot.sampler,
        parts=slot.parts,
        whole=slot.whole,
        signed=slot.signed,
    )


def _type(expression: str, modifiers: Mapping[str, str]) -> Type | None:
    if expression == "any":
        return None
    if expression.startswith("wide("):
        inner = _type(expression[5:-1], modifiers)
        return wider(inner) if inner is not None else None
    name = modifiers.get(expression, expression)
    if name in TYPES:
        return TYPES[name]
    raise ValueError(f"type expression {expression!r} names no type and no slot in {dict(modifiers)}")


def _range(bounds: str) -> tuple[int, int] | None:
    low, _, high = bounds.rstrip(">").partition("..")
    return (int(low), int(high)) if high else None


def _values(bounds: str) -> tuple[int, ...]:
    return () if ".." in bounds or not bounds else tuple(map(int, bounds.rstrip(">").split("|")))


def _count(expression: str, modifiers: Mapping[str, str]) -> int:
    if expression.isdigit():
        return int(expression)
    text = modifiers.get(expression, "")
    return int(text.strip("vxd")) if text else 0
