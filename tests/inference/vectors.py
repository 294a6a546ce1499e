"""How far vectors are from one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

F32_ROUNDING = 1e-10
"""What float32 arithmetic may cost a model of two layers: each rounding is 2^-48 of a square, and sums of a few hundred
products on the way to a logit make that about 1e-13. The smallest fault that is planted in tests costs 1e-5."""


def nmse(got: NDArray[Any], expected: NDArray[Any], axis: int | None = None) -> NDArray[np.float64]:
    """Squared error over the squares of what was expected, of all elements or of each row."""
    exact = expected.astype(np.float64)
    return ((got - exact) ** 2).sum(axis=axis) / (exact**2).sum(axis=axis)
