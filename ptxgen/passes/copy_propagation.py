"""Copy propagation: a register that only copies another one gives way to it."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Register
from ptxgen.ir.rewriting import with_reads
from ptxgen.isa.types import pred
from ptxgen.passes.base import Pass

_ASYNCHRONOUS = ("wgmma", "tcgen05", "call")
"""Instructions that read registers after their turn, or whose operands are bound by name."""


@frozen
class CopyPropagation(Pass):
    """Reads of `d` after `mov d, s` become reads of `s`.

    Sound where the read surely sees that copy, and `s` surely still holds what was copied. Registers of another class
    (float, untyped) are left: a `mov` between the two is a reinterpretation that instructions may insist on. The
    copy itself stays, for dead-code elimination.
    """

    name = "copy-propagation"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        values = analysis.values
        copies = dict(_copies(function))
        changes: Counter[str] = Counter()
        if not copies:
            return changes
        copied = {r.name for n, i in copies for r in function.blocks[n].instructions[i].writes()}
        for number in analysis.cfg.order:
            block = function.blocks[number]
            for index, instruction in enumerate(block.instructions):
                if instruction.opcode in _ASYNCHRONOUS or copied.isdisjoint(
                    r.name for r in instruction.reads()
                ):
                    continue
                place = (number, index)
                new = with_reads(instruction, lambda r, at=place: _origin(r, at, copies, values))
                if new is not instruction:
                    block.instructions[index] = new
                    changes["instructions that read the original"] += 1
        return changes


def _copies(function: Function) -> list[tuple[Place, Register]]:
    return [
        ((number, index), instruction.operands[1])
        for number, block in enumerate(function.blocks)
        for index, instruction in enumerate(block.instructions)
        if instruction.opcode == "mov"
        and _copy(instruction)
        and isinstance(instruction.operands[1], Register)
    ]


def _copy(instruction: Instruction) -> bool:
    destination, source = instruction.operands
    return (
        isinstance(destination, Register)
        and isinstance(source, Register)
        and destination.type.bits == source.type.bits
        and destination.type.is_float == source.type.is_float
        and (destination.type is pred) == (source.type is pred)
    )


def _origin(register: Register, at: Place, copies: dict[Place, Register], values: Values) -> Register:
    """The earliest register in a chain of copies that still holds the same value."""
    found, here = register, at
    while True:
        place = values.definition(found, here)
        source = copies.get(place) if place is not None else None
        if place is None or source is None or not values.holds(source, place, at):
            return found
        found, here = source, place
