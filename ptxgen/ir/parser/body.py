"""From the statements of one body to blocks of instructions, variables and call targets."""

from __future__ import annotations

import re

from attrs import define, evolve, field

from ptxgen.errors import SourceLocation
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, CallTarget, Function
from ptxgen.ir.operands import Label, Symbol
from ptxgen.ir.parser.declarations import declare_register, parameters, variable
from ptxgen.ir.parser.directives import directives
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.instructions import Chosen, InstructionReader
from ptxgen.ir.parser.locations import Locations
from ptxgen.ir.parser.nodes import (
    Body,
    BodyItem,
    Code,
    Inlined,
    LabelMark,
    Loc,
    Prototype,
    Statement,
    Targets,
    Variables,
    Words,
)
from ptxgen.ir.parser.pattern import LABEL, LOC_CALL, LOC_COLUMN, LOC_FILE, LOC_LINE, LOC_NAME, NAME
from ptxgen.ir.parser.qualifiers import words
from ptxgen.ir.parser.scopes import FunctionNames, Scope
from ptxgen.isa.spaces import StateSpace

_LOCAL_SPACES = (StateSpace.SHARED, StateSpace.LOCAL, StateSpace.PARAM)


def read_body(
    source: Source,
    function: Function,
    names: FunctionNames,
    locations: Locations,
    chosen: Chosen,
    body: Body,
) -> None:
    """Fill `function`."""
    _BodyReader(source, function, names, locations, InstructionReader(source, names, chosen)).read(body)


@define
class _BodyReader:
    source: Source
    function: Function
    names: FunctionNames
    locations: Locations
    instructions: InstructionReader
    _scope: Scope = field(factory=Scope, init=False)
    _location: SourceLocation | None = field(default=None, init=False)
    _idle: tuple[SourceLocation, Block | None, int] | None = field(default=None, init=False)
    """The last location, the block that it stands in and its place there, as long as no instruction has it."""
    _early: list[SourceLocation] = field(factory=list[SourceLocation], init=False)
    """Locations that no instruction has, before the first block."""
    _scopes: dict[int, Scope] = field(factory=dict[int, Scope], init=False)

    def read(self, body: Body) -> None:
        """Two walks: labels first, because branches go forward; then everything in order."""
        self._scope = self.names.top
        self._declare_labels(body.statements, self._scope)
        self._statements(body.statements)
        self._keep_idle()
        if self.function.blocks:
            self.function.blocks[0].idle[:0] = [(0, location) for location in self._early]

    def _locate(self, location: SourceLocation) -> None:
        """The instructions that follow come from there; where none did before, that line is kept in its block."""
        if self._idle is None or location != self._idle[0]:
            self._keep_idle()
            block = self.function.blocks[-1] if self.function.blocks else None
            self._idle = location, block, len(block.instructions) if block is not None else 0
        self._location = location

    def _keep_idle(self) -> None:
        if self._idle is not None:
            location, block, place = self._idle
            if block is None:
                self._early.append(location)
            else:
                block.idle.append((place, location))
            self._idle = None

    def _append(self, instruction: Instruction) -> None:
        self._idle = None
        self.function.append(instruction)

    def _declare_labels(self, statements: tuple[BodyItem, ...], scope: Scope) -> None:
        for item in statements:
            if isinstance(item, Code):
                for match in item.matches:
                    if match.lastindex == LABEL:
                        self.names.declare_label(scope, match[LABEL], match.start(LABEL))
            elif isinstance(item, LabelMark):
                self.names.declare_label(scope, item.name, item.at)
            elif isinstance(item, Body):
                inner = self._scopes[id(item)] = Scope(scope)
                self._declare_labels(item.statements, inner)

    def _statements(self, statements: tuple[BodyItem, ...]) -> None:
        function = self.function
        for item in statements:
            match item:
                case Code(matches=matches):
                    self._code(matches)
                case Statement():
                    self._append(self.instructions.parsed(item, self._scope, self._location))
                case LabelMark(name=name):
                    function.start(self.names.label(self._scope, name))
                case Variables():
                    self._variables(item)
                case Body(statements=inner):
                    outer, self._scope = self._scope, self._scopes[id(item)]
                    self._statements(inner)
                    self._scope = outer
                case Loc():
                    self._locate(self.locations.read(*item))
                case Words(arguments=arguments):
                    for text in arguments:
                        function.pragma(str(text))
                case Targets():
                    self._targets(item)
                case Prototype():
                    self._prototype(item)

    def _code(self, matches: list[re.Match[str]]) -> None:
        append, read, scope = self._append, self.instructions.matched, self._scope
        for match in matches:
            last = match.lastindex or 0
            if last >= NAME:
                append(read(match, scope, self._location))
            elif last == LABEL:
                self.function.start(self.names.label(scope, match[LABEL]))
            else:
                self._locate(self._matched(match))

    def _matched(self, match: re.Match[str]) -> SourceLocation:
        file, line, column, name, call = match.group(LOC_FILE, LOC_LINE, LOC_COLUMN, LOC_NAME, LOC_CALL)
        inlined = Inlined(name, 0, *map(int, call.split())) if name else None
        return self.locations.read(int(file), int(line), int(column), inlined, match.start(LOC_FILE))

    def _variables(self, node: Variables) -> None:
        read = words(node.qualifiers)
        for declarator in node.declarators:
            if read.space is StateSpace.REG:
                declare_register(self.names, self._scope, read, declarator)
                continue
            if read.space is not None and read.space not in _LOCAL_SPACES:
                message = f"a .{read.space} variable cannot be declared in a body"
                raise Refusal("PTX095", node.at, message, "move it out of the function")
            line = self.source.line(declarator.at)
            result = variable(read, declarator, line)
            name = self.names.declare_variable(self._scope, declarator.name, declarator.at)
            self.function.variables.append(evolve(result, name=name))

    def _targets(self, node: Targets) -> None:
        kind: type[Label | Symbol] = Label if node.kind == "branchtargets" else Symbol
        hoisted: list[str] = []
        for name in node.names:
            found = self.names.find(self._scope, name)
            if not isinstance(found, kind):
                what = "label" if kind is Label else "function"
                raise Refusal("PTX085", node.at, f"{name[:80]} is no {what} that .{node.kind} can list")
            hoisted.append(found.name)
        label = self._own_label(node.kind, node.at)
        self.function.targets.append(CallTarget(label, node.kind, tuple(hoisted)))

    def _prototype(self, node: Prototype) -> None:
        words = tuple(directives(node.directives))
        returns, params = (tuple(parameters(p, self.source)) for p in (node.returns, node.params))
        label = self._own_label("callprototype", node.at)
        self.function.targets.append(CallTarget(label, "callprototype", (), returns, params, words))

    def _own_label(self, kind: str, at: int) -> str:
        """The label just before a statement that is named by it; it begins no block."""
        blocks = self.function.blocks
        label = blocks[-1].label if blocks else None
        if label is None or blocks[-1].instructions or blocks[-1].pragmas:
            raise Refusal("PTX080", at, f".{kind} needs a label before it", f"write: name: .{kind} ...")
        blocks.pop()
        return label
