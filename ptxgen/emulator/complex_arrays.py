"""Complex arrays for sums of products, lent and given back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.memory import aligned

Array = np.ndarray[Any, Any]


class ComplexArrays:
    """Complex arrays of a frame, lent to the chains of one block after the other."""

    def __init__(self) -> None:
        self._sums: dict[tuple[tuple[int, ...], np.dtype[Any]], list[Array]] = {}
        self._ones: dict[tuple[tuple[int, ...], np.dtype[Any]], list[Array]] = {}

    def sum(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """An array for sums; its contents are undefined."""
        spare = self._sums.get((shape, dtype))
        return spare.pop() if spare else _complex(shape, dtype)

    def one(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """An array for factors: its real part is 1, and is to stay so."""
        spare = self._ones.get((shape, dtype))
        if spare:
            return spare.pop()
        fresh = _complex(shape, dtype)
        fresh.real[...] = 1
        return fresh

    def give_back_sum(self, array: Array) -> None:
        self._sums.setdefault((array.shape, array.dtype), []).append(array)

    def give_back_one(self, array: Array) -> None:
        self._ones.setdefault((array.shape, array.dtype), []).append(array)


def _complex(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return aligned(int(np.prod(shape)) * dtype.itemsize).view(dtype).reshape(shape)
