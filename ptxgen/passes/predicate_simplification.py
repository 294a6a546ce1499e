"""Predicate simplification: comparisons and selections that say less than they could."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from attrs import define, evolve, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Guard, Immediate, Operand, Register
from ptxgen.ir.rewriting import copied, made
from ptxgen.isa.types import Type, f32, f64
from ptxgen.passes.arithmetic import fold
from ptxgen.passes.base import Pass

_RELATIONS = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
_OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_EXTREMES = {"lt": "min", "le": "min", "gt": "max", "ge": "max"}
_ZEROS = {("lt", True), ("le", False), ("gt", False), ("ge", True)}
"""Relations to a zero, and its sign, of which `min` and `max`, for which -0 is less than +0, leave the same zero."""


@frozen
class PredicateSimplification(Pass):
    """The smaller (larger) of two by `setp` and `selp` becomes `min` (`max`); `not p` goes into what reads it; `setp`
    on a selection of two constants becomes the predicate itself; comparisons that always or never hold, constants.

    Sound where the earlier instruction's sources still hold at the later one. A `min` of floats passes NaN over and
    tells zeros apart: it is made only against a constant that is no NaN, where the selection, too, takes the constant
    instead of a NaN, and the same zero. Instructions are replaced one by one: dce takes what nobody reads any more.
    """

    name = "predicate-simplification"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        old = [list(block.instructions) for block in function.blocks]
        for number in analysis.cfg.order:
            instructions = function.blocks[number].instructions
            for index, instruction in enumerate(instructions):
                case = _Case(instruction, (number, index), old, analysis.values)
                rule = _RULES.get(instruction.opcode)
                new = (rule(case) if rule is not None else None) or case.turned_guard()
                if new is not None:
                    instructions[index] = new
                    changes["simpler instructions"] += 1
        return changes


@define(eq=False)
class _Case:
    """An instruction, its place, and what the function was before anything was edited."""

    instruction: Instruction
    at: Place
    old: list[list[Instruction]]
    values: Values

    def maker(self, source: Operand, opcode: str) -> tuple[Instruction, Place] | None:
        """The instruction of that opcode whose result a source surely is."""
        place = self.values.definition(source, self.at) if isinstance(source, Register) else None
        if place is None:
            return None
        found = self.old[place[0]][place[1]]
        return (found, place) if found.opcode == opcode and found.operands[0] == source else None

    def holds(self, source: Operand, since: Place) -> bool:
        """Whether a source still is what it was there."""
        return not isinstance(source, Register) or self.values.holds(source, since, self.at)

    def turned_guard(self) -> Instruction | None:
        """The instruction under the predicate whose negation its guard is."""
        guard = self.instruction.guard
        source = None if guard is None else self.negated(guard.register)
        if guard is None or source is None:
            return None
        return evolve(self.instruction, guard=Guard(source, not guard.negated))

    def negated(self, predicate: Operand) -> Register | None:
        """The predicate that `not` made this one of, if it still holds the same."""
        found = self.maker(predicate, "not")
        source = None if found is None else found[0].operands[1]
        if found is None or not isinstance(source, Register) or not self.holds(source, found[1]):
            return None
        return source

    def replaced(self, source: Operand) -> Instruction | None:
        """A copy in place of the instruction."""
        destination = self.instruction.operands[0]
        return copied(destination, source, self.instruction) if isinstance(destination, Register) else None


def _selection(case: _Case) -> Instruction | None:
    destination, a, b, predicate = case.instruction.operands
    if a == b:
        return case.replaced(a)
    source = case.negated(predicate)
    if source is not None:
        return made(case.instruction.name, (destination, b, a, source), case.instruction)
    found = case.maker(predicate, "setp")
    if found is None or not isinstance(predicate, Register) or case.values.reads(predicate) != 1:
        return None
    compare, place = found
    type = compare.form.type
    if type is None or type.bits != (case.instruction.form.type or type).bits or not _is_plain(compare):
        return None
    first, second = compare.operands[1:]
    if not (case.holds(first, place) and case.holds(second, place)) or {a, b} != {first, second}:
        return None
    chosen = _chosen(compare.form.modifiers["CmpOp"], a == first, type, first, second)
    return None if chosen is None else made(f"{chosen}.{type.name}", (destination, a, b), case.instruction)


def _chosen(relation: str, straight: bool, type: Type, first: Operand, second: Operand) -> str | None:
    """`min` or `max`, where the selection of a compared value does the same."""
    relation = _RELATIONS.get(relation, relation)
    if type not in (f32, f64):
        return _EXTREMES.get(relation if straight else _OPPOSITE.get(relation, ""))
    if isinstance(first, Immediate):
        constant, straight, mirrored = first, not straight, _MIRRORED
    else:
        constant, mirrored = second, {r: r for r in _MIRRORED}
    unordered = relation.endswith("u") and relation != "equ"
    relation = mirrored.get(relation.removesuffix("u") if unordered else relation, "")
    # A NaN is neither: the constant must be what is selected then.
    if not isinstance(constant, Immediate) or not relation or straight == unordered:
        return None
    relation = _OPPOSITE[relation] if unordered else relation
    size = constant.value & ((1 << (type.bits - 1)) - 1)
    if size > (0x7F800000 if type is f32 else 0x7FF0000000000000):
        return None
    if size == 0 and (relation, bool(constant.value)) not in _ZEROS:
        return None
    return _EXTREMES[relation]


def _comparison(case: _Case) -> Instruction | None:
    compare = case.instruction
    type = compare.form.type
    if not _is_plain(compare) or type is None or type.is_float:
        return None
    _, a, b = compare.operands
    if a == b:
        return case.replaced(Immediate(fold(compare.form, (0, 0)) or 0))
    if not isinstance(b, Immediate):
        return None
    constant, ones = b.value & ((1 << type.bits) - 1), (1 << type.bits) - 1
    smallest = 1 << (type.bits - 1) if type.is_signed else 0
    if constant in (smallest, smallest ^ ones):
        # What holds for both ends of the range, and is no question of being equal to one, holds for all between.
        ends = {fold(compare.form, (end, constant)) for end in (smallest, smallest ^ ones)}
        relation = _RELATIONS.get(compare.form.modifiers["CmpOp"], compare.form.modifiers["CmpOp"])
        if len(ends) == 1 and relation in _OPPOSITE:
            return case.replaced(Immediate(ends.pop() or 0))
    return _of_selection(case, a, constant)


def _of_selection(case: _Case, a: Operand, constant: int) -> Instruction | None:
    """A comparison of what is one of two constants."""
    compare, found = case.instruction, case.maker(a, "selp")
    if found is None or not isinstance(a, Register) or a.type.bits != (compare.form.type or a.type).bits:
        return None
    _, one, other, predicate = found[0].operands
    if (
        not isinstance(one, Immediate)
        or not isinstance(other, Immediate)
        or not case.holds(predicate, found[1])
    ):
        return None
    mask = (1 << a.type.bits) - 1
    answers = [fold(compare.form, (x.value & mask, constant)) for x in (one, other)]
    if answers[0] == answers[1]:
        return case.replaced(Immediate(answers[0] or 0))
    if answers == [1, 0]:
        return case.replaced(predicate)
    return made("not.pred", (compare.operands[0], predicate), compare)


def _negation(case: _Case) -> Instruction | None:
    source = case.negated(case.instruction.operands[1]) if case.instruction.name == "not.pred" else None
    return None if source is None else case.replaced(source)


def _is_plain(compare: Instruction) -> bool:
    """Whether a `setp` compares, and does nothing else."""
    return set(compare.form.modifiers) == {"CmpOp", "type"} and isinstance(compare.operands[0], Register)


_RULES: dict[str, Callable[[_Case], Instruction | None]] = {
    "selp": _selection,
    "setp": _comparison,
    "not": _negation,
}
