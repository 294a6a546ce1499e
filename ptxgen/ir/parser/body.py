"""From the statements of one body to blocks of instructions."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import TypeGuard

from attrs import define, field

from ptxgen.errors import SourceLocation
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import CallTarget, Directive, Function
from ptxgen.ir.operands import Guard, Immediate, Label, Operand, Register, Symbol, Vector
from ptxgen.ir.parser.constants import converted
from ptxgen.ir.parser.declarations import parameters, variable, words
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.grammar import expression_nodes
from ptxgen.ir.parser.lexer import Span
from ptxgen.ir.parser.nodes import (
    Body, BodyItem, Code, Declarator, LabelMark, Loc, Name, Prototype, Qualifier, Statement, Targets, Variables,
)  # fmt: skip
from ptxgen.ir.parser.nodes import Words as DirectiveNode
from ptxgen.ir.parser.operands import kind_of, operand_of, operand_of_text, undeclared
from ptxgen.ir.parser.pattern import (
    GUARD, LABEL, LOC_COLUMN, LOC_FILE, LOC_LINE, NAME, NEGATED, OPERANDS, split_operands,
)  # fmt: skip
from ptxgen.ir.parser.scopes import Entry, FunctionNames, Scope
from ptxgen.ir.select import Mismatch, select, unknown
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form, Role, forms
from ptxgen.isa.types import f32, f64, pred

Chosen = dict[tuple[Hashable, ...], tuple[Form, bool]]
"""(name, kinds of operands) -> the form, and whether it has decimal constants that stand for `f32`."""


@define
class BodyReader:
    """Reads one body into `function`. `chosen` is shared by all bodies of a module."""

    source: Source
    function: Function
    names: FunctionNames
    files: Mapping[int, str]
    chosen: Chosen
    scope: Scope = field(init=False)
    _location: SourceLocation | None = field(default=None, init=False)
    _scopes: dict[int, Scope] = field(factory=dict[int, Scope], init=False)

    def read(self, body: Body) -> None:
        """Two walks: labels first, because branches go forward; then everything in order."""
        self.scope = self.names.top
        self._declare_labels(body.statements, self.scope)
        self._statements(body.statements)

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
        for item in statements:
            match item:
                case Code(matches=matches):
                    self._code(matches)
                case Statement():
                    self._statement(item)
                case LabelMark(name=name):
                    self.function.start(self.names.label(self.scope, name))
                case Variables():
                    self._declare(item)
                case Body(statements=inner):
                    outer, self.scope = self.scope, self._scopes[id(item)]
                    self._statements(inner)
                    self.scope = outer
                case Loc(file=file, line=line, column=column, at=at):
                    self._move(file, line, column, at)
                case DirectiveNode(arguments=arguments):
                    for text in arguments:
                        self.function.pragma(str(text))
                case Targets():
                    self._targets(item)
                case Prototype():
                    self._prototype(item)

    def _code(self, matches: list[re.Match[str]]) -> None:
        for match in matches:
            last = match.lastindex or 0
            if last >= NAME:
                self._instruction(match)
            elif last == LABEL:
                self.function.start(self.names.label(self.scope, match[LABEL]))
            else:
                file, line, column = match.group(LOC_FILE, LOC_LINE, LOC_COLUMN)
                self._move(int(file), int(line), int(column), match.start(LOC_FILE))

    def _instruction(self, match: re.Match[str]) -> None:
        negated, guard, name, text = match.group(NEGATED, GUARD, NAME, OPERANDS)
        at = match.start(NAME)
        if text is None:
            return self._emit(name, (), (), self._guard(guard, negated, match.start(GUARD)), at)
        pieces = split_operands(text)
        if pieces is None or name.startswith("call"):
            nodes = expression_nodes(Span(self.source, match.start(OPERANDS), match.end(OPERANDS)))
            return self._statement(Statement(name, nodes, guard or "", bool(negated), at))
        cache = self.scope.cache
        entries: list[Entry] = []
        for piece in pieces:
            entry = cache.get(piece)
            if entry is None:
                start = match.start(OPERANDS) + sum(map(len, pieces[: len(entries)])) + len(entries)
                entry = cache[piece] = self._entry(name, at, start, start + len(piece))
            entries.append(entry)
        operands, kinds = zip(*entries, strict=True)
        self._emit(name, operands, kinds, self._guard(guard, negated, match.start(GUARD)), at)

    def _entry(self, name: str, at: int, start: int, end: int) -> Entry:
        try:
            operand = operand_of_text(self.source, start, end, self.names, self.scope)
        except Refusal as refusal:
            raise _explained(refusal, name, at) from None
        return operand, kind_of(operand)

    def _statement(self, node: Statement) -> None:
        call = node.name.partition(".")[0] == "call"
        try:
            operands = tuple(operand_of(x, self.names, self.scope, call=call) for x in node.operands)
        except Refusal as refusal:
            raise _explained(refusal, node.name, node.at) from None
        guard = self._guard(node.guard, "!" if node.negated else "", node.at)
        self._emit(node.name, operands, tuple(map(kind_of, operands)), guard, node.at)

    def _emit(
        self,
        name: str,
        operands: tuple[Operand, ...],
        kinds: tuple[Hashable, ...],
        guard: Guard | None,
        at: int,
    ) -> None:
        key = (name, *kinds)
        found = self.chosen.get(key)
        if found is None:
            found = self.chosen[key] = _choose(name, operands, at)
        form, decimals = found
        if decimals:
            operands = _single(form, operands)
        line = self.source.line(at)
        self.function.append(Instruction(form.name, operands, form, guard, self._location, line))

    def _guard(self, name: str | None, negated: str | None, at: int) -> Guard | None:
        if not name:
            return None
        key = f"{negated or ''}{name}"
        guard = self.scope.guards.get(key)
        if guard is None:
            register = self.names.find(self.scope, name)
            if register is None:
                raise undeclared(Name(name, at), self.names, self.scope)
            if not isinstance(register, Register) or register.type is not pred:
                raise Refusal("PTX014", at, f"a guard takes a predicate register, got {register}")
            guard = self.scope.guards[key] = Guard(register, bool(negated))
        return guard

    def _move(self, file: int, line: int, column: int, at: int) -> None:
        path = self.files.get(file)
        if path is None:
            raise Refusal("PTX083", at, f".loc names file {file}, which no .file declares")
        self._location = SourceLocation(path, line, column)

    def _declare(self, node: Variables) -> None:
        read = words(node.qualifiers)
        for declarator in node.declarators:
            if read.space is StateSpace.REG:
                declare_register(self.names, self.scope, node.qualifiers, declarator)
                continue
            if read.space not in (StateSpace.SHARED, StateSpace.LOCAL, StateSpace.PARAM):
                space = f".{read.space}" if read.space else "without a state space"
                raise Refusal("PTX091", node.at, f"a variable {space} cannot be declared in a body")
            name = self.names.declare_variable(self.scope, declarator.name, declarator.at)
            named = declarator._replace(name=name)
            self.function.variables.append(variable(read, named, self.source.line(declarator.at)))

    def _targets(self, node: Targets) -> None:
        kind: type[Operand] = Label if node.kind == "branchtargets" else Symbol
        hoisted: list[str] = []
        for name in node.names:
            found = self.names.find(self.scope, name)
            if not isinstance(found, Label | Symbol) or not isinstance(found, kind):
                what = "label" if kind is Label else "function"
                raise Refusal("PTX085", node.at, f"{name[:80]} is no {what} that .{node.kind} can list")
            hoisted.append(found.name)
        label = self._own_label(node.kind, node.at)
        self.function.targets.append(CallTarget(label, node.kind, tuple(hoisted)))

    def _prototype(self, node: Prototype) -> None:
        directives = tuple(Directive(d.name, d.arguments) for d in node.directives)
        returns, params = parameters(node.returns, self.source), parameters(node.params, self.source)
        label = self._own_label("callprototype", node.at)
        self.function.targets.append(
            CallTarget(label, "callprototype", (), tuple(returns), tuple(params), directives)
        )

    def _own_label(self, kind: str, at: int) -> str:
        """The label just before a statement that is named by it; it begins no block."""
        blocks = self.function.blocks
        label = blocks[-1].label if blocks else None
        if label is None or blocks[-1].instructions or blocks[-1].pragmas:
            raise Refusal("PTX080", at, f".{kind} needs a label before it", f"write: name: .{kind} ...")
        blocks.pop()
        return label


def declare_register(
    names: FunctionNames, scope: Scope, qualifiers: tuple[Qualifier, ...], declarator: Declarator
) -> None:
    """`.reg` in a body or among the parameters of a function."""
    read = words(qualifiers)
    at = declarator.at
    if read.type is None:
        raise Refusal(
            "PTX091", at, f"register {declarator.name} needs a type, as in .reg .b32 {declarator.name};"
        )
    if declarator.extents or declarator.initializer is not None:
        raise Refusal("PTX091", at, f"register {declarator.name} cannot be an array or have an initial value")
    if declarator.count is None:
        names.declare_register(scope, declarator.name, read.type, read.vector, at)
    elif read.vector > 1:
        raise Refusal("PTX093", at, "a range of vector registers is not supported", "declare each one")
    else:
        names.declare_range(scope, declarator.name, declarator.count, read.type, at)


def _choose(name: str, operands: tuple[Operand, ...], at: int) -> tuple[Form, bool]:
    form = select(name, operands)
    if isinstance(form, Mismatch):
        raise Refusal(form.id, at, form.message, form.help)
    return form, _single(form, operands) != operands


def _single(form: Form, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
    """Decimal (double) constants in `f32` positions as the single-precision bits that they stand for."""
    return tuple(
        _narrow(operand) if slot.type is f32 else operand
        for slot, operand in zip(form.operands, operands, strict=False)
    )


def _narrow(operand: Operand) -> Operand:
    match operand:
        case Vector(elements=elements):
            return Vector(tuple(converted(e, f32) if _is_double(e) else e for e in elements))
        case Immediate() if _is_double(operand):
            return converted(operand, f32)
        case _:
            return operand


def _is_double(operand: Operand) -> TypeGuard[Immediate]:
    return isinstance(operand, Immediate) and operand.type is f64


def _explained(refusal: Refusal, name: str, at: int) -> Refusal:
    """What is wrong with an operand, unless the instruction is unknown or the name should have been a label."""
    known = forms(name)
    if not known:
        mismatch = unknown(name)
        return Refusal(mismatch.id, at, mismatch.message, mismatch.help)
    if refusal.id == "PTX083" and all(f.operands and f.operands[0].role is Role.LABEL for f in known):
        return Refusal(
            "PTX085", refusal.at, refusal.message.replace("declared", "defined as a label"), refusal.help
        )
    return refusal
