"""Conversions to and from packed and narrow formats (PTX ISA 9.0, sections 9.7.9.21 and 9.7.9.22)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.convert import clamping
from ptxgen.emulator.semantics.integer import clamp
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.rounding import (
    BF16,
    E2M3,
    E3M2,
    E4M3,
    E5M2,
    F16,
    TF32,
    Format,
    bf16_bits,
    f16_bits,
    round_to,
)
from ptxgen.emulator.semantics.values import canonical, join, unpack
from ptxgen.isa.rows import convert_packed
from ptxgen.isa.table import Form
from ptxgen.isa.types import f16x2

Array = np.ndarray[Any, Any]

_FORMATS: dict[str, Format] = {"e4m3x2": E4M3, "e5m2x2": E5M2, "e2m3x2": E2M3, "e3m2x2": E3M2}
_NAN = 0x7F
"""The NaN of e4m3 and e5m2. Six-bit formats have none: their largest number stands for it."""
_SIX_BITS = ("e2m3x2", "e3m2x2")


@semantics(convert_packed.CVT_X2)
def to_pair(form: Form) -> Function:
    brain = form.modifiers["dtype"] == "bf16x2"
    prepare = clamping(form, BF16 if brain else F16)
    to_bits = bf16_bits if brain else f16_bits
    mode = form.modifiers["frnd2"]

    def apply(a: Array, b: Array, out: Array) -> None:
        join([to_bits(prepare(x.astype(np.float64)), mode) for x in (b, a)], out)

    return apply


@semantics(convert_packed.CVT_TF32, convert_packed.CVT_TF32_RNA)
def to_tf32(form: Form) -> Function:
    prepare = clamping(form, TF32)
    mode = form.modifiers.get("frnd2", "rna")

    def apply(a: Array, out: Array) -> None:
        result = round_to(prepare(a.astype(np.float64)), TF32, mode).astype(np.float32)
        canonical(result)
        out[...] = result.view(np.uint32)

    return apply


@semantics(convert_packed.CVT_F8_F32, convert_packed.CVT_F6_F32)
def to_bytes(form: Form) -> Function:
    encode = _encoder(form)
    return lambda a, b, out: _pack_bytes(encode(a), encode(b), out)


@semantics(convert_packed.CVT_F8_F16)
def halves_to_bytes(form: Form) -> Function:
    encode = _encoder(form)

    def apply(a: Array, out: Array) -> None:
        low, high = unpack(f16x2, a)
        _pack_bytes(encode(high), encode(low), out)

    return apply


def _pack_bytes(high: Array, low: Array, out: Array) -> None:
    out[...] = (high << 8) | low


def _encoder(form: Form) -> Function:
    """float32 numbers as bytes of the form's narrow type, clamped to its largest number."""
    name = form.modifiers["dtype"]
    format = _FORMATS[name]
    prepare = clamping(form, format)
    six = name in _SIX_BITS

    def encode(x: Array) -> Array:
        wide = prepare(x.astype(np.float64))
        missing = np.isnan(wide)
        return np.where(missing, code(format.largest, format, six) if six else _NAN, code(wide, format, six))

    return encode


def code(x: Array | float, format: Format, six: bool) -> Array:
    """The bits of float64 numbers rounded to nearest in a narrow format that they do not overflow."""
    rounded = round_to(np.nan_to_num(np.asarray(x, np.float64)), format, "rn")
    size = np.abs(rounded)
    exponent = np.where(size > 0, np.frexp(size)[1] - 1, format.minimum_exponent)
    exponent = np.maximum(exponent, format.minimum_exponent)
    # With its hidden bit the fraction carries into the exponent field, so subnormal numbers need no case of their own.
    fraction = np.ldexp(size, format.precision - 1 - exponent).astype(np.int64)
    steps: Array = (exponent - format.minimum_exponent).astype(np.int64) << (format.precision - 1)
    sign: Array = np.where(np.signbit(rounded), 0x20 if six else 0x80, 0)
    result: Array = sign + steps + fraction
    return result


@semantics(convert_packed.CVT_F16_F8, convert_packed.CVT_F16_F6)
def from_bytes(form: Form) -> Function:
    name = form.modifiers["atype"]
    table = f16_bits(decoded(_FORMATS[name], name))
    if form.has("relu"):
        table = np.where(table >= 0x8000, np.uint16(0), table)

    def apply(a: Array, out: Array) -> None:
        join([table[a & np.uint16(0xFF)], table[a >> np.uint16(8)]], out)

    return apply


def decoded(format: Format, name: str) -> Array:
    """The float64 value of each byte of a narrow format."""
    codes = np.arange(256)
    bits = 6 if name in _SIX_BITS else 8
    field = codes & ((1 << (bits - 1)) - 1)
    exponent = field >> (format.precision - 1)
    fraction = field & ((1 << (format.precision - 1)) - 1)
    hidden = np.where(exponent > 0, 1 << (format.precision - 1), 0)
    scale = np.maximum(exponent, 1) - 1 + format.minimum_exponent - (format.precision - 1)
    values: Array = np.ldexp((hidden + fraction).astype(np.float64), scale)
    if name == "e4m3x2":
        values[field == 0x7F] = np.nan
    elif name == "e5m2x2":
        values[field == 0x7C] = np.inf
        values[field > 0x7C] = np.nan
    return np.where(codes >> (bits - 1) & 1, -values, values)


@semantics(convert_packed.CVT_BF16_UE8M0)
def from_exponents(_form: Form) -> Function:
    table = bf16_bits(np.where(np.arange(256) == 255, np.nan, np.ldexp(1.0, np.arange(256) - 127)))
    return lambda a, out: join([table[a & np.uint16(0xFF)], table[a >> np.uint16(8)]], out)


@semantics(convert_packed.CVT_PACK)
def pack(form: Form) -> Function:
    dtype = np.dtype(np.int16 if form.modifiers["convertType"] == "s16" else np.uint16)

    def apply(a: Array, b: Array, out: Array) -> None:
        join([clamp(x, dtype).astype(dtype).view(np.uint16) for x in (b, a)], out)

    return apply


@semantics(convert_packed.CVT_PACK_SHIFT)
def pack_shift(form: Form) -> Function:
    name = form.modifiers["convertType"]
    bits = int(name[1:])
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if name[0] == "s" else (0, (1 << bits) - 1)
    width, mask = np.uint32(bits), np.uint32((1 << bits) - 1)

    def apply(a: Array, b: Array, c: Array, out: Array) -> None:
        first, second = (np.clip(x, low, high).view(np.uint32) & mask for x in (a, b))
        out[...] = (c << np.uint32(2 * bits)) | (first << width) | second

    return apply
