"""PTX text inside a built function: parsed, checked, and given the author's location and guard like all else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from ptxgen.errors import BuildError, ParseError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.builder.value import Value
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import (
    Address,
    Guard,
    Immediate,
    Label,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    Sink,
    Symbol,
    TensorAddress,
    Vector,
)
from ptxgen.isa.types import Type

if TYPE_CHECKING:
    from ptxgen.ir.builder.function import FunctionBody

_NAME = re.compile(r"\{\{|\}\}|\{(\w+)\}")


def build_raw(k: FunctionBody, text: str, operands: dict[str, Any]) -> Any:
    """Parse `text` as part of the body of `k` and append its instructions; gives the values that types asked for."""
    made: list[Value] = []
    registers: dict[str, Register] = {}
    spelled: dict[str, str] = {}
    for name, operand in operands.items():
        if isinstance(operand, Type):
            operand = k.value(operand, k.code.register(operand))
            made.append(operand)
        spelled[name] = _spell(name, operand, registers)
    outside = {operand.name for operand in operands.values() if isinstance(operand, Label)}
    parsed = _parse(k, _substitute(text, spelled), registers, outside)
    _append(k, parsed, registers, outside)
    if not made:
        return None
    return made[0] if len(made) == 1 else tuple(made)


def _substitute(text: str, spelled: dict[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in spelled:
            raise BuildError(
                "PTX031",
                f"raw text names {{{name}}}, which is not given",
                help=f"give it: k.raw(..., {name}=value); write {{{{ for a brace of PTX",
                location=caller(),
            )
        return spelled[name]

    return _NAME.sub(replace, text)


def _spell(name: str, operand: Any, registers: dict[str, Register]) -> str:
    """The text of an operand. Registers stand under names of their own, so that the text may use any other."""
    if isinstance(operand, Value):
        registers[f"%raw_{name}"] = operand.register
        return f"{'!' if operand.negated else ''}%raw_{name}"
    if isinstance(operand, Pointer):
        if isinstance(operand.base, Register):
            registers[f"%raw_{name}"] = operand.base
            return f"%raw_{name}+{operand.offset}"
        return str(operand.operand())[1:-1]
    if isinstance(operand, float):
        return str(Immediate.f32(operand))
    if isinstance(operand, int | Label):
        return str(operand)
    raise BuildError(
        "PTX031",
        f"raw text takes values, pointers, numbers, labels and types, got {type(operand).__name__}",
        location=caller(),
    )


def _parse(k: FunctionBody, text: str, registers: dict[str, Register], outside: set[str]) -> Function:
    """Read the text inside a function that declares what the text may name, labels from `outside` at its end."""
    from ptxgen.ir.parser import parse
    from ptxgen.ir.printer import print_module

    function = k.code.function
    around = Function(function.name, function.is_entry, list(function.params), list(function.returns))
    around.variables = list(function.variables)
    around.blocks = [Block()]
    shell = k.module.shell(around)
    head, _, tail = print_module(shell).text.rpartition("}")
    declared = "".join(f".reg .{register.type} {name};\n" for name, register in registers.items())
    labels = "".join(f"{name}:\n" for name in sorted(outside))
    try:
        module = parse(f"{head}{declared}{text}\n{labels}}}{tail}", name="<raw>")
    except ParseError as error:
        raise BuildError(error.id, error.message, help=error.help, location=caller()) from error
    if (len(module.functions), len(module.globals)) != (len(shell.functions), len(shell.globals)):
        raise BuildError(
            "PTX035",
            "raw text ends the body that it stands in and declares something after it",
            help="functions and globals come from the ModuleBuilder: .function(), .global_array(), .constant()",
            location=caller(),
        )
    return module.function(function.name)


def _append(k: FunctionBody, parsed: Function, registers: dict[str, Register], outside: set[str]) -> None:
    """Take over the parsed instructions. Registers and labels that the text brings along get fresh names."""
    known = {variable.name for variable in k.code.function.variables}
    for variable in parsed.variables:
        if variable.name not in known:
            k.code.declare(evolve(variable, location=caller()))
    rename = _Renaming(k, dict(registers))
    for block in parsed.blocks:
        if block.label is not None and block.label not in outside:
            rename.labels.setdefault(block.label, k.label())
    for block in parsed.blocks:
        if block.label in rename.labels:
            k.place(rename.labels[block.label])
        for instruction in block.instructions:
            operands = tuple(rename.operand(operand) for operand in instruction.operands)
            with _Guarded(k, rename.guard(instruction.guard)):
                k.code.append(instruction.name, operands, instruction.form)


@frozen
class _Renaming:
    """Fresh names for what is local to the text."""

    k: FunctionBody
    registers: dict[str, Register]
    labels: dict[str, Label] = field(factory=dict[str, Label])

    def register(self, register: Register) -> Register:
        if register.name not in self.registers:
            self.registers[register.name] = self.k.code.register(register.type)
        return self.registers[register.name]

    def guard(self, guard: Guard | None) -> Guard | None:
        return None if guard is None else Guard(self.register(guard.register), guard.negated)

    def operand(self, operand: Operand) -> Operand:
        match operand:
            case Register():
                return self.register(operand)
            case Label(name=name):
                return self.labels.get(name, operand)
            case Address(base=Register() as base, offset=offset):
                return Address(self.register(base), offset)
            case TensorAddress(base=base, coordinates=coordinates, sampler=sampler, offset=offset):
                return TensorAddress(
                    self.place(base),
                    self.vector(coordinates),
                    None if sampler is None else self.place(sampler),
                    offset,
                )
            case Part():
                return self.part(operand)
            case Negative(source=source):
                return Negative(self.part(source) if isinstance(source, Part) else self.register(source))
            case Not(register=register):
                return Not(self.register(register))
            case Vector():
                return self.vector(operand)
            case Pair(first=first, second=second):
                left = self.vector(first) if isinstance(first, Vector) else self.half(first)
                return Pair(left, self.half(second))
            case _:
                return operand

    def part(self, operand: Part) -> Part:
        return Part(self.register(operand.register), operand.selector)

    def vector(self, operand: Vector) -> Vector:
        return Vector(tuple(self.element(e) for e in operand.elements))

    def element(self, operand: Register | Immediate | Sink) -> Register | Immediate | Sink:
        return self.register(operand) if isinstance(operand, Register) else operand

    def place(self, base: Register | Symbol) -> Register | Symbol:
        return self.register(base) if isinstance(base, Register) else base

    def half(self, operand: Register | Sink) -> Register | Sink:
        return self.register(operand) if isinstance(operand, Register) else operand


@define
class _Guarded:
    """The guard of one instruction of the text, in place of the builder's."""

    k: FunctionBody
    guard: Guard | None
    previous: Guard | None = None

    def __enter__(self) -> None:
        code = self.k.code
        self.previous = code.guard
        if self.guard is None:
            return
        if code.guard is not None:
            raise BuildError(
                "PTX026",
                "guarded raw text cannot stand inside predicated code",
                help="combine the predicates first: p & q",
                location=caller(),
            )
        code.guard = self.guard

    def __exit__(self, *error: object) -> None:
        self.k.code.guard = self.previous
