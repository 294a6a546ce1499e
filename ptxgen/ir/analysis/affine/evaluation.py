"""The number that an expression has for one thread, given numbers for what it depends on."""

from __future__ import annotations

import operator
from collections.abc import Callable

from ptxgen.ir.analysis.affine.expression import Affine, Atom, balanced

Known = Callable[[Atom], "int | None"]
"""What an unknown that is not derived is; None where nobody can say."""


def evaluate(e: Affine, known: Known) -> int | None:
    """The sum, before it wraps: None if something in it is not known."""
    total = e.constant
    for atom, coefficient in e.terms:
        value = _value(atom, known)
        if value is None:
            return None
        total += coefficient * value
    return total


def _value(atom: Atom, known: Known) -> int | None:
    if not atom.operands:
        return known(atom)
    if (given := known(atom)) is not None:
        return given
    sources = [evaluate(operand, known) for operand in atom.operands]
    if any(source is None for source in sources):
        return None
    return OPERATIONS[atom.operation](*sources)


OPERATIONS: dict[str, Callable[..., int]] = {
    "div": operator.floordiv,
    "rem": operator.mod,
    "mul": operator.mul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "min": min,
    "max": max,
    **{f"u{bits}": lambda a, size=1 << bits: a % size for bits in (8, 16, 32, 64, 128)},
    **{f"s{bits}": lambda a, bits=bits: balanced(a, bits) for bits in (8, 16, 32, 64, 128)},
}
"""What derived unknowns are of their operands."""
