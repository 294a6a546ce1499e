"""Labels and symbols: each is declared, and declared once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule, module_rule
from ptxgen.ir.checker.views import FunctionView, ModuleView, symbols
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function, Linkage, Variable
from ptxgen.ir.operands import Address, Label, Symbol
from ptxgen.isa import StateSpace


@function_rule("PTX040", "duplicate label", Severity.ERROR, fix="rename one of the two labels")
def duplicate_label(view: FunctionView) -> Iterator[Finding]:
    """A branch to a label that stands twice has no meaning; ptxas refuses it."""
    seen: set[str] = {target.label for target in view.function.targets}
    for block in view.function.blocks:
        for label in (*((block.label,) if block.label is not None else ()), *block.marks):
            if label in seen:
                yield Finding(f"label {label} is defined twice", _head(block, view.function))
            seen.add(label)


def _head(block: Block, function: Function) -> Instruction | Function:
    return block.instructions[0] if block.instructions else function


@function_rule(
    "PTX041",
    "undefined label",
    Severity.ERROR,
    fix="define the label in the same function, or correct its name",
)
def undefined_label(view: FunctionView) -> Iterator[Finding]:
    """Labels are local to a function: a branch reaches only its own function's blocks."""
    for instruction in view.instructions:
        for operand in instruction.operands:
            if isinstance(operand, Label) and operand.name not in view.labels:
                yield Finding(f"{instruction.name}: there is no label {operand.name}", instruction)
    for target in view.function.targets:
        if target.kind == "branchtargets":
            for name in target.names:
                if name not in view.labels:
                    yield Finding(f"{target.label}: there is no label {name}", view.function)


@module_rule(
    "PTX042", "undefined symbol", Severity.ERROR, fix="declare the variable or function before it is used"
)
def undefined_symbol(module: ModuleView) -> Iterator[Finding]:
    """An address of something that the module does not declare."""
    for variable in module.module.globals:
        for symbol in symbols(o for o in variable.initializer if isinstance(o, Symbol)):
            if symbol.name not in module.globals and symbol.name not in module.callables:
                yield Finding(f"{variable.name}: {symbol.name} is not declared", variable)
    for view in module.functions:
        for instruction in view.instructions:
            if instruction.opcode == "call" or _param_access(instruction.form.space):
                continue
            for symbol in symbols(instruction.operands):
                if view.resolve(symbol.name) is None:
                    yield Finding(f"{instruction.name}: {symbol.name} is not declared", instruction)


def _param_access(space: StateSpace | None) -> bool:
    return space is StateSpace.PARAM


@function_rule(
    "PTX044",
    "unknown parameter",
    Severity.ERROR,
    fix="name a parameter of this function, or a .param variable of its body",
)
def unknown_parameter(view: FunctionView) -> Iterator[Finding]:
    """ld.param and st.param reach only the function's own parameters and the .param variables of its calls."""
    for instruction in view.of("ld", "st"):
        if not _param_access(instruction.form.space):
            continue
        for operand in instruction.operands:
            if isinstance(operand, Address) and isinstance(operand.base, Symbol):
                name = operand.base.name
                if view.resolve(name) is None:
                    known = ", ".join(v.name for v in view.function.params) or "none"
                    yield Finding(
                        f"{instruction.name}: {view.function.name} has no parameter {name} (it has: {known})",
                        instruction,
                    )


@module_rule("PTX043", "duplicate symbol", Severity.ERROR, fix="rename one of the two")
def duplicate_symbol(module: ModuleView) -> Iterator[Finding]:
    """Two variables or functions of one name in one scope. A body's variable may hide one of the module."""
    yield from _twice(v for v in module.module.globals if v.linkage is not Linkage.EXTERN)
    bodies: set[str] = set()
    for function in module.module.functions:
        if function.blocks and function.name in bodies:
            yield Finding(f"function {function.name} is defined twice", function)
        if function.blocks:
            bodies.add(function.name)
        if function.name in module.globals:
            yield Finding(f"{function.name} is the name of a variable and of a function", function)
        yield from _twice((*function.returns, *function.params, *function.variables))


def _twice(variables: Iterable[Variable]) -> Iterator[Finding]:
    seen: set[str] = set()
    for variable in variables:
        if variable.name in seen:
            yield Finding(f"variable {variable.name} is declared twice", variable)
        seen.add(variable.name)


@module_rule(
    "PTX077",
    "alignment is not a power of two",
    Severity.ERROR,
    fix="use .align 1, 2, 4, 8, 16, 32, 64 or 128",
)
def odd_alignment(module: ModuleView) -> Iterator[Finding]:
    """Alignments are powers of two, as the address hardware wants them."""
    for variable in _all_variables(module):
        if variable.align & (variable.align - 1) or variable.align < 0:
            yield Finding(f"variable {variable.name} has .align {variable.align}", variable)


def _all_variables(module: ModuleView) -> Iterator[Variable]:
    yield from module.module.globals
    for function in module.module.functions:
        yield from (*function.returns, *function.params, *function.variables)
