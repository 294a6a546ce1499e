"""Conversions between scalar types (PTX ISA 9.0, section 9.7.9.21)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ptxgen.emulator.semantics import exact
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.rounding import (
    BF16,
    F16,
    Format,
    bf16_bits,
    bf16_nearest,
    f16_bits,
    odd_integer,
    to_f32,
    to_integral,
)
from ptxgen.emulator.semantics.values import bits_of, canonical, flushed, saturated, unpack
from ptxgen.isa.rows import convert
from ptxgen.isa.table import Form
from ptxgen.isa.types import TYPES, Type

Array = np.ndarray[Any, Any]

HALVES: dict[str, Format] = {"f16": F16, "bf16": BF16}


def _types(form: Form) -> tuple[Type, Type]:
    """The destination and the source type."""
    return (form.operands[0].type or TYPES["b32"], form.operands[1].type or TYPES["b32"])


def as_f64(type: Type, x: Array) -> Array:
    """A scalar float array as float64, exactly."""
    return unpack(type, x)[0].astype(np.float64)


def assign(type: Type, x: Array, mode: str, out: Array) -> None:
    """Round float64 numbers (exact, or rounded to odd) to a scalar float type."""
    match type.name:
        case "f64":
            out[...] = x
        case "f32":
            to_f32(x, mode, out)
        case "f16":
            bits_of(out)[...] = f16_bits(x, mode)
        case _:
            out[...] = bf16_bits(x, mode)


@semantics(convert.CVT_INT)
def integer(form: Form) -> Function:
    if not form.has("sat"):
        return lambda a, out: np.copyto(out, a, casting="unsafe")

    def saturate(a: Array, out: Array) -> None:
        own, wanted = np.iinfo(a.dtype), np.iinfo(out.dtype)
        clamped = np.clip(a, max(own.min, wanted.min), min(own.max, wanted.max))
        np.copyto(out, clamped, casting="unsafe")

    return saturate


@semantics(convert.CVT_INT_FLOAT)
def to_integer(form: Form) -> Function:
    """Out of range is clamped; NaN gives 0, but the bit below the top of 64-bit numbers, as from f64 ones."""
    destination, source = _types(form)
    mode, ftz = form.modifiers["irnd"], form.has("ftz")
    nan = 0 if source.bits < 64 and destination.bits < 64 else 1 << (destination.bits - 1)

    def apply(a: Array, out: Array) -> None:
        x = as_f64(source, flushed(a) if ftz else a)
        bad = np.isnan(x)
        result = _clamped(to_integral(np.where(bad, 0.0, x), mode), out.dtype)
        if bad.any():
            bits_of(result)[bad] = nan
        out[...] = result

    return apply


def _clamped(x: Array, dtype: np.dtype[Any]) -> Array:
    """Integral float64 numbers as integers of a dtype, clamped to its range."""
    info = np.iinfo(dtype)
    top = float(info.max)  # 2^63 or 2^64 for 64-bit integers: one more than the range has
    if dtype.itemsize < 8:
        return np.clip(x, info.min, top).astype(dtype)
    over = x >= top
    return np.where(over, info.max, np.clip(np.where(over, 0.0, x), info.min, None).astype(dtype))


@semantics(convert.CVT_FLOAT_INT)
def from_integer(form: Form) -> Function:
    destination, _ = _types(form)
    mode, sat = form.modifiers["frnd"], form.has("sat")
    if sat:
        return lambda a, out: _unit(a, destination, out)
    if mode == "rn" and destination.name in ("f32", "f64"):
        return lambda a, out: np.copyto(out, a, casting="unsafe")
    if destination.name == "f64":
        return lambda a, out: exact.convert(a, mode, out)
    return lambda a, out: assign(destination, odd_integer(a), mode, out)


def _unit(a: Array, destination: Type, out: Array) -> None:
    """Integers clamped to 0 and 1, which every format has."""
    assign(destination, (a > 0).astype(np.float64), "rn", out)


@semantics(convert.CVT_WIDEN)
def widen(form: Form) -> Function:
    destination, source = _types(form)
    ftz, sat = form.has("ftz") and source.name == "f32", form.has("sat")
    if destination.name == "f32" and not sat:
        # The table has an entry for every index; "raise", the default mode, would take a detour through a buffer.
        return lambda a, out: np.take(f16_table(), a.view(np.uint16), out=out, mode="wrap")

    def apply(a: Array, out: Array) -> None:
        x = (flushed(a) if ftz else a).astype(out.dtype)
        out[...] = saturated(x) if sat else x
        canonical(out)

    return apply


@cache
def f16_table() -> Array:
    """The float32 value of every f16, by its bits: a look-up is twice as fast as NumPy's conversion."""
    table = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    canonical(table)
    table.flags.writeable = False
    return table


@semantics(convert.CVT_NARROW, convert.CVT_BF16)
def narrow(form: Form) -> Function:
    destination, source = _types(form)
    mode, ftz, sat = form.modifiers["frnd"], form.has("ftz"), form.has("sat")

    def apply(a: Array, out: Array) -> None:
        x = as_f64(source, flushed(a) if ftz and source.name == "f32" else a)
        assign(destination, saturated(x) if sat else x, mode, out)
        if ftz and destination.name == "f32":
            out[...] = flushed(out)

    return apply


@semantics(convert.CVT_BF16_F32, convert.CVT_F16_F32)
def narrow_clamped(form: Form) -> Function:
    destination, source = _types(form)
    if form.name == "cvt.rn.bf16.f32":
        return lambda a, out: np.copyto(out, bf16_nearest(a))
    prepare = clamping(form, HALVES[destination.name])
    return lambda a, out: assign(destination, prepare(as_f64(source, a)), form.modifiers["frnd2"], out)


def clamping(form: Form, format: Format) -> Function:
    """The form's `.relu` and `.satfinite` on float64 numbers. NaN stays."""
    relu, finite = form.has("relu"), form.has("satfinite")

    def prepare(x: Array) -> Array:
        if relu:
            x = np.where(x < 0, 0.0, x)
        return np.clip(x, -format.largest, format.largest) if finite else x

    return prepare


@semantics(convert.CVT_FROM_BF16)
def from_bf16(form: Form) -> Function:
    source = TYPES["bf16"]
    ftz = form.has("ftz")

    def apply(a: Array, out: Array) -> None:
        x = unpack(source, a)[0]
        out[...] = flushed(x) if ftz else x
        canonical(out)

    return apply


@semantics(convert.CVT_HALF_BF16)
def between_halves(form: Form) -> Function:
    destination, source = _types(form)
    mode = form.modifiers.get("frnd", "rn")
    return lambda a, out: assign(destination, as_f64(source, a), mode, out)


@semantics(convert.CVT_SAME)
def same(form: Form) -> Function:
    destination, source = _types(form)
    mode, ftz, sat = form.modifiers.get("irnd", ""), form.has("ftz"), form.has("sat")
    if not (mode or ftz or sat):
        return lambda a, out: np.copyto(out, a)

    def apply(a: Array, out: Array) -> None:
        x = as_f64(source, flushed(a) if ftz else a)
        if mode:
            x = to_integral(x, mode)
        assign(destination, saturated(x) if sat else x, "rn", out)

    return apply
