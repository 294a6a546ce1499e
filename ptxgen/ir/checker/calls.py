"""Calls against what the called function declares (PTX ISA 9.0, section 7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import CallTarget, Function, Variable
from ptxgen.ir.operands import Arguments, Immediate, Label, Operand, Register, Symbol
from ptxgen.isa.types import accepts


def callee(instruction: Instruction) -> Symbol | None:
    """The function that a call names; None for a call through a register."""
    return next((operand for operand in instruction.operands if isinstance(operand, Symbol)), None)


def _lists(instruction: Instruction) -> tuple[Sequence[Operand], Sequence[Operand]]:
    """What a call receives and what it passes."""
    returns: Sequence[Operand] = ()
    params: Sequence[Operand] = ()
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if isinstance(operand, Arguments):
            if slot.writes:
                returns = operand.elements
            else:
                params = operand.elements
    return returns, params


@function_rule(
    "PTX070",
    "not a function that can be called",
    Severity.ERROR,
    fix="declare the function (.extern .func) before the call; entries are launched, not called",
)
def uncallable(view: FunctionView) -> Iterator[Finding]:
    """A call names a device function that the module declares or defines."""
    for instruction in view.of("call"):
        symbol = callee(instruction)
        if symbol is None:
            continue
        target = view.module.callables.get(symbol.name)
        if target is None:
            yield Finding(f"call of {symbol.name}, which is not declared", instruction)
        elif target.is_entry:
            yield Finding(f"call of {symbol.name}, which is an entry", instruction)


@function_rule(
    "PTX071",
    "arguments do not match the declaration",
    Severity.ERROR,
    fix="pass what the function declares, in order, with the same sizes",
)
def wrong_arguments(view: FunctionView) -> Iterator[Finding]:
    """Arguments and results must agree with the called function's declaration in number, type, size and alignment."""
    prototypes = {t.label: t for t in view.function.targets if t.kind == "callprototype"}
    for instruction in view.of("call"):
        formal = _declaration(view, instruction, prototypes)
        if formal is None:
            continue
        name = callee(instruction) or "the called function"
        returns, params = _lists(instruction)
        yield from _compare(view, instruction, f"result of {name}", formal.returns, returns)
        yield from _compare(view, instruction, f"argument of {name}", formal.params, params)


def _declaration(
    view: FunctionView, instruction: Instruction, prototypes: dict[str, CallTarget]
) -> Function | CallTarget | None:
    symbol = callee(instruction)
    if symbol is not None:
        return view.module.callables.get(symbol.name)
    named = (o.name for o in instruction.operands if isinstance(o, Label))
    return next((prototypes[name] for name in named if name in prototypes), None)


def _compare(
    view: FunctionView,
    instruction: Instruction,
    what: str,
    formals: Sequence[Variable],
    actuals: Sequence[Operand],
) -> Iterator[Finding]:
    if len(formals) != len(actuals):
        yield Finding(f"{what}: {len(formals)} declared, {len(actuals)} given", instruction)
        return
    for position, (formal, actual) in enumerate(zip(formals, actuals, strict=True), 1):
        problem = _problem(view, formal, actual)
        if problem:
            yield Finding(f"{what} {position} ({formal.name}): {problem}", instruction)


def _problem(view: FunctionView, formal: Variable, actual: Operand) -> str:
    match actual:
        case Symbol(name=name):
            variable = view.variable(name)
            if variable is None:
                return f"{name} is not declared"
            return _against(formal, variable)
        case Register(type=type) if formal.shape or not accepts(formal.type, type):
            return f"declared {_describe(formal)}, got a {type} register"
        case Immediate() if formal.shape:
            return f"declared {_describe(formal)}, got a constant"
        case _:
            return ""


def _against(formal: Variable, actual: Variable) -> str:
    alike = formal.bytes == actual.bytes and bool(formal.shape) == bool(actual.shape)
    if not alike or not _same_kind(formal, actual):
        return f"declared {_describe(formal)}, got {_describe(actual)}"
    if actual.alignment != formal.alignment:
        return f"declared with .align {formal.alignment}, got .align {actual.alignment}"
    return ""


def _same_kind(formal: Variable, actual: Variable) -> bool:
    """Elements must agree in type; arrays of untyped bits stand for structures of any make."""
    untyped = formal.type.is_bits or actual.type.is_bits
    return accepts(formal.type, actual.type) or (bool(formal.shape) and untyped)


def _describe(variable: Variable) -> str:
    return f".{variable.type}" + (f" ({variable.bytes} bytes)" if variable.shape else "")
