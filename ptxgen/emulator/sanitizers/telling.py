"""Whether threads of a program can learn of each other by anything but barriers of whole CTAs, and where.

Without that, of many readers of a place two stand for all: see `cells`.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate

_ORDERS = frozenset(("release", "acquire", "acq_rel"))
_OPCODES = frozenset(("mbarrier", "fence", "membar", "wgmma", "griddepcontrol", "tcgen05"))
_CARRIERS = frozenset(("st", "red"))
"""These have an asynchronous form, which ends at an mbarrier."""


@frozen
class Telling:
    """What must be known of each single access: in shared memory, in global memory."""

    of_shared: bool
    of_global: bool

    @staticmethod
    def of(instructions: Iterable[Instruction], threads: int) -> Telling:
        """Of the instructions that a launch of CTAs with so many threads may execute."""
        shared = copies = False
        for instruction in instructions:
            shared = shared or _tells(instruction, threads)
            copies = copies or instruction.opcode == "cp"
        return Telling(shared, shared or copies)


def _tells(instruction: Instruction, threads: int) -> bool:
    opcode, modifiers = instruction.opcode, instruction.form.modifiers
    if opcode in ("bar", "barrier"):
        return _meets_parts(instruction, threads)
    if opcode == "cp":
        return "bulk" in modifiers or "mbarrier" in modifiers
    if opcode in _CARRIERS and "async" in modifiers:
        return True
    return opcode in _OPCODES or not _ORDERS.isdisjoint(modifiers.values())


def _meets_parts(instruction: Instruction, threads: int) -> bool:
    """Whether a barrier may be one of fewer threads than a CTA has, or of more."""
    modifiers = instruction.form.modifiers
    if not {"warp", "cluster", "arrive"}.isdisjoint(modifiers):
        return True
    names = [operand.name for operand in instruction.form.operands]
    place = names.index("b") if "b" in names else len(names)
    if place >= len(instruction.operands):
        return False
    count = instruction.operands[place]
    return not (isinstance(count, Immediate) and count.value == threads)
