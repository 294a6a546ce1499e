"""Instructions against the table: the form exists and its operands fit. Also constants that lose bits.

The ids PTX001 to PTX017 are shared with the builder and the parser: all three ask `ptxgen.ir.select`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import FUNCTION_CHECKS, Finding, function_rule, register
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import elements
from ptxgen.ir.operands import Immediate
from ptxgen.isa.table import Role


def operand_forms(view: FunctionView) -> Iterator[Finding]:
    """Every instruction, asked again: parsed and built code was checked on the way in, edited code was not."""
    for instruction in view.instructions:
        found = instruction.mismatch
        if found is not None:
            yield Finding(found.message, instruction, found.help, found.id)


for _id, _title, _why, _fix in (
    (
        "PTX001",
        "unknown instruction",
        "The table has no row for this name: the opcode does not exist, or not with these modifiers in this order.",
        "take one of the manual's forms, which the message lists",
    ),
    (
        "PTX002",
        "wrong number of operands",
        "The form takes another number of operands.",
        "give the operands that the manual's syntax line names",
    ),
    (
        "PTX003",
        "wrong kind of operand",
        "A register, constant, address, label or list stands where the form wants something else.",
        "pass what the message names",
    ),
    (
        "PTX014",
        "wrong operand type",
        "A register's declared type does not agree with the instruction's type in size and kind.",
        "convert the value first, or use the instruction of the value's type",
    ),
    (
        "PTX015",
        "wrong kind of constant",
        "A float constant where an integer is taken, or an integer where a float is: PTX converts neither.",
        "write 1.0 for a float, 1 for an integer",
    ),
    (
        "PTX016",
        "wrong address register",
        "Global and generic addresses are 64 bits wide; an address register holds an integer.",
        "widen the register, or name the state space",
    ),
    (
        "PTX019",
        "modifiers out of order",
        "The type stands last, the others before it, each once; ptxas takes some other orders, each opcode its own.",
        "write the name as the message gives it",
    ),
    (
        "PTX017",
        "constant out of the operand's range",
        "The instruction takes only some values here, such as barrier numbers 0 to 15.",
        "use a value in the range that the message gives",
    ),
):
    register(_id, _title, Severity.ERROR, _why, _fix)
FUNCTION_CHECKS["PTX001"] = operand_forms


@function_rule(
    "PTX063",
    "constant does not fit the type",
    Severity.ERROR,
    fix="use a wider type, or write the value that is meant",
)
def oversized_constant(view: FunctionView) -> Iterator[Finding]:
    """ptxas silently keeps the low bits of an integer constant that is too large for the instruction's type."""
    for instruction in view.instructions:
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
            if slot.role is not Role.VALUE or slot.type is None or slot.type.bits == 0:
                continue
            for element in elements(operand):
                if not isinstance(element, Immediate) or element.type is not None:
                    continue
                bits = slot.type.bits
                if not -(1 << (bits - 1)) <= element.value < 1 << bits:
                    yield Finding(
                        f"{instruction.name}: operand {slot.name} is {slot.type}, "
                        f"which cannot hold the constant {element.value}",
                        instruction,
                    )
