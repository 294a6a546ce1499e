"""Weights through shared memory: each warp has a ring of stages, which copies fill some chunks ahead of products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from ptxgen.kernels.blocks.pieces import PieceReader
from ptxgen.kernels.blocks.unpack import Codes, Unpacker
from ptxgen.kernels.gemv.copies import Copies
from ptxgen.kernels.gemv.units import Units

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_WORTH_A_COPY = 1024
"""Bytes of a row that a chunk has at least, unless its steps must be few."""
_PIECE = 16


def chunk_steps(units: Units, *, few: bool = False) -> int:
    """Steps of a chunk: whole pieces of 16 bytes, and enough bytes for a copy."""
    steps = 1
    while steps * units.step_bytes % _PIECE or (not few and steps * units.step_bytes < _WORTH_A_COPY):
        steps += 1
    return steps


class Consumer(Protocol):
    """What becomes of the weights of a warp's rows. Activations are counted in parts of steps: see `Ring`."""

    def stage(self, first: Value | int, count: int) -> None:
        """Before the products of these parts: put their activations where `add` wants them."""
        ...

    def add(self, rows: Sequence[Sequence[Codes]], part: int) -> None:
        """Add the products of a lane's share, by row and block, `part` parts behind the place in the activations."""
        ...

    def advance(self, parts: int) -> None:
        """Move on in the activations."""
        ...


@frozen(eq=False)
class Ring:
    """A walk along rows of weights that `copies` bring. `steps` steps are a chunk.

    A step has `parts` parts, 1 or the blocks of a unit: all blocks at once, or one after the other. Activations are
    staged for `tile` parts at a time: all of a row, a multiple of those of all stages, or a number that divides these.
    """

    k: KernelBuilder
    units: Units
    share: Unpacker
    lane: Value
    copies: Copies
    steps: int
    parts: int
    tile: int

    def run(self, consumer: Consumer) -> None:
        """All steps of the rows."""
        _Walk(self, consumer).run()


class _Walk:
    def __init__(self, ring: Ring, consumer: Consumer) -> None:
        self.k, self.units, self.copies, self.consumer = ring.k, ring.units, ring.copies, consumer
        self.share, self.tile, self.parts = ring.share, ring.tile, ring.parts
        self.slots = ring.copies.slots
        self.unit = ring.lane >> (self.units.form.lanes.bit_length() - 1)
        self.chunk = ring.steps * ring.parts
        self.round = self.slots.stages * self.chunk
        self.total = self.units.steps * ring.parts

    def run(self) -> None:
        """Whole rounds in loops, then what is left. The last chunk is always among that."""
        for chunk in range(min(self.slots.stages - 1, self.slots.chunks)):
            self.copies.start(chunk)
        tiled = self.tile < self.total
        if not tiled:
            self.consumer.stage(0, self.total)
        self.readers = [self._reader(row) for row in range(self.slots.rows)]
        rounds = (self.slots.chunks - 1) // self.slots.stages
        if tiled and self.tile >= self.round:
            self._tiles(rounds)
        else:
            self._rounds(0, rounds, tiled=tiled)
            self._rest(rounds, tiled=tiled)

    def _tiles(self, rounds: int) -> None:
        """Tiles of several rounds each; the last may be smaller."""
        a_tile = self.tile // self.round
        tiles, others = divmod(rounds, a_tile)
        with self.k.for_(0, tiles) as index:
            self.consumer.stage(index * self.tile, self.tile)
            self._rounds(0, a_tile, tiled=False)
        self.consumer.stage(tiles * self.tile, self.total - tiles * self.tile)
        self._rounds(0, others, tiled=False)
        self._rest(rounds, tiled=False)

    def _rounds(self, first: int, end: int, *, tiled: bool) -> None:
        """Rounds `first` to `end`; all their chunks are whole. With `tiled`, activations come within a round."""
        if first == end:
            return
        with self.k.for_(first, end) as index:
            for chunk in range(self.slots.stages):
                self.copies.arrive(chunk, self.slots.stages - 2, last=False)
                self.copies.start(chunk + self.slots.stages - 1)
                for part in range(self.chunk):
                    at = chunk * self.chunk + part
                    if tiled and at % self.tile == 0:
                        self.consumer.stage(index * self.round + at, self.tile)
                    self._add(chunk, part, at % self.tile if tiled else at, *self._blocks(part))
            self.copies.advance()
            if not tiled:
                self.consumer.advance(self.round)

    def _rest(self, rounds: int, *, tiled: bool) -> None:
        """The chunks behind the whole rounds, as many as there are stages at most."""
        behind = rounds * self.slots.stages
        for chunk in range(self.slots.chunks - behind):
            left = self.slots.chunks - 1 - behind - chunk
            self.copies.arrive(chunk, min(self.slots.stages - 2, left), last=left == 0)
            if left >= self.slots.stages - 1:
                self.copies.start(chunk + self.slots.stages - 1)
            for part in range(self.chunk):
                at = chunk * self.chunk + part
                number = rounds * self.round + at
                if number >= self.total:
                    return
                if tiled and at % self.tile == 0:
                    self.consumer.stage(number, self.tile)
                place = at % self.tile if tiled else at
                if number < self.units.whole_steps * self.parts:
                    self._add(chunk, part, place, *self._blocks(part))
                else:
                    self._add_some(chunk, part, place)

    def _blocks(self, part: int) -> tuple[int, int]:
        """The first block of a unit that a part has, and how many."""
        count = self.units.blocks // self.parts
        return part % self.parts * count, count

    def _add_some(self, chunk: int, part: int, place: int) -> None:
        """A part of a step in which the first lanes have units, and the next ones the first block of one."""
        units, k = self.units, self.k
        first, count = self._blocks(part)
        odd = max(0, min(count, units.odd_blocks - first))
        whole = units.rest + (odd == count)
        if whole:
            with k.if_(self.unit < whole):
                self._add(chunk, part, place, first, count)
        if 0 < odd < count:
            with k.if_(self.unit == units.rest):
                self._add(chunk, part, place, first, odd)

    def _add(self, chunk: int, part: int, place: int, first: int, blocks: int) -> None:
        """The products of one part: all loads are started before the first is used."""
        stage = chunk % self.slots.stages * self.slots.stage
        offset = stage + part // self.parts * self.units.step_bytes
        loaded = [reader.load(offset, first, blocks) for reader in self.readers]
        self.consumer.add([[self.share.decode(pieces) for pieces in row] for row in loaded], place)

    def _reader(self, row: int) -> PieceReader:
        lead = self.copies.leads[row]
        start = self.copies.ring.at(row * self.slots.slot)
        alignment = self.units.bytes & -self.units.bytes
        if lead is not None:
            row_alignment = self.slots.row_bytes & -self.slots.row_bytes
            alignment = min(alignment, row_alignment)
            start = start.row(lead, 1)
        start = start.row(self.unit, self.units.bytes).assume_aligned(min(alignment, _PIECE))
        return self.share.reader(start, self.units.blocks)
