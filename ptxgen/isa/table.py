"""The instruction table: rows (one syntax line of the manual each) and the forms that names resolve to.

The builder, the parser, the checker, the emulator and the documentation all read this table. A new
instruction is one `instruction(...)` call in `ptxgen/isa/rows/` and one semantics function in the emulator.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import product

from attrs import evolve, field, frozen

from ptxgen.isa.legality import broken_rule, holds
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.syntax import OperandSlot, Shape, Syntax, read_syntax
from ptxgen.isa.types import TYPES, Type, b32, u64, wider

type_or_name = str | Type


class Scope(enum.Enum):
    """Which threads take part in one execution of an instruction."""

    THREAD = "thread"
    WARP = "warp"
    CTA = "cta"
    CLUSTER = "cluster"


class Effect(enum.Enum):
    """What an instruction does besides writing its destination registers."""

    READ = "read"
    WRITE = "write"
    ATOMIC = "atomic"
    BARRIER = "barrier"
    FENCE = "fence"
    CONTROL = "control"
    EXIT = "exit"
    CALL = "call"
    VOLATILE = "volatile"
    CARRY_OUT = "writes the carry flag"
    CARRY_IN = "reads the carry flag"


class Role(enum.Enum):
    """What an operand is, beyond its type."""

    VALUE = "value"
    ADDRESS = "address"
    IMMEDIATE = "immediate"
    LABEL = "label"
    FUNCTION = "function"
    ARGUMENTS = "arguments"
    SYMBOL = "symbol"
    SINK = "sink"


@frozen(order=True)
class Requirement:
    """The smallest PTX version and SM that an instruction needs.

    `feature` names the architecture-specific targets where the base targets do not have it: `"sm_90a"` means
    exactly that target, `"sm_100f"` that family; alternatives are separated by `|`.
    """

    ptx: tuple[int, int] = (1, 0)
    sm: int = 0
    feature: str = ""

    def join(self, other: Requirement) -> Requirement:
        """Both requirements together; the other one's feature, if it has one, narrows this one's."""
        return Requirement(max(self.ptx, other.ptx), max(self.sm, other.sm), other.feature or self.feature)


@frozen
class OperandForm:
    """One operand of a form, with its concrete type.

    `type` is None where any type may stand. An operand that `updates` is read and written. `count` is the number of
    elements of a vector operand (`{a, b}`), 0 for a scalar. `wider` allows the relaxed size rule of `ld`/`st`/`cvt`;
    `named` allows special registers and symbols, as `mov` and `cvta` take them. `range` bounds a constant, both ends
    included; `values` lists the only ones. `space` is where an address points to; an address whose `type` is 32 bits
    wide, such as one in tensor memory, has none. `second` is the other half of a pair, or the coordinates of an
    address, which may stand with a `sampler`. `parts` are the selectors (`b0`) that may follow a register; without
    `whole`, one must.
    """

    name: str
    role: Role
    type: Type | None
    writes: bool
    updates: bool = False
    optional: bool = False
    negatable: bool = False
    wider: bool = False
    named: bool = False
    count: int = 0
    range: tuple[int, int] | None = None
    values: tuple[int, ...] = ()
    shape: Shape = Shape.VALUE
    space: StateSpace | None = None
    second: OperandForm | None = None
    second_optional: bool = False
    sampler: bool = False
    parts: frozenset[str] = frozenset()
    whole: bool = True

    def takes(self, constant: int) -> bool:
        """Whether an integer constant is one that may stand here, as far as the table restricts them."""
        if self.values and constant not in self.values:
            return False
        return self.range is None or self.range[0] <= constant <= self.range[1]

    @property
    def limits(self) -> str:
        """Which constants `takes` lets through, in words; empty if all."""
        if self.values:
            words = ", ".join(map(str, self.values))
            return f"one of {words}" if len(self.values) > 1 else words
        return f"{self.range[0]} to {self.range[1]}" if self.range is not None else ""


@frozen(eq=False)
class Row:
    """One syntax line of the manual.

    `types` gives operand name -> type expression: a slot (`type`), a type (`u32`), `wide(type)`, or a role
    (`label`, `function`, `symbol`, `imm`, `arguments`, `sink`, `any`). Suffixes: `+` allows wider registers, `~`
    special registers and symbols, `[vec]` or `[4]` makes a vector, `<0..15>` bounds a constant, `<4|8|16>` lists them.
    An address is `address` (in the space of the form), a space, a slot that names one, or `tensor`: 32 bits wide.
    `resolve` may replace these for given modifiers, where a count or type follows from a shape.
    """

    line: str
    section: str
    doc: str
    syntax: Syntax
    types: Mapping[str, str]
    requirement: Requirement
    needs: Mapping[str, Requirement]
    scope: Scope
    effects: frozenset[Effect]
    space: StateSpace | None
    resolve: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None
    legal: tuple[str, ...] = ()
    """Which combinations of modifiers exist: conditions and implications, see `legality`."""
    tied: Mapping[str, str] = field(factory=dict[str, str])
    """Optional operand -> the condition on modifiers that it stands with: both or neither."""
    allowed: Mapping[str, str] = field(factory=dict[str, str])
    """Optional operand -> the condition on modifiers under which it may stand."""
    not_emulated: str = ""
    """Why the emulator has no semantics for this row; empty when it has."""

    @property
    def opcode(self) -> str:
        return self.syntax.opcode


@frozen(eq=False)
class Form:
    """A row with concrete modifiers: what one full name such as `ld.global.v4.f32` means."""

    name: str
    row: Row
    modifiers: Mapping[str, str]
    operands: tuple[OperandForm, ...]
    requirement: Requirement
    minimum_operands: int = field()

    @property
    def opcode(self) -> str:
        return self.row.syntax.opcode

    @property
    def type(self) -> Type | None:
        """The instruction type (the `type` slot), where it has one."""
        name = self.modifiers.get("type")
        return TYPES.get(name) if name is not None else None

    def has(self, modifier: str) -> bool:
        """Whether a slot (or literal modifier) of this name is present."""
        return modifier in self.modifiers

    @property
    def space(self) -> StateSpace | None:
        """The state space of a memory instruction: its modifier, else the row's, `GENERIC` without one."""
        return _space(self.modifiers, self.row.space)


ROWS: dict[str, list[Row]] = {}
"""Opcode -> its rows, in the manual's order."""


def instruction(
    line: str,
    *,
    section: str,
    doc: str,
    operands: str = "",
    ptx: tuple[int, int] = (1, 0),
    sm: int | str = 0,
    scope: Scope = Scope.THREAD,
    effects: tuple[Effect, ...] = (),
    space: StateSpace | None = None,
    needs: Mapping[str, tuple[tuple[int, int], int | str]] | None = None,
    resolve: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None,
    legal: tuple[str, ...] = (),
    tied: Mapping[str, str] | None = None,
    allowed: Mapping[str, str] | None = None,
    not_emulated: str = "",
    slots: Mapping[str, tuple[type_or_name, ...]] | None = None,
    **named_slots: tuple[type_or_name, ...],
) -> Row:
    """Declare one syntax line.

    `named_slots` (or `slots`, for names that are not Python identifiers) lists what each slot may hold.
    `operands` is `"d:type a:type b:u32"`; a leading `=` marks a written operand (`d` is written by default), `*` one
    that is read and written. `needs`
    raises the requirement where a condition on the modifiers holds: `{"bf16": ((7, 8), 90)}`, `"slot=value"` where a
    value is ambiguous. `legal` excludes combinations that the slots alone would allow: `("sat -> type=s32",)`. `tied`
    gives the condition that an optional operand stands with, as `{"cache-policy": "level::cache_hint"}`; `allowed` the
    one without which it may not stand.
    """
    alternatives = {name: _names(values) for name, values in {**(slots or {}), **named_slots}.items()}
    row = Row(
        line=line,
        section=section,
        doc=doc,
        syntax=read_syntax(line, alternatives),
        types=dict(part.split(":", 1) for part in operands.split()),
        requirement=_requirement(ptx, sm),
        needs={key: _requirement(*value) for key, value in (needs or {}).items()},
        scope=scope,
        effects=frozenset(effects),
        space=space,
        resolve=resolve,
        legal=legal,
        tied=tied or {},
        allowed=allowed or {},
        not_emulated=not_emulated,
    )
    declared = {name for o in row.syntax.operands for name in (o.name, o.second) if name}
    if declared != {name.lstrip("=*") for name in row.types}:
        raise ValueError(f"operands {sorted(declared)} of {line!r} do not agree with {operands!r}")
    ROWS.setdefault(row.opcode, []).append(row)
    return row


@cache
def _names(values: tuple[type_or_name, ...]) -> tuple[str, ...]:
    """Alternatives as text. Rows share them: the selectors of bytes are thousands."""
    return tuple(value.name if isinstance(value, Type) else value for value in values)


def _requirement(ptx: tuple[int, int], sm: int | str) -> Requirement:
    if isinstance(sm, int):
        return Requirement(ptx, sm)
    digits = re.search(r"\d+", sm)
    if digits is None:
        raise ValueError(f"sm must be a number or a name such as 'sm_90a', got {sm!r}")
    return Requirement(ptx, int(digits[0]), sm)


@lru_cache(maxsize=1 << 15)
def forms(name: str) -> tuple[Form, ...]:
    """All forms that a full dotted name can mean, most specific row first; empty if the table has none.

    Several rows can share a name and differ in operands: `mov.b64 d, a` and `mov.b64 d, {a, b}`. A name whose
    modifiers stand in another order than the manual's is understood where no row has it as it is.
    """
    opcode, dot, rest = name.partition(".")
    rows = ROWS.get(opcode, ())
    return tuple(_forms(name, rows, lambda row: row.syntax.modifiers_of(dot + rest))) or tuple(
        _forms(name, rows, lambda row: row.syntax.reordered(dot + rest))
    )


def _forms(name: str, rows: Iterable[Row], read: Callable[[Row], dict[str, str] | None]) -> Iterator[Form]:
    for row in rows:
        modifiers = read(row)
        if modifiers is not None and broken_rule(row.legal, modifiers) is None:
            yield from forms_of(name, row, modifiers)


def refusal(name: str) -> str | None:
    """The rule of `Row.legal` that keeps `name` from being a form, if its modifiers fit a row otherwise."""
    opcode, dot, rest = name.partition(".")
    for row in ROWS.get(opcode, ()):
        modifiers = row.syntax.modifiers_of(dot + rest)
        if modifiers is not None and (rule := broken_rule(row.legal, modifiers)):
            return rule
    return None


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
        types.update(row.resolve(modifiers))
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
        return evolve(address, space=_space(modifiers, space) or StateSpace.GENERIC)
    name = modifiers.get(expression, expression).partition("::")[0]
    return evolve(address, space=_SPACES.get(name, StateSpace.GENERIC))


def _space(modifiers: Mapping[str, str], otherwise: StateSpace | None) -> StateSpace | None:
    """The space that a form names; its row's, where it does not."""
    text = modifiers.get("ss") or modifiers.get("space")
    return StateSpace(text.partition("::")[0]) if text is not None else otherwise


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


__all__ = [
    "ROWS", "Effect", "Form", "OperandForm", "Requirement", "Role", "Row", "Scope", "Shape", "form_of", "forms",
    "forms_of", "instruction", "refusal",
]  # fmt: skip
