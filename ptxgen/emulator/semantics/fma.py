"""Fused multiply-add, correctly rounded, in several ways.

NumPy has no fma. Where its complex multiplication uses the processor's (AVX2 and later), the imaginary part of
`(a + ic) * (1 + ib)` is `fma(a, b, c * 1)`: exactly what is wanted. Where it does not, it is wrong, so a self-test at
first use decides. The other way is float64: the product of two float32 is exact there, and the sum is mended where
rounding it twice would show. Without the processor's fma, float64 results are computed with integers, slowly.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np

from ptxgen.emulator.semantics import exact
from ptxgen.emulator.semantics.rounding import to_odd, two_sum

Array = np.ndarray[Any, Any]

_HALF_ULP = np.int64(-(2**63))


def fma_f32(a: Array, b: Array, c: Array, out: Array) -> None:
    """out = a * b + c for float32 arrays, rounded once to nearest even. NaNs are left as they come."""
    if complex_is_fused(np.dtype(np.complex64)):
        complex_fma(a, b, c, out)
    else:
        float64_fma(a, b, c, out)


def fma_f64(a: Array, b: Array, c: Array, out: Array) -> None:
    """out = a * b + c for float64 arrays, rounded once to nearest even. NaNs are left as they come."""
    if complex_is_fused(np.dtype(np.complex128)):
        complex_fma(a, b, c, out)
    else:
        exact.fma(a, b, c, "rn", out)


def complex_fma(a: Array, b: Array, c: Array, out: Array) -> None:
    """Through the imaginary part of a complex product; right only where `complex_is_fused` says so."""
    x, y = _scratch.pair(out.shape, np.complex64 if out.itemsize == 4 else np.complex128)
    np.copyto(x, a)  # faster than to the real part alone
    np.copyto(x.imag, c)
    np.copyto(y.imag, b)
    # In place, NumPy takes another loop for a single element.
    product: Array = np.multiply(x, y, x if x.size > 1 else None)
    np.copyto(out, product.imag)


class _Scratch(threading.local):
    """Two complex arrays for each shape seen lately; the second one's real part is 1."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[tuple[int, ...], type], tuple[Array, Array]] = {}

    def pair(self, shape: tuple[int, ...], dtype: type) -> tuple[Array, Array]:
        found = self._pairs.get((shape, dtype))
        if found is None:
            if len(self._pairs) >= 8:
                self._pairs.clear()
            found = self._pairs[shape, dtype] = (np.empty(shape, dtype), np.ones(shape, dtype))
        return found


_scratch = _Scratch()


def float64_fma(a: Array, b: Array, c: Array, out: Array) -> None:
    """For float32 arrays through float64: exact product, then one sum whose double rounding is mended."""
    p = a.astype(np.float64) * b
    s = p + c
    # float32 drops 29 bits. Half an ulp there, or a subnormal result, is where the first rounding may matter.
    doubtful = (s.view(np.int64) << 35) == _HALF_ULP
    doubtful |= np.abs(s) < 2.0**-126
    if doubtful.any():
        s = to_odd(*two_sum(p, np.broadcast_to(c, s.shape).astype(np.float64)))
    np.copyto(out, s, casting="same_kind")


@cache
def complex_is_fused(dtype: np.dtype[Any]) -> bool:
    """Whether NumPy's complex product is fused on this machine: tried on cases that tell, in all loop lengths."""
    real = np.float32 if dtype == np.complex64 else np.float64
    rng = np.random.default_rng(2008)
    ulp = np.finfo(real).eps
    a: Array = (1 + rng.integers(1, 1 << 11, 4099) * ulp).astype(real)
    b: Array = (1 + rng.integers(1, 1 << 11, 4099) * ulp).astype(real)
    # a * b = 1 + (i + j) ulp + i j ulp^2; with c = -(1 + (i + j) ulp) only the last term is left.
    c = -(a + (b - 1))
    i, j = (a - 1) / ulp, (b - 1) / ulp
    wanted = (i * j * float(ulp) ** 2).astype(real)
    for count in (1, 2, 3, 5, 8, 17, 4099):
        got = np.empty(count, real)
        complex_fma(a[:count], b[:count], c[:count], got)
        if not np.array_equal(got, wanted[:count]):
            return False
    return True
