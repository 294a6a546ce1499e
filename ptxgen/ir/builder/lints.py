"""What is legal and probably not meant."""

from __future__ import annotations

from ptxgen.errors import Diagnostic, Severity
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.isa.table import Effect

_NEEDED = {Effect.WRITE, Effect.ATOMIC, Effect.BARRIER, Effect.FENCE, Effect.CONTROL, Effect.EXIT, Effect.CALL,
           Effect.VOLATILE, Effect.CARRY_OUT}  # fmt: skip


_PARAMETERS = ("ld.param", "cvta")
"""How parameters are read where they are declared: not everything that is passed must be used."""


def discarded_results(function: Function) -> list[Diagnostic]:
    """Instructions that only compute, and whose results no instruction reads: often an accumulator that got lost."""
    read = {
        register.name
        for instruction in function.instructions()
        for register in instruction.reads()
        if register not in instruction.writes()
    }
    return [
        Diagnostic(
            "PTX030",
            Severity.WARNING,
            f"nothing reads the result of {instruction.name}",
            location=instruction.location,
            help="values are assigned once: to keep it, use it or store it in a k.var(...)",
        )
        for instruction in function.instructions()
        if _discarded(instruction, read)
    ]


def _discarded(instruction: Instruction, read: set[str]) -> bool:
    if instruction.form.row.effects & _NEEDED or instruction.name.startswith(_PARAMETERS):
        return False
    written = [register.name for register in instruction.writes()]
    return bool(written) and not any(name in read for name in written)
