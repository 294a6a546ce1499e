"""What the parser makes of declarations, literals, expressions, scopes, labels, calls and locations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen.errors import Inlining, SourceLocation
from ptxgen.ir import Function, Module
from ptxgen.ir.module import CallTarget, Directive, Linkage, Pointee
from ptxgen.ir.operands import Address, Immediate, Register, Symbol, Vector
from ptxgen.ir.parser import parse
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b16, b32, b64, f32, f64, u8

Statements = Callable[..., list[str]]
Modules = Callable[[str], Module]
Bodies = Callable[..., Function]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("12U", 12),
        ("0", 0),
        ("-7", -7),
        ("0x1F", 31),
        ("0XabU", 171),
        ("017", 15),
        ("0b101", 5),
        ("0xFFFFFFFFFFFFFFFF", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("0xFFFFFFFFFFFFFFFF / 2", 2**63 - 1),
        ("0xFFFFFFFFFFFFFFFF + 1", 0),
        ("0x7FFFFFFFFFFFFFFF + 1", -(2**63)),
        ("1 << 4 | 3 & ~1 ^ 2", 16),
        ("1 << 100", 0),
        ("-1 >> 70", -1),
        ("0xF000000000000000 >> 60", 15),
        ("~0", -1),
        ("!5", 0),
        ("!0 && 3", 1),
        ("0 || 0", 0),
        ("3 > 2 ? 10 : 20", 10),
        ("0 ? 1 : 0 ? 2 : 3", 3),
        ("-1 < 1U", 0),
        ("(.u64) -1 > 1", 1),
        ("(.s64) 0xFFFFFFFFFFFFFFFF", -1),
        ("2 == 2", 1),
        ("2 != 2", 0),
        ("WARP_SZ", 32),
        ("WARP_SZ * 4 - 1", 127),
        ("1.5 > 1.25", 1),
    ],
)
def test_integer_constants(body: Bodies, text: str, value: int) -> None:
    (instruction,) = body(f"mov.u64 %rd1, {text};").instructions()
    assert instruction.operands[1] == Immediate(value)


@given(
    st.recursive(
        st.integers(0, 99).map(str),
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*&|^"), inner),
    )
)
def test_constant_expressions_agree_with_python(text: str) -> None:
    module = parse(f".version 8.0\n.target sm_90\n.global .s64 x = {text};")
    wrapped = (eval(text) + 2**63) % 2**64 - 2**63
    assert module.globals[0].initializer == (Immediate(wrapped),)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("0f3F800000", 0x3F800000),
        ("0F3f800000", 0x3F800000),
        ("1.0", 0x3F800000),
        ("1.", 0x3F800000),
        (".5", 0x3F000000),
        ("1e1", 0x41200000),
        ("1.5E-1", 0x3E19999A),
        ("-1.0", 0xBF800000),
        ("+1.0", 0x3F800000),
        ("0d3FF0000000000000", 0x3F800000),
        ("-(0f7F800000)", 0xFF800000),
        ("1e300", 0x7F800000),
        ("1e-300", 0),
        ("1.0 + 0.5", 0x3FC00000),
        ("(2.0 - 1) / 4.0", 0x3E800000),
    ],
)
def test_single_precision_constants(body: Bodies, text: str, bits: int) -> None:
    (instruction,) = body(f"mov.f32 %f1, {text};").instructions()
    assert instruction.operands[1] == Immediate(bits, f32)


def test_double_precision_constants_stay_double(body: Bodies) -> None:
    (instruction,) = body("add.f64 %d1, %d2, 0.1;").instructions()
    assert instruction.operands[2] == Immediate(0x3FB999999999999A, f64)


def test_every_nan_keeps_its_bits(statements: Statements) -> None:
    assert statements("mov.f32 %f1, 0fFFC12345; mov.f64 %d1, 0d7FF0000000000001;") == [
        "mov.f32 %f1, 0fFFC12345;",
        "mov.f64 %d1, 0d7FF0000000000001;",
    ]


@pytest.mark.parametrize(
    ("text", "operand"),
    [
        ("[%rd1]", Address(Register("%rd1", b64))),
        ("[%rd1+16]", Address(Register("%rd1", b64), 16)),
        ("[%rd1+-16]", Address(Register("%rd1", b64), -16)),
        ("[%rd1-16]", Address(Register("%rd1", b64), -16)),
        ("[ %rd1 + 0x10 ]", Address(Register("%rd1", b64), 16)),
        ("[%rd1 + 4 * 4]", Address(Register("%rd1", b64), 16)),
        ("[%rd1+010]", Address(Register("%rd1", b64), 8)),
        ("[g]", Address(Symbol("g"))),
        ("[g+4]", Address(Symbol("g"), 4)),
        ("[4096]", Address(None, 4096)),
        ("[(4096)]", Address(None, 4096)),
    ],
)
def test_addresses(body: Bodies, text: str, operand: Address) -> None:
    (instruction,) = body(f"ld.global.u32 %r1, {text};", ".global .b32 g[4];").instructions()
    assert instruction.operands[1] == operand


def test_foreign_operand_notation_becomes_ours(statements: Statements) -> None:
    text = "ld.global.b16 { %h1 }, [ %rd1 + 0 ]; st.global.b16 [%rd1], {%h1}; mov.b32 %r1, (5); @ ! %p1 bra L; L:"
    assert statements(text) == [
        "ld.global.b16 %h1, [%rd1];",
        "st.global.b16 [%rd1], %h1;",
        "mov.b32 %r1, 5;",
        "@!%p1 bra L;",
    ]


def test_names_and_vectors_of_one_as_nvcc_writes_them(statements: Statements) -> None:
    """Rounding behind the types, and one element of a surface in braces: ptxas takes both."""
    product, store = statements(
        "wmma.mma.sync.aligned.row.col.m8n8k4.f64.f64.f64.f64.rn {%d0, %d1}, {%d2}, {%d3}, {%d0, %d1};\n"
        "sust.b.2d.b32.trap [%rd2, {%r1, %r2}], {%r3};"
    )
    assert product.startswith("wmma.mma.sync.aligned.row.col.m8n8k4.rn.f64.f64.f64.f64 {")
    assert store == "sust.b.2d.b32.trap [%rd2, {%r1, %r2}], %r3;"


def test_vectors_pairs_sinks_and_negation(statements: Statements) -> None:
    text = (
        "ld.global.v2.u32 {%r1,_}, [%rd1]; setp.lt.and.u32 %p1|%p2, %r1, 5, !%p3; setp.eq.u32 _|%p1, %r1, 0;"
    )
    assert statements(text) == [
        "ld.global.v2.u32 {%r1, _}, [%rd1];",
        "setp.lt.and.u32 %p1|%p2, %r1, 5, !%p3;",
        "setp.eq.u32 _|%p1, %r1, 0;",
    ]


def test_comments_are_white_space(statements: Statements) -> None:
    text = "/* ; } */ mov.u32 // here\n %r1 /**/, /* * / */ 5; // mov.u32 %r1, 6;\n// }\nret /* end */;"
    assert statements(text) == ["mov.u32 %r1, 5;", "ret;"]


def test_declared_types_are_register_types(body: Bodies) -> None:
    text = ".reg .u8 a; .reg .f16x2 b; .reg .b16 c; ld.global.u8 a, [%rd1]; mov.b32 b, %r1; mov.b16 c, 1;"
    found = body(text).registers()
    assert [found[name].type.name for name in ("a", "b", "c")] == ["u16", "b32", "b16"]


def test_register_ranges_are_not_expanded(body: Bodies) -> None:
    function = body(".reg .b32 %big<2000000000>; mov.u32 %big1999999999, %big0;")
    assert list(function.registers()) == ["%big1999999999", "%big0"]


def test_vector_registers_are_their_components(body: Bodies) -> None:
    function = body(".reg .v2 .f32 q; mov.f32 q.x, q.y; mov.f32 q.g, q.r; st.global.v2.f32 [%rd1], q;")
    x, y = Register("q_x", f32), Register("q_y", f32)
    assert [i.operands for i in function.instructions()] == [
        (x, y),
        (y, x),
        (Address(Register("%rd1", b64)), Vector((x, y))),
    ]


def test_inner_scopes_are_flattened_and_clashes_renamed(statements: Statements) -> None:
    text = """
        .reg .b32 t; mov.b32 t, 1;
        { .reg .b32 t, u; mov.b32 t, 2; mov.b32 u, t; { .reg .b32 t; mov.b32 t, 3; mov.b32 u, t; } mov.b32 t, 4; }
        { .reg .f32 u, %r<3>; mov.f32 u, 0f00000000; mov.f32 %r1, u; mov.b32 %r5, t; }
        mov.b32 %r1, t;
    """
    assert statements(text) == [
        "mov.b32 t, 1;",
        "mov.b32 t_1, 2;",
        "mov.b32 u, t_1;",
        "mov.b32 t_2, 3;",
        "mov.b32 u, t_2;",
        "mov.b32 t_1, 4;",
        "mov.f32 u_1, 0f00000000;",
        "mov.f32 %r1_1, u_1;",
        "mov.b32 %r5, t;",
        "mov.b32 %r1, t;",
    ]


def test_a_later_declaration_shadows_from_there_on(statements: Statements) -> None:
    text = "{ mov.b32 %r1, %r2; .reg .b32 %r2; mov.b32 %r1, %r2; @%p1 bra L; .reg .pred %p1; @%p1 bra L; } L: ret;"
    assert statements(text) == [
        "mov.b32 %r1, %r2;",
        "mov.b32 %r1, %r2_1;",
        "@%p1 bra L;",
        "@%p1_1 bra L;",
        "ret;",
    ]


def test_labels_belong_to_their_scope(body: Bodies) -> None:
    text = """
        { AGAIN: @%p1 bra DONE; bra AGAIN; DONE: }
        { AGAIN: @%p1 bra DONE; bra AGAIN; DONE: bra END; }
        END: ret;
    """
    function = body(text)
    assert [b.label for b in function.blocks if b.label] == ["AGAIN", "DONE", "AGAIN_1", "DONE_1", "END"]
    assert [str(i) for i in function.instructions()] == [
        "@%p1 bra DONE;",
        "bra AGAIN;",
        "@%p1 bra DONE_1;",
        "bra AGAIN_1;",
        "bra END;",
        "ret;",
    ]


def test_a_hoisted_name_does_not_hide_a_global(module: Modules) -> None:
    text = ".global .b32 g; .entry k() { { .reg .b64 g; mov.b64 g, 1; } { .reg .b64 a; mov.b64 a, g; } }"
    m = module(text)
    assert [str(i) for i in m.function("k").instructions()] == ["mov.b64 g_1, 1;", "mov.b64 a, g;"]
    assert parse(m.to_ptx()) == m


def test_parameters(module: Modules) -> None:
    m = module(
        ".entry k(.param .u64 .ptr .global .align 16 x, .param .u64 .ptr y, .param .align 8 .b8 z[24],"
        ".param .u8 w) { }"
    )
    x, y, z, w = m.function("k").params
    assert x.pointee == Pointee(StateSpace.GLOBAL, 16)
    assert y.pointee == Pointee(None, 4)
    assert (z.type.name, z.shape, z.align, z.bytes, z.alignment) == ("b8", (24,), 8, 24, 8)
    assert w.type is u8


def test_function_directives_and_linkage(module: Modules) -> None:
    m = module(
        ".weak .entry k() .maxntid 16, 8 .minnctapersm 2 .reqnctapercluster 2,1,1 .explicitcluster { }"
        ".visible .func .attribute(.unified(1, 0x2)) (.reg .b32 r) f (.reg .b32 a) .noreturn { mov.b32 r, a; }"
    )
    k, f = m.functions
    assert k.linkage is Linkage.WEAK
    assert k.directives == [
        Directive("maxntid", (16, 8)),
        Directive("minnctapersm", (2,)),
        Directive("reqnctapercluster", (2, 1, 1)),
        Directive("explicitcluster"),
    ]
    assert f.attributes == (Directive("unified", (1, 2)),)
    assert f.directives == [Directive("noreturn")]
    assert [v.space for v in (*f.returns, *f.params)] == [StateSpace.REG] * 2
    assert next(f.instructions()).operands == (Register("r", b32), Register("a", b32))
    assert parse(m.to_ptx()) == m


def test_initialisers_are_flat_and_padded(module: Modules) -> None:
    m = module(
        ".global .s32 a[3][2] = {{1}, {2, 3}, {4}}; .global .b8 c[] = {1, 2, 3}; .global .f32 f[2] = {1.0, 0f3F800000};"
        ".global .f64 d = 1.0; .global .b32 g = 1.0; .global .u64 p[2] = {a, generic(a) + 4}; .const .u8 m = 0xFF00(a);"
        ".global .v2 .b32 v = {1, 2};"
    )
    values = {v.name: v.initializer for v in m.globals}
    one = Immediate(0x3F800000, f32)
    assert values["a"] == tuple(map(Immediate, (1, 0, 2, 3, 4)))
    assert m.globals[1].shape == (3,)
    assert values["f"] == (one, one)
    assert values["d"] == (Immediate(0x3FF0000000000000, f64),)
    assert values["g"] == (one,)
    assert values["p"] == (Symbol("a"), Symbol("a", 4, generic=True))
    assert values["m"] == (Symbol("a", mask=0xFF00),)
    assert values["v"] == (Immediate(1), Immediate(2))
    assert parse(m.to_ptx()) == m


def test_call_targets_take_their_label(body: Bodies) -> None:
    text = """
        { T : .branchtargets A, B; brx.idx %r1, T; }
        A: P: .callprototype (.param .b32 _) _ (.param .align 8 .b8 _[16]) .noreturn;
        B: C: .calltargets f; call %rd1, C;
    """
    function = body(text, ".func f() { }")
    branch, prototype, targets = function.targets
    assert branch == CallTarget("T", "branchtargets", ("A", "B"))
    assert (prototype.label, prototype.kind, prototype.directives) == (
        "P",
        "callprototype",
        (Directive("noreturn"),),
    )
    assert [v.bytes for v in (*prototype.returns, *prototype.params)] == [4, 16]
    assert targets == CallTarget("C", "calltargets", ("f",))
    assert [b.label for b in function.blocks] == [None, "A", "B"]


def test_calls(statements: Statements) -> None:
    header = (
        ".func (.param .b32 r) f (.param .b32 a) { } .func g () { } .func (.reg .b32 r) h (.reg .b32 a) { }"
    )
    text = """
        .param .b32 a, r;
        call.uni (r), f, (a);
        call
          (r),   // several lines
          f, ( a );
        call g; call (%r1), h, (5); @%p1 call (%r1), h, (%r2);
    """
    assert statements(text, header) == [
        "call.uni (r), f, (a);",
        "call (r), f, (a);",
        "call g;",
        "call (%r1), h, (5);",
        "@%p1 call (%r1), h, (%r2);",
    ]


def test_pragmas_stand_where_they_were(body: Bodies) -> None:
    function = body(
        'L: .pragma "nounroll"; mov.b32 %r1, 1; .pragma "used_bytes_mask 3"; mov.b32 %r1, 2; bra L;'
    )
    assert [(b.label, b.pragmas, len(b.instructions)) for b in function.blocks] == [
        ("L", ["nounroll"], 1),
        (None, ["used_bytes_mask 3"], 2),
    ]


def test_locations_come_from_loc(module: Modules) -> None:
    m = module(
        '.file 7 "a/kernel.cu"\n.entry k() {\n.reg .b32 a;\nmov.b32 a, 1;\n.loc 7 12 3\nmov.b32 a, 2;\n'
        ".loc 7 13 1, function_name $x, inlined_at 7 12 3\nmov.b32 a, 3;\n.loc 7 14\nret;\n}"
        "\n.section .debug_str { $x: .b8 102, 0 }"
    )
    found = [(i.line, i.location) for i in m.function("k").instructions()]
    assert found == [
        (7, None),
        (9, SourceLocation("a/kernel.cu", 12, 3)),
        (11, SourceLocation("a/kernel.cu", 13, 1, Inlining("$x", 0, SourceLocation("a/kernel.cu", 12, 3)))),
        (13, SourceLocation("a/kernel.cu", 14, 0)),
    ]


def test_lines_of_variables_and_functions(module: Modules) -> None:
    m = module(".global .b32 x;\n\n.entry k(\n.param .b32 n\n) {\n.shared .b32 s; }")
    assert (m.globals[0].line, m.functions[0].line) == (4, 6)
    assert (m.functions[0].params[0].line, m.functions[0].variables[0].line) == (7, 9)


def test_the_header(module: Modules) -> None:
    m = parse(
        '.version 7.8 .target sm_90a, texmode_independent, debug .address_size 64 .pragma "nounroll";',
        "x.ptx",
    )
    assert (m.version, m.target, m.options, m.address_size) == (
        (7, 8),
        "sm_90a",
        ("texmode_independent", "debug"),
        64,
    )
    assert m.directives == [Directive("pragma", ("nounroll",))]
    assert m.name == "x.ptx"


def test_half_registers_take_bits(body: Bodies) -> None:
    (instruction,) = body("mov.b16 %h1, 0x3C00;").instructions()
    assert instruction.operands == (Register("%h1", b16), Immediate(0x3C00))
