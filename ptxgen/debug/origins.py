"""Whether what a register holds may differ between CTAs, for threads with the same index.

Followed backwards by name, without regard to order: through what computes a register, through the conditions under
which that runs, and through shared memory, where everything that is stored counts.
"""

from __future__ import annotations

from functools import cached_property

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Operand, Register, SpecialRegister, Vector
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_ALIKE = (
    "%tid",
    "%ntid",
    "%nctaid",
    "%laneid",
    "%warpid",
    "%nwarpid",
    "%lanemask",
    "%gridid",
    "%dynamic",
    "%total",
)
"""Special registers that threads of the same index read alike in all CTAs."""
_APART = {Effect.ATOMIC, Effect.CALL, Effect.VOLATILE}


@define(eq=False)
class Origins:
    """The origins of the registers of one function."""

    body: Body
    _known: dict[str, bool] = field(factory=dict[str, bool], init=False)

    def same(self, operand: Operand) -> bool:
        """Whether threads of the same index hold the same in an operand in all CTAs."""
        parts = operand.elements if isinstance(operand, Vector) else (operand,)
        return all(self._same(part.name) for part in parts if isinstance(part, Register))

    def _same(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = self._traced(name)
        return self._known[name]

    def _traced(self, name: str) -> bool:
        names = {name}
        seen: set[str] = set()
        while names:
            name = names.pop()
            seen.add(name)
            for writer in self._writers.get(name, ()):
                if _differs(writer):
                    return False
                read = {r.name for r in writer.reads()} | self._conditions(writer)
                if _from_shared(writer):
                    read |= self._shared
                names |= read - seen
        return True

    def _conditions(self, instruction: Instruction) -> set[str]:
        """The registers that decide whether an instruction runs."""
        block = self._blocks.get(id(instruction))
        deciders = self.body.analysis.control_dependence[block] if block is not None else ()
        branches = (self.body.function.blocks[d].instructions[-1] for d in deciders)
        return {r.name for branch in branches for r in branch.reads()}

    @cached_property
    def _blocks(self) -> dict[int, int]:
        return {id(i): place[0] for place, i in self.body.places}

    @cached_property
    def _writers(self) -> dict[str, list[Instruction]]:
        found: dict[str, list[Instruction]] = {}
        for _, instruction in self.body.places:
            for register in instruction.writes():
                found.setdefault(register.name, []).append(instruction)
        return found

    @cached_property
    def _shared(self) -> set[str]:
        """The registers that what is put into shared memory is made of."""
        return {
            r.name
            for _, i in self.body.places
            if i.opcode in ("cp", "stmatrix", "wmma")
            or (_stores(i) and i.form.space is not StateSpace.GLOBAL)
            for r in i.reads()
        }


def _stores(instruction: Instruction) -> bool:
    return bool(instruction.form.row.effects & {Effect.WRITE, Effect.ATOMIC})


def _from_shared(instruction: Instruction) -> bool:
    if instruction.opcode in ("ldmatrix", "wgmma", "wmma"):
        return True
    away = (StateSpace.GLOBAL, StateSpace.PARAM, StateSpace.CONST)
    return Effect.READ in instruction.form.row.effects and instruction.form.space not in away


def _differs(instruction: Instruction) -> bool:
    """Whether an instruction gives something else in another CTA, whatever it reads."""
    if instruction.form.row.effects & _APART:
        return True
    return any(
        isinstance(part, SpecialRegister) and not part.name.startswith(_ALIKE)
        for operand in instruction.operands
        for part in (operand.elements if isinstance(operand, Vector) else (operand,))
    )
