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
    _reached: dict[Place, frozenset[int]] = field(factory=dict[Place, frozenset[int]], init=False)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {block: number for number, block in enumerate(self.body.analysis.cfg.order)}

    @cached_property
    def _forward(self) -> tuple[tuple[int, ...], ...]:
        order = self._numbers
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
        before = any(n < second[1] for n in self._ordering[second[0]])
        return not before and second[0] in self._free(first)

    def _free(self, first: Place) -> frozenset[int]:
        """The blocks to which control comes from a place, on no path past anything that orders threads."""
        if first not in self._reached:
            ordered = dict[int, bool]()
            ordered[first[0]] = any(n > first[1] for n in self._ordering[first[0]])
            found: set[int] = set()
            for block in self.body.analysis.cfg.order[self._numbers[first[0]] :]:
                behind = ordered.get(block)
                if behind is None:
                    continue
                if block != first[0]:
                    if not behind:
                        found.add(block)
                    behind = behind or bool(self._ordering[block])
                for target in self._forward[block]:
                    ordered[target] = ordered.get(target, False) or behind
            self._reached[first] = frozenset(found)
        return self._reached[first]
