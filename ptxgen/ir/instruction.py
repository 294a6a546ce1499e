"""One instruction: a full dotted name, operands, an optional guard, and the table form that gives it meaning."""

from __future__ import annotations

from functools import cache, cached_property

from attrs import field, frozen

from ptxgen.errors import SourceLocation
from ptxgen.ir.operands import (
    Address,
    Guard,
    Immediate,
    Operand,
    Pair,
    Register,
    TensorAddress,
    Vector,
    registers_of,
)
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa.table import Effect, Form, Row


@frozen
class Instruction:
    """`@p ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%rd1+16];`

    Equality covers what PTX text carries (`name`, `operands`, `guard`); `form`, the author's `location` and the
    `line` in the parsed text do not take part.
    """

    name: str
    operands: tuple[Operand, ...]
    form: Form = field(eq=False, repr=False)
    guard: Guard | None = None
    location: SourceLocation | None = field(default=None, eq=False, repr=False)
    line: int = field(default=0, eq=False, repr=False)

    @property
    def opcode(self) -> str:
        return self.form.row.syntax.opcode

    def writes(self) -> tuple[Register, ...]:
        """Registers that this instruction defines (under its guard, if it has one)."""
        return self._written

    def reads(self) -> tuple[Register, ...]:
        """Registers that this instruction uses, the guard first, address bases included."""
        return self._read

    @cached_property
    def _written(self) -> tuple[Register, ...]:
        found: list[Register] = []
        for slot, operand in zip(self.form.operands, self.operands, strict=False):
            if isinstance(operand, Register):
                if slot.writes:
                    found.append(operand)
            elif isinstance(operand, Pair) and slot.second is not None:
                if slot.writes:
                    found += registers_of(operand.first)
                if slot.second.writes:
                    found += registers_of(operand.second)
            elif slot.writes and not isinstance(operand, Address | TensorAddress):
                found += registers_of(operand)
        return tuple(found)

    @cached_property
    def _read(self) -> tuple[Register, ...]:
        found = [] if self.guard is None else [self.guard.register]
        for slot, operand in zip(self.form.operands, self.operands, strict=False):
            read = not slot.writes or (slot.updates and not self._starts_afresh)
            if isinstance(operand, Register):
                if read:
                    found.append(operand)
            elif isinstance(operand, Pair) and slot.second is not None:
                if not slot.writes:
                    found += registers_of(operand.first)
                if not slot.second.writes:
                    found += registers_of(operand.second)
            elif read or isinstance(operand, Address | TensorAddress):
                found += registers_of(operand)
        return tuple(found)

    @property
    def _starts_afresh(self) -> bool:
        """Whether a constant `scale-d` of zero says that what the destination held does not count."""
        pairs = zip(self.form.operands, self.operands, strict=False)
        return any(slot.name == "scale-d" and operand == Immediate(0) for slot, operand in pairs)

    @cached_property
    def mismatch(self) -> Mismatch | None:
        """Why the table has no form for the name and these operands; None if it has one."""
        found = select(self.name, self.operands)
        return found if isinstance(found, Mismatch) else None

    @property
    def ends_block(self) -> bool:
        """Whether control may go elsewhere after this instruction: branch, return, exit, trap."""
        return _ends_block(self.form.row)

    def __str__(self) -> str:
        guard = f"{self.guard} " if self.guard is not None else ""
        operands = ", ".join(map(str, self.operands))
        return f"{guard}{self.name} {operands};" if operands else f"{guard}{self.name};"


@cache
def _ends_block(row: Row) -> bool:
    return Effect.CONTROL in row.effects or Effect.EXIT in row.effects


def elements(operand: Operand) -> tuple[Operand, ...]:
    """The scalar operands of a vector, or the operand itself."""
    return operand.elements if isinstance(operand, Vector) else (operand,)
