"""Division by a constant as multiplication: the multipliers and shifts.

Granlund and Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994, figures 4.2, 5.2 and 6.2.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Reciprocal:
    """`2^(bits + shift) / divisor`, rounded up: the high half of a product with it, shifted right, is the quotient."""

    multiplier: int
    shift: int


def reciprocal(divisor: int, bits: int, precision: int) -> Reciprocal:
    """The smallest reciprocal that is exact for numerators below `2^precision`.

    `divisor` is at least 1 and below `2^bits`. The multiplier may have `bits` + 1 bits.
    """
    shift = (divisor - 1).bit_length()
    low = (1 << (bits + shift)) // divisor
    high = ((1 << (bits + shift)) + (1 << (bits + shift - precision))) // divisor
    while shift > 0 and low // 2 < high // 2:
        low, high, shift = low // 2, high // 2, shift - 1
    return Reciprocal(high, shift)
