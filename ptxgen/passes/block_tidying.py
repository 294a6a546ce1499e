"""After blocks were copied or put in: what control cannot reach goes, and branches to what follows."""

from __future__ import annotations

from attrs import evolve

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Guard, Label


def tidy(function: Function, edited: set[int], labels: set[str]) -> None:
    """In edited blocks, what control cannot reach goes, and branches to the next block; labels without use go."""
    for block in function.blocks:
        ends = _end(block)
        if id(block) in edited and ends is not None:
            del block.instructions[ends + 1 :]
    while _drop_unreached(function, edited):
        pass
    blocks = function.blocks
    for block, following in zip(blocks, [*blocks[1:], Block()], strict=True):
        if id(block) in edited and following.label is not None:
            _fall(block.instructions, Label(following.label))
    used = used_labels(function)
    for block in blocks:
        if block.label in labels and block.label not in used:
            block.label = None


def unreached(function: Function, analysis: FunctionAnalysis) -> frozenset[int]:
    """The blocks that control cannot reach, as numbers; none if a table of branch targets names one of them."""
    found = frozenset(range(len(function.blocks))) - analysis.cfg.reachable()
    named = {name for table in function.targets for name in table.names}
    return frozenset() if any(function.blocks[number].label in named for number in found) else found


def _fall(instructions: list[Instruction], following: Label) -> None:
    """Leave out a branch to what follows: the last one, or a guarded one before a last one."""
    match instructions[-2:]:
        case [
            Instruction(guard=Guard(register, negated)) as first,
            Instruction(opcode="bra", guard=None) as last,
        ] if first.opcode == "bra" and first.operands == (following,):
            # The last one may be `.uni`, which it is not under a guard.
            instructions[-2:] = [evolve(first, operands=last.operands, guard=Guard(register, not negated))]
        case [*_, Instruction(opcode="bra", operands=operands)] if operands == (following,):
            del instructions[-1]
        case _:
            pass


def _drop_unreached(function: Function, edited: set[int]) -> bool:
    """Drop edited blocks that nothing falls into or names."""
    used = used_labels(function)
    kept: list[Block] = []
    falls = True
    for block in function.blocks:
        if falls or id(block) not in edited or block.label in used or block.marks:
            kept.append(block)
            falls = _end(block) is None
    dropped = len(kept) < len(function.blocks)
    function.blocks[:] = kept
    return dropped


def _end(block: Block) -> int | None:
    """Where control leaves a block for certain, before its end or at it."""
    return next((n for n, i in enumerate(block.instructions) if i.ends_block and i.guard is None), None)


def mark_unused(function: Function) -> None:
    """Labels that nothing in the function names become marks, as beside debug data they are for the parser."""
    used = used_labels(function)
    for block in function.blocks:
        if block.label is not None and block.label not in used:
            block.marks.append(block.label)
            block.label = None


def used_labels(function: Function) -> set[str]:
    """The labels that branches and tables of branch targets name."""
    named = {name for table in function.targets for name in table.names}
    return named | {o.name for i in function.instructions() for o in i.operands if isinstance(o, Label)}
