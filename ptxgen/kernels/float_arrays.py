"""Arrays of f32, f16 and bf16 as NumPy holds them, and what rounding to each type may cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.quant.bfloat16 import from_bfloat16, to_bfloat16

Doubles = NDArray[np.float64]

EPSILON = {f32: 2.0**-24, f16: 2.0**-11, bf16: 2.0**-8}
"""Largest relative error of one rounding to each type."""

SMALLEST = {f32: 2.0**-150, f16: 2.0**-25, bf16: 2.0**-134}
"""Half of each type's least subnormal: the largest error of rounding what is too small for a relative one."""


def numbers(stored: NDArray[Any], type: Type) -> Doubles:
    """Elements of a float type as float64."""
    return (from_bfloat16(stored) if type is bf16 else stored).astype(np.float64)


def rounded(values: NDArray[Any], type: Type) -> NDArray[Any]:
    """Numbers rounded to a float type; bfloat16 as bit patterns."""
    if type is bf16:
        return to_bfloat16(values)
    return values.astype(np.float16 if type is f16 else np.float32)


def normal(rng: np.random.Generator, shape: tuple[int, ...], type: Type = f32) -> NDArray[Any]:
    """Standard normal numbers, rounded to a float type."""
    return rounded(rng.standard_normal(shape, dtype=np.float32), type)


def rounding(exact: Doubles, type: Type) -> Doubles:
    """The largest error of rounding a number to a type."""
    return EPSILON[type] * np.abs(exact) + SMALLEST[type]
