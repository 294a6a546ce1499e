"""Software pipelining: the loads of the next iteration begin before the work of this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import define, evolve, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Address, Guard, Immediate, Label, Register
from ptxgen.ir.rewriting import copied, with_registers
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.base import Pass
from ptxgen.passes.loop_copies import carrying_nothing
from ptxgen.passes.loop_editing import LoopEditor
from ptxgen.passes.purity import is_invariable_load, is_pure, is_removable

_APART = frozenset({StateSpace.SHARED, StateSpace.LOCAL})
"""Spaces that no global load reads."""


@frozen
class SoftwarePipelining(Pass):
    """In a loop of one block, up to `loads` loads of global memory run an iteration ahead: the first ones before the
    loop, the next ones at its top, under the predicate that decides at its end whether there is another iteration.

    Sound because a load runs if and only if it ran before: addresses and the predicate are computed ahead from
    induction variables and what the loop leaves alone. Only weak loads run ahead, of what the loop cannot write: it
    stores to shared and local memory alone, and nothing in it orders memory; `.nc` loads, whatever it stores.
    """

    name = "software-pipelining"

    loads: int = 8

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        editor = LoopEditor(function, analysis)
        changes: Counter[str] = Counter()
        for loop in list(editor.candidates()):
            branch = _repeats(function, loop)
            if branch is None:
                continue
            plan = _Plan(editor, loop, branch)
            for index in list(plan.loads())[: self.loads]:
                changes["loads"] += plan.run_ahead(index)
            plan.carry_out()
        changes = +changes
        if changes:
            editor.apply()
        return changes


def _repeats(function: Function, loop: Loop) -> Guard | None:
    """The guard of the branch back of a loop that is one block."""
    if len(loop.blocks) != 1:
        return None
    block = function.blocks[loop.header]
    last = block.instructions[-1]
    back = last.opcode == "bra" and last.operands == (Label(block.label or ""),)
    return last.guard if back else None


class _UnknownError(Exception):
    """A value that cannot be computed ahead."""


@define(eq=False)
class _Plan:
    """What one loop computes ahead: before it, and at its top for the next iteration."""

    editor: LoopEditor
    loop: Loop
    branch: Guard
    before: list[Instruction] = field(factory=list[Instruction], init=False)
    top: list[Instruction] = field(factory=list[Instruction], init=False)
    copies: list[Instruction] = field(factory=list[Instruction], init=False)
    gone: set[int] = field(factory=set[int], init=False)
    _made: dict[tuple[str, Place, int], Register] = field(
        factory=dict[tuple[str, Place, int], Register], init=False
    )

    @property
    def instructions(self) -> list[Instruction]:
        return self.editor.function.blocks[self.loop.header].instructions

    def loads(self) -> Iterator[int]:
        """The loads that may run ahead, as far as memory goes and what they write."""
        local = set(carrying_nothing(self.editor.analysis, self.loop))
        writes = self.editor.analysis.inductions.writes(self.loop)
        free = _is_free(self.editor.analysis, self.loop)
        for index, instruction in enumerate(self.instructions):
            form = instruction.form
            if form.opcode != "ld" or form.space is not StateSpace.GLOBAL or instruction.guard is not None:
                continue
            safe = is_invariable_load(instruction, self.editor.analysis) or (
                free and is_removable(instruction)
            )
            if safe and all(r in local and len(writes[r.name]) == 1 for r in instruction.writes()):
                yield index

    def run_ahead(self, index: int) -> bool:
        """Plan one load; false if its address or the loop's end is not known ahead."""
        load, last = self.instructions[index], len(self.instructions) - 1
        base = next((o.base for o in load.operands if isinstance(o, Address)), None)
        kept = len(self.before), len(self.top)
        try:
            if not isinstance(base, Register):
                raise _UnknownError
            first = self._ahead(base, (self.loop.header, index), 0, self.before)
            second = self._ahead(base, (self.loop.header, index), 1, self.top)
            goes_on = self._ahead(self.branch.register, (self.loop.header, last), 0, self.top)
        except _UnknownError:
            del self.before[kept[0] :], self.top[kept[1] :]
            self._made.clear()
            return False
        loaded = {r.name: self.editor.register(r) for r in load.writes()}
        moves = [copied(r, loaded[r.name], load) for r in load.writes()]
        self.before.append(with_registers(load, lambda r: loaded.get(r.name, first)))
        following = with_registers(load, lambda r: loaded.get(r.name, second))
        self.top.append(evolve(following, guard=Guard(goes_on, self.branch.negated)))
        self.copies += [move for move in moves if move is not None]
        self.gone.add(index)
        return True

    def carry_out(self) -> None:
        if not self.gone:
            return
        rest = [i for index, i in enumerate(self.instructions) if index not in self.gone]
        self.editor.body(self.loop.header)[:] = [*self.copies, *self.top, *rest]
        self.editor.enter_by(self.loop, [Block(None, self.before)])

    def _ahead(self, register: Register, at: Place, turn: int, code: list[Instruction]) -> Register:
        """What a read of a register gives so many iterations later, computed where an iteration begins."""
        analysis = self.editor.analysis
        writes = analysis.inductions.writes(self.loop)
        if register.name not in writes:
            return register
        variable = analysis.inductions.of(self.loop).get(register.name)
        if variable is not None:
            steps = turn + analysis.values.dominates(variable.update, at)
            if not isinstance(variable.step, int):
                raise _UnknownError
            return self._stepped(register, steps * variable.step, at, code)
        place = analysis.values.definition(register, at)
        if place is None or place[0] != self.loop.header:
            raise _UnknownError
        known = self._made.get((register.name, place, turn))
        instruction = analysis.inductions.at(place)
        if known is not None and code is self.top:
            return known
        if instruction.guard is not None or not is_pure(instruction) or register in instruction.reads():
            raise _UnknownError
        names = {r.name: self._ahead(r, place, turn, code) for r in instruction.reads()}
        names.update((r.name, self.editor.register(r)) for r in instruction.writes())
        code.append(with_registers(instruction, lambda r: names[r.name]))
        if code is self.top:
            self._made.update(((r.name, place, turn), names[r.name]) for r in instruction.writes())
        return names[register.name]

    def _stepped(self, register: Register, distance: int, at: Place, code: list[Instruction]) -> Register:
        if distance == 0:
            return register
        result = self.editor.register(register)
        name = f"add.s{register.type.bits}"
        like = self.instructions[at[1]]
        code.append(self.editor.made(name, (result, register, Immediate(distance)), like))
        return result


def _is_free(analysis: FunctionAnalysis, loop: Loop) -> bool:
    """Whether a loop orders nothing, and stores where no global load reads."""
    return all(
        operation.is_plain and all(not a.writes or a.space in _APART for a in operation.accesses)
        for operation in analysis.memory.blocks[loop.header]
    )
