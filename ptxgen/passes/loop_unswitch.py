"""Loop unswitching: a condition that a loop does not change is asked before it, not in every iteration."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Guard
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_editing import LoopEditor
from ptxgen.passes.loop_guards import guards, invariant


@frozen
class LoopUnswitch(Pass):
    """An innermost loop with a guard that it does not write becomes two, one for each value of the predicate.

    At least `threshold` instructions hang on the guard, and a copy has at most `growth` instructions. Sound because
    the predicate is the same in every iteration; and done only where all threads of the CTA have the same one, so
    that barriers and what warps do together still meet in one place (and no warp runs both loops).
    """

    name = "loop-unswitch"

    threshold: int = 4
    growth: int = 256

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            if editor.size(loop) > self.growth:
                continue
            for guard in guards(editor, loop):
                if guard.weight >= self.threshold and invariant(editor, loop, guard):
                    copy = editor.copy(loop)
                    copy.decide(guard.register, True)
                    other = editor.jump(editor.label_of(loop.header), loop, Guard(guard.register, True))
                    editor.enter_by(loop, [Block(None, [other]), *copy.blocks.values()])
                    editor.decide(loop, guard.register, False)
                    changes["loops unswitched"] += 1
                    break
        if changes:
            editor.apply()
        return changes
