"""Asynchronous copies as accesses: cells of their memory, from the issue to the end of the wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.memory import Buffer, Memory
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.sanitizers.cells import LARGEST, Cells
from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT, THREAD

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Stretch:
    """The cells of one side of a copy: their places in the shadow, and who issued the copy of each."""

    index: Array
    threads: Array

    @staticmethod
    def of(copy: CopyEvent, pieces: Pieces, cells: Cells, origin: int = 0) -> Stretch:
        """Of memory that begins at address `origin`. Makes the cells small enough first."""
        address = pieces.address.astype(np.int64) - origin
        sizes = pieces.sizes.astype(np.int64)
        bits = int(np.bitwise_or.reduce(address | sizes, initial=LARGEST))
        cells.refine(bits & -bits)
        counts = sizes // cells.unit
        piece = np.repeat(np.arange(len(counts)), counts)
        step = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
        cell = address[piece] // cells.unit + step
        threads = (
            copy.threads[piece] if len(copy.threads) == len(counts) else np.full(len(piece), copy.threads[0])
        )
        if pieces.owners is None:
            return Stretch(cell, threads)
        return Stretch(cell * cells.columns + pieces.owners[piece], threads)


def by_buffer(memory: Memory, pieces: Pieces) -> Iterator[tuple[Buffer, Pieces]]:
    """The buffers of global memory that pieces lie in; each with all the pieces, those elsewhere without bytes."""
    low, high = int(pieces.address.min()), int(pieces.address.max())
    around = memory.find(low)
    if around is not None and high < around.end:
        yield around, pieces
        return
    left = pieces.sizes > 0
    while left.any():
        first = int(np.argmax(left))
        left[first] = False
        buffer = memory.find(int(pieces.address[first]))
        if buffer is None:
            continue
        address, sizes = pieces.address, pieces.sizes
        inside = (address >= buffer.address) & (address < buffer.end)
        left &= ~inside
        start = np.uint64(buffer.address)
        yield buffer, Pieces(pieces.space, np.where(inside, address, start), np.where(inside, sizes, 0))


def settle(table: Array, stretch: Stretch, stamp: Array, issuer: Array, number: int) -> None:
    """What the issuers began at these cells by the access of this number is over: now it counts as the stamps say."""
    flat = table.reshape(-1)
    old = flat[stretch.index]
    ended = (old >> SHIFT == number | FLIGHT >> SHIFT) & ((old & THREAD) == issuer)
    flat[stretch.index[ended]] = np.broadcast_to(stamp, old.shape)[ended]
