"""Modules put together by hand: faults that neither text nor the builder lets through."""

from __future__ import annotations

import pytest
from attrs import evolve

from ptxgen import CheckError, Diagnostic, Severity, SourceLocation, check
from ptxgen.ir.checker import require_valid
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.ir.operands import Address, Immediate, Operand, Register, SpecialRegister
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
