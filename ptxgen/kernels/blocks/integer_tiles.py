"""Tiles of 8-bit codes in shared memory, with the scales of their groups: what integer `mma` multiplies.

A tile has 256 columns, in units of 32 or 16 that share a scale. Beside the codes stand tables of float32, one entry for
each unit and row: `unit * PITCH + row`. The units that a warp writes at once lie in different banks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import b32, f16, f32, s8, s32, u8, u32
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.blocks.tiles import CHUNK, Order, TileLayout, shared_pointer
from ptxgen.kernels.blocks.unpack import Codes
from ptxgen.kernels.blocks.unpackers import product_form, share_of, unpacker
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.quant import Q8_1

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value
    from ptxgen.quant import BlockFormat

STEP = 256
"""Columns of a tile."""
ROWS = 64
"""Rows of a tile."""
PITCH = ROWS + 8
"""Entries of a table for one unit: four units of eight rows lie in 32 different banks."""
LAYOUT = TileLayout(s8, ROWS, STEP)
GROUP = 32
"""Columns of a block of activations."""
_GROUPS = STEP // GROUP
RAW = TileLayout(u8, ROWS, _GROUPS * Q8_1.bytes, Order.PLAIN)
"""Blocks of activations as memory has them."""
SUM_PITCH = ROWS + 4
"""Entries of a table for one group of activations: eight groups of four rows lie in 32 different banks."""
_LANES = 8
_SPAN = 16
_SIGNS, _ONES = 0x80808080, 0x01010101


def unit(format: BlockFormat) -> int:
    """Columns that share a scale: 16 in Q6_K, 32 in all others."""
    return product_form(format).unit


@frozen(eq=False)
class Place:
    """Shared addresses of a tile's codes and its tables: scales, and offsets (weights) or sums (activations)."""

    codes: Value
    scales: Value
    addends: Value


class WeightCodes:
    """One thread's share of tiles of 64 x 256 weights: codes less the format's zero, as s8.

    matrix: [rows, row bytes] uint8, from row `first` on. What lies outside is a copy of the last row or block.
    """

    def __init__(
        self,
        k: KernelBuilder,
        format: BlockFormat,
        thread: Value,
        threads: int,
        matrix: Pointer,
        rows: int,
        columns: int,
        first: Value,
    ) -> None:
        self._k = k
        self._format = format
        self._blocks = columns // format.weights
        self._blocks_a_step = STEP // format.weights
        lanes = unpacker(format).form_of(format, _SPAN).lanes
        places = self._blocks_a_step * lanes
        self._rows_a_pass = threads // places
        self._row = thread % _LANES + thread // (_LANES * places) * _LANES
        place = thread // _LANES % places
        self._block = place // lanes
        self._share = share_of(k, format, place, _SPAN)
        self._rows = [
            matrix.row(k.min(self._row + first + i * self._rows_a_pass, rows - 1), format.row_bytes(columns))
            for i in range(ROWS // self._rows_a_pass)
        ]
        self._column = self._block * format.weights + self._share.column
        self._offset = LAYOUT.place(k, self._row, self._column // CHUNK)

    def load(self, step: Value) -> list[Any]:
        """Start the loads of the tile of columns 256 * step (u32)."""
        block = self._k.min(step * self._blocks_a_step + self._block, self._blocks - 1)
        return [self._share.load(row.row(block, self._format.bytes)) for row in self._rows]

    def store(self, place: Place, loaded: list[Any]) -> None:
        """Store codes, scales and offsets."""
        k, share = self._k, self._share
        first = place.codes + self._offset
        order = sorted(range(len(share.form.quads)), key=lambda i: share.form.quads[i].column)
        for number, one in enumerate(loaded):
            codes = share.decode(one)
            further = number * self._rows_a_pass
            for start in range(0, len(order), 4):
                words = tuple(self._signed(codes.words[i], i) for i in order[start : start + 4])
                column = share.form.quads[order[start]].column
                inner = column % LAYOUT.span
                address = first ^ inner if inner else first
                byte = column - inner + further * LAYOUT.pitch
                shared_pointer(k, address, u32).at(byte // 4).store(0, words)
            self._store_scales(place, codes, further)

    def _signed(self, word: Value, quad: int) -> Value:
        """Codes less the format's zero, each byte by itself: its top bit is set so that nothing is borrowed."""
        k, form = self._k, self._share.form
        if raised := form.raised_by(form.quads[quad].group):
            return k.bitcast(u32, word) >> raised
        zero = form.zero
        if form.signed or not zero:
            return k.bitcast(u32, word)
        return ((k.bitcast(u32, word) | _SIGNS) - zero * _ONES) ^ _SIGNS

    def _store_scales(self, place: Place, codes: Codes, further: int) -> None:
        """By the lane that has a unit's first columns."""
        k, share, size = self._k, self._share, unit(self._format)
        for group in range(share.form.groups):
            start = min(quad.column for quad in share.form.quads if quad.group == group)
            column = self._column + start
            entry = k.mad(column // size, PITCH * 4, (self._row + further) * 4)
            with k.if_(column % size == 0):
                raised = share.form.raised_by(group)
                scale = codes.scales[group] * float(1 << raised) if raised else codes.scales[group]
                shared_pointer(k, place.scales + entry, f32, 4)[0] = scale
                if codes.offsets:
                    shared_pointer(k, place.addends + entry, f32, 4)[0] = codes.offsets[group]


class ActivationCodes:
    """One thread's share of tiles of 64 x 256 activations in blocks of Q8_1: codes, scales d, and d times their sums.

    matrix: [rows, columns / 32 * 36] uint8, from row `first` on. Blocks are copied to `RAW.bytes` of shared memory at
    `raw` by neighbouring threads, in whole sectors; there each thread finds blocks of its own. What lies outside of the
    matrix is zeros. Sums are made of the codes: exact, where a block holds them rounded.

    A warp has eight blocks of each of four rows: words that lie 9 banks apart along a row, and 8 from row to row. Of
    eight lanes that store codes at once four have another block's, two further on: the other half of 128 bytes.
    """

    def __init__(
        self,
        k: KernelBuilder,
        thread: Value,
        threads: int,
        matrix: Pointer,
        rows: Value,
        columns: int,
        first: Value,
        raw: Value,
    ) -> None:
        self._k, self._raw = k, raw
        self._rows_a_pass = threads // _GROUPS
        self._row = thread % 4 + thread // WARP * 4
        number = thread // 4 % _GROUPS
        self._block = number // 4 * 4 + number % 2 * 2 + number // 2 % 2
        self._offset = LAYOUT.place(k, self._row, self._block * (GROUP // CHUNK))
        row_bytes = Q8_1.row_bytes(columns)
        copy = TileCopy(k, RAW, thread, threads, min(CHUNK, row_bytes & -row_bytes))
        self._blocks = MatrixTiles(copy, matrix, rows, row_bytes, row=first)

    def load(self, step: Value) -> None:
        """Start the copy of the tile of columns 256 * step (u32), some of which exist."""
        self._blocks.start(self._raw, right=step * RAW.pitch)

    def store(self, place: Place) -> None:
        """Store codes, scales and sums of what was copied, which is there for all threads."""
        k = self._k
        first = place.codes + self._offset
        mine = k.mad(self._row, RAW.pitch, self._raw + self._block * Q8_1.bytes)
        for number in range(ROWS // self._rows_a_pass):
            further = number * self._rows_a_pass
            block = shared_pointer(k, mine, b32, 4).at(further * RAW.pitch // 4)
            header, *codes = (block.load(i) for i in range(Q8_1.bytes // 4))
            for half in range(2):
                address = first ^ CHUNK if half else first
                words = tuple(k.bitcast(u32, word) for word in codes[4 * half : 4 * half + 4])
                shared_pointer(k, address, u32).at(further * LAYOUT.pitch // 4).store(0, words)
            total: Any = k.const(s32, 0)
            for word in codes:
                total = k.op("dp4a.s32.s32", k.bitcast(u32, word), _ONES, total)
            d = k.cvt(f32, k.unpack(f16, header)[0])
            entry = k.mad(self._block, SUM_PITCH * 4, (self._row + further) * 4)
            shared_pointer(k, place.scales + entry, f32, 4)[0] = d
            shared_pointer(k, place.addends + entry, f32, 4)[0] = d * k.cvt(f32, total)
