"""The tolerance of GEMVs whose activations are not quantised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 2.0**-22


def row_bounds(slabs: Iterable[NDArray[Any]], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """2^-22 * norm2(w) * norm2(x) for each row w, given some rows at a time in float64."""
    norms = np.concatenate([np.linalg.norm(rows, axis=1) for rows in slabs])
    return np.asarray(_ROUNDING * norms * float(np.linalg.norm(x)))
