"""Approximate functions (PTX ISA 9.0, sections 9.7.3.8 to 9.7.3.22).

Computed in float64 and rounded once, so within half a unit in the last place of the true value: inside every bound that
the manual states, though not the hardware's own bits. `.ftz` forms, and the `.f64` forms that look at the upper
word only, follow the manual's tables of special values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.semantics.floating import modified
from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.emulator.semantics.values import canonical, flushed
from ptxgen.isa.rows import floating
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


def through_f64(function: Callable[[Array], Array]) -> Function:
    """A float64 function applied to float32 arrays, rounded once."""

    def apply(a: Array, out: Array) -> None:
        out[...] = function(a.astype(np.float64))
        canonical(out)

    return apply


def _reciprocal(x: Array) -> Array:
    return 1.0 / x


def _reciprocal_root(x: Array) -> Array:
    # -0 has the root -0, whose reciprocal is -inf, as the manual asks.
    return 1.0 / np.sqrt(x)


@semantics(floating.RCP_APPROX)
def rcp(form: Form) -> Function:
    return modified(form, through_f64(_reciprocal))


@semantics(floating.SQRT_APPROX)
def sqrt(form: Form) -> Function:
    return modified(form, through_f64(np.sqrt))


@semantics(floating.RSQRT)
def rsqrt(form: Form) -> Function:
    return modified(form, through_f64(_reciprocal_root))


@semantics(floating.SIN)
def sin(form: Form) -> Function:
    return modified(form, through_f64(np.sin))


@semantics(floating.COS)
def cos(form: Form) -> Function:
    return modified(form, through_f64(np.cos))


@semantics(floating.LG2)
def lg2(form: Form) -> Function:
    return modified(form, through_f64(np.log2))


@semantics(floating.EX2)
def ex2(form: Form) -> Function:
    return modified(form, through_f64(np.exp2))


@semantics(floating.TANH)
def tanh(form: Form) -> Function:
    return modified(form, through_f64(np.tanh))


@semantics(floating.RSQRT_F64)
def rsqrt_f64(_form: Form) -> Function:
    return lambda a, out: np.divide(1.0, np.sqrt(a), out)


@semantics(floating.RCP_APPROX_F64)
def rcp_f64(_form: Form) -> Function:
    return _upper_word(_reciprocal)


@semantics(floating.RSQRT_FTZ_F64)
def rsqrt_ftz_f64(_form: Form) -> Function:
    return _upper_word(_reciprocal_root)


def _upper_word(function: Callable[[Array], Array]) -> Function:
    """A float64 function of the upper 32 bits of its operand, whose result keeps its upper 32 bits."""
    mask = np.uint64(0xFFFFFFFF00000000)

    def apply(a: Array, out: Array) -> None:
        upper = flushed((a.view(np.uint64) & mask).view(np.float64))
        result = flushed(function(upper))
        canonical(result)
        out.view(np.uint64)[...] = result.view(np.uint64) & mask

    return apply


@semantics(floating.DIV_APPROX)
def div(form: Form) -> Function:
    approximate = form.modifiers["mode"] == "approx"

    def apply(a: Array, b: Array, out: Array) -> None:
        result = (a.astype(np.float64) / b).astype(np.float32)
        if approximate:
            huge = (np.abs(b) > np.float32(2.0**126)) & np.isfinite(b)
            # .approx multiplies by 1 / b, which is 0 for these: only an infinite a makes it NaN.
            zero = np.copysign(np.float32(0), result)
            result = np.where(huge, np.where(np.isinf(a), np.float32(np.nan), zero), result)
        out[...] = result
        canonical(out)

    return modified(form, apply)
