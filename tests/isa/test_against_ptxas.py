"""The table against the assembler: what it accepts ptxas accepts, what it refuses ptxas refuses, for the right targets.

Thousands of instructions go into one module. An instruction that no ptxas knows stands at its end, so ptxas reports
all faults by line and never starts to compile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from ptxgen import PtxgenError, parse, toolchain
from ptxgen.errors import Severity
from ptxgen.ir.operands import (
    Pair,
    Register,
    Symbol,
)
from ptxgen.isa import SPECIAL_REGISTERS, TARGETS, Form, target
from tests.isa.lines import SIGNED_LINES, Line, kernel, legal_lines, near_lines

TOOL = toolchain.find("ptxas")
pytestmark = pytest.mark.skipif(TOOL is None, reason="ptxas not found (extra `toolchain`)")

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


def refused(lines: Sequence[Line], arch: str, version: tuple[int, int] = (9, 0)) -> dict[int, str]:
    """Index -> message of each instruction that ptxas refuses."""
    text, before = kernel([*lines, "nonsense"], arch, version)
    findings = toolchain.assemble(text, arch, TOOL).diagnostics
    found = {d.line - before - 1: d.message for d in findings if d.line and d.severity is Severity.ERROR}
    assert found.pop(len(lines), None), f"ptxas gave up early: {findings[:3]}"
    assert not [i for i in found if i < 0], found
    return found


def test_signs() -> None:
    text, before = kernel([line for line, _ in SIGNED_LINES], "sm_90")
    lines = {d.line - before - 1 for d in toolchain.assemble(text, "sm_90", TOOL).diagnostics if d.line}
    assert lines == {index for index, (_, legal) in enumerate(SIGNED_LINES) if not legal}


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
