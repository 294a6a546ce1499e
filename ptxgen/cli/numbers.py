"""Numbers as the tables and the documents show them."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray


def number(value: float) -> float | None:
    """A float for a JSON document; None for what JSON has no number for (infinities, NaN)."""
    return float(value) if math.isfinite(value) else None


def preview(array: NDArray[Any], count: int = 6) -> str:
    """The first elements in C order: `1, 2, 3, ...`."""
    flat = array.reshape(-1)
    shown = ", ".join(f"{element:.6g}" for element in flat[:count].tolist())
    return shown + (", ..." if flat.size > count else "")


def count(value: float) -> str:
    """A large count, short: `118`, `1.84 M`, `2.10 G`."""
    for factor, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= factor:
            return f"{value / factor:.3g}{unit}"
    return f"{value:.0f}"
