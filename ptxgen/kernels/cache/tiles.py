"""Tiles of cached heads in shared memory, as numbers of the tile's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import s32
from ptxgen.kernels.blocks.async_copy import Chunk, TileCopy
from ptxgen.kernels.blocks.floats import store_floats
from ptxgen.kernels.blocks.tiles import CHUNK, shared_pointer
from ptxgen.kernels.cache.formats import CacheFormat
from ptxgen.kernels.cache.key_source import KeySource

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen(eq=False)
class CacheTiles:
    """One thread's share of copying tiles of keys and of values of one sequence and KV head.

    copy: which chunks of a tile are the thread's. heads: by name ("keys", "values"), the KV head in row 0 of the array;
    stride: array elements from a row to the next. stop: the keys that exist (s32), at least one where a tile is
    started. Rows of a tile from there on repeat the last key: finite, whatever memory holds there, and to be masked.

    Heads that are of the tile's type already are copied by `cp.async`; others become numbers in registers, and are in
    the tile when `start` is done.
    """

    k: KernelBuilder
    copy: TileCopy
    format: CacheFormat
    heads: Mapping[str, Pointer]
    stride: int
    source: KeySource
    stop: Value

    def start(self, tiles: Mapping[str, Value], *, down: Value | int) -> None:
        """Start copying the tiles that begin at key `down` to shared addresses, by the name of their array."""
        slots: dict[tuple[Value, int], Value] = {}
        for name, tile in tiles.items():
            self._start(self.heads[name], tile, down, slots)

    def _start(
        self, head: Pointer, tile: Value, down: Value | int, slots: dict[tuple[Value, int], Value]
    ) -> None:
        k, layout = self.k, self.copy.layout
        elements = CHUNK // layout.type.bytes

        def row(chunk: Chunk) -> Pointer:
            """Found once for all arrays: fewer loads of the block table, and fewer registers."""
            place = (chunk.row, chunk.down)
            if place not in slots:
                key = k.bitcast(s32, chunk.row) + down + chunk.down
                slots[place] = self.source.slot(k.min(key, self.stop - 1))
            return head.row(slots[place], self.stride)

        def convert(chunk: Chunk) -> None:
            numbers = self.format.numbers(k, row(chunk), chunk.chunk * elements, elements)
            target = shared_pointer(k, tile + chunk.offset, layout.type)
            store_floats(k, target, chunk.further // layout.type.bytes, numbers)

        if self.format.type is layout.type:
            self.copy.start(tile, lambda chunk: row(chunk).at(chunk.chunk * elements), lambda _: None)
        else:
            self.copy.each(convert)
