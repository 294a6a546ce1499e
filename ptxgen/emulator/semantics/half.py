"""Half- and mixed-precision arithmetic (PTX ISA 9.0, sections 9.7.4 and 9.7.5).

Halves are computed in float64, rounded to odd where that is not exact, and rounded once to their format.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.semantics.floating import CanonicalNan, directed, extremum, modified, signed_sum
from ptxgen.emulator.semantics.fma import fma_f32
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.rounding import bf16_bits, f16_bits, odd_sum
from ptxgen.emulator.semantics.values import canonical, join, saturated, unpack
from ptxgen.isa.rows import half
from ptxgen.isa.table import Form
from ptxgen.isa.types import TYPES, Type

Array = np.ndarray[Any, Any]

_F16_TINY = 2.0**-14


def _type(form: Form) -> Type:
    return TYPES[form.modifiers["type"]]


def _flush(x: Array) -> Array:
    """f16 subnormals, held in a wider float, made zero."""
    return x * (np.abs(x) >= _F16_TINY)


def arithmetic(form: Form, compute: Callable[..., Array]) -> Function:
    """A function on halves from one on float64 arrays, with the form's `.ftz`, `.sat` and `.relu`."""
    type = _type(form)
    brain = type.name.startswith("bf16")
    to_bits = bf16_bits if brain else f16_bits
    # The one bf16 form with .ftz is ex2, which flushes for itself: the smallest normals differ.
    ftz, sat, relu = form.has("ftz") and not brain, form.has("sat"), form.has("relu")

    def one(*values: Array) -> Array:
        wide = [v.astype(np.float64) for v in values]
        result = compute(*(_flush(w) if ftz else w for w in wide))
        if sat:
            result = saturated(result)
        if relu:
            result = np.where(result < 0, 0.0, result)
        bits = to_bits(result)
        if ftz:
            bits = np.where((bits & 0x7C00) == 0, bits & np.uint16(0x8000), bits)
        return bits

    def apply(*arguments: Array) -> None:
        *sources, out = arguments
        lanes = zip(*(unpack(type, s) for s in sources), strict=True)
        join([one(*values) for values in lanes], out)

    return apply


def _difference(a: Array, b: Array) -> Array:
    return odd_sum(a, -b)


def _product_sum(a: Array, b: Array, c: Array) -> Array:
    return odd_sum(a * b, c)


@semantics(half.ADD, half.ADD_BF16)
def add(form: Form) -> Function:
    return arithmetic(form, odd_sum)


@semantics(half.SUB, half.SUB_BF16)
def sub(form: Form) -> Function:
    return arithmetic(form, _difference)


@semantics(half.MUL, half.MUL_BF16)
def mul(form: Form) -> Function:
    return arithmetic(form, np.multiply)


@semantics(half.FMA, half.FMA_RELU, half.FMA_BF16)
def fma(form: Form) -> Function:
    return arithmetic(form, _product_sum)


@semantics(half.NEG, half.NEG_BF16)
def negate(form: Form) -> Function:
    return _sign(form, np.bitwise_xor, 0x8000)


@semantics(half.ABS, half.ABS_BF16)
def absolute(form: Form) -> Function:
    return _sign(form, np.bitwise_and, 0x7FFF)


def _sign(form: Form, ufunc: np.ufunc, mask: int) -> Function:
    """A change of sign bits, which needs no arithmetic; `.ftz` flushes first."""
    type = _type(form)
    word = np.uint32(mask * 0x10001) if type.is_packed else np.uint16(mask)

    def apply(a: Array, out: Array) -> None:
        bits = a.view(word.dtype)
        if form.has("ftz"):
            bits = _flushed_bits(bits)
        ufunc(bits, word, out.view(word.dtype))

    return apply


def _flushed_bits(bits: Array) -> Array:
    """f16 subnormals made zero, in one or two lanes."""
    exponents = (0x7C00, 0x7C000000) if bits.itemsize == 4 else (0x7C00,)
    for exponent in exponents:
        fraction = bits.dtype.type(exponent // 0x7C00 * 0x3FF)
        bits = np.where(bits & bits.dtype.type(exponent), bits, bits & ~fraction)
    return bits


@semantics(half.MIN)
def minimum(form: Form) -> Function:
    return _chosen(form, extremum(form, np.fmin, np.minimum, np.bitwise_or))


@semantics(half.MAX)
def maximum(form: Form) -> Function:
    return _chosen(form, extremum(form, np.fmax, np.maximum, np.bitwise_and))


def _chosen(form: Form, choose: Callable[..., None]) -> Function:
    def two(a: Array, b: Array) -> Array:
        result = np.empty(np.broadcast_shapes(a.shape, b.shape), np.float32)
        choose(a.astype(np.float32), b.astype(np.float32), result)
        return result.astype(np.float64)

    return arithmetic(form, two)


@semantics(half.TANH)
def tanh(form: Form) -> Function:
    return arithmetic(form, np.tanh)


@semantics(half.EX2)
def ex2(form: Form) -> Function:
    return arithmetic(form, np.exp2)


@semantics(half.EX2_BF16)
def ex2_bf16(form: Form) -> Function:
    tiny = 2.0**-126

    def flush(x: Array) -> Array:
        return x * (np.abs(x) >= tiny)

    return arithmetic(form, lambda x: flush(np.exp2(flush(x))))


@semantics(half.ADD_MIXED)
def add_mixed(form: Form) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    operation = CanonicalNan(np.add) if mode == "rn" else directed(mode, signed_sum(mode))
    return _mixed(form, "atype", 1, operation)


@semantics(half.SUB_MIXED)
def sub_mixed(form: Form) -> Function:
    mode = form.modifiers.get("rnd", "rn")
    total = signed_sum(mode)
    nearest = CanonicalNan(np.subtract)
    return _mixed(form, "atype", 1, nearest if mode == "rn" else directed(mode, lambda a, b: total(a, -b)))


@semantics(half.FMA_MIXED)
def fma_mixed(form: Form) -> Function:
    mode = form.modifiers["rnd"]
    total = signed_sum(mode)
    return _mixed(
        form, "abtype", 2, _fma if mode == "rn" else directed(mode, lambda a, b, c: total(a * b, c))
    )


def _fma(a: Array, b: Array, c: Array, out: Array) -> None:
    fma_f32(a, b, c, out)
    canonical(out)


def _mixed(form: Form, slot: str, count: int, operation: Callable[..., None]) -> Function:
    """A float32 operation whose first `count` sources are halves."""
    type = TYPES[form.modifiers[slot]]
    inner = modified(form, operation)

    def apply(*arguments: Array) -> None:
        halves = [unpack(type, a)[0] for a in arguments[:count]]
        inner(*halves, *arguments[count:])

    return apply
