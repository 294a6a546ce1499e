"""Dead loop counters: a register that only counts iterations goes, where another one can tell when to stop."""

from __future__ import annotations

from collections import Counter

from attrs import define, frozen

from ptxgen.ir.analysis import ExitTest, FunctionAnalysis, Induction, Loop, TripCount
from ptxgen.ir.analysis.induction import wrapped
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import integer_constant, made
from ptxgen.isa.types import u32
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_editing import LoopEditor


@frozen
class DeadLoopCounters(Pass):
    """`i = i + 1` that only the loop's own test reads gives way to another induction variable: the test asks whether
    that one has come to the value it has at the end.

    Sound where the loop has this one way out, its trips are counted (a constant, or an unsigned bound that a counter
    from 0 by 1 runs to), and the other variable does not take its last value before: trips times step stay below its
    width, or the step is odd. What is left of the counter only feeds itself: run dce after. The machine compares 64
    bits in two instructions: with `wide`, variables of 64 bits take over, too.
    """

    name = "dead-loop-counters"

    wide: bool = False

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            found = _case(editor, loop)
            if found is None:
                continue
            case, counter = found
            for other in analysis.inductions.of(loop).values():
                # What only feeds itself would be kept alive for this.
                needed = analysis.values.reads(other.register) > 1
                fits = other.bits == 32 or (self.wide and other.bits == 64)
                if other is not counter and needed and fits and case.stops_by(other):
                    changes["counters"] += 1
                    break
        if changes:
            editor.apply()
        return changes


@define(eq=False)
class _Case:
    """A loop, its only test, which alone reads a counter, and how often it goes round (None: as a register says)."""

    editor: LoopEditor
    loop: Loop
    test: ExitTest
    turns: int | None

    @property
    def compare(self) -> Instruction:
        return self.editor.analysis.inductions.at(self.test.stays.place)

    def stops_by(self, other: Induction) -> bool:
        """Let another variable decide, if it can."""
        step, guard = other.step, self.test.edge.condition
        if not isinstance(step, int) or guard is None or not tells_apart(self.turns, step, other.bits):
            return False
        late = self.editor.analysis.values.dominates(other.update, self.test.stays.place)
        found = self._counted(other, step, late) if self.turns is None else self._known(other, step, late)
        if found is None:
            return False
        last, before = found
        operands = (self.compare.operands[0], other.register, last)
        new = made(f"setp.{'ne' if guard.negated else 'eq'}.u{other.bits}", operands, self.compare)
        if new is None:
            return False
        block, index = self.test.stays.place
        self.editor.body(block)[index] = new
        self.editor.enter_by(self.loop, [Block(None, before)])
        return True

    def _known(self, other: Induction, step: int, late: bool) -> tuple[Operand, list[Instruction]] | None:
        """What the other variable holds at the last test, after so many turns."""
        distance = step * ((self.turns or 0) + late)
        if other.bits == 32:
            distance = wrapped(distance, 32, signed=True)
        if not -(1 << 31) <= distance < 1 << 31:
            return None
        if other.start is not None and other.bits == 32:
            return integer_constant(other.start + distance, u32), []
        return self._sum(other, other.register, distance)

    def _counted(self, other: Induction, step: int, late: bool) -> tuple[Operand, list[Instruction]] | None:
        """The same, after as many turns as a register says."""
        bound, stays = self.test.stays.bound, self.test.stays
        if not isinstance(bound, Register) or (other.bits == 64 and step < 0):
            return None
        before: list[Instruction] = []
        # Tested behind the counter's update, the first iteration runs whatever the bound is.
        if stays.subject.offset:
            least = self.editor.register(bound)
            before.append(self.editor.made("max.u32", (least, bound, Immediate(1)), self.compare))
            bound = least
        last = self.editor.register(other.register)
        name, factor = ("mad.wide.u32", step) if other.bits == 64 else ("mad.lo.u32", step & 0xFFFFFFFF)
        before.append(self.editor.made(name, (last, bound, Immediate(factor), other.register), self.compare))
        corrected = self._sum(other, last, step * (late - bool(stays.subject.offset)))
        return corrected[0], [*before, *corrected[1]]

    def _sum(self, other: Induction, base: Register, distance: int) -> tuple[Operand, list[Instruction]]:
        if distance == 0:
            return base, []
        last = self.editor.register(other.register)
        name = f"add.s{other.bits}"
        return last, [self.editor.made(name, (last, base, Immediate(distance)), self.compare)]


def tells_apart(turns: int | None, step: int, bits: int) -> bool:
    """Whether a variable that so many times (None: any number of 32 bits) goes a step on comes to no value twice."""
    most = (1 << 32) if turns is None else turns + 1
    return (step % 2 != 0 and most <= 1 << bits) or abs(step) * most < 1 << bits


def _case(editor: LoopEditor, loop: Loop) -> tuple[_Case, Induction] | None:
    """A loop whose only test reads a counter that nothing else reads, and the counter."""
    analysis = editor.analysis
    trips: TripCount | None = analysis.trips.of(loop)
    if trips is None or trips.test.edge.condition is None:
        return None
    stays, guard = trips.test.stays, trips.test.edge.condition
    compare, counter = analysis.inductions.at(stays.place), stays.subject.variable
    update = analysis.inductions.at(counter.update)
    ours = counter.register in compare.operands[1:] and counter.register in update.reads()
    if not ours or analysis.values.reads(counter.register) != 2 or compare.operands[0] != guard.register:
        return None
    if trips.constant is not None:
        return _Case(editor, loop, trips.test, trips.constant), counter
    from_zero = counter.start == 0 and counter.step == 1 and counter.bits == 32
    plain = stays.relation == "lt" and not stays.signed and stays.subject.scale == 1
    if not from_zero or not plain or stays.subject.symbol is not None or stays.subject.offset not in (0, 1):
        return None
    return _Case(editor, loop, trips.test, None), counter
