"""Load hoisting: loads begin before the barriers, waits and stores that they need not wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, MemoryOperation, Order
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.base import Pass
from ptxgen.passes.tokens import token_graph

_SLOW = frozenset({StateSpace.GLOBAL, StateSpace.GENERIC})


@frozen
class LoadHoisting(Pass):
    """A weak load of global memory moves up over stores, fences, barriers and waits whose tokens it does not take, so
    that more bytes are on their way.

    Loads of memory that may be written stay behind all that orders memory; only `.nc` loads pass a barrier. The
    registers of the address and the guard must be there, and nobody may need the old value of the destination. A load
    moves just above the first operation that it passes and at most `window` instructions: what only arithmetic lies
    between ptxas orders itself.
    """

    name = "load-hoisting"
    window: int = 32

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for number in analysis.cfg.order:
            changes["loads"] += _hoisted(function.blocks[number], analysis.memory.blocks[number], self.window)
        return +changes


def _hoisted(block: Block, operations: tuple[MemoryOperation, ...], window: int) -> int:
    graph = token_graph(operations)
    numbers = {id(o.instruction): n for n, o in enumerate(graph.operations)}
    moved = 0
    for number, operation in enumerate(graph.operations):
        if not _is_slow_load(operation):
            continue
        # Loads that moved before this one left its place as it was.
        start = operation.at[1]
        target = _target(block.instructions, start, window, graph.follows[number], numbers, graph.operations)
        if target < start:
            block.instructions.insert(target, block.instructions.pop(start))
            moved += 1
    return moved


def _is_slow_load(operation: MemoryOperation) -> bool:
    return (
        operation.is_plain
        and operation.instruction.opcode == "ld"
        and all(access.space in _SLOW for access in operation.accesses)
    )


def _target(
    instructions: list[Instruction],
    start: int,
    window: int,
    follows: set[int],
    numbers: Mapping[int, int],
    operations: tuple[MemoryOperation, ...],
) -> int:
    """Where a load may stand instead: just above the highest operation that is worth passing."""
    load = instructions[start]
    reads = {register.name for register in load.reads()}
    writes = {register.name for register in load.writes()}
    target = start
    for index in range(start - 1, max(-1, start - 1 - window), -1):
        other = instructions[index]
        if other.ends_block or any(register.name in reads | writes for register in other.writes()):
            break
        if any(register.name in writes for register in other.reads()):
            break
        number = numbers.get(id(other))
        if number is None:
            continue
        if number in follows:
            break
        if _holds_up(operations[number]):
            target = index
    return target


def _holds_up(operation: MemoryOperation) -> bool:
    """Whether a compiler that knows less keeps loads behind it."""
    if operation.order is not Order.WEAK:
        return True
    return any(access.writes and access.space in _SLOW for access in operation.accesses)
