"""What each integer instruction makes of the expressions it reads: one rule an opcode."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ptxgen.ir.analysis.affine.arithmetic import Arithmetic
from ptxgen.ir.analysis.affine.expression import Affine
from ptxgen.isa.table import Form
from ptxgen.isa.types import TYPES, Type

_ALLOWED = frozenset({"type", "mode", "wide", "dtype", "atype", "b32", "lo", "hi"})
"""Modifiers that the rules understand: no saturation, no carries, no rounding."""


@frozen
class Case:
    """An instruction with the expressions of its sources, each in the width that the instruction reads it in."""

    arithmetic: Arithmetic
    form: Form
    type: Type
    sources: tuple[Affine, ...]

    @property
    def signed(self) -> bool:
        return self.type.is_signed

    def numbers(self) -> tuple[Affine, ...]:
        """The sources as numbers, with a sign where the type has one."""
        return tuple(self.arithmetic.number(source, self.signed) for source in self.sources)


Rule = Callable[[Case], Affine | None]


def result(arithmetic: Arithmetic, form: Form, sources: tuple[Affine, ...]) -> Affine | None:
    """The expression that an instruction computes, in the width of its result; None if there is no rule for it."""
    rule = RULES.get(form.opcode)
    type = form.type or TYPES.get(form.modifiers.get("atype", ""))
    if (
        rule is None
        or type is None
        or type.is_packed
        or type.is_float
        or not form.modifiers.keys() <= _ALLOWED
    ):
        return None
    return rule(Case(arithmetic, form, type, sources))


def _sum(case: Case) -> Affine | None:
    return case.sources[0] + case.sources[1]


def _difference(case: Case) -> Affine | None:
    return case.sources[0] - case.sources[1]


def _product(case: Case) -> Affine | None:
    """mul and mad: `.lo` is linear modulo 2^bits, `.wide` and `.hi` are products of numbers."""
    mode = case.form.modifiers.get("mode") or ("wide" if ".wide" in case.form.name else "lo")
    factors = case.sources[:2]
    bits = case.type.bits
    if mode != "lo":
        width = 2 * bits if mode == "wide" else 4 * bits
        factors = tuple(case.arithmetic.number(e, case.signed).of_bits(width) for e in factors)
    product = case.arithmetic.product(*factors)
    if product is not None and mode == "hi":
        product = case.arithmetic.quotient(product, 1 << bits).of_bits(bits)
    return product + case.sources[2] if product is not None and len(case.sources) == 3 else product


def _amount(case: Case) -> int | None:
    """A constant shift amount; more than the width is the width."""
    by = case.sources[1]
    return min(by.constant & 0xFFFFFFFF, case.type.bits) if by.is_constant else None


def _left(case: Case) -> Affine | None:
    amount = _amount(case)
    return None if amount is None else case.sources[0] * (1 << amount)


def _right(case: Case) -> Affine | None:
    amount = _amount(case)
    number = case.arithmetic.number(case.sources[0], case.signed)
    return None if amount is None else case.arithmetic.quotient(number, 1 << amount)


def _quotient(case: Case) -> Affine | None:
    return _divided(case, case.arithmetic.quotient)


def _remainder(case: Case) -> Affine | None:
    return _divided(case, case.arithmetic.remainder)


def _divided(case: Case, divide: Callable[[Affine, int], Affine]) -> Affine | None:
    """By a positive constant; numbers below zero are left, since PTX rounds them towards zero."""
    a, b = case.numbers()
    return divide(a, b.constant) if b.is_constant and b.constant > 0 and a.low >= 0 else None


def _field(case: Case) -> Affine | None:
    value, start, length = case.sources
    if case.signed or not (start.is_constant and length.is_constant):
        return None
    first, count = start.constant & 255, length.constant & 255
    shifted = case.arithmetic.quotient(case.arithmetic.unsigned(value), 1 << first)
    return case.arithmetic.remainder(shifted, 1 << count) if count < case.type.bits else shifted


def _converted(case: Case) -> Affine | None:
    to = TYPES[case.form.modifiers["dtype"]]
    if not (to.is_integer and case.type.is_integer):
        return None
    return case.arithmetic.number(case.sources[0], case.signed).of_bits(to.bits)


def _both(case: Case) -> Affine | None:
    a, b = case.sources
    return case.arithmetic.both(a, b)


def _either(case: Case) -> Affine | None:
    a, b = case.sources
    return case.arithmetic.either(a, b, case.form.opcode)


def _least(case: Case) -> Affine | None:
    a, b = case.numbers()
    return case.arithmetic.least(a, b)


def _greatest(case: Case) -> Affine | None:
    a, b = case.numbers()
    return case.arithmetic.greatest(a, b)


RULES: dict[str, Rule] = {
    "add": _sum,
    "sub": _difference,
    "neg": lambda case: -case.sources[0],
    "not": lambda case: -case.sources[0] - 1,
    "mul": _product,
    "mad": _product,
    "shl": _left,
    "shr": _right,
    "div": _quotient,
    "rem": _remainder,
    "and": _both,
    "or": _either,
    "xor": _either,
    "min": _least,
    "max": _greatest,
    "bfe": _field,
    "cvt": _converted,
}
"""Opcodes of which all sources are integers, and the first operand the result."""
