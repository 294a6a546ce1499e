"""Elements of a float type in NumPy arrays: float32, float16, and bfloat16 as its bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16
from ptxgen.quant.bfloat16 import from_bfloat16, to_bfloat16


def stored(numbers: NDArray[Any], type: Type) -> NDArray[Any]:
    """Numbers rounded to a float type, as kernels take them."""
    if type is bf16:
        return to_bfloat16(numbers)
    return numbers.astype(np.float16 if type is f16 else np.float32)


def numbers(stored: NDArray[Any], type: Type) -> NDArray[np.float64]:
    """Elements of a float type as float64. Exact."""
    return (from_bfloat16(stored) if type is bf16 else stored).astype(np.float64)
