"""Modules, functions, blocks and variables: the tree that text is printed from and parsed into.

These classes are mutable containers of frozen instructions; passes edit block lists in place. Equality is structural
and covers exactly what PTX text carries.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from ptxgen.errors import SourceLocation
from ptxgen.ir.debug import Section, SourceFile
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Register, Symbol
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type


class Linkage(enum.Enum):
    """`.visible`, `.extern`, `.weak`, `.common`, or none of them."""

    PRIVATE = ""
    VISIBLE = "visible"
    EXTERN = "extern"
    WEAK = "weak"
    COMMON = "common"


@frozen
class Pointee:
    """`.ptr .global .align 16` on an entry parameter: what the parameter points to. `space` None means generic."""

    space: StateSpace | None
    align: int


@frozen
class Directive:
    """A performance or debugging directive with integer or text arguments: `.maxntid 256, 1, 1`, `.pragma "nounroll"`.

    `name` has no dot.
    """

    name: str
    arguments: tuple[int | str, ...] = ()


@frozen
class Variable:
    """A declared variable: a parameter, a shared or local array, a module-scope global or constant.

    `shape` is `()` for a scalar, `(n, ...)` for an array; a leading 0 stands for `[]` (size not given).
    `align` is in bytes (0: the natural alignment of `type`). `initializer` is flat, row-major, () when absent.
    `vector` is 2 or 4 for `.v2`/`.v4` declarations, else 1. `attributes` are `.managed` and `.unified(a, b)`.
    """

    name: str
    space: StateSpace
    type: Type
    shape: tuple[int, ...] = ()
    align: int = 0
    linkage: Linkage = Linkage.PRIVATE
    initializer: tuple[Immediate | Symbol, ...] = ()
    pointee: Pointee | None = None
    vector: int = 1
    attributes: tuple[Directive, ...] = ()
    location: SourceLocation | None = field(default=None, eq=False, repr=False)
    line: int = field(default=0, eq=False, repr=False)

    @property
    def count(self) -> int:
        """Number of elements (0 for an array of unstated size)."""
        total = self.vector
        for extent in self.shape:
            total *= extent
        return total

    @property
    def bytes(self) -> int:
        """Size in bytes (0 for an array of unstated size)."""
        return self.count * self.type.bytes

    @property
    def alignment(self) -> int:
        """Effective alignment in bytes."""
        return self.align or self.type.bytes * self.vector


@define
class Block:
    """A basic block: entered at its label (or by falling in), left after its last instruction.

    `pragmas` are the strings of the `.pragma` statements before its first instruction (`nounroll`). `marks` are the
    labels there that only debug data names, never an instruction. Where an instruction goes, its block's marks stay.
    `idle` are the locations of `.loc` lines that no instruction follows, each with how many instructions come before;
    blocks that differ in them alone are equal.
    """

    label: str | None = None
    instructions: list[Instruction] = field(factory=list[Instruction])
    pragmas: list[str] = field(factory=list[str])
    marks: list[str] = field(factory=list[str])
    idle: list[tuple[int, SourceLocation]] = field(factory=list[tuple[int, SourceLocation]], eq=False)


@frozen
class CallTarget:
    """`.callprototype`, `.calltargets` or `.branchtargets` inside a body: a labelled list for indirect control.

    `kind` is the directive's name without the dot; `names` are the labels or functions that it lists; a prototype
    has `returns`, `params` (named `_`) and `directives` (`.noreturn`) instead.
    """

    label: str
    kind: str
    names: tuple[str, ...] = ()
    returns: tuple[Variable, ...] = ()
    params: tuple[Variable, ...] = ()
    directives: tuple[Directive, ...] = ()


@define
class Function:
    """An entry (kernel) or a device function.

    `variables` are the shared, local and `.param` variables declared in the body. A declaration-only function has
    no blocks. Registers are not listed: they are what the instructions mention (`registers`).
    """

    name: str
    is_entry: bool
    params: list[Variable] = field(factory=list[Variable])
    returns: list[Variable] = field(factory=list[Variable])
    linkage: Linkage = Linkage.PRIVATE
    directives: list[Directive] = field(factory=list[Directive])
    variables: list[Variable] = field(factory=list[Variable])
    targets: list[CallTarget] = field(factory=list[CallTarget])
    blocks: list[Block] = field(factory=list[Block])
    attributes: tuple[Directive, ...] = ()
    location: SourceLocation | None = field(default=None, eq=False, repr=False)
    line: int = field(default=0, eq=False, repr=False)

    def instructions(self) -> Iterator[Instruction]:
        """All instructions in textual order."""
        for block in self.blocks:
            yield from block.instructions

    def registers(self) -> dict[str, Register]:
        """Every register that an instruction mentions, in order of first appearance."""
        found: dict[str, Register] = {}
        for instruction in self.instructions():
            for register in (*instruction.writes(), *instruction.reads()):
                found.setdefault(register.name, register)
        return found

    def append(self, instruction: Instruction) -> None:
        """Add an instruction; a new block begins after one that ends a block."""
        if not self.blocks or (self.blocks[-1].instructions and self.blocks[-1].instructions[-1].ends_block):
            self.blocks.append(Block())
        self.blocks[-1].instructions.append(instruction)

    def start(self, label: str) -> None:
        """Begin a new block at a label."""
        self.blocks.append(Block(label))

    def pragma(self, text: str) -> None:
        """Add a `.pragma` statement; it begins a new block unless the last one has no instruction yet."""
        self._head().pragmas.append(text)

    def mark(self, label: str) -> None:
        """Add a label that only debug data names; it begins a new block unless the last one has no instruction yet."""
        self._head().marks.append(label)

    def _head(self) -> Block:
        if not self.blocks or self.blocks[-1].instructions:
            self.blocks.append(Block())
        return self.blocks[-1]

    def divide(self) -> None:
        """Divide the instructions into blocks anew, as the parser would, after some were taken away or added."""
        old = list(self.blocks)
        self.blocks.clear()
        for block in old:
            if block.label is not None:
                self.start(block.label)
            for label in block.marks:
                self.mark(label)
            for text in block.pragmas:
                self.pragma(text)
            idle = deque(block.idle)
            for number, instruction in enumerate(block.instructions):
                while idle and idle[0][0] <= number:
                    self._idle(idle.popleft()[1])
                self.append(instruction)
            for _, location in idle:
                self._idle(location)
        if not self.blocks:
            self.blocks.append(Block())

    def _idle(self, location: SourceLocation) -> None:
        if not self.blocks:
            self.blocks.append(Block())
        self.blocks[-1].idle.append((len(self.blocks[-1].instructions), location))

    def directive(self, name: str) -> Directive | None:
        """The first directive of that name (without the dot)."""
        return next((d for d in self.directives if d.name == name), None)


def _names(parts: Iterable[Variable | Function | Section]) -> str:
    """What stands for them in the representation of a module, which `to_ptx` shows whole."""
    return f"[{', '.join(part.name for part in parts)}]"


@define
class Module:
    """A translation unit: `.version`, `.target`, `.address_size`, globals and functions in textual order.

    `version` is `(major, minor)`; `target` is a name such as `sm_90a`, `options` the further words of the
    `.target` line (`texmode_independent`, `debug`). `directives` are module `.pragma` and `.alias` lines. `files` are
    the `.file` lines, whose paths the locations of instructions have; with them the text has `.loc` lines.
    """

    version: tuple[int, int] = (9, 0)
    target: str = "sm_75"
    options: tuple[str, ...] = ()
    address_size: int = 64
    globals: list[Variable] = field(factory=list[Variable], repr=_names)
    functions: list[Function] = field(factory=list[Function], repr=_names)
    directives: list[Directive] = field(factory=list[Directive])
    files: list[SourceFile] = field(factory=list[SourceFile])
    sections: list[Section] = field(factory=list[Section], repr=_names)
    name: str = field(default="", eq=False)

    @property
    def entries(self) -> list[Function]:
        """The kernels, in textual order."""
        return [f for f in self.functions if f.is_entry]

    def function(self, name: str) -> Function:
        """The function or entry of that name, its definition if there is one; KeyError if there is none."""
        named = [f for f in self.functions if f.name == name]
        if not named:
            raise KeyError(name)
        return next((f for f in named if f.blocks), named[0])

    def to_ptx(self) -> str:
        """The module as PTX text. A pure function of the module: equal modules print equal bytes."""
        from ptxgen.ir.printer import print_module

        return print_module(self).text
