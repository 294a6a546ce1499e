"""Strength reduction: a cheaper instruction for the same bits, where one operand is a constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import copied, made
from ptxgen.isa.row import Form
from ptxgen.isa.types import Type
from ptxgen.passes.base import Pass

_COMMUTATIVE = frozenset({"add", "mul", "and", "or", "xor"})


@frozen
class StrengthReduction(Pass):
    """Unsigned `div` and `rem` by a power of two become shifts and masks; `x + 0`, `x * 1` and their kin, copies.

    Sound for any value of the other operand; signed division rounds towards zero and is left alone. Products stay:
    ptxas makes shifts of them where that is better. Only constants in the instruction count: run constant folding
    before.
    """

    name = "strength-reduction"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for block in function.blocks:
            for index, instruction in enumerate(block.instructions):
                new = _cheaper(instruction)
                if new is not None:
                    block.instructions[index] = new
                    changes["cheaper instructions"] += 1
        return changes


def _cheaper(instruction: Instruction) -> Instruction | None:
    form = instruction.form
    rule = _RULES.get(form.opcode)
    type = form.type
    if (
        rule is None
        or type is None
        or not (type.is_integer or type.is_bits)
        or not _is_plain(form, type)
        or len(instruction.operands) != 3
    ):
        return None
    destination, a, b = instruction.operands
    if isinstance(a, Immediate) and form.opcode in _COMMUTATIVE:
        a, b = b, a
    if not isinstance(destination, Register) or not isinstance(a, Register) or not isinstance(b, Immediate):
        return None
    # A shift amount has 32 bits, whatever the type of what is shifted.
    slot = form.operands[2].type or type
    return rule(_Case(instruction, destination, a, b.value & ((1 << slot.bits) - 1), type))


def _is_plain(form: Form, type: Type) -> bool:
    """Whether it gives the lower bits of the result, and nothing else: no carry, no saturation, no upper half."""
    return not form.row.effects and form.modifiers.items() <= {("type", type.name), ("mode", "lo")}


@frozen
class _Case:
    """`destination = source op constant`, in that type; `constant` without sign."""

    instruction: Instruction
    destination: Register
    source: Register
    constant: int
    type: Type

    @property
    def power(self) -> int | None:
        """k, where the constant is 2^k."""
        return self.constant.bit_length() - 1 if self.constant.bit_count() == 1 else None

    def copy(self, source: Operand) -> Instruction | None:
        return copied(self.destination, source, self.instruction)

    def by(self, name: str, constant: int) -> Instruction | None:
        """Another instruction with another constant in place of this one."""
        return made(name, (self.destination, self.source, Immediate(constant)), self.instruction)


Rule = Callable[[_Case], Instruction | None]


def _neutral(case: _Case) -> Instruction | None:
    return case.copy(case.source) if case.constant == 0 else None


def _product(case: _Case) -> Instruction | None:
    if case.constant == 0:
        return case.copy(Immediate(0))
    return case.copy(case.source) if case.constant == 1 else None


def _quotient(case: _Case) -> Instruction | None:
    if case.constant == 1:
        return case.copy(case.source)
    if case.type.is_signed or case.power is None:
        return None
    return case.by(f"shr.u{case.type.bits}", case.power)


def _remainder(case: _Case) -> Instruction | None:
    if case.constant == 1:
        return case.copy(Immediate(0))
    if case.type.is_signed or case.power is None:
        return None
    return case.by(f"and.b{case.type.bits}", case.constant - 1)


_RULES: dict[str, Rule] = {
    "add": _neutral,
    "sub": _neutral,
    "or": _neutral,
    "xor": _neutral,
    "shl": _neutral,
    "shr": _neutral,
    "mul": _product,
    "div": _quotient,
    "rem": _remainder,
}
