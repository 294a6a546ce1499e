"""From the nodes of a text to a module: header, globals, functions, bodies in order, debug labels told apart."""

from __future__ import annotations

import re

from attrs import define, field

from ptxgen.ir.debug import SourceFile
from ptxgen.ir.module import Block, Directive, Function, Linkage, Module, Variable
from ptxgen.ir.parser.body import read_body
from ptxgen.ir.parser.declarations import declare_register, parameters, variable
from ptxgen.ir.parser.directives import directives
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.instructions import Chosen
from ptxgen.ir.parser.locations import Locations
from ptxgen.ir.parser.nodes import FunctionNode, Item, ModuleNode, Parameters, SectionNode, Variables, Words
from ptxgen.ir.parser.qualifiers import words
from ptxgen.ir.parser.scopes import FunctionNames
from ptxgen.ir.parser.sections import section
from ptxgen.isa.spaces import StateSpace

_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})")


@define
class ModuleReader:
    """Reads items in textual order, so that a name is known only after its declaration, as ptxas has it."""

    source: Source
    initializer_limit: int
    nesting_limit: int
    module: Module = field(init=False)
    _names: dict[str, Variable | Function] = field(factory=dict[str, Variable | Function], init=False)
    _locations: Locations = field(init=False)
    _chosen: Chosen = field(factory=Chosen, init=False)
    _branched: dict[int, set[str]] = field(factory=dict[int, set[str]], init=False)

    def read(self, node: ModuleNode) -> Module:
        """The module; its name is the source's."""
        self.module = Module(name=self.source.name)
        items = list(node.items)
        self._header(items)
        self._files(items)
        for item in items:
            match item:
                case Variables():
                    self._variables(item)
                case FunctionNode():
                    self._function(item)
                case Words():
                    self._directive(item)
                case SectionNode():
                    self.module.sections.append(section(item))
        self._check_names()
        if self.module.sections:
            self._mark_labels()
        return self.module

    def _files(self, items: list[Item]) -> None:
        """All `.file` lines, which may stand behind the `.loc` lines that name them."""
        paths: dict[int, str] = {}
        for item in items:
            if isinstance(item, Words) and item.name == "file":
                number, path, *stamp = item.arguments
                if paths.setdefault(int(number), str(path)) != path:
                    raise Refusal("PTX084", item.at, f"file {number} is already declared")
                self.module.files.append(SourceFile(int(number), str(path), tuple(map(int, stamp))))
        self._locations = Locations(paths, self.nesting_limit)

    def _check_names(self) -> None:
        """The names of inlined functions stand in a debug section."""
        sections = self.module.sections
        known = {s.name for s in sections} | {label for s in sections for label in s.anchors()}
        for name, at in self._locations.names.items():
            if name not in known:
                raise Refusal("PTX083", at, f"function_name names {name[:80]}, which no debug section has")

    def _header(self, items: list[Item]) -> None:
        """`.version`, `.target` and perhaps `.address_size`, in this order, before all else."""
        version, target = (self._leading(items, name) for name in ("version", "target"))
        numbers = _VERSION.fullmatch(str(version.arguments[0]))
        if numbers is None:
            raise Refusal(
                "PTX089", version.at, f"malformed version {version.arguments[0]}", "write: .version 9.0"
            )
        self.module.version = (int(numbers[1]), int(numbers[2]))
        self.module.target = str(target.arguments[0])
        self.module.options = tuple(map(str, target.arguments[1:]))
        if items and isinstance(items[0], Words) and items[0].name == "address_size":
            self.module.address_size = _address_size(items[0])
            del items[0]

    def _leading(self, items: list[Item], name: str) -> Words:
        first = items.pop(0) if items else None
        if isinstance(first, Words) and first.name == name:
            return first
        at = first.at if first is not None else 0
        raise Refusal("PTX089", at, f"the module must begin with .version, then .target; .{name} is missing")

    def _variables(self, node: Variables) -> None:
        read = words(node.qualifiers)
        if read.space in (StateSpace.REG, StateSpace.PARAM):
            raise Refusal(
                "PTX091", node.at, f"a .{read.space} variable cannot be declared outside a function"
            )
        for declarator in node.declarators:
            name = declarator.name
            result = variable(
                read, declarator, self.source.line(declarator.at), self.initializer_limit, self._names
            )
            earlier = self._names.get(name)
            if earlier is not None and not (
                isinstance(earlier, Variable) and Linkage.EXTERN in (earlier.linkage, result.linkage)
            ):
                raise Refusal("PTX084", declarator.at, f"{name} is already declared")
            self._names[name] = result
            self.module.globals.append(result)

    def _function(self, node: FunctionNode) -> None:
        read = words(node.qualifiers)
        if read.space or read.type or read.align or read.pointee:
            raise Refusal("PTX091", node.at, f"function {node.name} takes a linkage, no type or state space")
        function = Function(
            name=node.name,
            is_entry=node.is_entry,
            params=parameters(node.params, self.source, entry=node.is_entry),
            returns=parameters(node.returns, self.source),
            linkage=read.linkage,
            directives=directives(node.directives, entry=node.is_entry),
            attributes=read.attributes,
            line=self.source.line(node.at),
        )
        earlier = self._names.get(node.name)
        if isinstance(earlier, Variable) or (earlier and earlier.blocks and node.body):
            raise Refusal("PTX084", node.at, f"{node.name} is already declared")
        if earlier is None or node.body is not None:
            self._names[node.name] = function
        self.module.functions.append(function)
        names = FunctionNames(self._names)
        for part in (node.returns, node.params):
            self._declare_parameters(names, part)
        if node.body is not None:
            read_body(self.source, function, names, self._locations, self._chosen, node.body)
            function.blocks = function.blocks or [Block()]
            self._branched[id(function)] = names.used_labels

    def _declare_parameters(self, names: FunctionNames, node: Parameters | None) -> None:
        for qualifiers, declarator in node.items if node is not None else ():
            if declarator.name == "_":
                continue
            read = words(qualifiers)
            if read.space is StateSpace.REG:
                declare_register(names, names.top, read, declarator)
            else:
                names.declare_variable(names.top, declarator.name, declarator.at)

    def _directive(self, node: Words) -> None:
        if node.name == "file":
            return
        if node.name in ("version", "target", "address_size"):
            raise Refusal("PTX089", node.at, f".{node.name} stands once, at the start of the module")
        if node.name == "alias":
            for name in node.arguments:
                if not isinstance(self._names.get(str(name)), Function):
                    raise Refusal("PTX083", node.at, f".alias names {name}, which is no declared function")
        self.module.directives.append(Directive(node.name, node.arguments))

    def _mark_labels(self) -> None:
        """Beside debug sections, labels that no instruction names mark ranges of lines: nothing is entered there."""
        for function in self.module.functions:
            if function.blocks:
                used = self._branched[id(function)]
                for block in function.blocks:
                    if block.label is not None and block.label not in used:
                        block.marks.append(block.label)
                        block.label = None
                function.divide()


def _address_size(words: Words) -> int:
    size = int(words.arguments[0])
    if size not in (32, 64):
        raise Refusal("PTX089", words.at, f".address_size is 32 or 64, got {size}")
    return size
