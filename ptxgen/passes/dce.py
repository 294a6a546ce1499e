"""Dead-code elimination: what nobody needs is not computed."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, analyze
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.passes.base import Pass
from ptxgen.passes.block_tidying import mark_unused, unreached
from ptxgen.passes.purity import is_removable


@frozen
class DeadCodeElimination(Pass):
    """Instructions go whose results nothing with an effect needs, and blocks that control cannot reach.

    Sound for instructions that do nothing but write registers, and for loads that order nothing (a program whose
    dead load is out of bounds is faulty before, and is not after). Cycles that only feed themselves go, too; writes
    that are overwritten before anything reads them go by liveness.
    """

    name = "dce"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        if unreachable := _drop_unreachable(function, analysis):
            changes["unreachable blocks"] = unreachable
        overwritten = 1
        while overwritten:
            changes["dead instructions"] += _sweep(function)
            overwritten = _drop_overwritten(function)
            changes["dead instructions"] += overwritten
        return +changes


def _drop_unreachable(function: Function, analysis: FunctionAnalysis) -> int:
    """Drop the blocks that control cannot reach.

    The marks of debug data stay where they are, in blocks without instructions.
    """
    gone = unreached(function, analysis)
    dropped = [block for n in gone if (block := function.blocks[n]) != Block(marks=block.marks)]
    if dropped:
        function.blocks[:] = [
            Block(marks=block.marks) if number in gone else block
            for number, block in enumerate(function.blocks)
            if number not in gone or block.marks
        ]
        if any(block.marks for block in function.blocks):
            mark_unused(function)
            function.divide()
    return len(dropped)


def _sweep(function: Function) -> int:
    """Remove what no instruction with an effect needs, however indirectly."""
    writers: dict[str, list[Instruction]] = {}
    needed: set[str] = {variable.name for variable in function.returns}
    waiting = list(needed)

    def need(instruction: Instruction) -> None:
        for register in instruction.reads():
            if register.name not in needed:
                needed.add(register.name)
                waiting.append(register.name)

    for instruction in function.instructions():
        if is_removable(instruction):
            for register in instruction.writes():
                writers.setdefault(register.name, []).append(instruction)
        else:
            need(instruction)
    while waiting:
        for instruction in writers.get(waiting.pop(), ()):
            need(instruction)

    def dead(instruction: Instruction) -> bool:
        return is_removable(instruction) and not any(r.name in needed for r in instruction.writes())

    removed = 0
    for block in function.blocks:
        kept = [i for i in block.instructions if not dead(i)]
        removed += len(block.instructions) - len(kept)
        block.instructions[:] = kept
    return removed


def _is_whole(instruction: Instruction, dead: int) -> bool:
    """Whether so many dead results are all that the instruction has: a vector may be needed in part."""
    return dead == len(tuple(instruction.writes()))


def _drop_overwritten(function: Function) -> int:
    """Remove writes that are overwritten on every path before they are read."""
    live = analyze(function).liveness
    removed = 0
    for number, block in enumerate(function.blocks):
        dead = Counter(index for index, _ in live.dead_writes(number))
        gone = {
            index
            for index, count in dead.items()
            if is_removable(block.instructions[index]) and _is_whole(block.instructions[index], count)
        }
        if gone:
            block.instructions[:] = [i for n, i in enumerate(block.instructions) if n not in gone]
            removed += len(gone)
    return removed
