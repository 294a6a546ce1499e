"""Bytes on their way between global and shared memory, with the knowledge of which of them were ever written."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.banked import Banked
from ptxgen.emulator.memory import BASE, UNITS, Memory

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Bytes:
    """`data` is `[pieces, size]` bytes; `known`, of the same shape, is 1 where they were written (None: all are)."""

    data: Array
    known: Array | None = None

    @staticmethod
    def zeros(pieces: int, size: int) -> Bytes:
        """Zeros that count as written."""
        return Bytes(np.zeros((pieces, size), np.uint8))


def read_global(memory: Memory, address: Array, size: int) -> Bytes:
    """`size` bytes at each of these checked addresses."""
    index, unit = _elements(address, size)
    known = _bytes(memory.written(unit)[index], size) if memory.track_initialised else None
    return Bytes(_bytes(memory.view(unit)[index], size), known)


def write_global(memory: Memory, address: Array, content: Bytes) -> None:
    """Put bytes at checked addresses."""
    size = content.data.shape[1]
    index, unit = _elements(address, size)
    memory.view(unit)[index] = _units(content.data, unit)
    if memory.track_initialised:
        memory.written(unit)[index] = _units(_known(content), unit)


def read_shared(shared: Banked, address: Array, column: Array, size: int) -> Bytes:
    """`size` bytes (a multiple of 4) at checked addresses of the CTAs in these columns."""
    index = _words(shared, address, column, size)
    known = None
    if shared.written is not None:
        known = _bytes(shared.written.reshape(-1)[index], size)
    return Bytes(_bytes(shared.rows.reshape(-1)[index], size), known)


def write_shared(shared: Banked, address: Array, column: Array, content: Bytes) -> None:
    """Put bytes (a multiple of 4 a piece) at checked addresses of the CTAs in these columns."""
    index = _words(shared, address, column, content.data.shape[1])
    shared.rows.reshape(-1)[index] = _units(content.data, 4)
    if shared.written is not None:
        shared.written.reshape(-1)[index] = _units(_known(content), 4)


def _known(content: Bytes) -> Array:
    return np.ones_like(content.data) if content.known is None else content.known


def _elements(address: Array, size: int) -> tuple[Array, int]:
    """Element numbers `[pieces, elements]` in the widest view that all addresses and the size allow."""
    offset = (address.astype(np.uint64) - np.uint64(BASE)).view(np.int64)
    bits = int(np.bitwise_or.reduce(offset)) | size
    unit = min(bits & -bits, 16)
    return (offset // unit)[:, None] + np.arange(size // unit), unit


def _words(shared: Banked, address: Array, column: Array, size: int) -> Array:
    word = (address.astype(np.int64) >> 2)[:, None] + np.arange(size // 4)
    return word * shared.columns + column[:, None]


def _bytes(elements: Array, size: int) -> Array:
    return np.ascontiguousarray(elements).view(np.uint8).reshape(-1, size)


def _units(data: Array, unit: int) -> Array:
    return np.ascontiguousarray(data).view(UNITS[unit])
