"""Barrier intervals: which instructions may run at the same time, because nothing between them orders threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.table import Effect

_ORDERS = {Effect.BARRIER, Effect.ATOMIC, Effect.FENCE, Effect.CALL, Effect.VOLATILE}


def orders(instruction: Instruction) -> bool:
    """Whether threads of different warps may be ordered by an instruction; a barrier of one warp does not."""
    return not instruction.name.startswith("bar.warp") and orders_lanes(instruction)


def orders_lanes(instruction: Instruction) -> bool:
    """Whether lanes of a warp may be ordered by an instruction: shuffles and votes do not (9.7.13.2)."""
    sem = {"sem", "acquire", "release", "relaxed"} & set(instruction.form.modifiers)
    return bool(instruction.form.row.effects & _ORDERS) or bool(sem)


@define(eq=False)
class Intervals:
    """The intervals of one function, over its graph without the edges that go back.

    `ordered` says of an instruction whether it may order those who are compared.
    """

    body: Body
    ordered: Callable[[Instruction], bool] = orders
    _reached: dict[Place, frozenset[int]] = field(factory=dict[Place, frozenset[int]], init=False)
    _ahead: dict[tuple[int, int], frozenset[int]] = field(
        factory=dict[tuple[int, int], frozenset[int]], init=False
    )

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
            tuple(n for n, i in enumerate(block.instructions) if self.ordered(i))
            for block in self.body.function.blocks
        )

    def unordered(self, first: Place, second: Place) -> bool:
        """Whether control comes from one place to another, forwards, and nothing on any path orders threads."""
        if first[0] == second[0]:
            between = [n for n in self._ordering[first[0]] if first[1] < n < second[1]]
            return first[1] < second[1] and not between
        before = any(n < second[1] for n in self._ordering[second[0]])
        return not before and second[0] in self._free(first)

    def unordered_after(self, place: Place, loop: Loop) -> bool:
        """Whether nothing orders threads from a place to the end of the round of a loop, on any path."""
        free = self._free(place)
        ends = [
            not any(n > place[1] for n in self._ordering[latch])
            if latch == place[0]
            else latch in free and not self._ordering[latch]
            for latch in loop.latches
            if latch == place[0] or self._comes(place[0], latch, loop)
        ]
        return bool(ends) and all(ends)

    def unordered_before(self, loop: Loop, place: Place) -> bool:
        """Whether nothing orders threads from the start of a round of a loop to a place, on any path."""
        return self.unordered((loop.header, -1), place)

    def ordering(self, loop: Loop) -> bool:
        """Whether anything in a loop orders threads."""
        return any(self._ordering[block] for block in loop.blocks)

    def _comes(self, block: int, latch: int, loop: Loop) -> bool:
        """Whether control comes from a block to the end of the round, forwards."""
        key = (block, loop.header)
        if key not in self._ahead:
            seen, stack = {block}, [block]
            while stack:
                for target in self._forward[stack.pop()]:
                    if target in loop.blocks and target not in seen:
                        seen.add(target)
                        stack.append(target)
            self._ahead[key] = frozenset(seen)
        return latch in self._ahead[key]

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
