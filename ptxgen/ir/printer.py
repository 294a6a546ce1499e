"""IR to PTX text: a pure function of the module, the same bytes in every process (PTX ISA 9.0, chapters 4 and 5)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import define, field, frozen

from ptxgen.errors import SourceLocation
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.linemap import LineMap
from ptxgen.ir.module import CallTarget, Directive, Function, Linkage, Module, Variable
from ptxgen.ir.operands import Operand, Register, registers_of
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

_INDENT = "    "
_MODULE_LAST = ("alias",)
_NUMBERED = re.compile(r"(.*?)(0|[1-9]\d{0,8})", re.ASCII | re.DOTALL)


@frozen
class Printed:
    """PTX text and the author's lines behind it."""

    text: str
    lines: LineMap


def print_module(module: Module, *, debug_locations: bool = False, root: Path | None = None) -> Printed:
    """Print a module.

    With `debug_locations` the text has `.file` and `.loc` lines, with paths relative to `root` (the working
    directory by default), so that the driver's tools can show the author's source.
    """
    return _Printer(module, root or Path.cwd() if debug_locations else None).print()


@define
class _Printer:
    module: Module
    root: Path | None
    _lines: list[str] = field(factory=list[str], init=False)
    _locations: dict[int, SourceLocation] = field(factory=dict[int, SourceLocation], init=False)
    _files: dict[str, int] = field(factory=dict[str, int], init=False)

    def print(self) -> Printed:
        self._header()
        functions = list(self.module.functions)
        while functions and not functions[0].blocks:
            self._function(functions.pop(0))  # before the globals: initialisers may name functions
        if self.module.globals:
            self._lines += [*(f"{variable_text(v)};" for v in self.module.globals), ""]
        for function in functions:
            self._function(function)
        self._lines += [f"{directive_text(d)};" for d in self.module.directives if d.name in _MODULE_LAST]
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
        if self.root is not None:
            for function in module.functions:
                for instruction in function.instructions():
                    if instruction.location is not None:
                        self._files.setdefault(instruction.location.file, len(self._files) + 1)
            self._lines += [f'.file {n} "{_relative(f, self.root)}"' for f, n in self._files.items()]
        self._lines += [f"{directive_text(d)};" for d in module.directives if d.name not in _MODULE_LAST]
        self._lines.append("")

    def _function(self, function: Function) -> None:
        lines = self._lines
        lines += function_header(function)
        if not function.blocks:
            lines[-1] += ";"
            lines.append("")
            return
        lines.append("{")
        body, registers = _body(function)
        lines += [f"{_INDENT}{text}" for text in register_declarations(registers)]
        lines += [f"{_INDENT}{variable_text(v)};" for v in function.variables]
        lines += [f"{_INDENT}{_call_target_text(t)}" for t in function.targets]
        location: SourceLocation | None = None
        for block, texts in zip(function.blocks, body, strict=True):
            if block.label is not None:
                lines.append(f"{block.label}:")
            lines += [f'{_INDENT}.pragma "{p}";' for p in block.pragmas]
            for instruction, text in zip(block.instructions, texts, strict=True):
                here = instruction.location
                if here is not None:
                    if self.root is not None and here != location:
                        lines.append(f"{_INDENT}.loc {self._files[here.file]} {here.line} {here.column}")
                        location = here
                    self._locations[len(lines) + 1] = here
                lines.append(text)
        lines += ["}", ""]


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


def register_declarations(registers: Iterable[Register]) -> Iterator[str]:
    """`.reg` lines: a range for names that are a prefix and a number, predicates first, then by size and name."""
    groups: dict[tuple[Type, str], list[int]] = {}
    owners: dict[str, set[Type]] = {}
    for register in registers:
        match = _NUMBERED.fullmatch(register.name)
        prefix, number = (match[1], int(match[2])) if match and match[1] else (register.name, -1)
        groups.setdefault((register.type, prefix), []).append(number)
        owners.setdefault(prefix, set()).add(register.type)
    order = sorted(groups, key=lambda key: (key[0].bits, key[0].name, key[1]))
    for type, prefix in order:
        numbers = sorted(groups[type, prefix])
        if numbers[0] < 0:
            yield f".reg {type.suffix} {prefix};"
            numbers = numbers[1:]
        if not numbers:
            continue
        if _is_range(prefix, numbers, owners):
            yield f".reg {type.suffix} {prefix}<{numbers[-1] + 1}>;"
        else:
            yield from (f".reg {type.suffix} {prefix}{n};" for n in numbers)


def _is_range(prefix: str, numbers: list[int], owners: dict[str, set[Type]]) -> bool:
    """Whether a range declares little more than what is used, and nothing that is declared otherwise."""
    sparse = numbers[-1] >= 4 * len(numbers) + 16
    return not sparse and len(owners[prefix]) == 1


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


def _relative(file: str, root: Path) -> str:
    try:
        path = os.path.relpath(file, root)
    except ValueError:
        path = file
    return Path(path).as_posix().replace('"', "_")
