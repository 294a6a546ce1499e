"""Block merging: fewer branches and labels between the same instructions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from attrs import evolve, frozen

from ptxgen.ir.analysis import FunctionAnalysis, analyze
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Label
from ptxgen.passes.base import Pass
from ptxgen.passes.block_tidying import mark_unused, tidy


@frozen
class BlockMerging(Pass):
    """A block whose only predecessor jumps to it comes behind that one; branches to branches go where those go.

    Branches to what follows anyway go, and with them the labels that nothing names and the blocks that nothing
    enters. Blocks with marks of debug data or a `.pragma` keep their places and are not jumped past; `.branchtargets`
    keep their labels. Branches to the start of a loop stay as they are: a loop keeps its one way back.

    Sound because no thread runs another sequence of instructions than before, branches without a guard apart.
    """

    name = "block-merging"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        while made := _threaded(function, analysis) or _moved(function, analysis) or _tidied(function):
            changes.update(made)
            function.divide()
            analysis = analyze(function, analysis.globals)
        return changes


def _threaded(function: Function, analysis: FunctionAnalysis) -> Counter[str]:
    """Aim branches at blocks that only branch on, or are empty, where these lead."""
    onward = dict(_onward(function))
    changes: Counter[str] = Counter()
    for number in analysis.cfg.order:
        instructions = function.blocks[number].instructions
        for index, instruction in enumerate(instructions):
            match instruction.operands:
                case (Label(name=name),) if instruction.opcode == "bra":
                    target = _final(name, onward)
                    if target != name and not _leads_back(target, number, analysis):
                        instructions[index] = evolve(instruction, operands=(Label(target),))
                        changes["branches to branches"] += 1
                case _:
                    pass
    return changes


def _onward(function: Function) -> Iterator[tuple[str, str]]:
    """The labels of blocks that do nothing but go on, and where."""
    for block, following in zip(function.blocks, [*function.blocks[1:], Block()], strict=True):
        if block.label is None or block.marks or block.pragmas:
            continue
        match block.instructions:
            case [] if following.label is not None:
                yield block.label, following.label
            case [Instruction(opcode="bra", operands=(Label(name=name),)) as only] if _is_certain(only):
                yield block.label, name
            case _:
                pass


def _is_certain(branch: Instruction) -> bool:
    """Whether all threads that come to a branch take it."""
    return branch.guard is None


def _final(label: str, onward: dict[str, str]) -> str:
    """Where control comes to from a label; the label itself if it goes round for ever."""
    seen = {label}
    target = label
    while (target := onward.get(target, target)) not in seen:
        seen.add(target)
    return label if onward.get(target, target) != target else target


def _leads_back(target: str, source: int, analysis: FunctionAnalysis) -> bool:
    """Whether a branch from a block to a label closes a loop."""
    block = next(n for n, b in enumerate(analysis.function.blocks) if b.label == target)
    return block == source or analysis.dominators.dominates(block, source)


def _moved(function: Function, analysis: FunctionAnalysis) -> Counter[str]:
    """Put runs of blocks behind the branches that alone lead to them."""
    blocks = function.blocks
    runs: dict[int, range] = {}
    touched: set[int] = set()
    for number in analysis.cfg.order:
        target = _joined(analysis, number)
        run = range(0) if target is None else _run(function, target)
        involved = {number, *run}
        if not run or number in run or touched & involved or any(blocks[n].marks for n in run):
            continue
        touched |= involved
        runs[number] = run
        blocks[number].instructions.pop()
    gone = {n for run in runs.values() for n in run}
    blocks[:] = [
        blocks[n]
        for number in range(len(blocks))
        if number not in gone
        for n in (number, *runs.get(number, ()))
    ]
    return +Counter({"blocks moved": len(runs)})


def _joined(analysis: FunctionAnalysis, number: int) -> int | None:
    """The block that this one alone leads to, by an unguarded branch at its end."""
    block = analysis.function.blocks[number]
    last = block.instructions[-1] if block.instructions else None
    if last is None or last.opcode != "bra" or last.guard is not None:
        return None
    (target,) = analysis.cfg.successors[number]
    return target if target != number + 1 and _alone_enters(number, target, analysis) else None


def _alone_enters(number: int, target: int, analysis: FunctionAnalysis) -> bool:
    """Whether control comes to a block from one other alone. It comes to the first one from the caller."""
    return target != 0 and analysis.cfg.predecessors[target] == (number,)


def _run(function: Function, first: int) -> range:
    """The blocks from one on that control falls through, to where it leaves for certain; empty if it never does."""
    for number in range(first, len(function.blocks)):
        instructions = function.blocks[number].instructions
        if instructions and instructions[-1].ends_block and instructions[-1].guard is None:
            return range(first, number + 1)
    return range(0)


def _tidied(function: Function) -> Counter[str]:
    """Leave out branches to what follows, labels without use, blocks without an entry."""
    before = _size(function)
    blocks = function.blocks
    for block, following in pairwise(blocks):
        # `@p bra a; bra b; a:` is one branch: the two are looked at together.
        if block.instructions and following == Block(instructions=following.instructions[:1]):
            block.instructions += following.instructions
            following.instructions.clear()
    blocks[:] = [block for block in blocks if block != Block()] or [Block()]
    # Debug data may name a label, too. Whether it does, a function does not know.
    named = any(block.marks for block in blocks)
    if named:
        mark_unused(function)
    labels = set() if named else {block.label for block in blocks if block.label is not None}
    tidy(function, {id(block) for block in blocks}, labels)
    if named:
        mark_unused(function)
    function.divide()
    after = _size(function)
    return +Counter({"branches": before[0] - after[0], "labels": before[1] - after[1]})


def _size(function: Function) -> tuple[int, int]:
    """The instructions and the labels."""
    return (
        sum(len(block.instructions) for block in function.blocks),
        sum(block.label is not None for block in function.blocks),
    )
