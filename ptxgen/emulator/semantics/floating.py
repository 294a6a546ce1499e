"""Floating-point arithmetic of f32, f64 and f32x2 (PTX ISA 9.0, section 9.7.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.semantics import exact
from ptxgen.emulator.semantics.fma import fma_f32, fma_f64
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.rounding import odd_sum, to_f32, zero_sign
from ptxgen.emulator.semantics.values import bits_of, canonical, flushed, join, saturated, unpack
from ptxgen.isa.rows import floating
from ptxgen.isa.table import Form
from ptxgen.isa.types import f32x2

Array = np.ndarray[Any, Any]
Operation = Callable[..., None]


def modified(form: Form, operation: Operation) -> Function:
    """A function with the form's `.ftz` and `.sat` around it, and canonical NaNs."""
    if not (form.has("ftz") or form.has("sat")):
        return operation

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        if form.has("ftz"):
            sources = [flushed(s) if s.dtype.kind == "f" else s for s in sources]
        operation(*sources, out)
        if form.has("ftz"):
            out[...] = flushed(out)
        if form.has("sat"):
            out[...] = saturated(out)

    return apply


@frozen
class CanonicalNan:
    """A ufunc on float32 whose NaNs become canonical."""

    ufunc: np.ufunc

    def __call__(self, *arguments: Array) -> None:
        self.ufunc(*arguments)
        canonical(arguments[-1])


ANY_NAN = frozenset((floating.ADD, floating.SUB, floating.MUL, floating.FMA, floating.MAD, floating.DIV))
"""Rows whose results do not depend on which NaN a source is."""


def for_halves(operation: Operation) -> Operation:
    """An operation on float32 as one on the two halves of f32x2 registers."""

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        parts: list[Array] = []
        for values in zip(*(unpack(f32x2, s) for s in sources), strict=True):
            part = np.empty(out.shape, np.float32)
            operation(*values, part)
            parts.append(part.view(np.uint32))
        join(parts, out)

    return apply


def directed(mode: str, exact_or_odd: Callable[..., Array]) -> Operation:
    """float32 arithmetic in another mode than to nearest, from a float64 result that is exact or rounded to odd."""

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        to_f32(exact_or_odd(*(s.astype(np.float64) for s in sources)), mode, out)

    return apply


def signed_sum(mode: str) -> Callable[[Array, Array], Array]:
    """a + b for float64 arrays rounded to odd, an exact zero with the sign that the mode gives it."""

    def add(a: Array, b: Array) -> Array:
        total = odd_sum(a, b)
        return zero_sign(total, a, b) if mode == "rm" else total

    return add


@semantics(floating.ADD, floating.ADD_F32X2)
def add(form: Form) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    return _shaped(form, CanonicalNan(np.add) if mode == "rn" else directed(mode, signed_sum(mode)))


@semantics(floating.SUB, floating.SUB_F32X2)
def sub(form: Form) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    total = signed_sum(mode)
    return _shaped(
        form,
        CanonicalNan(np.subtract) if mode == "rn" else directed(mode, lambda a, b: total(a, -b)),
    )


@semantics(floating.MUL, floating.MUL_F32X2)
def mul(form: Form) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    return _shaped(form, CanonicalNan(np.multiply) if mode == "rn" else directed(mode, np.multiply))


@semantics(floating.FMA, floating.MAD, floating.FMA_F32X2)
def fma(form: Form) -> Function:
    mode = form.modifiers["rnd"]
    total = signed_sum(mode)
    return _shaped(form, _fma if mode == "rn" else directed(mode, lambda a, b, c: total(a * b, c)))


def _fma(a: Array, b: Array, c: Array, out: Array) -> None:
    fma_f32(a, b, c, out)
    canonical(out)


def _shaped(form: Form, operation: Operation) -> Function:
    whole = modified(form, operation)
    return for_halves(whole) if form.has("f32x2") else whole


@semantics(floating.ADD_F64)
def add_f64(form: Form) -> Function:
    return _f64(form, np.add, exact.add)


@semantics(floating.SUB_F64)
def sub_f64(form: Form) -> Function:
    return _f64(form, np.subtract, lambda a, b, mode, out: exact.add(a, -b, mode, out))


@semantics(floating.MUL_F64)
def mul_f64(form: Form) -> Function:
    return _f64(form, np.multiply, exact.multiply)


@semantics(floating.DIV_F64)
def div_f64(form: Form) -> Function:
    return _f64(form, np.divide, exact.divide)


@semantics(floating.FMA_F64, floating.MAD_F64)
def fma_double(form: Form) -> Function:
    return _f64(form, fma_f64, exact.fma)


@semantics(floating.RCP_F64)
def rcp_f64(form: Form) -> Function:
    return _f64(
        form,
        lambda a, out: np.divide(1.0, a, out),
        lambda a, mode, out: exact.divide(np.ones_like(a), a, mode, out),
    )


@semantics(floating.SQRT_F64)
def sqrt_f64(form: Form) -> Function:
    return _f64(form, np.sqrt, exact.square_root)


def _f64(form: Form, nearest: Function, slow: Operation) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    if mode == "rn":
        return nearest
    return lambda *arguments: slow(*arguments[:-1], mode, arguments[-1])


@semantics(floating.DIV)
def div(form: Form) -> Function:
    mode = form.modifiers["rnd"]
    return modified(form, CanonicalNan(np.divide) if mode == "rn" else _divide(mode))


@semantics(floating.RCP)
def rcp(form: Form) -> Function:
    mode = form.modifiers["rnd"]
    divide = CanonicalNan(np.divide) if mode == "rn" else _divide(mode)
    one = np.ones(1, np.float32)
    return modified(form, lambda a, out: divide(one, a, out))


def _divide(mode: str) -> Operation:
    """float32 division in a directed mode: the quotient to nearest, moved where the remainder says so."""

    def apply(a: Array, b: Array, out: Array) -> None:
        nearest = np.divide(a, b, dtype=np.float32)
        n, d = a.astype(np.float64), b.astype(np.float64)
        error = (n - nearest * d) * np.sign(d)
        overflow = np.isinf(nearest) & np.isfinite(n) & (d != 0)
        error = np.where(overflow, -np.sign(nearest), error)
        out[...] = moved(nearest, error, mode)
        canonical(out)

    return apply


@semantics(floating.SQRT)
def sqrt(form: Form) -> Function:
    mode = form.modifiers["rnd"]
    return modified(form, CanonicalNan(np.sqrt) if mode == "rn" else _square_root(mode))


def _square_root(mode: str) -> Operation:
    def apply(a: Array, out: Array) -> None:
        nearest = np.sqrt(a)
        value = nearest.astype(np.float64)
        out[...] = moved(nearest, a.astype(np.float64) - value * value, mode)
        canonical(out)

    return apply


def moved(nearest: Array, error: Array, mode: str) -> Array:
    """Correctly rounded float32 results in a directed mode, from those to nearest and the sign of exact less nearest.

    A NaN error (an infinite or NaN operand) moves nothing.
    """
    inf = np.float32(np.inf)
    down = error < 0 if mode == "rm" else (error < 0) & ~np.signbit(nearest)
    up = error > 0 if mode == "rp" else (error > 0) & np.signbit(nearest)
    if mode == "rp":
        down = np.zeros_like(down)
    if mode == "rm":
        up = np.zeros_like(up)
    result = np.where(down, np.nextafter(nearest, -inf), nearest)
    return np.where(up, np.nextafter(nearest, inf), result)


@semantics(floating.ABS, floating.ABS_F64)
def absolute(form: Form) -> Function:
    return modified(form, np.fabs)


@semantics(floating.NEG, floating.NEG_F64)
def negate(form: Form) -> Function:
    return modified(form, np.negative)


@semantics(floating.COPYSIGN)
def copysign(_form: Form) -> Function:
    return lambda a, b, out: np.copysign(b, a, out)


@semantics(floating.TESTP)
def testp(form: Form) -> Function:
    return _CLASSES[form.modifiers["op"]]


def _is_normal(a: Array, out: Array) -> None:
    magnitude = np.abs(a)
    np.logical_and(magnitude >= np.finfo(a.dtype).tiny, np.isfinite(a), out)


def _is_subnormal(a: Array, out: Array) -> None:
    np.logical_and(np.abs(a) < np.finfo(a.dtype).tiny, a != 0, out)


_CLASSES: dict[str, Function] = {
    "finite": np.isfinite,
    "infinite": np.isinf,
    "number": lambda a, out: np.equal(a, a, out),
    "notanumber": np.isnan,
    "normal": _is_normal,
    "subnormal": _is_subnormal,
}


@semantics(floating.MIN, floating.MIN3, floating.MIN_F64)
def minimum(form: Form) -> Function:
    return modified(form, extremum(form, np.fmin, np.minimum, np.bitwise_or))


@semantics(floating.MAX, floating.MAX3, floating.MAX_F64)
def maximum(form: Form) -> Function:
    return modified(form, extremum(form, np.fmax, np.maximum, np.bitwise_and))


def extremum(form: Form, number: np.ufunc, strict: np.ufunc, equal_bits: np.ufunc) -> Operation:
    """min or max of floats: `number` skips NaN, `strict` keeps it, `equal_bits` tells -0 from +0 among equals."""
    choose = strict if form.has("NaN") else number

    def two(a: Array, b: Array) -> Array:
        result: Array = choose(a, b)
        zero = (result == 0) & (a == b)
        if zero.any():
            result = np.where(zero, equal_bits(bits_of(a), bits_of(b)).view(result.dtype), result)
        return result

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        magnitudes = [np.abs(s) for s in sources] if form.has("abs") else sources
        result = two(magnitudes[0], magnitudes[1])
        for more in magnitudes[2:]:
            result = two(result, more)
        if form.has("xorsign"):
            sign = np.signbit(sources[0]) ^ np.signbit(sources[1])
            result = np.copysign(result, np.where(sign, -1, 1).astype(result.dtype))
        out[...] = result
        canonical(out)

    return apply
