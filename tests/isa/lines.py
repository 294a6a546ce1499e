"""Instructions of every row with operands: what the tests print, parse and hand to ptxas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from attrs import frozen

from ptxgen.ir.operands import (
    Address,
    Immediate,
    Label,
    Operand,
    Pair,
    Part,
    Register,
    Sink,
    Symbol,
    TensorAddress,
    Vector,
)
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa import ROWS, Form, OperandForm, Role, Row, Shape, forms
from ptxgen.isa.names import sample_names
from ptxgen.isa.table import form_of
from ptxgen.isa.types import b32, u64

REGISTERS = (
    "b8", "b16", "b32", "b64", "b128", "u16", "u32", "u64", "s16", "s32", "s64", "f16", "f16x2", "f32", "f64", "pred",
)  # fmt: skip


@frozen
class Line:
    """One instruction of a batch."""

    name: str
    operands: tuple[Operand, ...]

    def __str__(self) -> str:
        return f"{self.name} {', '.join(map(str, self.operands))}"


SIGNED_LINES = [
    ("vmad.s32.s32.s32 %s32_1, -%s32_2, %s32_3, %s32_4", True),
    ("vmad.s32.u32.s32.sat.shr7 %s32_1, %u32_2, -%s32_3.h1, %s32_4", True),
    ("vmad.s32.s32.s32 %s32_1, -%s32_2.b3, -%s32_3, -%s32_4", True),
    ("vmad.s32.s32.s32 %s32_1, %s32_2, %s32_3, - %s32_4", True),
    ("vmad.s32.s32.s32 %s32_1, -%s32_2, %s32_3, -%s32_4", False),
    ("vmad.s32.s32.s32.po %s32_1, -%s32_2, %s32_3, %s32_4", False),
    ("vadd.s32.s32.s32 %s32_1, -%s32_2, %s32_3", False),
    ("vadd4.s32.s32.s32 %s32_1, %s32_2, -%s32_3, %s32_4", False),
    ("add.s32 %s32_1, %s32_2, -%s32_3", False),
    ("setp.eq.and.s32 %pred_1, %s32_2, %s32_3, -%pred_2", False),
]
"""Signs before registers, and whether they may stand there."""


def kernel(statements: Sequence[object], arch: str, version: tuple[int, int] = (9, 0)) -> tuple[str, int]:
    """A module with one kernel that declares what the instructions name, and how many lines stand before them."""
    types = [t for t in REGISTERS if t != "b128" or version >= (8, 3)]
    head = [
        f".version {version[0]}.{version[1]}",
        f".target {arch}",
        ".address_size 64",
        ".visible .entry k(.param .align 16 .b8 parameter[64]) {",
        *(f".reg .{t} %{t}_<256>;" for t in types),
        ".param .align 16 .b8 argument[64];",
        "targets: .branchtargets L;",
    ]
    return "\n".join([*head, *(f"{statement};" for statement in statements), "L: ret;", "}"]) + "\n", len(
        head
    )


def line_of(row: Row, form: Form) -> Line | None:
    """An instruction of the form; None where it takes a function, which a batch cannot have."""
    if row.opcode == "call":
        return None
    return Line(form.name, tuple(_operand(form, slot, i) for i, slot in enumerate(form.operands)))


def _operand(form: Form, slot: OperandForm, number: int) -> Operand:
    if slot.shape is Shape.PAIR:
        assert slot.second is not None
        first, second = _value(slot, number), _register(slot.second, number + 5)
        assert not isinstance(first, Part)
        return Pair(first, second)
    if slot.shape is Shape.COORDINATES:
        assert slot.second is not None
        coordinates = _value(slot.second, number)
        assert isinstance(coordinates, Vector)
        return TensorAddress(
            Register("%u64_2", u64), coordinates, Register("%u64_3", u64) if slot.sampler else None
        )
    match slot.role:
        case Role.ADDRESS:
            space = form.modifiers.get("ss") or form.modifiers.get("space") or ""
            if space.startswith("param"):
                return Address(Symbol("argument" if form.opcode == "st" or "func" in space else "parameter"))
            return Address(Register("%b32_1", b32) if slot.space is None else Register("%u64_1", u64))
        case Role.LABEL:
            return Label("targets" if form.opcode == "brx" else "L")
        case Role.IMMEDIATE:
            return Immediate(slot.range[0] if slot.range else slot.values[0] if slot.values else 26)
        case Role.SINK:
            return Sink()
        case _ if slot.range:
            return Immediate(slot.range[0])
        case _:
            return _value(slot, number)


def _value(slot: OperandForm, number: int) -> Register | Vector | Part:
    if slot.count:
        return Vector(tuple(_register(slot, i) for i in range(slot.count)))
    register = _register(slot, number)
    if slot.parts and (number % 2 or not slot.whole):
        return Part(register, sorted(slot.parts)[number])
    return register


def _register(slot: OperandForm, number: int) -> Register:
    type = (slot.type or b32).register
    return Register(f"%{type}_{number}", type)


def legal_lines(limit: int, seed: int) -> list[tuple[Form, Line]]:
    """For each row, up to `limit` of its names with operands."""
    found: list[tuple[Form, Line]] = []
    random = Random(seed)
    for row in rows():
        for name in sample_names(row, limit, random):
            for form in (f for f in forms(name) if f.row is row):
                line = line_of(row, form)
                if line is not None:
                    selected = select(line.name, line.operands)
                    assert not isinstance(selected, Mismatch), f"{line}: {selected}"
                    found.append((selected, line))
    return found


def rows() -> Iterator[Row]:
    for found in ROWS.values():
        yield from found


def near_lines(limit: int, seed: int) -> list[Line]:
    """Names with the modifiers of a row in a combination that no row allows."""
    found: list[Line] = []
    random = Random(seed)
    for row in rows():
        if not row.legal:
            continue
        drawn = sample_names(row, 4 * limit, random, legal=False)
        for name in [n for n in drawn if not forms(n)][:limit]:
            line = line_of(row, _as_if_legal(row, name))
            assert line is not None
            found.append(line)
    return found


def _as_if_legal(row: Row, name: str) -> Form:
    """The form that the row would give a name that its rules refuse."""
    opcode, dot, rest = name.partition(".")
    modifiers = row.syntax.modifiers_of(dot + rest)
    assert opcode == row.opcode
    assert modifiers is not None
    return form_of(name, row, modifiers)
