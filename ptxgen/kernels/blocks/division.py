"""Correctly rounded division without the subroutine that `div.rn.f32` calls for extreme operands.

Around a call every live register of the caller must be safe, which costs spills in kernels with many accumulators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import f32

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_SMALL, _UP = 2.0**-64, 2.0**64


class Divider:
    """x / d for many x with |x/d| < 2^20, bit for bit as `div.rn.f32` where the quotient is at least 2^-20.

    Smaller quotients are right to 2^-24 of themselves, or of 2^-40 where x is below 2^-100. d is normal and positive,
    below 2^126. The reciprocal takes one Newton step, and the quotient one correction by the remainder, which `fma`
    gives exactly (Markstein, 1990); the remainder must not underflow, so a small d and its x are scaled up.
    """

    def __init__(self, k: KernelBuilder, d: Value) -> None:
        self.k = k
        self._scale = k.select(d < _SMALL, k.const(f32, _UP), k.const(f32, 1.0))
        self._d = d * self._scale
        self._minus_d = -self._d
        guess = k.op("rcp.approx.ftz.f32", self._d)
        self._reciprocal = k.fma(guess, k.fma(self._minus_d, guess, 1.0), guess)

    def quotient(self, x: Value) -> Value:
        """x / d."""
        k = self.k
        x = x * self._scale
        found = x * self._reciprocal
        return k.fma(k.fma(self._minus_d, found, x), self._reciprocal, found)


def divide_by(k: KernelBuilder, x: Value, number: float) -> Value:
    """x / number, correctly rounded where the quotient is normal, by a multiplication and a correction."""
    inverse = 1.0 / number
    found = x * inverse
    return k.fma(k.fma(found, -number, x), inverse, found)
