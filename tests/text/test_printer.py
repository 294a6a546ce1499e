"""The printer: exact text, register ranges, line map, `.loc`, and the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from ptxgen.errors import SourceLocation
from ptxgen.ir import Function, Module
from ptxgen.ir.operands import Register
from ptxgen.ir.parser import parse
from ptxgen.ir.printer import print_module, register_declarations
from ptxgen.isa.types import b32, f32, pred

EXACT = """\
.version 8.0
.target sm_90, texmode_independent
.address_size 64
.pragma "nounroll";

.extern .shared .align 16 .b8 dynamic[];
.visible .global .align 4 .b32 table[2][2] = {{1, -2}, {3}};
.const .f32 pi = 0f40490FDB;
.global .u64 pointers[2] = {table+4, generic(table)};

.extern .func (.param .b32 r) external(
    .param .b32 a,
    .param .align 8 .b8 b[12]
);

.func (.param .b32 r) helper(
    .param .b32 a,
    .param .b32 b
)
{
    ret;
}

.func stop()
.noreturn
{
    trap;
}

.visible .entry k(
    .param .u64 .ptr .global .align 16 x,
    .param .u32 n
)
.maxntid 256, 1, 1
.minnctapersm 2
{
    .reg .pred %p<2>;
    .reg .b32 %r<3>;
    .reg .f32 %f<4>;
    .reg .b64 %rd<2>;
    .reg .b64 flag;
    .shared .align 16 .f32 tile[8][16];
    .local .b8 frame[4];
    .param .b32 arg;
    .param .b32 ret0;
    targets: .branchtargets loop, done;
    shape: .callprototype (.param .b32 _) _ (.param .b32 _);
    forever: .callprototype _ (.param .b32 _) .noreturn;
    ld.param.u64 %rd1, [x];
    mov.u32 %r1, %tid.x;
    mov.u64 flag, table+4;
    ld.shared.v2.f32 {%f1, %f2}, [tile+16];
    setp.lt.u32 %p1, %r1, 4;
    @!%p1 bra done;
loop:
    .pragma "nounroll";
    fma.rn.f32 %f3, %f1, 0f3F800000, %f2;
    st.global.f32 [%rd1+-4], %f3;
    st.param.b32 [arg], %r1;
    call.uni (ret0), helper, (arg, arg);
    ld.param.b32 %r2, [ret0];
    @%p1 bra loop;
    brx.idx %r2, targets;
done:
    ret;
}

.func plain()
{
}

.func alias_of();

.alias alias_of, plain;
"""


def test_canonical_text_prints_as_itself() -> None:
    assert parse(EXACT).to_ptx() == EXACT


def test_canonical_text_assembles(assemble: Callable[[str, str], None]) -> None:
    assemble(EXACT, "sm_90")


@pytest.mark.parametrize(
    ("names", "others", "expected"),
    [
        (["%r1", "%r0", "%r2"], [], [".reg .b32 %r<3>;"]),
        (["%r3"], [], [".reg .b32 %r<4>;"]),
        (["%r4"], [], [".reg .b32 %r4;"]),
        (["%r1999999999"], [], [".reg .b32 %r1999999999;"]),
        (["x", "x1"], [], [".reg .b32 x;", ".reg .b32 x<2>;"]),
        (["x1", "x2"], ["x0"], [".reg .b32 x1;", ".reg .b32 x2;"]),
        (["x1", "x2"], ["x3", "y0", "x01"], [".reg .b32 x<3>;"]),
        (["%pm8", "%pm9"], [], [".reg .b32 %pm8;", ".reg .b32 %pm9;"]),
        (["a01", "a00"], [], [".reg .b32 a0<2>;"]),
    ],
)
def test_register_ranges(names: list[str], others: list[str], expected: list[str]) -> None:
    assert list(register_declarations([Register(n, b32) for n in names], others)) == expected


def test_registers_of_one_prefix_and_two_types_are_declared_one_by_one() -> None:
    registers = [Register("%x1", f32), Register("%x0", b32), Register("%p0", pred)]
    assert list(register_declarations(registers)) == [
        ".reg .pred %p<1>;",
        ".reg .b32 %x0;",
        ".reg .f32 %x1;",
    ]


def test_a_range_does_not_hide_a_global(module: Callable[[str], Module]) -> None:
    m = module(".global .b32 x0;\n.entry k() { .reg .b32 x1, x2; mov.u32 x1, x2; ld.global.u32 x2, [x0]; }")
    assert ".reg .b32 x1;" in m.to_ptx()
    assert parse(m.to_ptx()) == m


def located(module: Module) -> Module:
    """The module with each instruction at a made-up line of one of two files."""
    count = 0
    for function in module.functions:
        for block in function.blocks:
            for i, instruction in enumerate(block.instructions):
                count += 1
                file = f"/project/kernels/{'ab'[count % 2]}.py"
                block.instructions[i] = evolve(instruction, location=SourceLocation(file, count, 3))
    return module


def test_line_map_points_at_the_authors_lines() -> None:
    module = located(parse(EXACT))
    printed = print_module(module)
    text = printed.text.splitlines()
    expected = [(str(i), i.location) for f in module.functions for i in f.instructions()]
    assert [(text[n - 1].strip(), printed.lines.location(n)) for n in printed.lines] == expected
    assert printed.lines.location(1) is None


def test_line_map_stays_true_with_debug_locations() -> None:
    printed = print_module(located(parse(EXACT)), debug_locations=True, root=Path("/project"))
    text = printed.text.splitlines()
    for line in printed.lines:
        location = printed.lines.location(line)
        assert location is not None
        assert f"{location.line} 3" in text[line - 2]


def test_debug_locations_are_relative_and_parse_back() -> None:
    module = located(parse(EXACT))
    printed = print_module(module, debug_locations=True, root=Path("/project/kernels/deep"))
    assert '.file 1 "../b.py"' in printed.text
    again = parse(printed.text)
    assert [file.path for file in again.files] == ["../b.py", "../a.py"]
    assert again == evolve(module, files=again.files)
    places = [i.location for f in again.functions for i in f.instructions()]
    assert [p.line for p in places if p] == list(range(1, len(places) + 1))
    assert {p.file for p in places if p} == {"../a.py", "../b.py"}


def test_debug_locations_assemble(assemble: Callable[[str, str], None]) -> None:
    assemble(print_module(located(parse(EXACT)), debug_locations=True).text, "sm_90")


def test_an_empty_body_is_not_a_declaration(module: Callable[[str], Module]) -> None:
    m = module(".func f(); .func f() { } .entry k() { }")
    assert [len(f.blocks) for f in m.functions] == [0, 1, 1]
    assert m.function("f") is m.functions[1]
    assert parse(m.to_ptx()) == m


def test_variables_print_and_parse(module: Callable[[str], Module]) -> None:
    text = ".weak .global .attribute(.managed) .align 16 .v4 .f32 v[2];\n.common .global .b8 c;"
    m = module(text)
    assert text in m.to_ptx()
    assert parse(m.to_ptx()) == m


def test_globals_stand_after_the_functions_that_they_name(module: Callable[[str], Module]) -> None:
    m = module(
        ".func f(); .global .u32 a; .func g() { } .global .u64 t[2] = {f, g}; .global .u32 b;"
        ".entry k() { .reg .b64 %r; mov.u64 %r, b; }"
    )
    text = m.to_ptx()
    order = [".u32 a;", ".func f(", ".func g(", ".u64 t[2]", ".u32 b;", ".entry k"]
    assert sorted(order, key=text.index) == order
    assert parse(text) == m


PROGRAM = """
import sys
from ptxgen.ir.parser import parse
sys.stdout.write(parse(sys.stdin.read()).to_ptx())
"""


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_bytes_do_not_depend_on_the_hash_seed(seed: str) -> None:
    text = (Path(__file__).parent / "corpus" / "syntax.sm_90.ptx").read_text("utf-8")
    command = [sys.executable, "-c", PROGRAM]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(command, input=text, capture_output=True, text=True, check=True, env=environment)
    assert answer.stdout == parse(text).to_ptx()


def test_functions_of_one_name_print_the_declaration_first(body: Callable[..., Function]) -> None:
    function = body("ret;")
    m = Module(functions=[evolve(function, blocks=[]), function])
    assert m.to_ptx().index(".visible .entry k();") < m.to_ptx().index("ret;")
