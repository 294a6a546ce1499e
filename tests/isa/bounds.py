"""How far approximate functions may be from the true value, as the manual documents it (sections 9.7.3 and 9.7.4)."""

from __future__ import annotations

import math
from collections.abc import Callable

from attrs import frozen

from ptxgen.isa import forms


def _ulp(x: float) -> float:
    """The distance of float32 numbers at `x`."""
    return 2.0 ** (max(math.frexp(x)[1] - 1, -126) - 23)


@frozen
class Bound:
    """An approximate function of finite numbers `low..high`: the true value, and the documented error around it."""

    function: Callable[[float], float]
    low: float
    high: float
    error: Callable[[float, float], float]
    """Of the argument and the true value, in absolute terms."""


def _relative(bound: float) -> Callable[[float, float], float]:
    return lambda x, y: bound * abs(y)


def _logarithm(x: float, y: float) -> float:
    return 2.0**-22 if 0.5 < x < 2 else 2.0**-22 * abs(y)


_PLAIN: dict[str, Bound] = {
    "rcp.approx.f32": Bound(lambda x: 1 / x, 1e-30, 1e30, lambda x, y: _ulp(y)),
    "sqrt.approx.f32": Bound(math.sqrt, 1e-30, 1e30, _relative(2.0**-23)),
    "rsqrt.approx.f32": Bound(lambda x: 1 / math.sqrt(x), 1e-30, 1e30, _relative(2.0**-22.9)),
    "sin.approx.f32": Bound(math.sin, -2 * math.pi, 2 * math.pi, lambda x, y: 2.0**-20.5),
    "cos.approx.f32": Bound(math.cos, -2 * math.pi, 2 * math.pi, lambda x, y: 2.0**-20.5),
    "lg2.approx.f32": Bound(math.log2, 1e-30, 1e30, _logarithm),
    "ex2.approx.f32": Bound(lambda x: 2.0**x, -120.0, 120.0, lambda x, y: 2 * _ulp(y)),
    "tanh.approx.f32": Bound(math.tanh, -10.0, 10.0, _relative(2.0**-11)),
}
_FLUSHED = {name.replace(".approx", ".approx.ftz"): bound for name, bound in _PLAIN.items()}
BOUNDS = _PLAIN | {name: bound for name, bound in _FLUSHED.items() if forms(name)}
"""By full name. Arguments and results are normal numbers, for which `.ftz` changes nothing."""
