"""Loop splitting: the iterations in which a guard on the counter is known run in a loop without the guard.

Index-set splitting as in the loop split pass of NVIDIA's CUDA Tile IR: `for i in a..n: if i < m: A else: B` becomes
`for i in a..min(n, m): A` and the loop itself for what is left.
"""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from ptxgen.ir.analysis import Comparison, FunctionAnalysis
from ptxgen.ir.analysis.induction import wrapped
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import integer_constant
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_bounds import Countdown, Limit, bounded, compared, countdown, limit, slack
from ptxgen.passes.loop_editing import LoopEditor
from ptxgen.passes.loop_guards import LoopGuard, counted, guards

_ABOVE = {
    "lt": ("lt", True),
    "ge": ("lt", False),
    "le": ("le", True),
    "gt": ("le", False),
    "eq": ("lt", False),
}
_BELOW = {
    "gt": ("gt", True),
    "le": ("gt", False),
    "ge": ("ge", True),
    "lt": ("ge", False),
    "eq": ("gt", False),
}


@frozen
class LoopSplit(Pass):
    """An innermost loop whose body compares the counter with what the loop leaves alone gets a copy without that guard.

    The copy runs while both the loop's own bound and the guard's leave room; where it stops, the loop itself goes on,
    guard and all. `<`, `<=`, `>`, `>=` and `==`, counting up or down by a constant, signed or unsigned as the loop's
    own test. At least `threshold` instructions hang on the guard, and the copy has at most `growth`. The counter and
    both bounds are the same in all threads of the CTA, so that they change from the copy to the loop together.
    """

    name = "loop-split"

    threshold: int = 8
    growth: int = 512

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            down = countdown(analysis, loop)
            if down is None or editor.size(loop) > self.growth or not _uniform(analysis, down):
                continue
            for guard in guards(editor, loop):
                if guard.weight >= self.threshold and _split(editor, down, guard):
                    changes["loops split"] += 1
                    break
        if changes:
            editor.apply()
        return changes


def _uniform(analysis: FunctionAnalysis, down: Countdown) -> bool:
    return down.test.edge.source not in analysis.divergence.branches and analysis.divergence.is_uniform(
        down.variable
    )


def _split(editor: LoopEditor, down: Countdown, guard: LoopGuard) -> bool:
    found = counted(editor, down.loop, guard)
    early = None if found is None else _early(editor, down, found)
    room = limit(editor, down, slack(down, 1))
    if found is None or early is None or room is None:
        return False
    relation, holds = early
    other = _guard_limit(editor, down, found, relation)
    if other is None:
        return False
    blocks, (copy,) = bounded(editor, down, _tighter(editor, down, room, other))
    copy.decide(guard.register, holds)
    editor.enter_by(down.loop, blocks)
    return True


def _early(editor: LoopEditor, down: Countdown, found: Comparison) -> tuple[str, bool] | None:
    """The ordered relation that holds until the counter comes to the guard's bound, and what the guard is then."""
    subject, like = found.subject, down.stays
    if subject.variable is not like.subject.variable or subject.scale != 1 or subject.symbol is not None:
        return None
    # Away from the end that the counter runs to, adding the offset might wrap around.
    if subject.offset * down.step < 0 or found.bits != like.bits:
        return None
    if found.signed != like.signed and found.relation != "eq":
        return None
    if isinstance(found.bound, Register) and not editor.analysis.divergence.is_uniform(found.bound):
        return None
    if found.relation == "ne":
        early = (_ABOVE if down.step > 0 else _BELOW)["eq"]
        return early[0], True
    return (_ABOVE if down.step > 0 else _BELOW).get(found.relation)


def _guard_limit(editor: LoopEditor, down: Countdown, found: Comparison, relation: str) -> Limit | None:
    """The guard's bound as one for the variable itself, under the relation of the loop's test."""
    stays = down.stays
    strict = {"lt": 1, "gt": -1}
    shift = strict.get(stays.relation, 0) - strict.get(relation, 0) - found.subject.offset
    if isinstance(found.bound, int):
        value = wrapped(found.bound, stays.bits, signed=stays.signed) + shift
        inside = stays.lowest <= value <= stays.highest
        return Limit(integer_constant(value, down.type), ()) if inside else None
    if shift == 0:
        return Limit(found.bound, ())
    edge = stays.lowest - shift if shift < 0 else stays.highest - shift
    beyond = compared(
        editor, down, "lt" if shift < 0 else "gt", found.bound, integer_constant(edge, down.type)
    )
    register = editor.register(found.bound)
    opcode = "add" if shift > 0 else "sub"
    moved = editor.made(
        f"{opcode}.{down.type.name}", (register, found.bound, Immediate(abs(shift))), down.compare
    )
    return Limit(register, (*beyond.leaving(editor, down.loop), moved))


def _tighter(editor: LoopEditor, down: Countdown, a: Limit, b: Limit) -> Limit:
    """The bound that the counter comes to first."""
    instructions: tuple[Instruction, ...] = (*a.instructions, *b.instructions)
    choose = min if down.step > 0 else max
    if isinstance(a.operand, Immediate) and isinstance(b.operand, Immediate):
        signed = down.stays.signed
        values = (wrapped(o.value, down.stays.bits, signed=signed) for o in (a.operand, b.operand))
        return Limit(integer_constant(choose(values), down.type), instructions)
    operands: list[Operand] = sorted((a.operand, b.operand), key=lambda o: isinstance(o, Immediate))
    register = editor.register(down.variable)
    smaller = editor.made(f"{choose.__name__}.{down.type.name}", (register, *operands), down.compare)
    return Limit(register, (*instructions, smaller))
