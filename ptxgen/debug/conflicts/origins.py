"""Whether what a register holds may differ between CTAs, for threads with the same index.

Followed by name, without regard to order: through what computes a register, through the conditions under which that
runs, and through shared memory, where everything that is stored counts.
"""

from __future__ import annotations

from functools import cached_property

from attrs import define

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


_SHARED = ""
"""Shared memory, among the names of registers."""
Node = str | int
"""A register by its name, a block (whether it runs), or shared memory."""


@define(eq=False)
class Origins:
    """The origins of the registers of one function."""

    body: Body

    def same(self, operand: Operand) -> bool:
        """Whether threads of the same index hold the same in an operand in all CTAs."""
        parts = operand.elements if isinstance(operand, Vector) else (operand,)
        return not any(part.name in self._apart for part in parts if isinstance(part, Register))

    @cached_property
    def _apart(self) -> set[Node]:
        """What may differ: what some instruction makes so, and everything that is made of it."""
        seen: set[Node] = set()
        stack: list[Node] = [r.name for _, i in self.body.places if _differs(i) for r in i.writes()]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack += self._made.get(node, ())
        return seen

    @cached_property
    def _made(self) -> dict[Node, list[Node]]:
        """What each register, block and all of shared memory takes part in."""
        made: dict[Node, list[Node]] = {name: [_SHARED] for name in self._shared}
        for place, instruction in self.body.places:
            written = [r.name for r in instruction.writes()]
            sources: list[Node] = [place[0], *(r.name for r in instruction.reads())]
            for source in [*sources, _SHARED] if _from_shared(instruction) else sources:
                made.setdefault(source, []).extend(written)
        blocks = self.body.function.blocks
        for block in self.body.analysis.cfg.reachable():
            for decider in self.body.analysis.control_dependence[block]:
                for register in blocks[decider].instructions[-1].reads():
                    made.setdefault(register.name, []).append(block)
        return made

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
