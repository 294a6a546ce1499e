"""Chains: an instruction and those of its block that only it needs, which one instruction can stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Register

Join = Callable[[list[Instruction], Place], tuple[Collection[int], Instruction] | None]
"""Of the instructions of a block and the place of one of them: the indices that join it, and what stands for all."""


def join_chains(
    function: Function, analysis: FunctionAnalysis, names: Collection[str], join: Join
) -> Counter[str]:
    """Put one instruction in the place of each chain whose last is named so. What is joined stays, without readers."""
    changes: Counter[str] = Counter()
    for number, block in enumerate(function.blocks):
        if number not in analysis.dominators:
            continue
        joined: set[int] = set()
        old = list(block.instructions)
        # The last of a chain takes in as much as it can.
        for index in reversed(range(len(old))):
            if index in joined or old[index].name not in names:
                continue
            found = join(old, (number, index))
            if found is not None:
                inner, block.instructions[index] = found
                joined |= set(inner)
                changes["instructions joined"] += len(inner) + 1
    return changes


def holds_until(values: Values, instruction: Instruction, place: Place, root: Place) -> bool:
    """Whether the sources of an instruction hold at `root` what they held at its place."""
    return all(
        values.holds(source, place, root)
        for source in instruction.operands[1:]
        if isinstance(source, Register)
    )
