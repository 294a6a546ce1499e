"""Barrier removal: barriers and fences go that order nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import prod

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, MemoryOperation, Place
from ptxgen.ir.analysis.between import Neighbourhood
from ptxgen.ir.analysis.threads import Threads
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect
from ptxgen.passes.base import Pass

_STEPS = 400
"""Addresses that may be counted for each instruction of a function: what takes longer is kept."""
_BARRIER = re.compile(r"bar(\.cta)?\.sync|barrier(\.cta)?\.sync(\.aligned)?")
_FENCE = re.compile(r"membar\.(cta|gl|sys)|fence(\.acq_rel|\.sc)?\.(cta|cluster|gpu|sys)")
_WIDTH = {"cta": 0, "cluster": 1, "gl": 2, "gpu": 2, "sys": 3}


@frozen
class BarrierRemoval(Pass):
    """`bar.sync` of the whole CTA goes where no access before it and none after it, of different threads, may touch the
    same bytes with one of them writing; a fence where another one or a barrier does its work, or nothing is to order.

    Accesses before are those back to the previous barrier on every path, accesses after those up to the next. Sound
    for weak accesses: what one thread did before the barrier, others reach after it only through bytes that both
    touch. Where an atomic, a fence, a wait or a call is near, others may hang on the barrier, and it is kept; also if
    some threads may not run it, since barriers pair by count.
    """

    name = "barrier-removal"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        if not function.is_entry or not any(b for b in _barriers_and_fences(function)):
            return changes
        search = _Search(
            analysis, Threads(analysis.affine.launch, _STEPS * sum(1 for _ in function.instructions()))
        )
        gone = set(search.needless_barriers())
        changes["barriers"] = len(gone)
        fences = set(search.needless_fences(gone))
        changes["fences"] = len(fences)
        gone |= fences
        for number, block in enumerate(function.blocks):
            block.instructions[:] = [i for n, i in enumerate(block.instructions) if (number, n) not in gone]
        return +changes


def _barriers_and_fences(function: Function) -> Iterator[Instruction]:
    return (i for i in function.instructions() if i.opcode in ("bar", "barrier", "membar", "fence"))


@frozen(eq=False)
class _Search:
    """What is looked at: the operations that other threads can tell, and the barriers that divide them."""

    analysis: FunctionAnalysis
    threads: Threads

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        blocks = [[o for o in block if _tells(o)] for block in self.analysis.memory.blocks]
        return Neighbourhood(self.analysis.cfg, blocks)

    def barriers(self) -> list[Place]:
        """Barriers that all threads of the CTA run equally often."""
        uneven = self.analysis.divergence.blocks
        return [
            (number, index)
            for number in self.analysis.cfg.order
            if number not in uneven
            for index, i in enumerate(self.analysis.function.blocks[number].instructions)
            if self._is_whole(i)
        ]

    def _is_whole(self, instruction: Instruction) -> bool:
        """Whether it is a barrier of all threads of the CTA, with a number that does not change."""
        if not _BARRIER.fullmatch(instruction.name) or instruction.guard is not None:
            return False
        block = self.threads.launch.block
        match instruction.operands:
            case (Immediate(),):
                return True
            case (Immediate(), Immediate(value=count)):
                return block is not None and count == prod(block)
            case _:
                return False

    def needless_barriers(self) -> Iterator[Place]:
        barriers = self.barriers()
        others = [o for o in self.analysis.memory if Effect.BARRIER in o.instruction.form.row.effects]
        if any(o.instruction.opcode != "bar" and not self._is_whole(o.instruction) for o in others):
            return
        near = self.neighbourhood
        kept = list(barriers)
        for place in barriers:
            stops = [other for other in kept if other != place]
            if self._orders_nothing(near.before(place, [*stops, place]), near.after(place, [*stops, place])):
                kept.remove(place)
                yield place

    def _orders_nothing(self, before: Sequence[MemoryOperation], after: Sequence[MemoryOperation]) -> bool:
        if not before or not after:
            return True
        if not all(o.is_plain for o in (*before, *after)):
            return False
        return all(
            self.threads.apart(a, b)
            for first in before
            for second in after
            for a in first.accesses
            for b in second.accesses
            if (a.writes or b.writes) and not a.constant and not b.constant
        )

    def needless_fences(self, gone: set[Place]) -> Iterator[Place]:
        near = self.neighbourhood
        whole = set(self.barriers()) - gone
        for number in self.analysis.cfg.order:
            fences = [o for o in self.analysis.memory.blocks[number] if _fence(o.instruction) is not None]
            for operation in fences:
                place = operation.at
                others = [o for o in near.blocks[number] if o.at not in gone and o.at != place]
                if self._covered(operation, others, whole) or not (
                    near.before(place, ()) and near.after(place, ())
                ):
                    gone = gone | {place}
                    yield place

    def _covered(self, fence: MemoryOperation, others: Sequence[MemoryOperation], whole: set[Place]) -> bool:
        """Whether the operation just before or just after orders as much."""
        earlier = [o for o in others if o.at < fence.at][-1:]
        later = [o for o in others if o.at > fence.at][:1]
        strength = _fence(fence.instruction)
        assert strength is not None
        for other in (*earlier, *later):
            if other.at in whole and strength[0] == _WIDTH["cta"] and not strength[1]:
                return True
            theirs = _fence(other.instruction)
            if theirs is not None and all(a >= b for a, b in zip(theirs, strength, strict=True)):
                return True
        return False


def _tells(operation: MemoryOperation) -> bool:
    """Whether other threads can notice: not for loads of constants, nor for a thread's own local memory."""
    if not operation.is_plain:
        return True
    return not all(a.constant or a.space is StateSpace.LOCAL for a in operation.accesses)


def _fence(instruction: Instruction) -> tuple[int, bool] | None:
    """How far a fence of all memory reaches, and whether it is sequentially consistent; None for anything else."""
    if instruction.guard is not None or not _FENCE.fullmatch(instruction.name):
        return None
    scope = instruction.name.rpartition(".")[2]
    # `membar` and a bare `fence.scope` are as strong as `fence.sc` and `fence.acq_rel`: PTX ISA, section 9.7.13.4.
    return _WIDTH[scope], instruction.opcode == "membar" or ".sc." in instruction.name
