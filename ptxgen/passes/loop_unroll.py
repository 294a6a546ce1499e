"""Loop unrolling: several iterations between two tests, and loops of a few iterations without any."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import Edge, ExitTest, FunctionAnalysis, Loop, TripCount
from ptxgen.ir.module import Block, Function
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_bounds import bounded, countdown, limit, slack
from ptxgen.passes.loop_copies import Copy
from ptxgen.passes.loop_editing import LoopEditor


@frozen
class LoopUnroll(Pass):
    """An innermost loop that counts runs `factor` iterations between two tests; the loop itself does the rest.

    A loop of at most `full` iterations, counted when the module is made, is written out without tests. Copies have
    at most `growth` instructions together, and a loop with `.pragma "nounroll"` stays. Other ways out of the loop
    stay in every copy. Barriers and what warps do together stay right because loops with them are unrolled only where
    all threads of the CTA count alike.
    """

    name = "loop-unroll"

    factor: int = 4
    full: int = 8
    growth: int = 256

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            if "nounroll" in function.blocks[loop.header].pragmas:
                continue
            if self._wholly(editor, loop):
                changes["loops written out"] += 1
            elif self._evenly(editor, loop) or self._partly(editor, loop):
                changes["loops unrolled"] += 1
        if changes:
            editor.apply()
        return changes

    def _wholly(self, editor: LoopEditor, loop: Loop) -> bool:
        """Replace a loop of a few iterations by as many copies."""
        for test in editor.analysis.trips.tests(loop):
            turns = TripCount(test).constant
            if turns is None or turns >= self.full or (turns + 1) * editor.size(loop) > self.growth:
                continue
            editor.replace(loop, _written_out(editor, loop, test, turns))
            return True
        return False

    def _evenly(self, editor: LoopEditor, loop: Loop) -> bool:
        """A loop that is known to leave in one of the copies needs a test in that one alone, and no rest."""
        if self.factor < 2 or self.factor * editor.size(loop) > self.growth:
            return False
        for test in editor.analysis.trips.tests(loop):
            turns = TripCount(test).constant
            if turns is not None:
                editor.replace(loop, _in_turn(editor, loop, test, turns % self.factor, self.factor))
                return True
        return False

    def _partly(self, editor: LoopEditor, loop: Loop) -> bool:
        down = countdown(editor.analysis, loop)
        if down is None or self.factor < 2 or self.factor * editor.size(loop) > self.growth:
            return False
        uniform = down.test.edge.source not in editor.analysis.divergence.branches
        if not uniform and editor.converges(loop):
            return False
        bound = limit(editor, down, slack(down, self.factor))
        if bound is None:
            return False
        blocks, _ = bounded(editor, down, bound, self.factor)
        editor.enter_by(loop, blocks)
        return True


def _written_out(editor: LoopEditor, loop: Loop, test: ExitTest, turns: int) -> list[Block]:
    """Copies for each iteration; the last one leaves at the test."""
    copies: list[Copy] = []
    for turn in range(turns, -1, -1):
        copies.insert(0, editor.copy(loop, back=copies[0].head if copies else ""))
        copies[0].keep(test.edge if turn == turns else _other(editor, test.edge))
    return [block for copy in copies for block in copy.blocks.values()]


def _in_turn(editor: LoopEditor, loop: Loop, test: ExitTest, last: int, factor: int) -> list[Block]:
    """Copies in a ring, of which only one tests."""
    copies: list[Copy] = []
    start = editor.label("round")
    for turn in range(factor - 1, -1, -1):
        copies.insert(0, editor.copy(loop, back=copies[0].head if copies else start))
        if turn != last:
            copies[0].keep(_other(editor, test.edge))
    return [Block(start), *(block for copy in copies for block in copy.blocks.values())]


def _other(editor: LoopEditor, edge: Edge) -> Edge:
    """The way that stays, where an edge leaves."""
    return next(e for e in editor.analysis.cfg.edges[edge.source] if e is not edge)
