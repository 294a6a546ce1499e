"""Rows of quantised blocks to a tile of 16-bit weights in shared memory, by the unpackers that the GEMVs use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptxgen.isa.types import u32
from ptxgen.kernels.blocks.fragments import pack_halves
from ptxgen.kernels.blocks.tiles import CHUNK, TileLayout, shared_pointer
from ptxgen.kernels.blocks.unpack import weights
from ptxgen.kernels.blocks.unpackers import share_of, unpacker

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat

STEP = 256
"""Columns of a tile: one super-block, or eight blocks of 32."""
_SPAN = 16
"""Bytes of codes that a thread loads of each run: eight weights and more lie side by side, a chunk of a row."""
_GROUP = 8
"""Rows that neighbouring lanes take: their chunks lie in different banks."""


class DequantisedTiles:
    """One thread's share of tiles of `layout.rows` x 256 weights, as f16 or bf16 (`layout.type`).

    matrix: [rows, row bytes] uint8, rows of `columns` weights in blocks of `format`, from row `first` on. Rows and
    columns from `rows` and `columns` on are copies of the last row and the last blocks: finite numbers, which count
    nowhere if the other factor is zero there and the results are not stored.

    A weight is formed in float32 as the decoder forms it, then rounded once, to nearest even.
    """

    def __init__(
        self,
        k: KernelBuilder,
        format: BlockFormat,
        layout: TileLayout,
        thread: Value,
        threads: int,
        matrix: Pointer,
        rows: int,
        columns: int,
        first: Value,
    ) -> None:
        self._k = k
        self._format = format
        self._layout = layout
        self._blocks = columns // format.weights
        self._blocks_a_step = STEP // format.weights
        lanes_a_block = unpacker(format).form_of(format, _SPAN).lanes
        self._rows_a_pass = threads // (self._blocks_a_step * lanes_a_block)
        row = thread % _GROUP + thread // (_GROUP * self._blocks_a_step * lanes_a_block) * _GROUP
        place = thread // _GROUP % (self._blocks_a_step * lanes_a_block)
        self._block = place // lanes_a_block
        self._share = share_of(k, format, place, _SPAN)
        self._rows = [
            matrix.row(k.min(row + first + i * self._rows_a_pass, rows - 1), format.row_bytes(columns))
            for i in range(layout.rows // self._rows_a_pass)
        ]
        column = self._block * format.weights + self._share.column
        self._offset = layout.place(k, row, column // (CHUNK // layout.type.bytes))

    def load(self, step: Value) -> list[Any]:
        """Start the loads of the tile of columns 256 * step (u32). Steps behind the last block load that again."""
        k = self._k
        block = k.min(step * self._blocks_a_step + self._block, self._blocks - 1)
        return [self._share.load(row.row(block, self._format.bytes)) for row in self._rows]

    def store(self, tile: Value, loaded: list[Any]) -> None:
        """Form the weights and store them to the tile at a shared address: 16 bytes at a time, without conflicts."""
        k, share, layout = self._k, self._share, self._layout
        first = tile + self._offset
        quads = sorted(range(len(share.form.quads)), key=lambda i: share.form.quads[i].column)
        for number, one in enumerate(loaded):
            codes = share.decode(one)
            for left, right in zip(quads[::2], quads[1::2], strict=True):
                values = [*weights(share, codes, left), *weights(share, codes, right)]
                words = [
                    k.bitcast(u32, pack_halves(k, layout.type, *values[i : i + 2])) for i in range(0, 8, 2)
                ]
                byte = share.form.quads[left].column * layout.type.bytes
                # The share's first column has no bit in common with its quads': adding is exchanging.
                inner = byte % layout.span
                address = first ^ inner if inner else first
                further = byte - inner + number * self._rows_a_pass * layout.pitch
                shared_pointer(k, address, u32).at(further // 4).store(0, tuple(words))
