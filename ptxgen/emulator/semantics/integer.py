"""Integer arithmetic (PTX ISA 9.0, sections 9.7.1 and 9.7.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.values import words
from ptxgen.isa.rows import integer
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


def per_half(form: Form, function: Function) -> Function:
    """For `u16x2` and `s16x2`, the function on the two halves; else the function itself."""
    if form.type is None or not form.type.is_packed:
        return function
    dtype = np.dtype(np.int16 if form.type.name == "s16x2" else np.uint16)

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        halves = [[word.view(dtype) for word in words(s)] for s in sources]
        parts: list[Array] = []
        for number in (0, 1):
            part = np.empty(out.shape, dtype)
            function(*(h[number] for h in halves), part)
            parts.append(part.view(np.uint16))
        np.bitwise_or(parts[1].astype(np.uint32) << np.uint32(16), parts[0], out)

    return apply


def saturating(ufunc: np.ufunc) -> Function:
    """A ufunc on 32-bit signed integers, computed in 64 bits and clamped."""

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        out[...] = clamp(ufunc(*(s.astype(np.int64) for s in sources)), out.dtype)

    return apply


def clamp(x: Array, dtype: np.dtype[Any]) -> Array:
    """Integers clamped to the range of a dtype."""
    info = np.iinfo(dtype)
    return np.clip(x, info.min, info.max)


@semantics(integer.ADD)
def add(form: Form) -> Function:
    return saturating(np.add) if form.has("sat") else per_half(form, np.add)


@semantics(integer.SUB)
def sub(form: Form) -> Function:
    return saturating(np.subtract) if form.has("sat") else np.subtract


@semantics(integer.MUL)
def mul(form: Form) -> Function:
    if form.modifiers["mode"] == "lo":
        return np.multiply
    return lambda a, b, out: np.copyto(out, high_product(a, b))


@semantics(integer.MUL_WIDE)
def mul_wide(_form: Form) -> Function:
    def apply(a: Array, b: Array, out: Array) -> None:
        np.multiply(a, b, out, dtype=out.dtype)

    return apply


@semantics(integer.MAD)
def mad(form: Form) -> Function:
    high = form.modifiers["mode"] == "hi"
    add_up = saturating(np.add) if form.has("sat") else np.add

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        add_up(high_product(a, b) if high else a * b, c, out)

    return apply


@semantics(integer.MAD_WIDE)
def mad_wide(_form: Form) -> Function:
    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        np.add(np.multiply(a, b, dtype=out.dtype), c, out)

    return apply


def high_product(a: Array, b: Array) -> Array:
    """The upper half of a product, in the dtype of its factors."""
    dtype = np.result_type(a, b)
    if dtype.itemsize < 8:
        wide = np.dtype(f"{dtype.kind}{2 * dtype.itemsize}")
        product: Array = np.multiply(a, b, dtype=wide)
        high: Array = product >> wide.type(8 * dtype.itemsize)
        return high.astype(dtype)
    ua, ub = a.view(np.uint64), b.view(np.uint64)
    upper = _high_u64(ua, ub)
    if dtype.kind == "i":
        # A negative factor x stands for x - 2^64: take the other factor off the upper half.
        upper = upper - np.where(a < 0, ub, np.uint64(0)) - np.where(b < 0, ua, np.uint64(0))
    return upper.view(dtype)


def _high_u64(a: Array, b: Array) -> Array:
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    a0, a1, b0, b1 = a & mask, a >> shift, b & mask, b >> shift
    middle: Array = a1 * b0 + (a0 * b0 >> shift)
    upper: Array = a1 * b1 + (middle >> shift) + ((a0 * b1 + (middle & mask)) >> shift)
    return upper


@semantics(integer.MUL24)
def mul24(form: Form) -> Function:
    high = form.modifiers["mode"] == "hi"
    return lambda a, b, out: np.copyto(out, _product24(a, b, high))


@semantics(integer.MAD24)
def mad24(form: Form) -> Function:
    high = form.modifiers["mode"] == "hi"
    add_up = saturating(np.add) if form.has("sat") else np.add
    return lambda a, b, c, out: add_up(_product24(a, b, high), c, out)


def _product24(a: Array, b: Array, high: bool) -> Array:
    eight = a.dtype.type(8)
    wide = np.dtype(f"{a.dtype.kind}8")
    product: Array = np.multiply((a << eight) >> eight, (b << eight) >> eight, dtype=wide)
    return (product >> wide.type(16) if high else product).astype(a.dtype)


@semantics(integer.SAD)
def sad(_form: Form) -> Function:
    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        np.add(np.where(a < b, b - a, a - b), c, out)

    return apply


@semantics(integer.DIV)
def div(_form: Form) -> Function:
    """Truncated; division by zero, which the manual leaves open, gives all ones."""
    return lambda a, b, out: np.copyto(out, quotient(a, b))


@semantics(integer.REM)
def rem(_form: Form) -> Function:
    """With the sign of the dividend; division by zero, which the manual leaves open, gives all ones."""

    def apply(a: Array, b: Array, out: Array) -> None:
        remainder = a - quotient(a, b) * b
        out[...] = np.where(b == 0, ones(out.dtype), remainder)

    return apply


def ones(dtype: np.dtype[Any]) -> Array:
    """All bits set, for any lane."""
    return np.invert(np.zeros(1, dtype))


def quotient(a: Array, b: Array) -> Array:
    """a / b truncated, all ones where b is 0; the smallest number divided by -1 stays as it is."""
    zero = b == 0
    if a.dtype.kind == "u":
        return np.where(zero, ones(a.dtype), np.floor_divide(a, np.where(zero, a.dtype.type(1), b)))
    unsigned = f"u{a.itemsize}"
    divisor = np.where(zero, b.dtype.type(1), b)
    size = np.floor_divide(np.abs(a).view(unsigned), np.abs(divisor).view(unsigned)).view(a.dtype)
    signed: Array = np.where((a < 0) ^ (b < 0), -size, size)
    return np.where(zero, a.dtype.type(-1), signed)


@semantics(integer.ABS)
def absolute(_form: Form) -> Function:
    return np.absolute


@semantics(integer.NEG)
def negate(_form: Form) -> Function:
    return np.negative


@semantics(integer.MIN)
def minimum(form: Form) -> Function:
    return per_half(form, _extremum(np.minimum, form.has("relu")))


@semantics(integer.MAX)
def maximum(form: Form) -> Function:
    return per_half(form, _extremum(np.maximum, form.has("relu")))


def _extremum(ufunc: np.ufunc, relu: bool) -> Function:
    def apply(a: Array, b: Array, out: Array) -> None:
        ufunc(a, b, out=out)
        if relu:
            np.maximum(out, out.dtype.type(0), out=out)

    return apply


@semantics(integer.DP4A)
def dp4a(form: Form) -> Function:
    signs = form.modifiers["atype"] == "s32", form.modifiers["btype"] == "s32"

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        total = c.view(np.int32)
        for number in range(4):
            total = total + _part(a, 8, number, signs[0]) * _part(b, 8, number, signs[1])
        out[...] = total.view(out.dtype)

    return apply


@semantics(integer.DP2A)
def dp2a(form: Form) -> Function:
    signs = form.modifiers["atype"] == "s32", form.modifiers["btype"] == "s32"
    first = 2 if form.modifiers["mode"] == "hi" else 0

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        total = c.view(np.int32)
        for number in range(2):
            total = total + _part(a, 16, number, signs[0]) * _part(b, 8, first + number, signs[1])
        out[...] = total.view(out.dtype)

    return apply


def _part(x: Array, bits: int, number: int, signed: bool) -> Array:
    """The `number`-th field of `bits` bits of 32-bit words, as int32."""
    up = x << np.uint32(32 - bits * (number + 1))
    if signed:
        return up.view(np.int32) >> np.int32(32 - bits)
    return (up >> np.uint32(32 - bits)).view(np.int32)
