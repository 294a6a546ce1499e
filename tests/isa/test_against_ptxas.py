"""The table against the assembler: what it accepts ptxas accepts, what it refuses ptxas refuses, for the right targets.

Thousands of instructions go into one module. An instruction that no ptxas knows stands at its end, so ptxas reports
all faults by line and never starts to compile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from attrs import frozen

from ptxgen import PtxgenError, parse, toolchain
from ptxgen.errors import Severity
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
from ptxgen.isa import ROWS, SPECIAL_REGISTERS, TARGETS, Form, OperandForm, Role, Row, Shape, forms, target
from ptxgen.isa.names import sample_names
from ptxgen.isa.table import form_of
from ptxgen.isa.types import b32, u64

TOOL = toolchain.find("ptxas")
pytestmark = pytest.mark.skipif(TOOL is None, reason="ptxas not found (extra `toolchain`)")

REGISTERS = (
    "b16", "b32", "b64", "b128", "u16", "u32", "u64", "s16", "s32", "s64", "f16", "f16x2", "f32", "f64", "pred",
)  # fmt: skip
VERSIONS = (
    (6, 3), (6, 4), (6, 5), (7, 0), (7, 1), (7, 2), (7, 3), (7, 4), (7, 5), (7, 6), (7, 7), (7, 8),
    (8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (8, 7), (8, 8), (9, 0),
)  # fmt: skip

STRICTER = {
    r"fence\.acquire": "PTX 8.6 by the manual; ptxas takes it in older modules",
    r"fence\.release": "PTX 8.6 by the manual; ptxas takes it in older modules",
    r"mma\.sync\.aligned\.m16n8k16\.row\.col\.f32\.tf32": "not in the manual",
    r"wmma\.(load|store)\.": "ptxas takes shapes that no product of that type has",
    "sm_88": "PTX 9.0 by the manual; ptxas takes it in older modules",
}
"""Patterns of names (or targets) for which the table asks for more than ptxas does, with the reason."""

REFUSED = r"tex\.level\.1d\..*s32$"
"""Names that ptxas 13.0 refuses for sm_100 and up with some of their operands, against the manual."""


@frozen
class Line:
    """One instruction of a batch."""

    name: str
    operands: tuple[Operand, ...]

    def __str__(self) -> str:
        return f"{self.name} {', '.join(map(str, self.operands))}"


def refused(lines: Sequence[Line], arch: str, version: tuple[int, int] = (9, 0)) -> dict[int, str]:
    """Index -> message of each instruction that ptxas refuses."""
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
    text = "\n".join([*head, *(f"{line};" for line in lines), "nonsense;", "L: ret;", "}"]) + "\n"
    findings = toolchain.assemble(text, arch, TOOL).diagnostics
    found = {d.line - len(head) - 1: d.message for d in findings if d.line and d.severity is Severity.ERROR}
    assert found.pop(len(lines), None), f"ptxas gave up early: {findings[:3]}"
    assert not [i for i in found if i < 0], found
    return found


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
    for row in _rows():
        for name in sample_names(row, limit, random):
            for form in (f for f in forms(name) if f.row is row):
                line = line_of(row, form)
                if line is not None:
                    selected = select(line.name, line.operands)
                    assert not isinstance(selected, Mismatch), f"{line}: {selected}"
                    found.append((selected, line))
    return found


def _rows() -> Iterator[Row]:
    for rows in ROWS.values():
        yield from rows


def near_lines(limit: int, seed: int) -> list[Line]:
    """Names with the modifiers of a row in a combination that no row allows."""
    found: list[Line] = []
    random = Random(seed)
    for row in _rows():
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


def check_targets(lines: list[tuple[Form, Line]]) -> list[str]:
    """Where the table and ptxas disagree about the targets of an instruction."""
    wrong: list[str] = []
    for name, arch in TARGETS.items():
        errors = refused([line for _, line in lines], name)
        for index, (form, line) in enumerate(lines):
            if arch.supports(form.requirement) == (index in errors) and not re.match(REFUSED, line.name):
                wrong.append(f"{name}: {line}: {errors.get(index, 'accepted')}")
    return wrong


def check_refusals(lines: list[Line]) -> list[str]:
    """What the table refuses and ptxas takes."""
    errors = refused(lines, "sm_100a")
    return [str(line) for index, line in enumerate(lines) if index not in errors and not _is_stricter(line)]


def _has_newer_operand(line: Line) -> bool:
    """The predicate that a texture fetch gives needs PTX 7.1; the version of a form follows from its name alone."""
    return line.name.startswith(("tex.", "tld4.")) and isinstance(line.operands[0], Pair)


def _is_stricter(line: Line) -> bool:
    return any(re.match(pattern, line.name) for pattern in STRICTER)


def check_versions(lines: list[tuple[Form, Line]]) -> list[str]:
    """Where the smallest PTX version differs, on the oldest target that has the instruction."""
    wrong: list[str] = []
    for name, arch in TARGETS.items():
        mine = [(f, line) for f, line in lines if arch.supports(f.requirement) and _oldest(f) == name]
        if not mine:
            continue
        for version in (v for v in VERSIONS if v >= arch.ptx_min):
            errors = refused([line for _, line in mine], name, version)
            for index, (form, line) in enumerate(mine):
                enough = version >= form.requirement.ptx
                lax = _is_stricter(line) if not enough else _has_newer_operand(line)
                if enough == (index in errors) and not lax:
                    wrong.append(f"PTX {version}: {line}: {errors.get(index, 'accepted')}")
    return wrong


def _oldest(form: Form) -> str:
    able = [t for t in TARGETS.values() if t.supports(form.requirement)]
    return min(able, key=lambda t: (t.ptx_min, t.suffix)).name


def test_each_row_is_accepted_on_its_targets_and_no_others() -> None:
    assert not check_targets(legal_lines(3, seed=9))


def test_near_misses_are_refused() -> None:
    assert not check_refusals(near_lines(25, seed=9))


def test_ptx_versions() -> None:
    assert not check_versions(legal_lines(2, seed=9))


@pytest.mark.slow
def test_many_combinations_on_their_targets() -> None:
    assert not check_targets(legal_lines(150, seed=90))


@pytest.mark.slow
def test_many_near_misses() -> None:
    assert not check_refusals(near_lines(1500, seed=90))


@pytest.mark.slow
def test_many_ptx_versions() -> None:
    assert not check_versions(legal_lines(80, seed=90))


CALLS = {
    "call nothing": True,
    "call.uni nothing, ()": True,
    "call taking, (%b32_0)": True,
    "call (%b32_1), giving, (%b32_0)": True,
    "call (%b32_1), making": True,
    "call %b64_0, (%b32_0), prototype": True,
    "call (%b32_1), %b64_0, (%b32_0), giver": True,
    "call %b64_0, idle": True,
    "call.sync nothing": False,
}


def test_calls() -> None:
    """The rows of `call` in use: ptxas and our parser agree on each."""
    head = """.version 9.0
.target sm_90
.address_size 64
.func nothing() { ret; }
.func taking(.param .b32 a) { ret; }
.func (.param .b32 r) giving(.param .b32 a) { st.param.b32 [r], 1; ret; }
.func (.param .b32 r) making() { st.param.b32 [r], 1; ret; }
.visible .entry k() {
.reg .b32 %b32_<2>;
.reg .b64 %b64_<2>;
prototype: .callprototype _ (.param .b32 a);
giver: .callprototype (.param .b32 r) _ (.param .b32 a);
idle: .callprototype _ ();
mov.b32 %b32_0, 0;
mov.b64 %b64_0, nothing;
"""
    for call, legal in CALLS.items():
        text = f"{head}{call};\nret;\n}}\n"
        assert toolchain.assemble(text, "sm_90", TOOL).accepted is legal, call
        if legal:
            parse(text)
        else:
            with pytest.raises(PtxgenError):
                parse(text)


def test_special_registers() -> None:
    infos = list(SPECIAL_REGISTERS.values())
    lines = [
        Line(f"mov.{info.type}", (Register(f"%{info.type}_0", info.type), Symbol(info.name)))
        for info in infos
    ]
    for name in ("sm_75", "sm_80", "sm_90", "sm_100a"):
        errors = refused(lines, name)
        for index, info in enumerate(infos):
            assert (index not in errors) == target(name).supports(info.requirement), f"{name}: {info.name}"


@pytest.mark.parametrize("name", TARGETS)
def test_smallest_version_of_a_target(name: str) -> None:
    text = f".version {{}}.{{}}\n.target {name}\n.address_size 64\n.visible .entry k() {{{{ ret; }}}}\n"
    first = target(name).ptx_min
    assert toolchain.assemble(text.format(*first), name, TOOL).accepted
    before = VERSIONS[VERSIONS.index(first) - 1]
    if before < first and name not in STRICTER:
        assert not toolchain.assemble(text.format(*before), name, TOOL).accepted


@pytest.mark.parametrize("name", TARGETS)
def test_static_shared_memory(name: str) -> None:
    """ptxas holds base targets to 48 KB; on `a` and `f` targets it lets through what only a launch can grant."""
    text = (
        ".version 9.0\n.target {0}\n.address_size 64\n.shared .b8 s[{1}];\n"
        ".visible .entry k() {{ .reg .b32 %r; ld.shared.b32 %r, [s]; st.shared.b32 [s+4], %r; ret; }}\n"
    )
    arch = target(name)
    assert toolchain.assemble(text.format(name, arch.shared_static), name, TOOL).accepted
    limit = arch.shared_optin if arch.suffix else arch.shared_static
    assert not toolchain.assemble(text.format(name, limit + 4), name, TOOL).accepted
