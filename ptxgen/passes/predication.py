"""Predication: a short arm that a branch jumps over runs under a guard instead."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Guard, Label
from ptxgen.ir.rewriting import with_guard
from ptxgen.passes.base import Pass
from ptxgen.passes.purity import is_plain_store, is_removable


@frozen
class Predication(Pass):
    """`@p bra L` over at most `limit` instructions becomes these instructions under `@!p`.

    Sound where nothing else enters the arm, its instructions have no guards of their own, and none of them writes p:
    each then runs for the threads for which the arm ran. Only what computes, loads or stores for its own thread may be
    in it: no branch, barrier, vote, shuffle or atomic.
    """

    name = "predication"

    limit: int = 4

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for number in analysis.cfg.order:
            guard = _skips(function, number)
            arm = number + 1
            if guard is None or not self._fits(function.blocks[arm].instructions, guard):
                continue
            if not _entered_from(analysis, arm, number):
                continue
            function.blocks[number].instructions.pop()
            unless = Guard(guard.register, not guard.negated)
            body = function.blocks[arm].instructions
            body[:] = [with_guard(instruction, unless) for instruction in body]
            changes["branches"] += 1
        return changes

    def _fits(self, arm: list[Instruction], guard: Guard) -> bool:
        return 0 < len(arm) <= self.limit and all(
            _free(instruction) and _keeps(instruction, guard) for instruction in arm
        )


def _skips(function: Function, number: int) -> Guard | None:
    """The guard of a branch at a block's end that jumps over the next block and nothing else."""
    block, after = function.blocks[number], number + 2
    if not block.instructions or after >= len(function.blocks) or function.blocks[number + 1].pragmas:
        return None
    last = block.instructions[-1]
    match last.operands:
        case (Label(name=name),) if last.opcode == "bra" and name == function.blocks[after].label:
            return last.guard
        case _:
            return None


def _entered_from(analysis: FunctionAnalysis, arm: int, only: int) -> bool:
    """Whether control comes to an arm from one block alone."""
    return analysis.cfg.predecessors[arm] == (only,)


def _free(instruction: Instruction) -> bool:
    """Whether it may run under any guard, and has none yet."""
    return instruction.guard is None and (is_removable(instruction) or is_plain_store(instruction))


def _keeps(instruction: Instruction, guard: Guard) -> bool:
    """Whether the guard holds after the instruction what it held before."""
    return guard.register not in instruction.writes()
