"""Activations as 8-bit codes in shared memory, laid out so that lanes read what their weights need, free of conflicts.

A row of activations is cut into chunks of 16 columns. A lane's share of quantised weights meets two chunks: the codes
in the low and the high halves of its bytes. Formats differ in which two: one bit of the chunk's number tells them apart
(`plane_bit`), and the other bits number the share. 32 consecutive shares, one a lane, are a step of a warp:

    [first chunks: 32 * 16 bytes][64 bytes free][second chunks: 32 * 16 bytes][64 free] ... [scales and sums]

Each plane is read with one 16-byte load a lane, all lanes contiguous. The gaps put the two chunks of a group of 32,
which neighbouring lanes write, into different banks.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32, s32, u8, u32

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

CHUNK = 16
"""Columns whose codes a lane loads at once."""

STEP_COLUMNS = 1024
"""Columns of a step: 32 lanes with two chunks each."""

_LANES = 32
_PLANE = _LANES * CHUNK + 64


class Sums(Enum):
    """What is kept of the sum of codes that belongs to a share: nothing, d times it as f32, or a multiple as s32."""

    NONE = "none"
    REAL = "real"
    INTEGER = "integer"


@frozen
class ActivationLayout:
    """How a format wants its activations.

    `plane_bit` is the bit of a chunk's number that tells a share's two chunks apart. With bit 0 they are one group of
    32 and have one scale and one sum; otherwise they have their own. `scales` multiplies d, for the first and for the
    second chunk; `sum_factor` multiplies integer sums. With `transposed`, both chunks are there a second time as 4 x 4
    bytes transposed: word i has the columns i, i+4, i+8, i+12.
    """

    plane_bit: int
    scales: tuple[float, ...]
    sum_kind: Sums = Sums.NONE
    sum_factor: int = 1
    transposed: bool = False

    @property
    def own_scales(self) -> bool:
        """Whether the two chunks of a share belong to different groups."""
        return self.plane_bit > 0

    @property
    def planes(self) -> int:
        """Chunks that a lane loads."""
        return 4 if self.transposed else 2

    @property
    def words(self) -> int:
        """Scales and sums of a share."""
        return (2 if self.own_scales else 1) * (1 if self.sum_kind is Sums.NONE else 2)

    @property
    def step_bytes(self) -> int:
        """Bytes of a step of one row."""
        return self.planes * _PLANE + _LANES * 4 * self.words

    def row_bytes(self, columns: int) -> int:
        """Bytes of one row, whole steps."""
        return -(-columns // STEP_COLUMNS) * self.step_bytes


@frozen(eq=False)
class Share:
    """What a lane has loaded for its share: planes of four words, scales (f32), and sums (f32 or s32)."""

    planes: Sequence[Sequence[Value]]
    scales: Sequence[Value]
    sums: Sequence[Value]


class StagedActivations:
    """`rows` rows of `columns` activations in shared memory at `memory`, as `layout` says.

    `write` puts codes there, a word (four columns) a thread; `reader` is what a lane reads from.
    """

    def __init__(
        self, k: KernelBuilder, memory: Pointer, layout: ActivationLayout, rows: int, columns: int
    ) -> None:
        self.k, self.memory, self.layout = k, memory.cast(u8), layout
        self.rows, self.row_bytes = rows, layout.row_bytes(columns)

    def write(self, row: Pointer, word: Value, d: Value, codes: Value, stored: Value) -> None:
        """Store word number `word` of a row that starts at `row`: four codes of a group with the scale `d`.

        The eight words of a group are written by eight neighbouring lanes of a warp, which all come here; what they
        have is stored where `stored` holds.
        """
        k, layout = self.k, self.layout
        chunk, part = word >> 2, word & 3
        plane = (chunk >> layout.plane_bit) & 1
        low_bits = (1 << layout.plane_bit) - 1
        share = (chunk >> (layout.plane_bit + 1) << layout.plane_bit) | (chunk & low_bits)
        step = row.row(share >> 5, layout.step_bytes)
        lane = share & (_LANES - 1)
        codes_at = step.row(plane, _PLANE).row(lane, CHUNK)
        total = self._sum(codes) if layout.sum_kind is not Sums.NONE else None
        with k.if_(stored):
            codes_at.row(part, 4).cast(u32).assume_aligned(4)[0] = codes
            if layout.transposed:
                turned = codes_at.at(2 * _PLANE).at(part)
                for i in range(4):
                    turned.store(4 * i, codes >> (8 * i))
        first = part if layout.own_scales else word & 7
        with k.if_(stored & (first == 0)):
            meta = step.row(lane, 4 * layout.words).at(layout.planes * _PLANE)
            self._write_meta(meta, plane, d, total)

    def _sum(self, codes: Value) -> Value:
        """The sum of the codes of a chunk, or of both chunks of a group, in all lanes that have some of them."""
        k = self.k
        total: Value = k.op("dp4a.s32.s32", codes, 0x01010101, 0)
        for distance in (1, 2) if self.layout.own_scales else (1, 2, 4):
            total = total + k.shfl_bfly(total, distance)
        return total

    def _write_meta(self, meta: Pointer, plane: Value, d: Value, total: Value | None) -> None:
        k, layout = self.k, self.layout
        at = meta.row(plane, 4) if layout.own_scales else meta
        at.cast(f32).assume_aligned(4)[0] = d * self._factor(plane, layout.scales)
        if total is None:
            return
        sums = at.at(8 if layout.own_scales else 4)
        if layout.sum_kind is Sums.REAL:
            sums.cast(f32).assume_aligned(4)[0] = d * k.cvt(f32, total)
        else:
            sums.cast(s32).assume_aligned(4)[0] = total * layout.sum_factor

    def _factor(self, plane: Value, factors: tuple[float, ...]) -> Value | float:
        if len(set(factors)) == 1:
            return factors[0]
        return self.k.select(plane == 0, self.k.const(f32, factors[0]), self.k.const(f32, factors[1]))

    def reader(self, lane: Value) -> Reader:
        """What a lane of a warp reads its shares with; it starts at the first step."""
        return Reader(self.k, self.layout, self.row_bytes, self.memory, lane)


class Reader:
    """A lane's place in the activations, the same in every row."""

    def __init__(
        self, k: KernelBuilder, layout: ActivationLayout, row_bytes: int, memory: Pointer, lane: Value
    ) -> None:
        self._k = k
        self.layout, self.row_bytes = layout, row_bytes
        self._codes = memory.row(lane, CHUNK).cursor()
        meta_bytes = 4 * layout.words
        same = meta_bytes == CHUNK
        self._meta = self._codes if same else memory.row(lane, meta_bytes).cursor()
        self._cursors = [self._codes] if same else [self._codes, self._meta]

    def load(self, row: int, step: int = 0) -> Share:
        """The share of a row, `step` steps further on."""
        layout = self.layout
        offset = row * self.row_bytes + step * layout.step_bytes
        planes = [
            self._codes.at(offset + plane * _PLANE).cast(u32).load(vec=4) for plane in range(layout.planes)
        ]
        meta = self._meta.at(offset + layout.planes * _PLANE).cast(f32)
        words = layout.words
        loaded = meta.load(vec=words) if words > 1 else (meta.load(),)
        scales = loaded[: 2 if layout.own_scales else 1]
        sums = loaded[len(scales) :]
        if layout.sum_kind is Sums.INTEGER:
            sums = [self._k.bitcast(s32, value) for value in sums]
        return Share(planes, scales, sums)

    def advance(self, steps: int) -> None:
        """Move on."""
        for cursor in self._cursors:
            cursor.advance(steps * self.layout.step_bytes)
