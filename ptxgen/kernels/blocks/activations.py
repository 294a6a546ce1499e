"""Activation functions on float32, each with what it computes exactly and how far it may be off.

All are made of `ex2.approx.ftz` (2 ulp), `rcp.approx.ftz` (1 ulp) and correctly rounded arithmetic; `gelu_tanh_fast` is
made of `tanh.approx` (2^-11). Bounds take each approximate function at the manual's limit, and each rounding at 2^-24.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.kernels.blocks.online_softmax import LOG2E

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

Doubles = NDArray[np.float64]

_EPS = 2.0**-24
"""Largest relative error of one rounding to float32."""

_FLUSHED = 2.0**-119
"""What a product of some hundred and a number that was flushed to zero amounts to at most."""


@frozen
class Activation:
    """`emit(k, x)` builds it for one f32; `exact` is the function in float64; `error` bounds |emitted - exact|.

    `slope` is the largest absolute value of the derivative: what an error of the argument grows by at most.
    """

    name: str
    emit: Callable[[KernelBuilder, Value], Value]
    exact: Callable[[Doubles], Doubles]
    error: Callable[[Doubles], Doubles]
    slope: float = 1.0


def relu(k: KernelBuilder, x: Value) -> Value:
    """x where it is positive, else 0; NaN stays. Exact."""
    return k.select(x < 0.0, 0.0, x)


def sigmoid(k: KernelBuilder, x: Value) -> Value:
    """1 / (1 + e^-x), within 2^-22 + 2^-23.5 * |x| of its size, or 0 where it is below 2^-126."""
    return _sigmoid_of(k, x * -LOG2E)


def silu(k: KernelBuilder, x: Value) -> Value:
    """x / (1 + e^-x), also called swish."""
    return x * sigmoid(k, x)


_TANH_LINEAR = math.sqrt(2 / math.pi)
_TANH_CUBIC = 0.044715 * _TANH_LINEAR


def gelu_tanh(k: KernelBuilder, x: Value) -> Value:
    """x/2 * (1 + tanh u), u = sqrt(2/pi) * (x + 0.044715 x^3), as x * sigmoid(2u): nothing cancels."""
    scale = -2 * LOG2E
    return x * _sigmoid_of(k, x * k.fma(x * x, scale * _TANH_CUBIC, scale * _TANH_LINEAR))


def gelu_tanh_fast(k: KernelBuilder, x: Value) -> Value:
    """The same by one `tanh.approx`: within 2^-12 * |x|, which for negative x is far from what is left of it."""
    half = x * 0.5
    return k.fma(half, k.tanh(x * k.fma(x * x, _TANH_CUBIC, _TANH_LINEAR)), half)


_TAIL_RATE = 39 / 128
_TAIL = (
    0.121513695,
    0.122365922,
    0.103161886,
    0.12163616,
    -0.0392483212,
    0.187369242,
    -0.153494805,
    0.0366962552,
)
"""e^(a^2/2) * erfc(a/sqrt 2)/2 = sum of TAIL[i] * t^(i+1), t = 1 / (1 + rate*a): within 2^-23.2 for 0 <= a <= 14.

Fitted for the least relative error; the form is Hastings', "Approximations for Digital Computers" (1955), sheet 45.
"""
_TAIL_ERROR = 2.0**-23.2
_TAIL_END = 14.0
"""Beyond it the tail is below 2^-141."""


def gelu_erf(k: KernelBuilder, x: Value) -> Value:
    """x * Phi(x), Phi the normal distribution function: max(x, 0) minus |x| times the tail beyond |x|."""
    size = k.min(abs(x), _TAIL_END)
    t = k.rcp_approx(k.fma(size, _TAIL_RATE, 1.0), ftz=True)
    series = k.fma(t, _TAIL[-1], _TAIL[-2])
    for coefficient in reversed(_TAIL[:-2]):
        series = k.fma(series, t, coefficient)
    decay = k.ex2(size * size * (-LOG2E / 2), ftz=True)
    return relu(k, x) - size * t * series * decay


SCALED_TANH_ERROR = 2.0**-21
"""Absolute error of `scaled_tanh`, for each unit of |outer|.

ex2 of 2 ulp, a fourth of which reaches the quotient, and a rounded exponent, which moves it by 0.23 of its relative
error at most; rcp of 1 ulp; both doubled, and a last rounding.
"""


def scaled_tanh(k: KernelBuilder, x: Value, inner: float, outer: float) -> Value:
    """outer * tanh(inner * x) = outer - 2 outer / (1 + e^(2 inner x)), right where the exponential overflows."""
    growth = k.ex2(x * (2 * LOG2E * inner))
    return k.fma(k.rcp(growth + 1.0), -2 * outer, outer)


def _sigmoid_of(k: KernelBuilder, exponent: Value) -> Value:
    return k.rcp_approx(k.ex2(exponent, ftz=True) + 1.0, ftz=True)


def _exact_sigmoid(x: Doubles) -> Doubles:
    return 1 / (1 + np.exp(np.minimum(-x, 700)))


def _tanh_argument(x: Doubles) -> Doubles:
    return _TANH_LINEAR * x + _TANH_CUBIC * x**3


def _tail(size: Doubles) -> Doubles:
    return np.asarray(np.frompyfunc(lambda a: math.erfc(a / math.sqrt(2)) / 2, 1, 1)(size), np.float64)


def _zero(x: Doubles) -> Doubles:
    return np.zeros_like(x)


def _times_sigmoid_error(x: Doubles, exponent: Doubles, roundings: float) -> Doubles:
    """Of x * rcp(1 + ex2(-exponent * log2(e))), where the exponent of 2 was rounded so many times.

    With e the exponential and s = 1/(1+e): ex2 is off by 4 eps and by eps of the exponent for each rounding, which
    moves s by (1 - s) of that; the sum, rcp (2 eps) and the product add 4 eps.
    """
    s = _exact_sigmoid(exponent)
    relative = (1 - s) * (roundings * np.abs(exponent) + 4) + 4
    return _EPS * np.abs(x) * s * relative + _FLUSHED


def _silu_error(x: Doubles) -> Doubles:
    """The exponent is rounded once, and log2(e) by a quarter of an eps."""
    return _times_sigmoid_error(x, x, 1.25)


def _gelu_tanh_error(x: Doubles) -> Doubles:
    """The exponent is rounded four times at most: square, fma and product; the constants by half an eps each."""
    return _times_sigmoid_error(x, 2 * _tanh_argument(x), 4)


def _gelu_tanh_fast_error(x: Doubles) -> Doubles:
    """2^-11 of tanh x; what rounding its argument moves is below four roundings of 1; the fma rounds once more."""
    return np.abs(x) / 2 * (2.0**-11 + 4 * _EPS) + _EPS * np.abs(x) + _FLUSHED


def _gelu_erf_error(x: Doubles) -> Doubles:
    """Of the subtracted term: the fit, the exponent rounded three times, ex2, the series by Horner's rule, t (rcp and
    an fma: 3 eps, to which the series answers at most once more), three products. The difference is rounded once.
    """
    size = np.minimum(np.abs(x), _TAIL_END)
    t = 1 / (1 + _TAIL_RATE * size)
    terms = [abs(c) * t ** (i + 1) for i, c in enumerate(_TAIL)]
    value = sum(c * t ** (i + 1) for i, c in enumerate(_TAIL))
    horner = sum((2 * i + 2) * term for i, term in enumerate(terms)) / value
    relative = _TAIL_ERROR + _EPS * (3 * size**2 / 2 + 4 + horner + 6 + 3)
    return size * _tail(size) * relative + _EPS * np.abs(_exact_gelu(x)) + _FLUSHED


def _exact_silu(x: Doubles) -> Doubles:
    return x * _exact_sigmoid(x)


def _exact_gelu_tanh(x: Doubles) -> Doubles:
    return x * _exact_sigmoid(2 * _tanh_argument(x))


def _exact_gelu(x: Doubles) -> Doubles:
    return x * _tail(-x)


def _exact_relu(x: Doubles) -> Doubles:
    return np.maximum(x, 0)


def _same(_k: KernelBuilder, x: Value) -> Value:
    return x


_ALL = (
    Activation("none", _same, np.array, _zero),
    Activation("relu", relu, _exact_relu, _zero),
    Activation("silu", silu, _exact_silu, _silu_error, slope=1.1),
    Activation("gelu", gelu_tanh, _exact_gelu_tanh, _gelu_tanh_error, slope=1.13),
    Activation("gelu_erf", gelu_erf, _exact_gelu, _gelu_erf_error, slope=1.13),
    Activation("gelu_fast", gelu_tanh_fast, _exact_gelu_tanh, _gelu_tanh_fast_error, slope=1.13),
)

ACTIVATIONS: dict[str, Activation] = {activation.name: activation for activation in _ALL}
"""By name. `gelu` is the tanh form, as GGUF's architectures mean it; `gelu_erf` the exact one."""


def activation(default: str = "none") -> Any:
    """A kernel field that names one of `ACTIVATIONS`. KRN005."""
    from ptxgen.kernels.base import choice

    return choice(default, *(name for name in ACTIVATIONS if name != default))
