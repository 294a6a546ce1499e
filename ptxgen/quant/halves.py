"""Scales as f16, the way blocks keep them: rounded to nearest, and refused beyond the range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.quant.layout import QuantError

F16_MAX = float(np.finfo(np.float16).max)


def to_f16(format: str, what: str, values: NDArray[np.float32]) -> NDArray[np.float16]:
    """The nearest f16 of each value. QNT004 if one has none, saying that `format` keeps `what` as f16."""
    rounded = values.astype(np.float16)
    if not np.isfinite(rounded).all():
        refuse(format, what, float(np.abs(values).max()))
    return rounded


def refuse(format: str, what: str, value: float) -> None:
    """Raise QNT004."""
    raise QuantError(
        "QNT004",
        f"{format} keeps {what} as f16: {value:.3g} is beyond {F16_MAX:.0f}",
        help="scale the weights down",
    )
