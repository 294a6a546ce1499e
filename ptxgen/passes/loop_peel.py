"""Loop peeling: the first iterations stand before the loop, where that decides a guard for all others."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import Comparison, FunctionAnalysis, Loop
from ptxgen.ir.analysis.induction import wrapped
from ptxgen.ir.analysis.trips import count
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Register
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_bounds import bounded, countdown, limit, slack
from ptxgen.passes.loop_copies import Copy
from ptxgen.passes.loop_editing import LoopEditor
from ptxgen.passes.loop_guards import counted, guards


@frozen
class LoopPeel(Pass):
    """Up to `first` iterations of an innermost loop go before it if a guard holds in exactly them, or in none of them.

    The guard compares the loop's counter with a constant, and the counter starts at one, steps by one and never wraps
    around: so it is known which iterations the guard selects. With `last`, so many iterations at the end are left to
    the loop, and a copy does those before; that decides no guard and is off by default. Copies have at most `growth`
    instructions. Every thread goes through the same copies in the same iteration.
    """

    name = "loop-peel"

    first: int = 1
    last: int = 0
    growth: int = 256

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            if self._first(editor, loop):
                changes["loops peeled at the start"] += 1
            elif self.last and self._last(editor, loop):
                changes["loops peeled at the end"] += 1
        if changes:
            editor.apply()
        return changes

    def _first(self, editor: LoopEditor, loop: Loop) -> bool:
        for guard in guards(editor, loop):
            compared = counted(editor, loop, guard)
            if compared is None:
                continue
            for holds, relation in ((True, compared), (False, compared.negated)):
                times = _prefix(editor, relation)
                if times is not None and 0 < times * editor.size(loop) <= self.growth and times <= self.first:
                    _peel(editor, loop, guard.register, holds, times)
                    return True
        return False

    def _last(self, editor: LoopEditor, loop: Loop) -> bool:
        down = countdown(editor.analysis, loop)
        if down is None or editor.size(loop) > self.growth:
            return False
        uniform = down.test.edge.source not in editor.analysis.divergence.branches
        bound = limit(editor, down, slack(down, 1) + self.last)
        if bound is None or (not uniform and editor.converges(loop)):
            return False
        blocks, _ = bounded(editor, down, bound)
        editor.enter_by(loop, blocks)
        return True


def _prefix(editor: LoopEditor, compared: Comparison) -> int | None:
    """In how many iterations from the first a comparison holds, if it holds in no later one."""
    subject = compared.subject
    variable, stride = subject.variable, subject.stride
    if variable.start is None or not isinstance(compared.bound, int) or stride is None:
        return None
    if subject.scale != 1 or subject.symbol is not None or compared.bits != variable.bits:
        return None
    if not editor.analysis.trips.never_wraps(variable, signed=compared.signed):
        return None
    first = wrapped(variable.start, compared.bits, signed=compared.signed) + subject.offset
    bound = wrapped(compared.bound, compared.bits, signed=compared.signed)
    if subject.offset not in (0, stride) or not compared.lowest <= first <= compared.highest:
        return None
    # `i != c` that fails once holds again; all others never come back without a wrap around.
    return None if compared.relation == "ne" else count(first, stride, bound, compared)


def _peel(editor: LoopEditor, loop: Loop, register: Register, holds: bool, times: int) -> None:
    copies: list[Copy] = []
    for _ in range(times):
        copies.insert(0, editor.copy(loop, back=copies[0].head if copies else _header(editor, loop)))
        copies[0].decide(register, holds)
    editor.enter_by(loop, [block for copy in copies for block in copy.blocks.values()])
    editor.decide(loop, register, not holds)


def _header(editor: LoopEditor, loop: Loop) -> str:
    return editor.label_of(loop.header).name
