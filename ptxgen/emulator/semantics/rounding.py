"""Rounding to any binary format and mode, correctly and once.

Everything goes through float64 numbers that were *rounded to odd*: where the exact value is not a float64, the
neighbour with the odd last bit is taken. Rounding such a number again to at most 51 bits gives what rounding the exact
value gives, in every mode (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.semantics.values import BF16_NAN, CANONICAL_NAN, canonical

Array = np.ndarray[Any, Any]


@frozen
class Format:
    """A binary format: bits of precision (the hidden one included), exponent of the smallest normal, largest number."""

    precision: int
    minimum_exponent: int
    largest: float


F32 = Format(24, -126, float(np.finfo(np.float32).max))
F16 = Format(11, -14, 65504.0)
BF16 = Format(8, -126, (2 - 2.0**-7) * 2.0**127)
TF32 = Format(11, -126, (2 - 2.0**-10) * 2.0**127)
E4M3 = Format(4, -6, 448.0)
E5M2 = Format(3, -14, 57344.0)
E2M3 = Format(4, 0, 7.5)
E3M2 = Format(3, -2, 28.0)
E2M1 = Format(2, 0, 6.0)


def _away(x: Array) -> Array:
    result: Array = np.trunc(x + np.copysign(0.5, x))
    return result


_TO_INTEGER: dict[str, Callable[[Array], Array]] = {
    "rn": np.rint,
    "rz": np.trunc,
    "rm": np.floor,
    "rp": np.ceil,
    "rna": _away,
}


def to_integral(x: Array, mode: str) -> Array:
    """Floats rounded to integral values; the mode as PTX writes it (`rni`, or `rn`)."""
    return _TO_INTEGER[mode.removesuffix("i")](x)


def round_to(x: Array, format: Format, mode: str) -> Array:
    """float64 numbers (exact, or rounded to odd) rounded to a format; the results are float64 too.

    Overflow gives infinity or the largest number, as the mode asks. Infinities and NaN stay.
    """
    _, exponent = np.frexp(x)
    quantum = np.maximum(exponent, format.minimum_exponent + 1) - format.precision
    y: Array = np.ldexp(_TO_INTEGER[mode](np.ldexp(x, -quantum)), quantum)
    over = np.abs(y) > format.largest
    if over.any():
        over &= np.isfinite(x)
        y = np.where(over, _overflow(x, format.largest, mode), y)
    return y


def _overflow(x: Array, largest: float, mode: str) -> Array:
    upper = np.inf if mode in ("rn", "rna", "rp") else largest
    lower = -np.inf if mode in ("rn", "rna", "rm") else -largest
    return np.where(x > 0, upper, lower)


def to_f32(x: Array, mode: str, out: Array) -> None:
    """float64 numbers (exact, or rounded to odd) rounded to float32 in a mode; NaN becomes canonical."""
    out[...] = x.astype(np.float32) if mode == "rn" else round_to(x, F32, mode).astype(np.float32)
    canonical(out)


def f16_bits(x: Array, mode: str = "rn") -> Array:
    """float64 numbers (exact, or rounded to odd) rounded to f16, as bits; NaN becomes canonical."""
    y = odd_f32(x) if mode == "rn" else round_to(x, F16, mode)
    bits = y.astype(np.float16).view(np.uint16)
    bits[np.isnan(x)] = CANONICAL_NAN[2]
    return bits


def bf16_bits(x: Array, mode: str = "rn") -> Array:
    """float64 numbers (exact, or rounded to odd) rounded to bf16, as bits; NaN becomes canonical."""
    return bf16_nearest(odd_f32(x) if mode == "rn" else round_to(x, BF16, mode).astype(np.float32))


def bf16_nearest(x: Array) -> Array:
    """float32 numbers rounded to the nearest bf16, as bits; NaN becomes canonical."""
    word = x.view(np.uint32)
    # Adding half a unit, less one where the last bit kept is even, carries into it where rounding goes up.
    carried = word + (np.uint32(0x7FFF) + ((word >> np.uint32(16)) & np.uint32(1)))
    bits = (carried >> np.uint32(16)).astype(np.uint16)
    bits[np.isnan(x)] = BF16_NAN
    return bits


def odd_f32(x: Array) -> Array:
    """float64 numbers rounded to odd in float32; a new array."""
    y = x.astype(np.float32)
    bits = y.view(np.uint32)
    inexact = (y != x) & ~np.isnan(x)
    bits -= np.abs(y) > np.abs(x)
    bits |= inexact
    return y


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The float64 sum and its exact rounding error (Knuth). The error is NaN where the sum is not finite."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def to_odd(s: Array, error: Array) -> Array:
    """A float64 sum moved to its odd neighbour on the side of its error, where it is even and inexact."""
    bits = s.view(np.int64)
    move = (error != 0) & ((bits & 1) == 0) & np.isfinite(s)
    towards_larger = np.signbit(error) == np.signbit(s)
    return (bits + np.where(move, np.where(towards_larger, 1, -1), 0)).view(np.float64)


def odd_sum(a: Array, b: Array) -> Array:
    """a + b for float64 arrays, rounded to odd."""
    return to_odd(*two_sum(a, b))


def odd_integer(x: Array) -> Array:
    """64-bit integers as float64, rounded to odd."""
    if x.itemsize < 8:
        return x.astype(np.float64)
    low = x & x.dtype.type(0x7FF)
    # Beyond 2^53 the low eleven bits cannot be kept: they leave a trace in the bit above them.
    sticky = np.where(low != 0, x.dtype.type(0x800), x.dtype.type(0))
    small = (x < 1 << 53) & (x > -(1 << 53)) if x.dtype.kind == "i" else x < 1 << 53
    return np.where(small, x, (x - low) | sticky).astype(np.float64)


def zero_sign(sum: Array, a: Array, b: Array) -> Array:
    """Where a sum is exactly zero, its sign when rounding down: negative unless both terms are +0."""
    negative = (sum == 0) & (np.signbit(a) | np.signbit(b))
    return np.where(negative, -0.0, sum)
