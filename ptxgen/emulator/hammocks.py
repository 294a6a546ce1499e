"""Branches around little: arms that are cheaper to execute for all threads than to part for."""

from __future__ import annotations

from ptxgen.emulator.code import Arm, Branch, Code, CodeBlock, Hammock, Jump, Kind
from ptxgen.ir.operands import Guard

LONGEST_ARM = 24
"""Operations of an arm up to which parting the threads costs more."""

_PLAIN = frozenset((Kind.ELEMENTWISE, Kind.LOAD, Kind.STORE, Kind.ATOMIC, Kind.NOTHING))


def find_hammocks(code: Code) -> None:
    """Mark each branch whose arms follow it in the text and meet again right after them."""
    entered = _entries(code)
    for number, block in enumerate(code.blocks):
        if isinstance(block.end, Branch):
            block.hammock = _hammock(code, number, block.end, entered)


def _entries(code: Code) -> list[int]:
    """How many ways lead into each block."""
    entered = [0] * (len(code.blocks) + 1)
    for block in code.blocks:
        for successor in block.successors():
            entered[successor] += 1
    return entered


def _hammock(code: Code, number: int, branch: Branch, entered: list[int]) -> Hammock | None:
    first = number + 1
    skipped = Guard(branch.guard.register, not branch.guard.negated)
    if branch.other != first or branch.taken <= first:
        return None
    join = _join(code, first, skipped, entered)
    if join is None:
        return None
    if join == branch.taken:
        return Hammock((_arm(code, first, skipped, join),), join)
    second = branch.taken
    if (
        second == first + 1
        and join not in (first, second)
        and _join(code, second, branch.guard, entered) == join
    ):
        return Hammock(
            (_arm(code, first, skipped, join, second), _arm(code, second, branch.guard, join, first)), join
        )
    return None


def _join(code: Code, number: int, guard: Guard, entered: list[int]) -> int | None:
    """Where a block goes on to, if it can be executed under a guard by all threads."""
    block = code.blocks[number]
    if entered[number] != 1 or not isinstance(block.end, Jump) or len(block.operations) > LONGEST_ARM:
        return None
    if any(not _convertible(block, i, guard) for i in range(len(block.operations))):
        return None
    return block.end.target


def _convertible(block: CodeBlock, index: int, guard: Guard) -> bool:
    operation = block.operations[index]
    return (
        operation.kind in _PLAIN and operation.guard is None and guard.register.name not in operation.writes
    )


def _arm(code: Code, number: int, guard: Guard, join: int, other: int | None = None) -> Arm:
    needed = code.live_in[join] | (code.live_in[other] if other is not None else frozenset[str]())
    operations = code.blocks[number].operations
    written = {name for o in operations for name in o.writes}
    # Memory is only touched where the guard holds, so what comes from there varies as the guard does.
    fetched = {name for o in operations if o.kind in (Kind.LOAD, Kind.ATOMIC) for name in o.writes}
    return Arm(number, guard, frozenset(written & needed | fetched) - code.constants)
