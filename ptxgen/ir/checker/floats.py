"""Floating point that ptxas may change."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.types import Type


@function_rule(
    "PTX067",
    "contractible arithmetic",
    Severity.HINT,
    fix="write the rounding (mul.rn, add.rn) to forbid it, or fma.rn to ask for it",
)
def contractible(view: FunctionView) -> Iterator[Finding]:
    """ptxas may fuse a multiplication and an addition that do not name their rounding, which changes the last bit.

    The emulator runs them unfused. Reported once a function.
    """
    products = {_type(i): i for i in reversed([i for i in view.of("mul") if _open(i)])}
    for addition in view.of("add", "sub"):
        product = products.get(_type(addition))
        if product is not None and _open(addition):
            yield Finding(
                f"{product.name} and {addition.name} name no rounding: ptxas may fuse them, the emulator does not",
                product,
            )
            return


def _type(instruction: Instruction) -> Type | None:
    return instruction.form.operands[0].type


def _open(instruction: Instruction) -> bool:
    type = _type(instruction)
    floating = type is not None and (type.is_float or type.is_packed)
    return floating and "rnd" not in instruction.form.modifiers
