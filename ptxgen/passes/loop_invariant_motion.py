"""Loop-invariant motion: what every iteration computes alike is computed once, before the loop."""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.isa.types import pred
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_editing import LoopEditor
from ptxgen.passes.purity import is_constant_load, is_invariable_load, is_pure


@frozen
class LoopInvariantMotion(Pass):
    """An instruction whose operands a loop leaves alone moves to where the loop is entered, as far out as it can.

    Sound for pure instructions, and for loads of what nobody writes while the kernel runs: parameters and constants
    in entries, and `.nc` loads that are certain to run once the loop is entered. The loop writes the result nowhere
    else, and nothing, in the loop or behind it, reads what the register held before the loop.
    An instruction moves only if every whole iteration runs it: one under a branch may never run at all.
    What moves lives all through the loop: it moves as long as no more than `registers` of 32 bits are live there.
    """

    name = "loop-invariant-motion"

    registers: int = 255

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        plan = _Plan(editor, analysis, self.registers)
        for number in analysis.cfg.order:
            loop = analysis.loops.innermost.get(number)
            if loop is not None:
                for index in range(len(function.blocks[number].instructions)):
                    plan.consider((number, index), loop)
        return plan.carry_out()


@define(eq=False)
class _Plan:
    """Which instructions move before which loop, in the order of the text."""

    editor: LoopEditor
    analysis: FunctionAnalysis
    registers: int
    moved: dict[Place, Loop] = field(factory=dict[Place, Loop], init=False)
    entering: dict[int, frozenset[str]] = field(factory=dict[int, frozenset[str]], init=False)
    home: dict[str, Loop] = field(factory=dict[str, Loop], init=False)
    _live: dict[int, int] = field(factory=dict[int, int], init=False)

    def consider(self, place: Place, loop: Loop) -> None:
        instruction = self.analysis.inductions.at(place)
        if instruction.guard is not None or not self._movable(instruction, place, loop):
            return
        target: Loop | None = None
        around: Loop | None = loop
        while around is not None and self._leaves(instruction, place, around):
            target, around = around, around.parent
        if target is not None and self._fits(instruction, target):
            self.moved[place] = target
            self.home.update((register.name, target) for register in instruction.writes())

    def _fits(self, instruction: Instruction, loop: Loop) -> bool:
        """Take the registers of the results, if the outermost loop around has as many."""
        while loop.parent is not None:
            loop = loop.parent
        live = self._live.get(loop.header) or self.analysis.liveness.pressure(loop.blocks)
        live += sum(-(-r.type.bits // 32) for r in instruction.writes() if r.type is not pred)
        if live > self.registers:
            return False
        self._live[loop.header] = live
        return True

    def carry_out(self) -> Counter[str]:
        changes: Counter[str] = Counter()
        before: dict[int, tuple[Loop, list[Instruction]]] = {}
        for place, loop in self.moved.items():
            before.setdefault(loop.header, (loop, []))[1].append(self.analysis.inductions.at(place))
        for number in {place[0] for place in self.moved}:
            old = self.editor.body(number)
            old[:] = [i for index, i in enumerate(old) if (number, index) not in self.moved]
        for loop, instructions in before.values():
            self.editor.enter_by(loop, [Block(None, instructions)])
            changes["instructions moved out of loops"] += len(instructions)
        if before:
            self.editor.apply()
        return changes

    def _movable(self, instruction: Instruction, place: Place, loop: Loop) -> bool:
        if not instruction.writes() or any(slot.updates for slot in instruction.form.operands):
            return False
        constant = is_constant_load(instruction, self.editor.function)
        if is_pure(instruction) or (constant and not instruction.reads()):
            return True
        # A load whose address is computed may be out of bounds: it must not run where it would not have.
        certain = self.analysis.post_dominators.dominates(place[0], loop.header)
        return certain and (constant or is_invariable_load(instruction, self.analysis))

    def _leaves(self, instruction: Instruction, place: Place, loop: Loop) -> bool:
        """Whether the instruction may stand before this loop."""
        analysis = self.analysis
        writes = analysis.inductions.writes(loop)
        if not all(analysis.dominators.dominates(place[0], latch) for latch in loop.latches):
            return False
        if not self._enterable(loop) or not all(
            register.name not in writes or self._moves_before(register.name, loop)
            for register in instruction.reads()
        ):
            return False
        if (
            not is_pure(instruction)
            and instruction.reads()
            and loop is not analysis.loops.innermost[place[0]]
        ):
            return False
        # Whoever leaves the loop before the instruction has run, and reads its result, reads what came in.
        entering = self.entering.get(loop.header)
        if entering is None:
            live = analysis.liveness.live_in(loop.header)
            entering = self.entering[loop.header] = frozenset(register.name for register in live)
        return all(len(writes[r.name]) == 1 and r.name not in entering for r in instruction.writes())

    def _moves_before(self, register: str, loop: Loop) -> bool:
        """Whether the loop's only write of a register moves before it, or before a loop around it."""
        home = self.home.get(register)
        return home is not None and len(self.analysis.inductions.writes(loop)[register]) == 1 and (
            loop.blocks <= home.blocks
        )  # fmt: skip

    def _enterable(self, loop: Loop) -> bool:
        kinds = {edge.kind.value for edge in loop.entering(self.analysis.cfg)}
        return "indirect" not in kinds
