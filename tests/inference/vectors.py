"""How far vectors are from one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def nmse(got: NDArray[Any], expected: NDArray[Any], axis: int | None = None) -> NDArray[np.float64]:
    """Squared error over the squares of what was expected, of all elements or of each row."""
    exact = expected.astype(np.float64)
    return ((got - exact) ** 2).sum(axis=axis) / (exact**2).sum(axis=axis)
