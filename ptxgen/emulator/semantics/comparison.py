"""Comparison and selection (PTX ISA 9.0, sections 9.7.6 and 9.7.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.values import flushed, join, select, unpack
from ptxgen.isa.rows import comparison
from ptxgen.isa.table import Form
from ptxgen.isa.types import TYPES, Type

Array = np.ndarray[Any, Any]
Compare = Callable[[Array, Array], Array]

_ORDERED: dict[str, np.ufunc] = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "lo": np.less,
    "ls": np.less_equal,
    "hi": np.greater,
    "hs": np.greater_equal,
}
# An unordered comparison is the opposite of the opposite ordered one: both fail on NaN.
_OPPOSITE = {"equ": "ne", "neu": "eq", "ltu": "ge", "leu": "gt", "gtu": "le", "geu": "lt"}
_BOOLEAN = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}


def _differs(a: Array, b: Array) -> Array:
    return (a < b) | (a > b)


def comparison_of(operator: str, type: Type) -> Compare:
    """The comparison of one value with another, of arrays of the type's values (halves as float32)."""
    is_float = type.is_float or type.is_packed
    if operator == "num":
        return lambda a, b: (a == a) & (b == b)
    if operator == "nan":
        return lambda a, b: (a != a) | (b != b)
    if operator == "ne" and is_float:
        return _differs
    if operator == "neu":
        return np.not_equal
    if operator in _OPPOSITE:
        opposite = comparison_of(_OPPOSITE[operator], type)
        return lambda a, b: ~opposite(a, b)
    return _ORDERED[operator]


def _compared(form: Form, type: Type) -> Callable[[Array, Array], list[Array]]:
    """The results of a form's comparison, one array for each lane of the type."""
    compare = comparison_of(form.modifiers["CmpOp"], type)
    ftz = form.has("ftz")

    def apply(a: Array, b: Array) -> list[Array]:
        pairs = zip(unpack(type, a), unpack(type, b), strict=True)
        if ftz:
            return [compare(_flush(type, x), _flush(type, y)) for x, y in pairs]
        return [compare(x, y) for x, y in pairs]

    return apply


def _flush(type: Type, x: Array) -> Array:
    """Subnormals of the type (halves come as float32) made zero."""
    if type.bits == 32 and not type.is_packed:
        return flushed(x)
    return x * (np.abs(x) >= np.float32(2.0**-14))


@semantics(comparison.SETP, comparison.SETP_HALF)
def setp(form: Form) -> Function:
    type = TYPES[form.modifiers["type"]]
    compare = comparison_of(form.modifiers["CmpOp"], type)
    if isinstance(compare, np.ufunc) and not form.has("ftz") and type.bits > 16:
        return _either(compare)
    compared = _compared(form, type)

    def apply(a: Array, b: Array, out: Array | tuple[Array, Array]) -> None:
        _assign(compared(a, b)[0], out)

    return apply


def _either(compare: np.ufunc) -> Function:
    def apply(a: Array, b: Array, out: Array | tuple[Array, Array]) -> None:
        if isinstance(out, tuple):
            compare(a, b, out[0])
            np.logical_not(out[0], out[1])
        else:
            compare(a, b, out)

    return apply


def _assign(result: Array, out: Array | tuple[Array, Array]) -> None:
    if isinstance(out, tuple):
        out[0][...] = result
        out[1][...] = ~result
    else:
        out[...] = result


@semantics(comparison.SETP_BOOL, comparison.SETP_HALF_BOOL)
def setp_bool(form: Form) -> Function:
    compared = _compared(form, TYPES[form.modifiers["type"]])
    combine = _BOOLEAN[form.modifiers["BoolOp"]]

    def apply(a: Array, b: Array, c: Array, out: Array | tuple[Array, Array]) -> None:
        (result,) = compared(a, b)
        if isinstance(out, tuple):
            first, second = combine(result, c), combine(~result, c)
            out[0][...] = first
            out[1][...] = second
        else:
            combine(result, c, out)

    return apply


@semantics(comparison.SETP_HALF2)
def setp_halves(form: Form) -> Function:
    compared = _compared(form, TYPES[form.modifiers["type"]])

    def apply(a: Array, b: Array, out: tuple[Array, Array]) -> None:
        out[0][...], out[1][...] = compared(a, b)

    return apply


@semantics(comparison.SETP_HALF2_BOOL)
def setp_halves_bool(form: Form) -> Function:
    compared = _compared(form, TYPES[form.modifiers["type"]])
    combine = _BOOLEAN[form.modifiers["BoolOp"]]

    def apply(a: Array, b: Array, c: Array, out: tuple[Array, Array]) -> None:
        low, high = (combine(result, c) for result in compared(a, b))
        out[0][...] = low
        out[1][...] = high

    return apply


_TRUE = {"f32": 0x3F800000, "f16": 0x3C00, "bf16": 0x3F80, "f16x2": 0x3C00, "bf16x2": 0x3F80}


@semantics(
    comparison.SET,
    comparison.SET_BOOL,
    comparison.SET_HALF,
    comparison.SET_HALF_BOOL,
    comparison.SET_TO_HALF,
    comparison.SET_TO_HALF_BOOL,
    comparison.SET_TO_BF16,
    comparison.SET_TO_BF16_BOOL,
    comparison.SET_HALF2,
    comparison.SET_HALF2_BOOL,
)
def set_(form: Form) -> Function:
    dtype = form.operands[0].type
    stype = form.operands[1].type
    assert dtype is not None
    assert stype is not None
    compared = _compared(form, stype)
    combine = _BOOLEAN.get(form.modifiers.get("BoolOp", ""))
    bits = dtype.bits // 2 if stype.is_packed else dtype.bits
    true = np.dtype(f"u{bits // 8}").type(_TRUE.get(dtype.name, (1 << bits) - 1))

    def apply(*arguments: Array) -> None:
        a, b, *more, out = arguments
        results = compared(a, b)
        if combine is not None:
            results = [combine(result, more[0]) for result in results]
        join([result * true for result in results], out)

    return apply


@semantics(comparison.SELP)
def selp(_form: Form) -> Function:
    return lambda a, b, c, out: select(c, a, b, out)


@semantics(comparison.SLCT)
def slct(_form: Form) -> Function:
    return lambda a, b, c, out: select(c >= 0, a, b, out)


@semantics(comparison.SLCT_F32)
def slct_f32(form: Form) -> Function:
    ftz = form.has("ftz")
    return lambda a, b, c, out: select((flushed(c) if ftz else c) >= 0, a, b, out)
