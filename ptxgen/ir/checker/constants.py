"""Constant operands that are legal and hardly meant: shifts past the width, odd barrier counts."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate


def constant(instruction: Instruction, name: str) -> int | None:
    """The integer constant in the operand of that name; None if it is something else, or left out."""
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.name == name and isinstance(operand, Immediate) and operand.type is None:
            return operand.value
    return None


@function_rule(
    "PTX064",
    "shift past the width",
    Severity.WARNING,
    fix="shift by less than the width, or write the result (0, or the sign) directly",
)
def wide_shift(view: FunctionView) -> Iterator[Finding]:
    """PTX clamps such a shift, so that nothing of the value is left; C would not define it. Seldom meant."""
    for instruction in view.of("shl", "shr", "shf"):
        funnel = instruction.opcode == "shf"
        amount = constant(instruction, "c" if funnel else "b")
        bits = 32 if funnel or instruction.form.type is None else instruction.form.type.bits
        # A funnel shift by exactly 32 picks the other register: that is a use, not a slip.
        limit = bits + (1 if funnel and instruction.form.modifiers.get("mode") == "clamp" else 0)
        if amount is not None and not 0 <= amount < limit:
            yield Finding(f"{instruction.name} shifts a {bits}-bit value by {amount}", instruction)


@function_rule(
    "PTX059",
    "wrong number of threads at a barrier",
    Severity.ERROR,
    fix="give a multiple of 32, at most the size of the CTA",
)
def barrier_count(view: FunctionView) -> Iterator[Finding]:
    """Barriers count whole warps: the number of threads is a multiple of the warp size, from 32 to 1024."""
    for instruction in view.of("bar", "barrier"):
        count = constant(instruction, "b")
        if count is not None and (count % 32 or not 0 <= count <= 1024):
            yield Finding(f"{instruction.name} waits for {count} threads", instruction)
