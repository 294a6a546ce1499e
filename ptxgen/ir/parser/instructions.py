"""From one statement, matched or parsed, to an instruction with its form."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TypeGuard

from attrs import define

from ptxgen.errors import SourceLocation
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard, Immediate, Operand, Register, Vector
from ptxgen.ir.parser.constants import converted
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.grammar import expression_nodes
from ptxgen.ir.parser.lexer import Span
from ptxgen.ir.parser.nodes import Name, Statement
from ptxgen.ir.parser.operands import kind_of, operand_of, operand_of_text, undeclared
from ptxgen.ir.parser.pattern import GUARD, NAME, NEGATED, OPERANDS, split_operands
from ptxgen.ir.parser.scopes import Entry, FunctionNames, Scope
from ptxgen.ir.select import Mismatch, select, unknown
from ptxgen.isa.table import Form, Role, forms
from ptxgen.isa.types import f32, f64, pred

Chosen = dict[tuple[Hashable, ...], tuple[Form, bool]]
"""(name, kinds of operands) -> the form, and whether the operands must be brought to its notation (`_adapted`)."""


_MANY = 16
"""No instruction has more operands than this; longer lists go through the grammar, to be refused there."""
_TAKE_SINGLES = ("mov.b", "ld", "ldu", "st", "mma", "wmma", "ldmatrix", "stmatrix", "sust", "sured")
"""Instructions with operands that may be vectors, of which a vector of one is another spelling of its element."""
_LAST = re.compile(r"(wmma\.mma\..*\.m8n8k4)((?:\.f64){4})(\.r[nzmp])")
"""How nvcc writes the rounding of a product of doubles: behind the types, where the manual has it before them."""
_LONGEST_NAME = 160
"""No instruction has a longer name; longer ones are refused before anything is looked up or cached."""


@define
class InstructionReader:
    """Reads the instructions of one body. `chosen` is shared by all bodies of a module."""

    source: Source
    names: FunctionNames
    chosen: Chosen

    def matched(self, match: re.Match[str], scope: Scope, location: SourceLocation | None) -> Instruction:
        """From the fast pattern: operand texts are looked up, and read only when they are new in this scope."""
        negated, guard, name, text = match.group(NEGATED, GUARD, NAME, OPERANDS)
        at = match.start(NAME)
        pieces = split_operands(text) if text is not None else []
        if pieces is None or len(pieces) > _MANY or (pieces and name.startswith("call")):
            nodes = expression_nodes(Span(self.source, match.start(OPERANDS), match.end(OPERANDS)))
            return self.parsed(Statement(name, nodes, guard or "", bool(negated), at), scope, location)
        cache = scope.cache
        entries: list[Entry] = []
        for piece in pieces:
            entry = cache.get(piece)
            if entry is None:
                start = match.start(OPERANDS) + sum(map(len, pieces[: len(entries)])) + len(entries)
                entry = cache[piece] = self._entry(name, at, start, start + len(piece), scope)
            entries.append(entry)
        operands, kinds = zip(*entries, strict=True) if entries else ((), ())
        test = self._guard(guard, negated, match.start(GUARD), scope) if guard else None
        return self._instruction(name, operands, kinds, test, at, location)

    def parsed(self, node: Statement, scope: Scope, location: SourceLocation | None) -> Instruction:
        """From the grammar."""
        call = node.name.partition(".")[0] == "call"
        try:
            operands = tuple(operand_of(x, self.names, scope, call=call) for x in node.operands)
        except Refusal as refusal:
            raise _explained(refusal, node.name, node.at) from None
        kinds = tuple(map(kind_of, operands))
        guard = self._guard(node.guard, "!" if node.negated else "", node.at, scope) if node.guard else None
        return self._instruction(node.name, operands, kinds, guard, node.at, location)

    def _instruction(
        self,
        name: str,
        operands: tuple[Operand, ...],
        kinds: tuple[Hashable, ...],
        guard: Guard | None,
        at: int,
        location: SourceLocation | None,
    ) -> Instruction:
        key = (name, *kinds)
        found = self.chosen.get(key)
        if found is None:
            found = self.chosen[key] = _choose(name, operands, at)
        form, adapt = found
        if adapt:
            operands = _adapted(form, operands)
        return Instruction(form.name, operands, form, guard, location, self.source.line(at))

    def _entry(self, name: str, at: int, start: int, end: int, scope: Scope) -> Entry:
        try:
            operand = operand_of_text(self.source, start, end, self.names, scope)
        except Refusal as refusal:
            raise _explained(refusal, name, at) from None
        return operand, kind_of(operand)

    def _guard(self, name: str, negated: str, at: int, scope: Scope) -> Guard:
        guard = scope.guards.get(negated + name)
        if guard is None:
            register = self.names.find(scope, name)
            if register is None:
                raise undeclared(Name(name, at), self.names, scope)
            if not isinstance(register, Register) or register.type is not pred:
                raise Refusal("PTX014", at, f"a guard takes a predicate register, got {register}")
            guard = scope.guards[negated + name] = Guard(register, bool(negated))
        return guard


def _choose(name: str, operands: tuple[Operand, ...], at: int) -> tuple[Form, bool]:
    """The form, trying operands as written first, then with `{a}` read as `a`."""
    if len(name) > _LONGEST_NAME:
        raise _unknown(name, at)
    name = _LAST.sub(r"\1\3\2", name)
    form = select(name, operands)
    if isinstance(form, Mismatch):
        bare = select(name, tuple(map(_only_element, operands)))
        if isinstance(bare, Mismatch) or not bare.name.startswith(_TAKE_SINGLES):
            raise Refusal(form.id, at, form.message, form.help)
        form = bare
    return form, _adapted(form, operands) != operands


def _unknown(name: str, at: int) -> Refusal:
    mismatch = unknown(name[:_LONGEST_NAME])
    return Refusal(mismatch.id, at, mismatch.message, mismatch.help)


def _adapted(form: Form, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
    """Foreign notation in our own: `{a}` where a scalar stands is `a`, and a decimal (double) constant in an
    `f32` position is the single-precision bits that it stands for.
    """
    slots = zip(form.operands, operands, strict=False)
    scalars = ((slot, operand if slot.count else _only_element(operand)) for slot, operand in slots)
    return tuple(_narrow(operand) if slot.type is f32 else operand for slot, operand in scalars)


def _only_element(operand: Operand) -> Operand:
    if isinstance(operand, Vector) and len(operand.elements) == 1:
        return operand.elements[0]
    return operand


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
    known = forms(name) if len(name) <= _LONGEST_NAME else ()
    if not known:
        return _unknown(name, at)
    if refusal.id == "PTX083" and all(f.operands and f.operands[0].role is Role.LABEL for f in known):
        message = refusal.message.replace("declared", "defined as a label")
        return Refusal("PTX085", refusal.at, message, refusal.help)
    return refusal
