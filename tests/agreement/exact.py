"""IEEE 754 arithmetic on bits by exact fractions: slow, and shares nothing with the emulator."""

from __future__ import annotations

import math
from fractions import Fraction

from attrs import frozen


@frozen
class Format:
    """A binary format: bits altogether and bits of the stored significand. `nan` is what operations give."""

    bits: int
    stored: int
    nan: int

    @property
    def lowest(self) -> int:
        """The exponent of the smallest normal number."""
        return 2 - (1 << (self.bits - self.stored - 2))

    @property
    def infinity(self) -> int:
        return ((1 << (self.bits - 1 - self.stored)) - 1) << self.stored


FORMATS = {
    "f16": Format(16, 10, 0x7FFF),
    "f32": Format(32, 23, 0x7FFFFFFF),
    "f64": Format(64, 52, 0xFFF8000000000000),
}

Magnitude = Fraction | float
Real = tuple[bool, Magnitude] | None
"""Sign and magnitude (a fraction, or infinity); None is a NaN."""


def decode(bits: int, format: Format) -> Real:
    sign = bool(bits >> (format.bits - 1))
    field = bits & ((1 << (format.bits - 1)) - 1)
    if field >= format.infinity:
        return None if field > format.infinity else (sign, math.inf)
    exponent, fraction = field >> format.stored, field & ((1 << format.stored) - 1)
    if exponent:
        fraction += 1 << format.stored
    return sign, fraction * Fraction(2) ** (max(exponent, 1) - 1 + format.lowest - format.stored)


def encode(value: Real, format: Format, mode: str = "rn") -> int:
    """The bits of a value after rounding: rn nearest even, rz to zero, rm down, rp up."""
    if value is None:
        return format.nan
    sign, magnitude = value
    top = int(sign) << (format.bits - 1)
    if not isinstance(magnitude, Fraction):
        return top | format.infinity
    if magnitude == 0:
        return top
    exponent = max(floor_log2(magnitude), format.lowest)
    whole, rest = divmod(magnitude * Fraction(2) ** (format.stored - exponent), 1)
    field = ((exponent - format.lowest) << format.stored) + int(whole) + up(mode, sign, int(whole), rest)
    if field >= format.infinity:
        away = mode == "rn" or mode == ("rm" if sign else "rp")
        field = format.infinity if away else format.infinity - 1
    return top | field


def up(mode: str, sign: bool, whole: int, rest: Fraction) -> int:
    """1 if the magnitude `whole` + `rest` is rounded away from zero."""
    if mode == "rn":
        return int(rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1))
    return int(rest > 0 and mode == ("rm" if sign else "rp"))


def floor_log2(value: Fraction) -> int:
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if Fraction(2) ** guess <= value else guess - 1


def negated(a: Real) -> Real:
    return None if a is None else (not a[0], a[1])


def add(a: Real, b: Real, mode: str = "rn") -> Real:
    if a is None or b is None:
        return None
    if math.inf in (a[1], b[1]):
        if a[1] == b[1] and a[0] != b[0]:
            return None
        return a if a[1] == math.inf else b
    total = signed(a) + signed(b)
    if total == 0:
        return (a[0] if a[0] == b[0] else mode == "rm"), Fraction(0)
    return total < 0, abs(total)


def signed(a: tuple[bool, Magnitude]) -> Fraction:
    return Fraction(-a[1] if a[0] else a[1])


def multiply(a: Real, b: Real) -> Real:
    if a is None or b is None or {a[1], b[1]} == {0, math.inf}:
        return None
    return a[0] != b[0], math.inf if math.inf in (a[1], b[1]) else a[1] * b[1]


def divide(a: Real, b: Real) -> Real:
    if a is None or b is None or (a[1] == b[1] and a[1] in (0, math.inf)):
        return None
    sign = a[0] != b[0]
    if a[1] == math.inf or b[1] == 0:
        return sign, math.inf
    return sign, Fraction(0) if b[1] == math.inf else Fraction(a[1]) / Fraction(b[1])


def root(a: Real) -> Real:
    """The square root; irrational ones to far more bits than any format has, and never on a boundary."""
    if a is None or a[1] == 0:
        return a
    if a[0]:
        return None
    if a[1] == math.inf:
        return a
    value = Fraction(a[1])
    scale = 200 + value.denominator.bit_length()
    square = (value.numerator << (2 * scale)) // value.denominator
    whole = math.isqrt(square)
    exact = Fraction(whole, 1 << scale) ** 2 == value
    return False, Fraction(2 * whole + (not exact), 2 << scale)


def compare(relation: str, a: Real, b: Real) -> bool:
    """`lt` to `ne` are false for a NaN, `ltu` to `neu` true."""
    if a is None or b is None:
        return relation.endswith("u")
    x, y = (-m if sign else m for sign, m in (a, b))
    return ORDER[relation.removesuffix("u")](x, y)


ORDER = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def smaller(a: Real, b: Real, *, larger: bool) -> Real:
    """min, or max: a number rather than a NaN, and -0 below +0."""
    if a is None or b is None:
        return b if a is None else a
    first = (key(a) <= key(b)) != larger
    return a if first else b


def key(a: tuple[bool, Magnitude]) -> tuple[Magnitude, int]:
    return (-a[1], -1) if a[0] else (a[1], 0)


def to_integer(a: Real, mode: str) -> int:
    """Rounded to an integer (rni, rzi, rmi, rpi); infinities become large, a NaN 0."""
    if a is None:
        return 0
    sign, magnitude = a
    if magnitude == math.inf:
        return -(1 << 80) if sign else 1 << 80
    whole, rest = divmod(Fraction(magnitude), 1)
    result = int(whole) + up(mode[:2], sign, int(whole), rest)
    return -result if sign else result


def from_integer(value: int) -> Real:
    return value < 0, Fraction(abs(value))
