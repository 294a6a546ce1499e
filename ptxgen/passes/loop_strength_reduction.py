"""Strength reduction of induction variables: products of a counter become sums that run along with it."""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Induction, Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import copied, with_registers
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_editing import LoopEditor


@frozen
class LoopStrengthReduction(Pass):
    """`base + i * stride` in an innermost loop becomes a register that starts so and grows by `step * stride`.

    Products (`mul`, `mad`, `shl`) of the counter with a constant, and sums of those with what the loop leaves alone,
    in every iteration and before the counter's update. Modulo the width that is exact; a widening product is taken
    only where the counter never wraps around. A product that only such sums read is left for `dce`.
    """

    name = "loop-strength-reduction"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        rank = {block: position for position, block in enumerate(analysis.cfg.order)}
        for loop in list(editor.candidates()):
            plan = _Plan(editor, loop)
            for block in sorted(loop.blocks, key=rank.__getitem__):
                if analysis.inductions.runs_each_iteration(block, loop):
                    for index in range(len(function.blocks[block].instructions)):
                        plan.consider((block, index))
            if plan.running:
                changes["running sums"] += len(plan.running)
                plan.carry_out()
        if changes:
            editor.apply()
        return changes


@frozen
class _Running:
    """A register that holds, all through an iteration, what an instruction used to compute; and what it grows by."""

    register: Register
    stride: int
    counter: Induction


@define(eq=False)
class _Plan:
    editor: LoopEditor
    loop: Loop
    running: dict[str, _Running] = field(factory=dict[str, _Running], init=False)
    starts: list[Instruction] = field(factory=list[Instruction], init=False)
    copies: dict[str, tuple[Place, Instruction]] = field(
        factory=dict[str, tuple[Place, Instruction]], init=False
    )
    entering: frozenset[str] = field(init=False)
    inner: Counter[str] = field(factory=Counter[str], init=False)

    def __attrs_post_init__(self) -> None:
        live = self.editor.analysis.liveness.live_in(self.loop.header)
        self.entering = frozenset(register.name for register in live)

    def consider(self, place: Place) -> None:
        analysis = self.editor.analysis
        instruction = analysis.inductions.at(place)
        found = None if instruction.guard is not None else self._stride(instruction, place)
        if found is None:
            return
        source, stride, counter = found
        destination = instruction.operands[0]
        if not isinstance(destination, Register) or not self._own(destination):
            return
        register = self.editor.register(destination)
        copy = copied(destination, register, instruction)
        if copy is None or not -(1 << 31) <= stride < 1 << 31:
            return
        known = self.running.get(source.name)
        names = {destination.name: register}
        if known is not None:
            names[source.name] = known.register
        self.starts.append(with_registers(instruction, lambda r: names.get(r.name, r)))
        self.running[destination.name] = _Running(register, stride, counter)
        self.copies[destination.name] = place, copy
        self.inner[source.name] += 1

    def carry_out(self) -> None:
        """Copies in place of the instructions, additions after the counters' updates, first values before the loop."""
        updates: dict[Place, list[Instruction]] = {}
        for name, each in self.running.items():
            (block, index), copy = self.copies[name]
            if self.editor.analysis.values.reads(copy.writes()[0]) == self.inner[name]:
                continue
            self.editor.body(block)[index] = copy
            update = self.editor.analysis.inductions.at(each.counter.update)
            opcode = f"add.s{each.register.type.bits}"
            grown = self.editor.made(opcode, (each.register, each.register, Immediate(each.stride)), update)
            updates.setdefault(each.counter.update, []).append(grown)
        for (block, index), added in sorted(updates.items(), reverse=True):
            self.editor.body(block)[index + 1 : index + 1] = added
        self.editor.enter_by(self.loop, [Block(None, self.starts)])

    def _own(self, register: Register) -> bool:
        """Whether an iteration makes the register once and for itself, and it has a width that sums come in."""
        writes = self.editor.analysis.inductions.writes(self.loop)
        once = len(writes[register.name]) == 1 and register.name not in self.entering
        return once and register.type.bits in (32, 64)

    def _stride(self, instruction: Instruction, place: Place) -> tuple[Register, int, Induction] | None:
        """The register that an instruction multiplies or adds to, and how its result grows in an iteration."""
        form = instruction.form
        if form.row.effects or form.type is None or not (form.type.is_integer or form.type.is_bits):
            return None
        if form.modifiers.keys() - {"type", "mode", "wide", "lo"} or form.modifiers.get("mode", "lo") != "lo":
            return None
        match form.opcode, *instruction.operands[1:]:
            case "shl", Register() as a, Immediate(value=amount) if amount < a.type.bits:
                factor, rest = 1 << amount, ()
            case (("mul" | "mad"), Register() as a, Immediate(value=factor), *rest):
                pass
            case "add", Register() as a, b if a.name in self.running:
                factor, rest = 1, (b,)
            case "add", b, Register() as a:
                factor, rest = 1, (b,)
            case _:
                return None
        return self._grown(instruction, place, a, factor, tuple(rest))

    def _grown(
        self, instruction: Instruction, place: Place, source: Register, factor: int, rest: tuple[Operand, ...]
    ) -> tuple[Register, int, Induction] | None:
        inductions = self.editor.analysis.inductions
        if not all(inductions.is_invariant(operand, self.loop) for operand in rest):
            return None
        before = self.editor.analysis.values.dominates
        known = self.running.get(source.name)
        if known is not None and instruction.opcode == "add":
            # Its source was made before the update, when the running sum was not yet that of the next iteration.
            late = before(known.counter.update, place)
            return None if late else (source, known.stride, known.counter)
        counter = inductions.of(self.loop).get(source.name)
        if counter is None or not isinstance(counter.step, int) or instruction.opcode == "add":
            return None
        if before(counter.update, place):
            return None
        destination, type = instruction.operands[0], instruction.form.type
        wide = isinstance(destination, Register) and destination.type.bits > source.type.bits
        if wide and (type is None or not self._never_wraps(counter, type.is_signed)):
            return None
        return source, factor * counter.step, counter

    def _never_wraps(self, counter: Induction, signed: bool) -> bool:
        return self.editor.analysis.trips.never_wraps(counter, signed=signed)
