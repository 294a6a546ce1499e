"""Activations as 8-bit codes in shared memory, laid out so that lanes read what their weights need without conflicts.

A row of activations is cut into chunks of 16 columns. A lane's share of quantised weights meets some of them, its
planes. Formats differ in which: some bits of the chunk's number tell them apart (`plane_bits`), and the other bits
number the share. 32 consecutive shares, one a lane, are a step of a warp:

    [first planes: 32 * 16 bytes][gap][second planes: 32 * 16 bytes][gap] ... [scales and sums]

Each plane is read with one 16-byte load a lane, all lanes contiguous. The gaps put the chunks that neighbouring lanes
write into different banks. Scales and sums lie in runs of at most 16 bytes a lane, in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import f32, s32, u8, u32
from ptxgen.kernels.blocks.unpack import ShareForm

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

CHUNK = 16
"""Columns whose codes a lane loads at once."""

_LANES = 32
_BANKS = 128
_BITS_A_WRITE = 3
"""A warp writes 8 chunks at once, and the lower three bits of their numbers tell them apart."""
_RUN = 4
"""Words of scales and sums that a lane loads at once."""


class Sums(Enum):
    """What is kept of the sum of codes that belongs to a share: nothing, d times it as f32, or a multiple as s32."""

    NONE = "none"
    REAL = "real"
    INTEGER = "integer"


@frozen
class ActivationLayout:
    """How shares of weights want their activations.

    `plane_bits` are the bits of a chunk's number that tell a share's chunks apart. With bit 0 among them, planes 2i and
    2i+1 are one group of 32 and have one scale and one sum; otherwise each plane has its own. `factor` multiplies
    integer sums.
    """

    plane_bits: tuple[int, ...]
    sum_kind: Sums = Sums.NONE
    factor: int = 1

    @staticmethod
    def of(form: ShareForm, blocks: int, block_weights: int) -> ActivationLayout:
        """What shares of `blocks` neighbouring blocks of so many weights need."""
        columns = [block * block_weights + quad.column for block in range(blocks) for quad in form.quads]
        chunks = sorted({column // CHUNK for column in columns})
        bits = tuple(
            bit for bit in range(max(chunks).bit_length()) if any(chunk >> bit & 1 for chunk in chunks)
        )
        kind = Sums.REAL if form.affine else Sums.INTEGER if form.zero else Sums.NONE
        return ActivationLayout(bits, kind, -form.zero if form.zero else 1)

    @property
    def planes(self) -> int:
        """Chunks that a lane loads."""
        return 1 << len(self.plane_bits)

    @property
    def joined(self) -> bool:
        """Whether planes 2i and 2i+1 are one group, with one scale and one sum."""
        return 0 in self.plane_bits

    @property
    def parts(self) -> int:
        """Scales of a share."""
        return self.planes // 2 if self.joined else self.planes

    @property
    def words(self) -> int:
        """Scales and sums of a share."""
        return self.parts * (1 if self.sum_kind is Sums.NONE else 2)

    @property
    def step_columns(self) -> int:
        """Columns of a step: 32 lanes with all their planes."""
        return _LANES * CHUNK * self.planes

    @property
    def plane_bytes(self) -> int:
        """From a plane of a step to the next."""
        written_apart = sum(bit < _BITS_A_WRITE for bit in self.plane_bits)
        return _LANES * CHUNK + (_BANKS >> written_apart)

    @property
    def step_bytes(self) -> int:
        """Bytes of a step of one row."""
        return self.planes * self.plane_bytes + _LANES * 4 * self.words

    def plane(self, chunk: int) -> int:
        """The plane of a share's chunk that is so many chunks behind its first."""
        return sum((chunk >> bit & 1) << index for index, bit in enumerate(self.plane_bits))

    def word_place(self, word: int) -> tuple[int, int, int]:
        """Of a word of scales and sums: where its run begins, the run's words a lane, and its place in the run."""
        run, inside = divmod(word, _RUN)
        start = self.planes * self.plane_bytes + run * _RUN * 4 * _LANES
        return start, min(_RUN, self.words - run * _RUN), inside

    def row_bytes(self, columns: int) -> int:
        """Bytes of one row, whole steps."""
        return -(-columns // self.step_columns) * self.step_bytes


@frozen(eq=False)
class Share:
    """What a lane has loaded for its share: planes of four words, scales (f32) and sums (f32 or s32) by part."""

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
        plane, share = self._place(chunk)
        step = row.row(share >> 5, layout.step_bytes)
        lane = share & (_LANES - 1)
        total = self._sum(codes) if layout.sum_kind is not Sums.NONE else None
        with k.if_(stored):
            step.row(plane, layout.plane_bytes).row(lane, CHUNK).row(part, 4).cast(u32).assume_aligned(4)[
                0
            ] = codes
        first = word & 7 if layout.joined else part
        with k.if_(stored & (first == 0)):
            one = plane >> 1 if layout.joined else plane
            self._word(step, lane, one, 0).cast(f32)[0] = d
            if total is not None:
                at = self._word(step, lane, one, layout.parts)
                if layout.sum_kind is Sums.REAL:
                    at.cast(f32)[0] = d * k.cvt(f32, total)
                else:
                    at.cast(s32)[0] = total * layout.factor

    def _place(self, chunk: Value) -> tuple[Value, Value]:
        """A chunk's plane and its share's number: the bits of its number that tell planes apart, and the others."""
        bits = self.layout.plane_bits
        plane: Value = (chunk >> bits[0]) & 1
        for index, bit in enumerate(bits[1:], 1):
            plane = plane | (((chunk >> bit) & 1) << index)
        share = chunk
        for removed in reversed(bits):
            low = (1 << removed) - 1
            share = (share >> (removed + 1) << removed) | (share & low) if removed else share >> 1
        return plane, share

    def _word(self, step: Pointer, lane: Value, part: Value, first: int) -> Pointer:
        """Where word `first + part` of a lane's scales and sums lies; parts divide runs, or runs parts."""
        layout = self.layout
        start, width, inside = layout.word_place(first)
        return step.row(lane, 4 * width).row(part, 4).at(start + 4 * inside).assume_aligned(4)

    def _sum(self, codes: Value) -> Value:
        """The sum of the codes of a chunk, or of both chunks of a group, in all lanes that have some of them."""
        k = self.k
        total: Value = k.op("dp4a.s32.s32", codes, 0x01010101, 0)
        for distance in (1, 2, 4) if self.layout.joined else (1, 2):
            total = total + k.shfl_bfly(total, distance)
        return total

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
        widths = {CHUNK} | {4 * layout.word_place(word)[1] for word in range(layout.words)}
        self._cursors = {width: memory.row(lane, width).cursor() for width in sorted(widths)}

    def load(self, row: int, step: int = 0, planes: int = 0) -> Share:
        """The share of a row, `step` steps further on; of its first `planes` planes (0: of all) where no others are."""
        layout = self.layout
        planes = planes or layout.planes
        offset = row * self.row_bytes + step * layout.step_bytes
        codes = self._cursors[CHUNK].cast(u32)
        loaded = [codes.at((offset + plane * layout.plane_bytes) // 4).load(vec=4) for plane in range(planes)]
        words = self._words(offset) if planes == layout.planes else self._some_words(offset, planes)
        scales = words[: layout.parts]
        sums: list[Any] = words[layout.parts :]
        if layout.sum_kind is Sums.INTEGER:
            sums = [value if value is None else self._k.bitcast(s32, value) for value in sums]
        return Share(loaded, scales, sums)

    def advance(self, steps: int) -> None:
        """Move on."""
        for cursor in self._cursors.values():
            cursor.advance(steps * self.layout.step_bytes)

    def _words(self, offset: int) -> list[Any]:
        """All scales and sums, by the widest loads."""
        found: list[Any] = []
        while len(found) < self.layout.words:
            start, width, _ = self.layout.word_place(len(found))
            at = self._cursors[4 * width].at(offset + start).cast(f32)
            found += at.load(vec=width) if width > 1 else (at.load(),)
        return found

    def _some_words(self, offset: int, planes: int) -> list[Any]:
        """Those of the parts that so many planes are, one by one; None for the others."""
        layout = self.layout
        parts = planes * layout.parts // layout.planes
        found: list[Any] = []
        for word in range(layout.words):
            start, width, inside = layout.word_place(word)
            at = self._cursors[4 * width].at(offset + start + 4 * inside).cast(f32).assume_aligned(4)
            found.append(at.load() if word % layout.parts < parts else None)
        return found
