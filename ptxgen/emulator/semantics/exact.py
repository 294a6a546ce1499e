"""Double-precision arithmetic in any rounding mode, with integers: slow, and as exact as it gets.

Only the modes that NumPy does not have come here (`.rz`, `.rm`, `.rp` of f64), and `fma.rn.f64` on processors
without a fused multiply-add.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Operation = Callable[..., Fraction]

_LARGEST = Fraction(2**53 - 1) * 2**971


def add(a: Array, b: Array, mode: str, out: Array) -> None:
    """out = a + b for float64 arrays."""
    _each(lambda x, y: x + y, a + b, (a, b), mode, out, _sum_is_negative(a, b))


def fma(a: Array, b: Array, c: Array, mode: str, out: Array) -> None:
    """out = a * b + c for float64 arrays, rounded once."""
    product = a * b
    plain = np.where(np.isfinite(a) & np.isfinite(b) & ~np.isfinite(c), c, product + c)
    signs = np.signbit(a) ^ np.signbit(b)
    _each(lambda x, y, z: x * y + z, plain, (a, b, c), mode, out, _sum_is_negative(np.where(signs, -1, 1), c))


def multiply(a: Array, b: Array, mode: str, out: Array) -> None:
    """out = a * b for float64 arrays."""
    _each(lambda x, y: x * y, a * b, (a, b), mode, out, None)


def divide(a: Array, b: Array, mode: str, out: Array) -> None:
    """out = a / b for float64 arrays."""
    _each(lambda x, y: x / y, a / b, (a, b), mode, out, None, lambda x, y: y != 0)


def convert(x: Array, mode: str, out: Array) -> None:
    """out = the integers x as float64."""
    _each(lambda n: n, x.astype(np.float64), (x,), mode, out, None)


def square_root(a: Array, mode: str, out: Array) -> None:
    """out = the square root of a float64 array."""
    nearest = np.sqrt(a)
    values = np.broadcast_to(nearest, out.shape).ravel().tolist()
    sources = np.broadcast_to(a, out.shape).ravel().tolist()
    for number, (source, value) in enumerate(zip(sources, values, strict=True)):
        if math.isfinite(value) and value > 0:
            values[number] = _adjust(value, Fraction(source) - Fraction(value) ** 2, mode)
    out[...] = np.reshape(values, out.shape)


def _sum_is_negative(a: Array, b: Array) -> Array:
    """Whether an exact zero sum is negative when rounding down: unless both terms are +0."""
    return np.signbit(a) | np.signbit(b)


def _each(
    operation: Operation,
    plain: Array,
    sources: tuple[Array, ...],
    mode: str,
    out: Array,
    negative_zero: Array | None,
    defined: Callable[..., bool] | None = None,
) -> None:
    """Round `operation` of each lane; `plain` has the results where a source is not finite, or undefined."""
    columns = [np.broadcast_to(s, out.shape).ravel().tolist() for s in sources]
    results = np.broadcast_to(plain, out.shape).ravel().tolist()
    down = None if negative_zero is None else np.broadcast_to(negative_zero, out.shape).ravel().tolist()
    for number, values in enumerate(zip(*columns, strict=True)):
        if not all(map(math.isfinite, values)) or (defined is not None and not defined(*values)):
            continue
        exact = operation(*(Fraction(v) for v in values))
        if exact:
            results[number] = rounded(exact, mode)
        elif down is not None and mode == "rm":
            results[number] = -0.0 if down[number] else 0.0
    out[...] = np.reshape(results, out.shape)


def rounded(exact: Fraction, mode: str) -> float:
    """A number that is not zero as the float64 that a mode asks for."""
    sign = 1.0 if exact > 0 else -1.0
    try:
        nearest = sign * (abs(exact.numerator) / exact.denominator)
    except OverflowError:
        nearest = sign * math.inf
    if math.isinf(nearest) and mode != "rn":
        nearest = sign * float(_LARGEST)
    return nearest if math.isinf(nearest) else _adjust(nearest, exact - Fraction(nearest), mode)


def _adjust(nearest: float, error: Fraction, mode: str) -> float:
    """The neighbour of a nearest float that a mode asks for; `error` is the exact value less it."""
    if not error or mode == "rn":
        return nearest
    upwards = mode == "rp" or (mode == "rz" and math.copysign(1, nearest) < 0)
    if upwards:
        return math.nextafter(nearest, math.inf) if error > 0 else nearest
    return math.nextafter(nearest, -math.inf) if error < 0 else nearest
