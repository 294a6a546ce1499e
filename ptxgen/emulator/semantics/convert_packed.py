"""Conversions to and from packed and narrow formats (PTX ISA 9.0, sections 9.7.9.21 and 9.7.9.22)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.convert import clamping
from ptxgen.emulator.semantics.integer import clamp
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.rounding import (
    BF16,
    E2M1,
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
from ptxgen.isa.types import bf16x2, f16x2

Array = np.ndarray[Any, Any]

_FORMATS: dict[str, Format] = {
    "e4m3x2": E4M3,
    "e5m2x2": E5M2,
    "e2m3x2": E2M3,
    "e3m2x2": E3M2,
    "e2m1x2": E2M1,
}
_BITS = {"e4m3x2": 8, "e5m2x2": 8, "e2m3x2": 6, "e3m2x2": 6, "e2m1x2": 4}
_NAN = 0x7F
"""The NaN of e4m3 and e5m2. Smaller formats have none: their largest number stands for it."""
_NO_EXPONENT = 0xFF
"""The NaN of ue8m0, which has neither a sign nor infinities."""


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


@semantics(convert_packed.CVT_F4_F32)
def to_nibbles(form: Form) -> Function:
    encode = _encoder(form)

    def apply(a: Array, b: Array, out: Array) -> None:
        out[...] = (encode(a) << 4) | encode(b)

    return apply


@semantics(convert_packed.CVT_X2_STOCHASTIC)
def to_pair_by_chance(form: Form) -> Function:
    """rbits are added where the bits that are cut off begin: 13 of them for f16, 16 for bf16."""
    brain = form.modifiers["dtype"] == "bf16x2"
    format, cut = (BF16, 16) if brain else (F16, 13)
    prepare = clamping(form, format)
    to_bits = bf16_bits if brain else f16_bits

    def rounded(x: Array, chance: Array) -> Array:
        wide = x.astype(np.float64)
        _, exponent = np.frexp(wide)
        quantum = np.maximum(exponent, format.minimum_exponent + 1) - format.precision
        carry = np.ldexp((chance & np.uint32((1 << cut) - 1)).astype(np.float64), -cut)
        scaled = np.ldexp(wide, -quantum)
        whole = np.ldexp(np.trunc(scaled + np.copysign(carry, wide)), quantum)
        return to_bits(prepare(np.where(np.abs(whole) > format.largest, np.copysign(np.inf, wide), whole)))

    def apply(a: Array, b: Array, chance: Array, out: Array) -> None:
        join([rounded(b, chance), rounded(a, chance >> np.uint32(16))], out)

    return apply


@semantics(convert_packed.CVT_UE8M0_F32)
def to_exponents(form: Form) -> Function:
    encode = _exponents(form)
    return lambda a, b, out: _pack_bytes(encode(a), encode(b), out)


@semantics(convert_packed.CVT_UE8M0_BF16)
def halves_to_exponents(form: Form) -> Function:
    encode = _exponents(form)

    def apply(a: Array, out: Array) -> None:
        low, high = unpack(bf16x2, a)
        _pack_bytes(encode(high), encode(low), out)

    return apply


def _exponents(form: Form) -> Function:
    """The biased exponents of float32 numbers, whose sign is dropped; 0 stands for all up to 2^-127."""
    upwards = form.modifiers["frnd3"] == "rp"
    above = 254 if form.has("satfinite") else _NO_EXPONENT

    def encode(x: Array) -> Array:
        fraction, exponent = np.frexp(np.abs(x.astype(np.float64)))
        # frexp's fraction is below 1, so that 2^e has the exponent e + 1.
        biased = exponent - 1 + 127 + (upwards & (fraction > 0.5))
        biased = np.where(x == 0, 0, np.maximum(biased, 0))
        biased = np.where(np.isinf(x) | (biased > 254), above, biased)
        return np.where(np.isnan(x), _NO_EXPONENT, biased)

    return encode


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
    name = form.modifiers.get("dtype", "e2m1x2")
    format, bits = _FORMATS[name], _BITS[name]
    prepare = clamping(form, format)
    absent = _NAN if bits == 8 else code(format.largest, format, bits)

    def encode(x: Array) -> Array:
        wide = prepare(x.astype(np.float64))
        return np.where(np.isnan(wide), absent, code(wide, format, bits))

    return encode


def code(x: Array | float, format: Format, bits: int) -> Array:
    """The bits of float64 numbers rounded to nearest in a narrow format that they do not overflow."""
    rounded = round_to(np.nan_to_num(np.asarray(x, np.float64)), format, "rn")
    size = np.abs(rounded)
    exponent = np.where(size > 0, np.frexp(size)[1] - 1, format.minimum_exponent)
    exponent = np.maximum(exponent, format.minimum_exponent)
    # With its hidden bit the fraction carries into the exponent field, so subnormal numbers need no case of their own.
    fraction = np.ldexp(size, format.precision - 1 - exponent).astype(np.int64)
    steps: Array = (exponent - format.minimum_exponent).astype(np.int64) << (format.precision - 1)
    sign: Array = np.where(np.signbit(rounded), 1 << (bits - 1), 0)
    result: Array = sign + steps + fraction
    return result


@semantics(convert_packed.CVT_F16_F8, convert_packed.CVT_F16_F6, convert_packed.CVT_F16_F4)
def from_bytes(form: Form) -> Function:
    name = form.modifiers.get("atype", "e2m1x2")
    table = f16_bits(decoded(_FORMATS[name], name))
    shift, mask = (4, 0xF) if _BITS[name] == 4 else (8, 0xFF)
    if form.has("relu"):
        table = np.where(table >= 0x8000, np.uint16(0), table)

    def apply(a: Array, out: Array) -> None:
        join([table[a & a.dtype.type(mask)], table[a >> a.dtype.type(shift)]], out)

    return apply


def decoded(format: Format, name: str) -> Array:
    """The float64 value of each byte of a narrow format."""
    codes = np.arange(256)
    bits = _BITS[name]
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
