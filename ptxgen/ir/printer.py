"""IR to PTX text: a pure function of the module, the same bytes in every process (PTX ISA 9.0, chapters 4 and 5)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from attrs import define, field, frozen

from ptxgen.errors import SourceLocation
from ptxgen.ir.debug_lines import DebugLines
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.linemap import LineMap
from ptxgen.ir.module import CallTarget, Directive, Function, Linkage, Module, Variable
from ptxgen.ir.operands import Operand, Register, Symbol, registers_of
from ptxgen.isa.registers import SPECIAL_REGISTERS
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

_INDENT = "    "
_MODULE_LAST = ("alias",)
_NUMBERED = re.compile(r"(.+?)(0|[1-9]\d{0,8})", re.ASCII)
_NO_NUMBER = 1 << 31
_SPARSE = 4
"""A range may declare this many times the registers that are used; nvcc leaves such gaps."""


@frozen
class Printed:
    """PTX text and the author's lines behind it."""

    text: str
    lines: LineMap


def print_module(module: Module, *, debug_locations: bool = False, root: Path | None = None) -> Printed:
    """Print a module.

    A module that has `files` gets `.loc` lines for the locations in them. With `debug_locations` all locations get
    one, and further `.file` lines with paths relative to `root` (the working directory by default), so that the
    driver's tools can show the author's source.
    """
    files = DebugLines(module, root or Path.cwd() if debug_locations else None)
    return _Printer(module, files).print()


@define
class _Printer:
    module: Module
    debug: DebugLines
    _globals: list[str] = field(init=False)
    _lines: list[str] = field(factory=list[str], init=False)
    _locations: dict[int, SourceLocation] = field(factory=dict[int, SourceLocation], init=False)

    def print(self) -> Printed:
        self._globals = [v.name for v in self.module.globals] + [f.name for f in self.module.functions]
        self._header()
        self._definitions()
        self._lines += [f"{directive_text(d)};" for d in self.module.directives if d.name in _MODULE_LAST]
        for section in self.module.sections:
            self._lines += section.lines()
        while self._lines[-1] == "":
            self._lines.pop()
        return Printed("\n".join(self._lines) + "\n", LineMap(self._locations))

    def _header(self) -> None:
        module = self.module
        self._lines += [
            f".version {module.version[0]}.{module.version[1]}",
            f".target {', '.join((module.target, *module.options))}",
            f".address_size {module.address_size}",
        ]
        self._lines += map(str, self.debug.files)
        self._lines += [f"{directive_text(d)};" for d in module.directives if d.name not in _MODULE_LAST]
        self._lines.append("")

    def _definitions(self) -> None:
        """Globals, each as early as it can stand: after the functions that its initialiser names."""
        functions = iter(self.module.functions)
        positions = {f.name: i for i, f in reversed(list(enumerate(self.module.functions)))}
        printed = 0
        for variable in self.module.globals:
            named = (positions.get(x.name, -1) for x in variable.initializer if isinstance(x, Symbol))
            for function in islice(functions, max(0, max(named, default=-1) + 1 - printed)):
                self._function(function)
                printed += 1
            self._declare(variable, "")
        if self.module.globals:
            self._lines.append("")
        for function in functions:
            self._function(function)

    def _function(self, function: Function) -> None:
        lines = self._lines
        self._locate(function.location, 1)
        for number, param in enumerate(function.params):
            self._locate(param.location, 2 + number)
        lines += function_header(function)
        if not function.blocks:
            lines[-1] += ";"
            lines.append("")
            return
        lines.append("{")
        body, registers = _body(function)
        others = (*self._globals, *_names(function))
        lines += [f"{_INDENT}{text}" for text in register_declarations(registers, others)]
        for variable in function.variables:
            self._declare(variable, _INDENT)
        lines += [f"{_INDENT}{_call_target_text(t)}" for t in function.targets]
        location: SourceLocation | None = None
        for block, texts in zip(function.blocks, body, strict=True):
            if block.label is not None:
                lines.append(f"{block.label}:")
            lines += [f"{mark}:" for mark in block.marks]
            lines += [f'{_INDENT}.pragma "{p}";' for p in block.pragmas]
            idle = deque(block.idle)
            for number, (instruction, text) in enumerate(zip(block.instructions, texts, strict=True)):
                while idle and idle[0][0] <= number:
                    location = self._loc(idle.popleft()[1])
                here = instruction.location
                if here is not None and here != location:
                    location = self._loc(here)
                self._locate(here or self._parsed(instruction), 1)
                lines.append(text)
            for _, last in idle:
                location = self._loc(last)
        lines += ["}", ""]

    def _loc(self, location: SourceLocation) -> SourceLocation:
        """The `.loc` line of a location, if the text has such lines."""
        if self.debug.files:
            self._lines += [f"{_INDENT}{text}" for text in self.debug.loc(location)]
        return location

    def _parsed(self, instruction: Instruction) -> SourceLocation | None:
        """The line of the file that the module was read from."""
        name = self.module.name
        return SourceLocation(name, instruction.line) if name and instruction.line else None

    def _declare(self, variable: Variable, indent: str) -> None:
        self._locate(variable.location, 1)
        self._lines.append(f"{indent}{variable_text(variable)};")

    def _locate(self, location: SourceLocation | None, ahead: int) -> None:
        """Say who wrote the line that comes `ahead` lines after those that stand."""
        if location is not None:
            self._locations[len(self._lines) + ahead] = location


def _names(function: Function) -> Iterator[str]:
    """All names in a function that are not registers of its body."""
    yield from (v.name for v in (*function.params, *function.returns, *function.variables))
    yield from (t.label for t in function.targets)
    for block in function.blocks:
        if block.label is not None:
            yield block.label
        yield from block.marks


def _body(function: Function) -> tuple[list[list[str]], dict[Register, None]]:
    """The text of every instruction, block by block, and all registers that must be declared.

    Operands are shared between instructions, so each object is turned into text once.
    """
    texts: dict[int, str] = {}
    registers: dict[Register, None] = {}
    declared = {v.name for v in (*function.params, *function.returns) if v.space is StateSpace.REG}

    def written(operand: Operand) -> str:
        text = texts[id(operand)] = str(operand)
        for register in registers_of(operand):
            if register.name not in declared:
                registers[register] = None
        return text

    def line(instruction: Instruction) -> str:
        name, guard = instruction.name, instruction.guard
        if guard is not None:
            if id(guard.register) not in texts:
                written(guard.register)
            name = f"{guard} {name}"
        operands = instruction.operands
        if not operands:
            return f"{_INDENT}{name};"
        joined = ", ".join([texts.get(id(x)) or written(x) for x in operands])
        return f"{_INDENT}{name} {joined};"

    return [[line(i) for i in block.instructions] for block in function.blocks], registers


def register_declarations(registers: Iterable[Register], others: Iterable[str] = ()) -> Iterator[str]:
    """`.reg` lines: a range for names that are a prefix and a number, predicates first, then by size and name.

    `others` are the names that a range must not declare as a side effect: variables, labels, functions.
    """
    groups: dict[tuple[Type, str], list[int]] = {}
    types: dict[str, set[Type]] = {}
    for register in registers:
        prefix, number = _split(register.name)
        groups.setdefault((register.type, prefix), []).append(number)
        types.setdefault(prefix, set()).add(register.type)
    free: dict[str, int] = dict.fromkeys(types, _NO_NUMBER)
    for prefix, number in map(_split, (*others, *SPECIAL_REGISTERS)):
        if prefix in free and number >= 0:
            free[prefix] = min(free[prefix], number)
    for type, prefix in sorted(groups, key=lambda key: (key[0].bits, key[0].name, key[1])):
        numbers = sorted(groups[type, prefix])
        if numbers[0] < 0:
            yield f".reg {type.suffix} {prefix};"
            numbers = numbers[1:]
        count = numbers[-1] + 1 if numbers else 0
        if count <= min(free[prefix], _SPARSE * len(numbers)) and len(types[prefix]) == 1:
            if numbers:
                yield f".reg {type.suffix} {prefix}<{count}>;"
        else:
            yield from (f".reg {type.suffix} {prefix}{n};" for n in numbers)


def _split(name: str) -> tuple[str, int]:
    """`("%r", 12)` for `%r12`; the number is -1 where a range could not declare the name."""
    match = _NUMBERED.fullmatch(name)
    return (match[1], int(match[2])) if match is not None else (name, -1)


def function_header(function: Function) -> list[str]:
    """The lines before the body, or before the `;` of a declaration."""
    words = [f".{function.linkage.value}"] if function.linkage is not Linkage.PRIVATE else []
    words.append(".entry" if function.is_entry else ".func")
    words += _attributes(function.attributes)
    if function.returns:
        words.append(f"({', '.join(map(variable_text, function.returns))})")
    start = f"{' '.join([*words, function.name])}("
    if function.params:
        params = [f"{_INDENT}{variable_text(p)}" for p in function.params]
        lines = [start, *(f"{p}," for p in params[:-1]), params[-1], ")"]
    else:
        lines = [f"{start})"]
    return lines + [directive_text(d) + (";" if d.name == "pragma" else "") for d in function.directives]


def variable_text(v: Variable) -> str:
    """A declaration without its semicolon: `.shared .align 16 .b8 tile[4096]`."""
    words = [f".{v.linkage.value}"] if v.linkage is not Linkage.PRIVATE else []
    words.append(v.space.suffix)
    words += _attributes(v.attributes)
    if v.align:
        words.append(f".align {v.align}")
    if v.vector > 1:
        words.append(f".v{v.vector}")
    words.append(v.type.suffix)
    if v.pointee is not None:
        words.append(".ptr")
        if v.pointee.space is not None:
            words.append(v.pointee.space.suffix)
        words.append(f".align {v.pointee.align}")
    extents = "".join(f"[{n or ''}]" for n in v.shape)
    text = f"{' '.join(words)} {v.name}{extents}"
    return f"{text} = {_initializer(v)}" if v.initializer else text


def _initializer(v: Variable) -> str:
    shape = v.shape if v.vector == 1 else (*v.shape, v.vector)
    texts = list(map(str, v.initializer))
    if not shape:
        return texts[0]
    for extent in reversed(shape[1:]):
        texts = ["{" + ", ".join(texts[i : i + extent]) + "}" for i in range(0, len(texts), extent)]
    return "{" + ", ".join(texts) + "}"


def _attributes(attributes: tuple[Directive, ...]) -> list[str]:
    if not attributes:
        return []
    parts = [
        f".{a.name}({', '.join(map(str, a.arguments))})" if a.arguments else f".{a.name}" for a in attributes
    ]
    return [f".attribute({', '.join(parts)})"]


def directive_text(d: Directive) -> str:
    """A directive without a semicolon; strings of `.pragma` are quoted."""
    quoted = d.name == "pragma"
    arguments = ", ".join(f'"{a}"' if quoted else str(a) for a in d.arguments)
    return f".{d.name} {arguments}".rstrip()


def _call_target_text(t: CallTarget) -> str:
    if t.kind != "callprototype":
        return f"{t.label}: .{t.kind} {', '.join(t.names)};"
    returns = f"({', '.join(map(variable_text, t.returns))}) " if t.returns else ""
    params = f"({', '.join(map(variable_text, t.params))})"
    directives = "".join(f" {directive_text(d)}" for d in t.directives)
    return f"{t.label}: .callprototype {returns}_ {params}{directives};"
