"""Our verdict beside that of ptxas: what it refuses we refuse, and some of what it lets pass we find.

The kernel around a body is the one of test_rules.py. Without ptxas the comparison is skipped; our half always runs.
"""

from __future__ import annotations

import pytest

from ptxgen import Diagnostic, Severity, check, parse
from ptxgen.errors import ParseError
from ptxgen.toolchain import assemble, find

BEGIN = (
    ".version 9.0\n.target TARGET\n.address_size 64\n"
    ".const .align 16 .b8 lut[16]; .global .align 16 .b8 table[16]; .func helper() { ret; }\n"
    ".visible .entry k(.param .u64 p, .param .u32 n) { .shared .align 16 .b8 smem[256];\n"
    ".reg .pred %p<10>; .reg .b8 %c<10>; .reg .b16 %rs<10>; .reg .b32 %r<10>; .reg .u32 %u<10>;\n"
    ".reg .b64 %rd<10>; .reg .f32 %f<10>; .reg .f64 %fd<10>; .reg .f16 %h<10>;\n"
)
needs_ptxas = pytest.mark.skipif(find("ptxas") is None, reason="ptxas is not installed (extra `toolchain`)")


def kernel(body: str, target: str = "sm_90") -> str:
    return BEGIN.replace("TARGET", target) + body + "\nret;\n}\n"


def findings(text: str) -> list[Diagnostic]:
    """What we say of a text; the parser's refusal counts as one error."""
    try:
        return check(parse(text))
    except ParseError as error:
        return [Diagnostic(error.id, Severity.ERROR, error.message, error.line)]


def errors(text: str) -> set[str]:
    return {d.id for d in findings(text) if d.severity is Severity.ERROR}


VALUES = """
ld.param.u64 %rd1, [p]; ld.param.u32 %r1, [n]; mov.u32 %r2, %r1; mov.u32 %u1, %r1; mov.u32 %u2, %r1;
mov.f32 %f1, 0f3F800000; mov.f32 %f2, %f1; mov.f32 %f3, %f1; mov.f64 %fd1, 0d3FF0000000000000;
cvt.rn.f16.f32 %h1, %f1; setp.eq.u32 %p1, %r1, 0;
"""

REFUSED = {
    "sin without approx": "sin.f32 %f4, %f1;",
    "sqrt without rounding": "sqrt.f32 %f4, %f1;",
    "rcp without rounding": "rcp.f32 %f4, %f1;",
    "lg2 without approx": "lg2.f32 %f4, %f1;",
    "fma without rounding": "fma.f32 %f4, %f1, %f2, %f3;",
    "mad without rounding": "mad.f32 %f4, %f1, %f2, %f3;",
    "div without rounding": "div.f32 %f4, %f1, %f2;",
    "int to float without rounding": "cvt.f32.u32 %f4, %r1;",
    "narrowing float without rounding": "cvt.f16.f32 %h2, %f1;",
    "mul without lo, hi, wide": "mul.u32 %r3, %r1, %r2;",
    "and of u32": "and.u32 %r3, %r1, %r2;",
    "not of u32": "not.u32 %r3, %r1;",
    "shl of u32": "shl.u32 %r3, %r1, 2;",
    "load of f16": "ld.global.f16 %h2, [%rd1];",
    "store of f16": "st.global.f16 [%rd1], %h1;",
    "mov of b8": "mov.b8 %rs1, 1;",
    "shuffle without mask": "shfl.sync.bfly.b32 %r3, %r1, 1, 31;",
    "vote without sync": "vote.all.pred %p2, %p1;",
    "integer constant as float": "mov.f32 %f4, 1;",
    "barrier 16": "bar.sync 16;",
    "duplicate label": "twice: mov.u32 %r3, 1; twice: mov.u32 %r3, 2;",
    "undefined label": "bra nowhere;",
    "unknown parameter": "ld.param.u32 %r3, [m];",
    "integer add of a float register": "add.u32 %u3, %f1, %u2;",
    "32-bit register as a global address": "ld.global.b32 %r3, [%r1];",
    "32-bit register as a generic address": "ld.b32 %r3, [%r1];",
    "wrong state space": "ld.shared.b32 %r3, [table];",
    "generic access to constants": "ld.b32 %r3, [lut];",
    "store to an input parameter": "st.param.u64 [p], %rd1;",
    "undeclared symbol": "mov.u64 %rd2, missing;",
    "call of an undeclared function": "call missing;",
    "call with a surplus argument": "{ .param .b32 a; call helper, (a); }",
    "barrier for 33 threads": "bar.sync 1, 33;",
    "bit field past 255": "bfe.u32 %r3, %r1, 300, 1;",
    "32-byte vector before sm_100": "ld.global.v4.f64 {%fd1, %fd2, %fd3, %fd4}, [%rd1];",
    "instruction of another target": "redux.sync.min.f32 %f4, %f1, -1;",
    "no such special register": "mov.u32 %r3, %lane;",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_ptxas_refuses_is_an_error(body: str) -> None:
    assert errors(kernel(VALUES + body))


@needs_ptxas
@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_ptxas_refuses_it(body: str) -> None:
    assert not assemble(kernel(VALUES + body), "sm_90").accepted


MODULES = {
    "entry that returns": ".visible .entry (.param .b32 r) k() { ret; }",
    "both maxntid and reqntid": ".visible .entry k() .maxntid 64 .reqntid 64 { ret; }",
    "empty CTA": ".visible .entry k() .reqntid 0 { ret; }",
    "duplicate variable": ".global .b32 g; .global .b32 g;",
    "duplicate function": ".visible .entry k() { ret; } .visible .entry k() { ret; }",
    "duplicate parameter": ".visible .entry k(.param .b32 a, .param .b32 a) { ret; }",
    "odd alignment": ".global .align 3 .b8 g[4];",
    "98 KB of static shared memory": (
        ".visible .entry k() { .shared .align 4 .b8 tile[100352]; st.shared.b32 [tile], 1; ret; }"
    ),
    "too many parameters": ".visible .entry k(.param .b8 blob[32765]) { ret; }",
    "call of an entry": ".visible .entry m() { ret; } .visible .entry k() { call m; ret; }",
    "argument of another size": (
        ".func f(.param .b32 a) { ret; } .visible .entry k() { .param .b64 q; call f, (q); ret; }"
    ),
    "argument aligned more": (
        ".func f(.param .align 8 .b8 a[8]) { ret; }"
        " .visible .entry k() { .param .align 16 .b8 q[8]; call f, (q); ret; }"
    ),
    "array of another kind": (
        ".func f(.param .align 8 .f32 a[2]) { ret; }"
        " .visible .entry k() { .param .align 8 .s32 q[2]; call f, (q); ret; }"
    ),
    "argument aligned less": (
        ".func f(.param .align 8 .b8 a[8]) { ret; }"
        " .visible .entry k() { .param .align 4 .b8 q[8]; call f, (q); ret; }"
    ),
}


@pytest.mark.parametrize("text", MODULES.values(), ids=MODULES.keys())
def test_modules_that_ptxas_refuses_are_errors(text: str) -> None:
    assert errors(f".version 9.0\n.target sm_90\n.address_size 64\n{text}\n")


@needs_ptxas
@pytest.mark.parametrize("text", MODULES.values(), ids=MODULES.keys())
def test_ptxas_refuses_the_module(text: str) -> None:
    assert not assemble(f".version 9.0\n.target sm_90\n.address_size 64\n{text}\n", "sm_90").accepted


HEADERS = {
    "version older than the target": (".version 6.0", "sm_75"),
    "version from the future": (".version 9.1", "sm_75"),
    "unknown target": (".version 9.0", "sm_42"),
}


@pytest.mark.parametrize(("version", "target"), HEADERS.values(), ids=HEADERS.keys())
def test_headers(version: str, target: str) -> None:
    assert errors(f"{version}\n.target {target}\n.address_size 64\n.visible .entry k() {{ ret; }}\n")


ACCEPTED = {
    "register never written": ("PTX047", "sm_90", "add.u32 %u3, %u9, 1; st.global.u32 [%rd1], %u3;"),
    "64-bit shared address": ("PTX046", "sm_90", "mov.u64 %rd2, smem; ld.shared.b32 %r3, [%rd2];"),
    "static shared memory on an a target": (
        "PTX058", "sm_90a", ".shared .align 4 .b8 tile[100352]; st.shared.b32 [tile], 1;",
    ),
    "shared access out of bounds": ("PTX062", "sm_90", "st.shared.b32 [smem+256], 1;"),
    "shared access misaligned": ("PTX061", "sm_90", "st.shared.b32 [smem+2], 1;"),
    "parameter out of bounds": ("PTX062", "sm_90", "ld.param.u64 %rd2, [p+8];"),
    "constant that loses bits": ("PTX063", "sm_90", "add.s32 %r3, %r1, 5000000000;"),
    "shift past the width": ("PTX064", "sm_90", "shl.b32 %r3, %r1, 40;"),
    "lane 40": ("PTX065", "sm_90", "shfl.sync.bfly.b32 %r3, %r1, 40, 31, -1;"),
    "mask meant as a width": ("PTX066", "sm_90", "shfl.sync.bfly.b32 %r3, %r1, 1, 31, 31;"),
    "shuffle by 0": ("PTX073", "sm_90", "shfl.sync.down.b32 %r3, %r1, 0, 31, -1;"),
    "generic pointer as a shared one": (
        "PTX074", "sm_90", "mov.u64 %rd2, smem; cvta.shared.u64 %rd3, %rd2; ld.shared.b32 %r3, [%rd3];",
    ),
    "endless loop": ("PTX068", "sm_90", "loop: bra loop;"),
}  # fmt: skip


@pytest.mark.parametrize(("id", "target", "body"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_ptxas_lets_pass_is_found(id: str, target: str, body: str) -> None:
    assert id not in {d.id for d in findings(kernel(VALUES, target))}
    assert id in {d.id for d in findings(kernel(VALUES + body, target))}


@needs_ptxas
@pytest.mark.parametrize(("id", "target", "body"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_ptxas_lets_it_pass(id: str, target: str, body: str) -> None:
    assert assemble(kernel(VALUES + body, target), target).accepted


def test_a_block_of_4096_threads_is_found() -> None:
    text = ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k() .reqntid 4096 { ret; }\n"
    assert errors(text) == {"PTX056"}


@needs_ptxas
def test_the_values_themselves_are_right() -> None:
    assert assemble(kernel(VALUES), "sm_90").accepted
    assert not errors(kernel(VALUES))
