"""The number that an expression has for one thread, given numbers for what it depends on."""

from __future__ import annotations

import operator
from collections.abc import Callable

from ptxgen.ir.analysis.affine.expression import Affine, Atom, balanced

Known = Callable[[Atom], "int | None"]
"""What an unknown that is not derived is; None where nobody can say."""


def evaluate(e: Affine, known: Known) -> int | None:
    """The sum, before it wraps: None if something in it is not known."""
    return _sum(e, known, {})


def _sum(e: Affine, known: Known, made: dict[Atom, int | None]) -> int | None:
    total = e.constant
    for atom, coefficient in e.terms:
        if atom.operands and atom not in made:
            made[atom] = _derived(atom, known, made)
        value = made[atom] if atom.operands else known(atom)
        if value is None:
            return None
        total += coefficient * value
    return total


def _derived(atom: Atom, known: Known, made: dict[Atom, int | None]) -> int | None:
    """What a derived unknown is; each is made once, however many others are derived from it."""
    if (given := known(atom)) is not None:
        return given
    sources = [_sum(operand, known, made) for operand in atom.operands]
    return None if None in sources else OPERATIONS[atom.operation](*sources)


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
