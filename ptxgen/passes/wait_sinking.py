"""Wait sinking: a thread waits for its asynchronous copies just before it needs them."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, MemoryOperation
from ptxgen.ir.analysis.alias import locate
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.base import Pass

_WAITS = ("cp.async.wait_group", "cp.async.wait_all")
_ELSEWHERE = frozenset({StateSpace.GLOBAL, StateSpace.LOCAL, StateSpace.PARAM, StateSpace.CONST})


@frozen
class WaitSinking(Pass):
    """`cp.async.wait_group` and `wait_all` move down to the first instruction that may need the copies.

    They pass arithmetic and weak loads of memory that copies do not write. They stay above every access that may be
    to shared memory, every store (which may overwrite what a copy still reads), everything that orders memory, and
    the end of the block; under a guard they stay. Waits on mbarriers are loops, and stay.
    """

    name = "wait-sinking"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for number in analysis.cfg.order:
            instructions = function.blocks[number].instructions
            operations = {o.at[1]: o for o in analysis.memory.blocks[number]}
            # From the end, so that the places of earlier instructions stay as they were.
            for index in range(len(instructions) - 1, -1, -1):
                wait = instructions[index]
                if wait.name not in _WAITS or not _is_certain(wait):
                    continue
                end = index + 1
                while end < len(instructions) and not instructions[end].ends_block:
                    operation = operations.get(end)
                    if operation is not None and not _passes(operation):
                        break
                    end += 1
                if any(n in operations for n in range(index + 1, end)):
                    instructions.insert(end - 1, instructions.pop(index))
                    changes["waits"] += 1
        return changes


def _is_certain(wait: Instruction) -> bool:
    """Whether every thread waits, whatever predicates are later."""
    return wait.guard is None


def _passes(operation: MemoryOperation) -> bool:
    """Whether a wait may come after an operation: a weak load from memory that no copy writes."""
    return operation.is_plain and all(
        not access.writes and locate(access).space in _ELSEWHERE for access in operation.accesses
    )
