"""Modules put together by hand: faults that neither text nor the builder lets through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from ptxgen import CheckError, Diagnostic, Severity, SourceLocation, check, parse
from ptxgen.ir.checker import require_valid
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import CallTarget, Function, Module, Variable
from ptxgen.ir.operands import Address, Immediate, Label, Operand, Register, SpecialRegister, Symbol
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa import TYPES, StateSpace, TargetError

F = Register("%f1", TYPES["f32"])
R = Register("%r1", TYPES["u32"])
P = Register("%p1", TYPES["pred"])
GOOD: tuple[Operand, ...] = (F, Immediate.f32(1.0), Immediate.f32(2.0))
HERE = SourceLocation("kernel.py", 23)


def instruction(name: str, *operands: Operand) -> Instruction:
    form = select(name, operands)
    assert not isinstance(form, Mismatch), form
    return Instruction(name, operands, form)


def entry(*instructions: Instruction) -> Module:
    function = Function("k", True)
    for each in (*instructions, instruction("ret")):
        function.append(each)
    return Module(target="sm_90", functions=[function])


def edited(**changes: object) -> Module:
    """A kernel whose one addition was changed after it was made, as a careless pass would."""
    return entry(evolve(instruction("add.rn.f32", *GOOD), location=HERE, **changes))


@pytest.mark.parametrize(
    ("id", "changes"),
    [
        ("PTX001", {"name": "add.rn.f23"}),
        ("PTX002", {"operands": GOOD[:2]}),
        ("PTX002", {"operands": ()}),
        ("PTX003", {"operands": (F, Address(R), F)}),
        ("PTX014", {"operands": (F, F, R)}),
        ("PTX015", {"operands": (F, F, Immediate(1))}),
        ("PTX016", {"name": "ld.global.f32", "operands": (F, Address(R))}),
        ("PTX017", {"name": "bar.sync", "operands": (Immediate(16),)}),
    ],
)
def test_operand_forms_are_asked_again(id: str, changes: dict[str, object]) -> None:
    found = [d for d in check(edited(**changes)) if d.id == id]
    assert len(found) == 1
    assert found[0].severity is Severity.ERROR
    assert found[0].location == HERE


def test_an_unchanged_instruction_fits() -> None:
    assert not errors(edited())


def errors(module: Module, target: str | None = None) -> list[Diagnostic]:
    return [d for d in check(module, target) if d.severity is Severity.ERROR]


def test_entry_with_a_return_value() -> None:
    module = entry()
    module.functions[0].returns.append(Variable("r", StateSpace.PARAM, TYPES["b32"]))
    assert [d.id for d in errors(module)] == ["PTX051"]


@pytest.mark.parametrize(
    ("version", "target", "words"),
    [
        ((9, 0), "sm_42", "unknown target sm_42"),
        ((7, 5), "sm_90", "needs .version 7.8"),
        ((8, 6), "sm_100f", "needs .version 8.8"),
        ((9, 1), "sm_90", "newer than 9.0"),
    ],
)
def test_header(version: tuple[int, int], target: str, words: str) -> None:
    module = entry()
    module.version, module.target = version, target
    (found,) = errors(module)
    assert found.id == "PTX054"
    assert words in found.message


def test_addresses_have_64_bits() -> None:
    module = entry()
    module.address_size = 32
    assert [d.id for d in errors(module)] == ["PTX054"]


@pytest.mark.parametrize(
    ("built", "processor", "runs"),
    [
        ("sm_80", "sm_90", True),
        ("sm_90", "sm_80", False),
        ("sm_90a", "sm_90a", True),
        ("sm_90a", "sm_100", False),
        ("sm_100f", "sm_103", True),
        ("sm_100f", "sm_120", False),
    ],
)
def test_target_asked_for(built: str, processor: str, runs: bool) -> None:
    module = entry()
    module.target = built
    assert [d.id for d in errors(module, processor)] == ([] if runs else ["PTX055"])


def test_asking_for_an_unknown_target() -> None:
    with pytest.raises(TargetError, match="sm_91"):
        check(entry(), "sm_91")


def test_unknown_special_register() -> None:
    module = entry(instruction("mov.u32", R, SpecialRegister("%lane")))
    assert [d.id for d in errors(module)] == ["PTX078"]
    assert not errors(entry(instruction("mov.u32", R, SpecialRegister("%laneid"))))


def test_require_valid_raises_with_all_findings() -> None:
    module = edited(operands=(F, F, R))
    with pytest.raises(CheckError) as caught:
        require_valid(module)
    assert caught.value.location == HERE
    assert {"PTX014", "PTX047"} <= {d.id for d in caught.value.diagnostics}


def test_require_valid_returns_the_rest() -> None:
    assert [d.id for d in require_valid(edited())] == ["PTX069"]


def test_an_empty_module_and_a_declaration_are_fine() -> None:
    assert check(Module()) == []
    assert check(Module(functions=[Function("f", False)])) == []


BODY = """.version 9.0
.target sm_90
.address_size 64
.global .b32 counter = 1;
.func helper() { ret; }
.visible .entry k(.param .u32 n)
{
    .reg .b32 %r<3>;
    .reg .b64 %rd<3>;
    ld.param.u32 %r1, [n];
    mov.u64 %rd1, counter;
    st.global.u32 [counter], %r1;
    call helper;
    bra middle;
middle:
    bra last;
last:
    ret;
}
"""


def renamed(old: str, new: str) -> Module:
    """The module above with one name changed wherever an instruction uses it, as a pass might."""
    module = parse(BODY)
    for block in module.function("k").blocks:
        block.instructions[:] = [
            evolve(i, operands=tuple(_renamed(operand, old, new) for operand in i.operands))
            for i in block.instructions
        ]
    return module


def _renamed(operand: Operand, old: str, new: str) -> Operand:
    match operand:
        case Label(name=name) | Symbol(name=name) if name == old:
            return evolve(operand, name=new)
        case Address(base=Symbol(name=name)) if name == old:
            return evolve(operand, base=Symbol(new))
        case _:
            return operand


@pytest.mark.parametrize(
    ("id", "old", "lines"),
    [
        ("PTX041", "last", [16]),
        ("PTX042", "counter", [11, 12]),
        ("PTX044", "n", [10]),
        ("PTX070", "helper", [13]),
    ],
)
def test_names_that_nobody_declares(id: str, old: str, lines: list[int]) -> None:
    assert not errors(renamed(old, old))
    assert [(d.id, d.line) for d in errors(renamed(old, "missing"))] == [(id, line) for line in lines]


def test_duplicate_label() -> None:
    module = parse(BODY)
    module.function("k").blocks[-1].label = "middle"
    assert ("PTX040", 18) in [(d.id, d.line) for d in errors(module)]


def test_undefined_symbol_in_an_initial_value() -> None:
    module = parse(BODY)
    module.globals[0] = evolve(module.globals[0], initializer=(Symbol("missing"),))
    assert [(d.id, d.line) for d in errors(module)] == [("PTX042", 4)]


def test_undefined_branch_target() -> None:
    module = parse(BODY)
    module.function("k").targets.append(CallTarget("table", "branchtargets", ("missing",)))
    assert [d.id for d in errors(module)] == ["PTX041"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.globals.append(m.globals[0]),
        lambda m: m.functions.append(m.function("k")),
        lambda m: m.function("k").params.append(m.function("k").params[0]),
        lambda m: m.globals.append(evolve(m.globals[0], name="k")),
    ],
    ids=["variable", "function", "parameter", "variable and function"],
)
def test_duplicate_symbol(spoil: Callable[[Module], None]) -> None:
    module = parse(BODY)
    assert not errors(module)
    spoil(module)
    assert "PTX043" in {d.id for d in errors(module)}


def test_alignment_must_be_a_power_of_two() -> None:
    module = parse(BODY)
    module.globals[0] = evolve(module.globals[0], align=3)
    assert [(d.id, d.line) for d in errors(module)] == [("PTX077", 4)]
