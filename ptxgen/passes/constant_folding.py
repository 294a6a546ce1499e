"""Constant folding and propagation: what is known when the module is made is not computed by every thread."""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Register
from ptxgen.passes.base import Pass
from ptxgen.passes.constant_operands import decided, improved, moved


@frozen
class ConstantFolding(Pass):
    """Instructions on constants become a `mov`; other reads of constants take them in.

    Sound where the read surely sees the one `mov` or folded instruction that makes the constant. A guard that is
    known is dropped, with its instruction if it never holds. Floating-point arithmetic is folded where it rounds to
    nearest and gives no NaN.
    """

    name = "constant-folding"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        known = _Constants(analysis.values)
        changes: Counter[str] = Counter()
        # A definition that dominates a read comes before it in reverse postorder.
        for number in analysis.cfg.order:
            block = function.blocks[number]
            kept: list[Instruction] = []
            for index, instruction in enumerate(block.instructions):
                new = decided(instruction, (number, index), known)
                if new is None:
                    changes["instructions that never run"] += 1
                    continue
                if new is not instruction:
                    changes["guards that always hold"] += 1
                folded = improved(new, (number, index), known)
                if folded is not new:
                    changes["instructions with constants"] += 1
                known.note(folded, (number, index))
                kept.append(folded)
            block.instructions[:] = kept
        return changes


@define(eq=False)
class _Constants:
    """The bits of the registers that hold constants, by the instruction that made them (places of the old text)."""

    values: Values
    made: dict[Place, int] = field(factory=dict[Place, int], init=False)
    copies: dict[Place, Register] = field(factory=dict[Place, Register], init=False)

    def note(self, instruction: Instruction, place: Place) -> None:
        if instruction.opcode != "mov" or not isinstance(instruction.operands[0], Register):
            return
        destination, source = instruction.operands
        if isinstance(source, Immediate):
            bits = moved(source, instruction.form.operands[0])
            if bits is not None:
                self.made[place] = bits
        elif isinstance(source, Register) and isinstance(destination, Register):
            self.copies[place] = source

    def bits(self, register: Register, at: Place) -> int | None:
        """What the instruction at `at` surely reads in a register."""
        while (place := self.values.definition(register, at)) is not None and place not in self.made:
            if place not in self.copies:
                return None
            register, at = self.copies[place], place
        return None if place is None else self.made[place]
