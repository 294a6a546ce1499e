"""Barrier intervals: which instructions may run at the same time, because nothing between them orders threads."""

from __future__ import annotations

from functools import cached_property

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.table import Effect

_ORDERS = {Effect.BARRIER, Effect.ATOMIC, Effect.FENCE, Effect.CALL, Effect.VOLATILE}


def orders(instruction: Instruction) -> bool:
    """Whether threads of different warps may be ordered by an instruction; a barrier of one warp does not."""
    if instruction.name.startswith("bar.warp"):
        return False
    sem = {"sem", "acquire", "release", "relaxed"} & set(instruction.form.modifiers)
    return bool(instruction.form.row.effects & _ORDERS) or bool(sem)


@define(eq=False)
class Intervals:
    """The intervals of one function, over its graph without the edges that go back."""

    body: Body
    _reached: dict[int, frozenset[int]] = field(factory=dict[int, frozenset[int]], init=False)

    @cached_property
    def _forward(self) -> tuple[tuple[int, ...], ...]:
        order = {block: number for number, block in enumerate(self.body.analysis.cfg.order)}
        return tuple(
            tuple(t for t in targets if t in order and order[t] > order.get(block, len(order)))
            for block, targets in enumerate(self.body.analysis.cfg.successors)
        )

    @cached_property
    def _ordering(self) -> tuple[tuple[int, ...], ...]:
        """For each block the positions of the instructions that order threads."""
        return tuple(
            tuple(n for n, i in enumerate(block.instructions) if orders(i))
            for block in self.body.function.blocks
        )

    def unordered(self, first: Place, second: Place) -> bool:
        """Whether control comes from one place to another, forwards, and nothing on any path orders threads."""
        if first[0] == second[0]:
            between = [n for n in self._ordering[first[0]] if first[1] < n < second[1]]
            return first[1] < second[1] and not between
        after = self._after(first[0])
        if second[0] not in after:
            return False
        if any(n > first[1] for n in self._ordering[first[0]]):
            return False
        if any(n < second[1] for n in self._ordering[second[0]]):
            return False
        between = {b for b in after if b not in (first[0], second[0]) and second[0] in self._after(b)}
        return not any(self._ordering[b] for b in between)

    def _after(self, block: int) -> frozenset[int]:
        """The blocks that come after a block."""
        if block not in self._reached:
            seen: set[int] = set()
            stack = list(self._forward[block])
            while stack:
                number = stack.pop()
                if number not in seen:
                    seen.add(number)
                    stack += self._forward[number]
            self._reached[block] = frozenset(seen)
        return self._reached[block]
