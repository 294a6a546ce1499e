"""Arithmetic on linear expressions that is not linear: reading as a number, products, quotients, remainders, bits.

Results are exact. What is not linear becomes a derived unknown with the range and the divisor that follow.
"""

from __future__ import annotations

from math import gcd

from attrs import frozen

from ptxgen.ir.analysis.affine.atoms import Atoms
from ptxgen.ir.analysis.affine.expression import Affine, Atom, combined, lowest_bit

_MOST_DEPTH = 24
"""How deeply derived unknowns nest before they are taken as opaque."""
_MOST_PRODUCTS = 8
"""How many products of two unknowns one multiplication may make."""


@frozen
class Arithmetic:
    """The functions, over one set of unknowns. None means: no useful answer."""

    atoms: Atoms

    def unsigned(self, e: Affine) -> Affine:
        """The value as a number from 0 on, itself no longer modulo anything."""
        return self._read(e, 0, "u")

    def signed(self, e: Affine) -> Affine:
        """The value as a number with a sign, itself no longer modulo anything."""
        return self._read(e, 1 << (e.bits - 1), "s")

    def number(self, e: Affine, signed: bool) -> Affine:
        return self.signed(e) if signed else self.unsigned(e)

    def _read(self, e: Affine, below: int, sign: str) -> Affine:
        size = 1 << e.bits
        turns = (e.low + below) // size
        if (e.high + below) // size == turns:
            return Affine(e.bits, e.constant - turns * size, e.terms) if turns else e
        if e.depth >= _MOST_DEPTH:
            key = ("deep", sign, e.bits, e.constant, e.terms)
            return self.atoms.opaque(key, "deep", e.bits, -below, size - 1 - below, e.divisor)
        return self.atoms.derived(f"{sign}{e.bits}", (e,), e.bits, -below, size - 1 - below, e.divisor)

    def product(self, a: Affine, b: Affine) -> Affine | None:
        """a * b, modulo 2^bits of a."""
        if b.is_constant:
            return a * b.constant
        if a.is_constant:
            return b * a.constant
        if len(a.terms) * len(b.terms) > _MOST_PRODUCTS or a.depth + b.depth > _MOST_DEPTH:
            return None
        total = a * b.constant + b * a.constant - a.constant * b.constant
        for x, p in a.terms:
            for y, q in b.terms:
                total = total + self._square(x, y, a.bits) * (p * q)
        return total

    def _square(self, x: Atom, y: Atom, bits: int) -> Affine:
        x, y = sorted((x, y), key=lambda atom: atom.number)
        corners = [p * q for p in (x.low, x.high) for q in (y.low, y.high)]
        operands = (Affine(64, 0, ((x, 1),)), Affine(64, 0, ((y, 1),)))
        made = self.atoms.derived("mul", operands, 64, min(corners), max(corners), x.divisor * y.divisor)
        return made.of_bits(bits)

    def quotient(self, e: Affine, by: int) -> Affine:
        """The number e over a positive constant, rounded down."""
        whole = {a: c // by for a, c in e.terms if c % by == 0}
        rest = Affine(e.bits, e.constant % by, tuple((a, c) for a, c in e.terms if c % by))
        low, high = rest.low // by, rest.high // by
        head = combined(e.bits, e.constant // by + (low if low == high else 0), whole)
        if low == high:
            return head
        common = gcd(rest.stride, rest.constant)
        divisor = lowest_bit(common // by) if common and common % by == 0 else 1
        return head + self._derived("div", rest, Affine(e.bits, by), low, high, divisor)

    def remainder(self, e: Affine, by: int) -> Affine:
        """The number e modulo a positive constant."""
        kept = {a: c % by for a, c in e.terms if c * a.divisor % by}
        # The smaller of the two residues keeps ranges small: 31 * x modulo 32 is -x.
        near = {a: c - by if c > by // 2 and (by - c) < c else c for a, c in kept.items()}
        rest = Affine(e.bits, e.constant % by, tuple(near.items()))
        turns = rest.low // by
        if rest.high // by == turns:
            return rest + -turns * by
        divisor = lowest_bit(gcd(rest.stride, rest.constant, by))
        return self._derived("rem", rest, Affine(e.bits, by), 0, by - 1, divisor)

    def masked(self, e: Affine, mask: int) -> Affine:
        """The bits of e that a constant has: exact for one run of ones."""
        size = 1 << e.bits
        mask &= size - 1
        if mask == 0:
            return Affine(e.bits, 0)
        least = lowest_bit(mask)
        top = mask + least
        if top & (top - 1) == 0:
            upper = e if top == size else self.remainder(e, top)
            return self.quotient(self.unsigned(upper), least) * least if least > 1 else upper
        number = self.unsigned(e)
        return self._derived("and", number, Affine(e.bits, mask), 0, min(mask, number.high), least)

    def both(self, a: Affine, b: Affine) -> Affine:
        """a & b."""
        if b.is_constant:
            return self.masked(a, b.constant)
        if a.is_constant:
            return self.masked(b, a.constant)
        a, b = self._numbers(a, b)
        return self._derived("and", a, b, 0, min(a.high, b.high), max(a.divisor, b.divisor))

    def either(self, a: Affine, b: Affine, operation: str) -> Affine:
        """a | b or a ^ b: a sum, where no bit is in both."""
        a, b = self._numbers(a, b)
        if a.high < b.divisor or b.high < a.divisor:
            return a + b
        if operation == "xor" and b.is_constant and b.constant == (1 << b.bits) - 1:
            return -a - 1
        low = max(a.low, b.low) if operation == "or" else 0
        high = (1 << max(a.high, b.high).bit_length()) - 1
        return self._derived(operation, a, b, low, high, min(a.divisor, b.divisor))

    def least(self, a: Affine, b: Affine) -> Affine:
        """The smaller of two numbers."""
        if a.high <= b.low:
            return a
        if b.high <= a.low:
            return b
        low, high = min(a.low, b.low), min(a.high, b.high)
        return self._derived("min", a, b, low, high, min(a.divisor, b.divisor))

    def greatest(self, a: Affine, b: Affine) -> Affine:
        """The larger of two numbers."""
        if a.low >= b.high:
            return a
        if b.low >= a.high:
            return b
        low, high = max(a.low, b.low), max(a.high, b.high)
        return self._derived("max", a, b, low, high, min(a.divisor, b.divisor))

    def _numbers(self, a: Affine, b: Affine) -> tuple[Affine, Affine]:
        a, b = self.unsigned(a), self.unsigned(b)
        return (a, b) if _order(a) >= _order(b) else (b, a)

    def _derived(self, operation: str, a: Affine, b: Affine, low: int, high: int, divisor: int) -> Affine:
        if max(a.depth, b.depth) >= _MOST_DEPTH:
            key = ("deep", operation, a.constant, a.terms, b.constant, b.terms)
            return self.atoms.opaque(key, "deep", a.bits, low, high, divisor)
        return self.atoms.derived(operation, (a, b), a.bits, low, high, divisor)


def _order(e: Affine) -> tuple[int, ...]:
    """Any order: the operands of a commutative operation always stand in it."""
    return (len(e.terms), e.constant, *(part for a, c in e.terms for part in (a.number, c)))
