"""What bounds GEMVs: rows of activations, and the error where these are not quantised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.targets import target as find_target
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.rules import Rule, multiple

_ROUNDING = 2.0**-22

MOST_ROWS = 32
"""Rows of activations that a GEMV takes at once."""


def row_bounds(slabs: Iterable[NDArray[Any]], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """2^-22 * norm2(w) * norm2(x) for each row w, given some rows at a time in float64, and each x: [n] or [m, n]."""
    norms = np.concatenate([np.linalg.norm(rows, axis=1) for rows in slabs])
    return np.asarray(_ROUNDING * norms * np.linalg.norm(x, axis=-1, keepdims=True))


def check_shared(target: str, bytes: int) -> None:
    """KRN041 unless a CTA of the target can have so many bytes of shared memory."""
    most = find_target(target).shared_optin
    if bytes > most:
        raise KernelError(
            "KRN041",
            f"activations and the rings of all warps take {bytes} bytes of shared memory, and a CTA of {target} has at"
            f" most {most}",
            help="with fewer threads there are fewer rings: threads=128, or 0 on 8-bit activations: as many as fit",
        )


def whole_blocks(block: str = "block_weights") -> Rule:
    """Rows of weights are whole blocks; `block` is the field with the weights of one."""
    instead = "keep rows of other lengths in Q5_0, Q8_0 or another format with blocks of 32, or as f16"
    return multiple("k", block, instead=instead)
