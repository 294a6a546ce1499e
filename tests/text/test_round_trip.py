"""Modules made at random, printed and parsed again, are equal: names that look alike, blocks, variables, constants."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from ptxgen.errors import ParseError
from ptxgen.ir import Block, Function, Instruction, Module, Variable
from ptxgen.ir.module import Directive, Linkage
from ptxgen.ir.operands import Address, Guard, Immediate, Operand, Register, Symbol, Vector
from ptxgen.ir.parser import parse
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, b8, b16, b32, b64, f32, f64, pred, u32

NAMES = st.sampled_from(
    [f"{p}{n}" for p in ("%r", "%r1", "x", "x_", "$L") for n in ("", 0, 1, 2, 7, 10, 11, "00", 99)]
)
TYPES = st.sampled_from([pred, b16, b32, u32, b64, f32, f64])
SUFFIX = {b16: "b16", b32: "b32", u32: "u32", b64: "b64", f32: "f32", f64: "f64"}


def instruction(name: str, operands: tuple[Operand, ...], guard: Guard | None = None) -> Instruction:
    form = select(name, operands)
    assert not isinstance(form, Mismatch), form
    return Instruction(name, operands, form, guard)


def constant(draw: st.DrawFn, type: Type) -> Immediate:
    if type.is_float:
        return Immediate(draw(st.integers(0, 2**type.bits - 1)), type)
    return Immediate(draw(st.integers(-(2 ** (type.bits - 1)), 2**type.bits - 1)))


@st.composite
def variables(draw: st.DrawFn, name: str, space: StateSpace) -> Variable:
    type = draw(st.sampled_from([b8, u32, f32, f64]))
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    total = 1
    for extent in shape:
        total *= extent
    values: tuple[Immediate, ...] = ()
    if space is StateSpace.GLOBAL and draw(st.booleans()):
        values = tuple(constant(draw, type) for _ in range(draw(st.integers(1, total))))
    return Variable(name, space, type, shape, draw(st.sampled_from([0, 4, 16])), initializer=values)


@st.composite
def functions(draw: st.DrawFn, name: str, globals: list[Variable]) -> Function:
    names = draw(st.lists(NAMES, unique=True, min_size=4, max_size=24))
    cut = draw(st.integers(0, 3))
    labels, names = names[:cut], names[cut:]
    shared = [draw(variables(n, StateSpace.SHARED)) for n in names[:2]] if draw(st.booleans()) else []
    used = {v.name for v in shared}
    registers = [Register(n, draw(TYPES)) for n in names if n not in used]
    predicates = [r for r in registers if r.type is pred]
    values = [r for r in registers if r.type is not pred]
    visible = [v for v in globals if v.name not in {r.name for r in registers} | used | set(labels)]
    function = Function(name, True, linkage=Linkage.VISIBLE, variables=shared, blocks=[Block()])
    function.directives = draw(
        st.sampled_from([[], [Directive("maxntid", (32, 4))], [Directive("minnctapersm", (2,))]])
    )
    function.blocks = []
    for register in values:
        guard = Guard(draw(st.sampled_from(predicates)), draw(st.booleans())) if predicates else None
        name = f"mov.{SUFFIX[register.type]}"
        function.append(instruction(name, (register, constant(draw, register.type)), guard))
        if register.type is b64 and visible:
            variable = draw(st.sampled_from(visible))
            offset = draw(st.integers(-64, 64))
            function.append(instruction("mov.u64", (register, Symbol(variable.name, offset))))
            function.append(instruction("st.global.b64", (Address(register, offset), register)))
            function.append(
                instruction("st.global.v2.b64", (Address(register), Vector((register, Immediate(offset)))))
            )
        if labels and draw(st.booleans()):
            function.start(labels.pop())
        if draw(st.booleans()) and draw(st.booleans()):
            function.pragma("nounroll")
    function.append(instruction("ret", ()))
    return function


@st.composite
def modules(draw: st.DrawFn) -> Module:
    names = draw(st.lists(NAMES, unique=True, max_size=4))
    globals = [draw(variables(n, StateSpace.GLOBAL)) for n in names]
    made = [draw(functions(f"kernel_{i}", globals)) for i in range(draw(st.integers(1, 2)))]
    return Module((8, 0), "sm_90", globals=globals, functions=made)


@given(modules())
def test_printed_and_parsed_again_a_module_is_equal(module: Module) -> None:
    text = module.to_ptx()
    again = parse(text)
    assert again == module
    assert again.to_ptx() == text


@given(st.text(alphabet=string.printable, max_size=200))
def test_any_text_is_a_module_or_a_parse_error(text: str) -> None:
    try:
        module = parse(f".version 8.0 .target sm_90 {text}")
    except ParseError:
        return
    assert parse(module.to_ptx()) == module
