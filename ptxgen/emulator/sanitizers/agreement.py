"""Lanes of one warp that put the same value in one place by one instruction: it does not matter whose stays.

Compilers write so where choosing a lane would cost a branch (Triton's reductions do).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.observer import Access
from ptxgen.emulator.sanitizers.stamps import THREAD

Array = np.ndarray[Any, Any]

WARP = 32


def agreeing(access: Access, one: Array, two: Array) -> Array:
    """Whether the threads of two stamps of one store are in one warp and write equal bytes to one address."""
    if access.data is None:
        return np.zeros(one.shape, np.bool_)
    first, second = one & THREAD, two & THREAD
    columns = access.batch.columns
    same = (first // columns // WARP == second // columns // WARP) & (first % columns == second % columns)
    here, there = (np.searchsorted(access.threads, threads) for threads in (first, second))
    data, address = access.data(), access.address
    return same & (address[here] == address[there]) & (data[here] == data[there]).all(axis=-1)
