"""What the parser refuses: each id, with its line, its column and what the message must say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptxgen.errors import ParseError
from ptxgen.ir import Function, Module
from ptxgen.ir.parser import ParseLimits, parse

BODY = 6
"""The line that the `body` fixture puts its text on."""


@pytest.mark.parametrize(
    ("text", "id", "column", "message"),
    [
        # instructions that no form fits keep the mismatch's id
        ("frobnicate.u32 %r1, %r2;", "PTX001", 1, "unknown instruction frobnicate.u32"),
        ("ad.u32 %r1, %r2, %r3;", "PTX001", 1, "unknown instruction ad.u32"),
        ("frobnicate.u32 %r1, nobody;", "PTX001", 1, "unknown instruction frobnicate.u32"),
        ("frobnicate {a, {b}};", "PTX001", 1, "unknown instruction frobnicate"),
        ("add.u33 %r1, %r2, %r3;", "PTX001", 1, "no such form of add: add.u33"),
        ("mov.u32 %r1, 1; add.u32 %r1, %r2;", "PTX002", 17, "add.u32 takes operands"),
        ("ret 1;", "PTX002", 1, "ret takes operands"),
        ("ld.global.u32 %r1, %rd1;", "PTX003", 1, "must be an address in brackets"),
        ("add.f32 %f1, %f2, %rd1;", "PTX014", 1, "takes f32, got b64"),
        ("mov.f32 %f1, 1;", "PTX015", 1, "takes f32, got the integer constant 1"),
        ("ld.global.u32 %r1, [%r2];", "PTX016", 1, "64 bits wide"),
        ("@%r1 ret;", "PTX014", 2, "a guard takes a predicate register"),
        # the grammar
        ("mov.u32 %r1, 1", "PTX080", 1, "unexpected '}'"),
        ("mov.u32 %r1 1;", "PTX080", 13, "unexpected '1'"),
        ("mov.u32 %r1,, 1;", "PTX080", 13, "unexpected ','"),
        ("mov.u32 %r1, [%rd1;", "PTX080", 19, "unexpected ';'"),
        ("mov.u32 %r1, );", "PTX080", 14, "unexpected ')'"),
        ("mov.u32 %r1, {%r2, };", "PTX080", 20, "unexpected '}'"),
        (".maxntid 32;", "PTX080", 1, "unexpected '.maxntid'"),
        ("mov.b64 %rd1, {%rd2, {%r1}};", "PTX080", 23, "an element of a vector"),
        ("setp.eq.u32 5|%p1, %r1, 2;", "PTX088", 13, "operator | takes two constants"),
        ("mov.u32 %r1, (%r1, %r2);", "PTX080", 15, "only in a call"),
        ("mov.u64 %rd1, (g);", "PTX080", 16, "parentheses stand around"),
        ("ld.global.u32 %r1, [(g)];", "PTX080", 22, "an address is"),
        ("mov.f32 %f1, -0f3F800000;", "PTX088", 15, "takes no operator"),
        ("mov.f32 %f1, (1.0 + 0f3F800000);", "PTX088", 21, "takes no operator"),
        ("cvt.rn.f32.u32 {%f1}, %r1;", "PTX003", 1, "must be a f32 register"),
        ("mov.u64 %rd1, generic(g);", "PTX080", 15, "only in initialisers"),
        ("mov.u64 %rd1, specific(g);", "PTX080", 15, "specific(...) is not PTX"),
        ("ld.global.u32 %r1, [1.5];", "PTX080", 21, "an address is"),
        ("ld.global.u32 %r1, [%tid.x];", "PTX080", 21, "cannot be an address"),
        (".branchtargets L; L:", "PTX080", 1, ".branchtargets needs a label"),
        # characters
        ("mov.u32 %r1, 1 ` 2;", "PTX081", 16, "unexpected character '`'"),
        ("mov.u32 %r1, é;", "PTX081", 14, "unexpected character"),
        ("/* no end", "PTX081", 1, "comment without an end"),
        ('.pragma "no end;', "PTX081", 9, "string without an end"),
        ("#define x 1", "PTX093", 1, "preprocessor"),
        # names
        ("mov.u32 %r1, %r10;", "PTX083", 14, "%r10 is not declared"),
        ("mov.u32 %r1, %r01;", "PTX083", 14, "%r01 is not declared"),
        ("mov.u32 nobody, 1;", "PTX083", 9, "nobody is not declared"),
        ("ld.param.u32 %r1, [n];", "PTX083", 20, "n is not declared"),
        ("@%p9 ret;", "PTX083", 2, "%p9 is not declared"),
        ("{ .reg .b32 t; } mov.u32 t, 1;", "PTX083", 26, "t is not declared"),
        ("mov.u32 t, 1; .reg .b32 t;", "PTX083", 9, "t is not declared"),
        (".loc 3 1 1\nret;", "PTX083", 6, "file 3"),
        ("call later;", "PTX083", 6, "later is not declared"),
        (".reg .b32 %r1;", "PTX084", 11, "%r1 is already declared"),
        (".reg .f32 %r<3>;", "PTX084", 11, "overlap"),
        (".reg .b32 a, a;", "PTX084", 14, "a is already declared"),
        (".reg .b32 x5; .reg .f32 x<6>;", "PTX084", 25, "x<6> overlaps"),
        (".reg .b32 x<16>, x1<2>;", "PTX084", 18, "x1<2> overlaps"),
        (".reg .b32 x1<2>, x<16>;", "PTX084", 18, "x<16> overlaps"),
        (".reg .b32 a; .shared .b32 a;", "PTX084", 27, "a is already declared"),
        ("a: .reg .b32 a;", "PTX084", 14, "a is already declared"),
        ("bra nowhere;", "PTX085", 5, "nowhere is not defined as a label"),
        ("{ L: } bra L;", "PTX085", 12, "L is not defined as a label"),
        ("T: .branchtargets nowhere;", "PTX085", 4, "nowhere is no label"),
        ("T: .calltargets T;", "PTX085", 4, "T is no function"),
        ("L: ret; L: ret;", "PTX086", 9, "label L is already defined"),
        # constants
        ("mov.u32 %r1, 0x;", "PTX087", 14, "malformed constant 0x"),
        ("mov.u32 %r1, 12abc;", "PTX087", 14, "malformed constant 12abc"),
        ("mov.u32 %r1, 089;", "PTX087", 14, "malformed octal"),
        ("mov.u32 %r1, 0b12;", "PTX087", 14, "malformed constant 0b12"),
        ("mov.f32 %f1, 0f3F8000;", "PTX087", 14, "malformed constant 0f3F8000"),
        ("mov.f32 %f1, 1.0f;", "PTX087", 14, "malformed constant 1.0f"),
        ("mov.u64 %rd1, 18446744073709551616;", "PTX087", 15, "does not fit in 64 bits"),
        ("mov.u32 %r1, 1 / 0;", "PTX088", 18, "division by zero"),
        ("mov.u32 %r1, 1 % (2 - 2);", "PTX088", 19, "division by zero"),
        ("mov.f32 %f1, 1.0 / 0.0;", "PTX088", 20, "division by zero"),
        ("mov.f32 %f1, 1.0 << 2;", "PTX088", 14, "<< does not take floating"),
        ("mov.u32 %r1, ~1.0;", "PTX088", 15, "operand of ~ must be an integer"),
        ("mov.u32 %r1, %r2 + 1;", "PTX088", 14, "only inside brackets"),
        ("mov.u32 %r1, %r2 * 2;", "PTX088", 14, "operator * takes two constants"),
        ("mov.u32 %r1, (.u32) 1;", "PTX088", 21, "cast to .s64 or .u64"),
        ("mov.u64 %rd1, g + 1.5;", "PTX088", 19, "must be an integer constant"),
        # declarations
        (".shared .pred x;", "PTX090", 15, "register only"),
        (".reg x;", "PTX091", 6, "needs a type"),
        (".shared x;", "PTX091", 9, "needs a state space and a type"),
        (".b32 x;", "PTX091", 6, "needs a state space and a type"),
        (".reg .b32 x[4];", "PTX091", 11, "cannot be an array"),
        (".reg .b32 .f32 x;", "PTX091", 11, "a second type"),
        (".shared .local .b32 x;", "PTX091", 9, "a second state space"),
        (".shared .align 3 .b32 x;", "PTX091", 16, "power of two"),
        (".shared .b32 x<4>;", "PTX091", 14, "only registers"),
        (".shared .b32 x = 1;", "PTX091", 14, "cannot have an initial value"),
        (".shared .b32 x[0];", "PTX091", 16, "must be positive"),
        (".shared .b32 x[-1];", "PTX091", 16, "must be positive"),
        (".shared .b32 x[4][];", "PTX091", 14, "only the first extent"),
        (".shared .b32 x[1.5];", "PTX088", 16, "an array extent must be an integer"),
        (".shared .b32 x[];", "PTX091", 14, "the size of x is not given"),
        (".global .b32 x;", "PTX095", 14, "cannot be declared in a body"),
        (".reg .v4 .b32 x<3>;", "PTX093", 15, "range of vector registers"),
        ("ld.global.u32 %r1, [%rd1, {%r1, %r2}];", "PTX003", 1, "must be an address in brackets"),
        ("ld.global.u32 %r1, [%rd1, 1.0, 2, 3];", "PTX080", 21, "an address with coordinates is"),
        ("ld.global.u32 %r1, [%rd1, 4, {%r1}];", "PTX080", 21, "a sampler is a register"),
    ],
)  # fmt: skip
def test_statements(body: Callable[..., Function], text: str, id: str, column: int, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        body(text, ".global .b32 g;")
    error = caught.value
    assert (error.id, message in error.message) == (id, True), str(error)
    assert error.location is not None
    if text.startswith(".loc") or (error.message.startswith("unexpected '}'") and not text.endswith("};")):
        assert error.line >= BODY
        return
    assert (error.line, error.location.column) == (BODY, column)


@pytest.mark.parametrize(
    ("text", "id", "message"),
    [
        ("mov.u32 %r1, %r2;", "PTX080", "unexpected 'mov.u32'"),
        (".entry k() { ret;", "PTX080", "ends too early"),
        (".entry k() { } }", "PTX080", "unexpected '}'"),
        (".entry k(.param .b32 a .param .b32 b) { }", "PTX080", "unexpected '.param'"),
        (".func f() (.param .b32 a) (.param .b32 b);", "PTX080", "a second list of parameters"),
        (".section .debug_x { .b8 {1} }", "PTX080", "unexpected"),
        (".global .b32 x; .global .b32 x;", "PTX084", "x is already declared"),
        (".entry k() { } .entry k() { }", "PTX084", "k is already declared"),
        (".global .b32 k; .entry k() { }", "PTX084", "k is already declared"),
        (".func f() { } .global .b32 f;", "PTX084", "f is already declared"),
        (".entry k(.param .b32 a, .param .b32 a) { }", "PTX084", "a is already declared"),
        (".entry k(.param .b32 a) { .reg .b32 a; }", "PTX084", "a is already declared"),
        (".global .u64 p = q;", "PTX083", "q is not declared"),
        (".alias a, b;", "PTX083", ".alias names a"),
        (".global .b32 x[2] = {1, 2, 3};", "PTX091", "3 initial values for an extent of 2"),
        (".global .b32 x[2] = 1;", "PTX091", "stands in braces"),
        (".global .b32 x = {1};", "PTX091", "does not fit the type b32"),
        (".global .f32 x = 1;", "PTX091", "does not fit the type f32"),
        (".global .u32 x = 1.0;", "PTX091", "does not fit the type u32"),
        (".global .b32 x[] = 4;", "PTX091", "needs an initial value in braces"),
        (".global .b32 x[2] = {1, %r};", "PTX083", "%r is not declared"),
        (".reg .b32 x;", "PTX091", "outside a function"),
        (".param .b32 x;", "PTX091", "outside a function"),
        (".entry k(.shared .b32 a) { }", "PTX091", "must be .param"),
        (".func f(.shared .b32 a) { }", "PTX091", "must be .param or .reg"),
        (".entry k(.reg .b32 a) { }", "PTX091", "must be .param"),
        (".entry k(.param .b32 a[]) { }", "PTX091", "only the last parameter of a .func"),
        (".func f(.param .b32 a[], .param .b32 b) { }", "PTX091", "only the last parameter of a .func"),
        (".func f(.param .align 256 .b8 a[256]) { }", "PTX091", "aligned to 128 bytes at most"),
        (".func f(.param .v4 .f32 a) { }", "PTX090", "cannot be a vector"),
        (".global .v4 .f64 x;", "PTX091", "a vector has at most 128 bits"),
        (".func f() { .reg .v4 .f64 x; }", "PTX091", "a vector has at most 128 bits"),
        (".global .bf16 x;", "PTX090", "a type of instructions"),
        (".func f() { .reg .u16x2 x; }", "PTX090", "a type of instructions"),
        (".entry k() .noreturn { }", "PTX092", "does not belong to an entry"),
        (".func f() .maxntid 32 { }", "PTX092", "does not belong to a .func"),
        (".global .b32 x; .global .u64 y = (x)+4;", "PTX080", "a name stands without parentheses"),
        (".entry k(.param .b32 a = 1) { }", "PTX091", "cannot have an initial value"),
        (".global .entry k() { }", "PTX091", "takes a linkage"),
        (".visible .weak .global .b32 x;", "PTX091", "a second linkage"),
        (".entry k() .maxntd 32 { }", "PTX092", "unknown directive .maxntd"),
        (".entry k() .maxntid 1, 2, 3, 4 { }", "PTX092", ".maxntid takes 1 to 3 integers, got 4"),
        (".entry k() .maxnreg { }", "PTX092", ".maxnreg takes 1 integers, got 0"),
        ('.entry k() .maxnreg "many" { }', "PTX092", ".maxnreg takes 1 integers"),
        (".global .b32 a.b;", "PTX080", "a declared name has no dot: a.b"),
        (".func f.g() { }", "PTX080", "a declared name has no dot: f.g"),
        (".func f() { a.b: ret; }", "PTX080", "a declared name has no dot: a.b"),
        (".entry k() { P: .callprototype p (.param .b32 _); }", "PTX080", "a prototype is named '_'"),
        (".global .attribute(.shiny) .b32 x;", "PTX092", "unknown attribute .shiny"),
        (".global .attribute(.managed(1)) .b32 x;", "PTX092", "unknown attribute .managed"),
        (".global .texref t;", "PTX093", "opaque type .texref"),
        (".global .b8 x[9223372036854775807][9];", "PTX082", "larger than"),
        (".global .b8 x" + "[1]" * 20 + ";", "PTX082", "more than 16 dimensions"),
        (".global .u64 x = 0xFF(1);", "PTX080", "a mask applies to the name"),
        (".version 8.0", "PTX089", "stands once"),
    ],
)
def test_modules(module: Callable[[str], Module], text: str, id: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        module(text)
    assert (caught.value.id, message in caught.value.message) == (id, True), str(caught.value)
    assert caught.value.line >= 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ".version is missing"),
        (".target sm_90", ".version is missing"),
        (".version 8.0 .entry k() { }", ".target is missing"),
        (".version 8 .target sm_90", "malformed version 8"),
        (".version 8.0 .target sm_90 .address_size 16", "is 32 or 64"),
        (".version 8.0 .target sm_90 .entry k() { } .address_size 64", "stands once"),
    ],
)
def test_headers(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.id, message in caught.value.message) == ("PTX089", True), str(caught.value)


def test_limits() -> None:
    text = ".version 8.0 .target sm_90 .global .b8 x[2][100] = {{1}, {2}};"
    assert len(parse(text).globals[0].initializer) == 101
    for limits, id in (
        (ParseLimits(characters=20), "PTX082"),
        (ParseLimits(initializer_values=50), "PTX082"),
        (ParseLimits(nesting=1), "PTX094"),
    ):
        with pytest.raises(ParseError) as caught:
            parse(text, limits=limits)
        assert caught.value.id == id


def test_the_message_shows_place_and_help(body: Callable[..., Function]) -> None:
    with pytest.raises(ParseError) as caught:
        body("\n  mov.u32 %r1, result;\n", ".global .b32 results;\n.extern .shared .b8 s[];")
    text = str(caught.value)
    assert text.splitlines()[0] == "error[PTX083]: result is not declared"
    assert "<ptx>:8:16" in text
    assert "note: mov.u32 %r1, result;" in text


def test_a_message_shows_the_line_of_the_file_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.ptx"
    path.write_text(".version 8.0\n.target sm_90\n.entry k() { bra nowhere; }\n")
    with pytest.raises(ParseError) as caught:
        parse(path.read_text(), str(path))
    assert str(caught.value).count("bra nowhere;") == 1
    assert "bad.ptx:3:18" in str(caught.value)


def test_a_near_name_is_offered(body: Callable[..., Function]) -> None:
    with pytest.raises(ParseError) as caught:
        body(".reg .b32 total; mov.u32 totl, 1;")
    assert caught.value.help == "did you mean total?"


def test_the_nearest_forms_are_offered(body: Callable[..., Function]) -> None:
    with pytest.raises(ParseError) as caught:
        body("fma.f32 %f1, %f2, %f3, %f4;")
    assert "fma" in caught.value.help
    assert ".rnd" in caught.value.help


@pytest.mark.parametrize("arguments", ["((a))", "(((a)))", "((%r1))"])
def test_parentheses_around_an_argument(body: Callable[..., Function], arguments: str) -> None:
    """Constants may have some of their own, as in `call f, ((1));`; names may not, as ptxas has it."""
    before = ".func f(.param .b32 p) { ret; }"
    text = f".param .b32 a; st.param.b32 [a], 1; call f, {arguments};"
    with pytest.raises(ParseError, match="parentheses stand around"):
        body(text, before)
    body(text.replace(arguments, "((1))"), before)
