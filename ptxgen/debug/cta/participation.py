"""Which threads of a CTA run a block, where that follows from their number alone."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from ptxgen.debug.body import Body
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard

WARP = 32


@frozen(eq=False)
class Decision:
    """A divergent branch that decides whether a block runs: its block, the branch, and the guard that leads there."""

    block: int
    branch: Instruction
    guard: Guard | None


@define(eq=False)
class Participation:
    """Answers for one function; each block is asked once."""

    body: Body
    _known: dict[int, tuple[bool, ...] | None] = field(
        factory=dict[int, "tuple[bool, ...] | None"], init=False
    )

    def decisions(self, block: int) -> Iterator[Decision]:
        """The divergent branches that decide directly whether threads run a block."""
        analysis = self.body.analysis
        for decider in sorted(analysis.control_dependence[block] & analysis.divergence.branches):
            branch = self._branch(decider)
            if branch is not None:
                yield Decision(decider, branch, self._leading(decider, block))

    def runs(self, block: int) -> tuple[bool, ...] | None:
        """Which of the first threads run a block (when uniform branches lead there at all); None if not known."""
        if block in self._known:
            return self._known[block]
        self._known[block] = None
        behind = [block]
        # However many branches decide one behind another: the first of them comes first.
        while (decider := self._decider(behind[-1])) is not None and decider not in self._known:
            self._known[decider] = None
            behind.append(decider)
        for each in reversed(behind):
            self._known[each] = self._solved(each)
        return self._known[block]

    def _decider(self, block: int) -> int | None:
        """The one branch that decides whether a block runs, if threads part there or before."""
        deciders = self.body.analysis.control_dependence[block]
        divergent = block in self.body.analysis.divergence.blocks
        return next(iter(deciders)) if divergent and len(deciders) == 1 else None

    def held(self, guard: Guard, block: int, index: int) -> tuple[bool, ...] | None:
        """In which threads a guard holds at an instruction."""
        values = self.body.lanes.values(guard.register, (block, index))
        return None if values is None else tuple(((values != 0) != guard.negated).tolist())

    def _solved(self, block: int) -> tuple[bool, ...] | None:
        divergence = self.body.analysis.divergence
        if block not in divergence.blocks:
            return (True,) * self.body.lanes.threads
        decider = self._decider(block)
        above = None if decider is None else self._known[decider]
        if decider is None or decider not in divergence.branches or above is None:
            return above
        guard = self._leading(decider, block)
        if guard is None:
            return None
        held = self.held(guard, decider, len(self.body.function.blocks[decider].instructions) - 1)
        return None if held is None else tuple(a and h for a, h in zip(above, held, strict=True))

    def _branch(self, block: int) -> Instruction | None:
        instructions = self.body.function.blocks[block].instructions
        return instructions[-1] if instructions and instructions[-1].guard is not None else None

    def _leading(self, decider: int, block: int) -> Guard | None:
        """The condition under which a branch leads to a block, if it is one."""
        analysis = self.body.analysis
        leading = [
            edge
            for edge in analysis.cfg.edges[decider]
            if edge.target != analysis.cfg.exit and analysis.post_dominators.dominates(block, edge.target)
        ]
        return leading[0].condition if len(leading) == 1 else None


def splits_a_warp(held: tuple[bool, ...]) -> int | None:
    """The first warp in which some threads do and some do not; None if there is none."""
    for start in range(0, len(held), WARP):
        if len(set(held[start : start + WARP])) == 2:
            return start // WARP
    return None
