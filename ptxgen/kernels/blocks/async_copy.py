"""Tiles from global to shared memory with `cp.async`, ragged edges filled with zeros, in a pipeline of stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import b16, u8, u32
from ptxgen.kernels.blocks.tiles import CHUNK, TileLayout, shared_pointer

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen(eq=False)
class Chunk:
    """One chunk of 16 bytes that a thread copies: `row` and `chunk` in the tile (u32), and its shared `offset`."""

    row: Value
    chunk: Value
    offset: Value
    more: int = 0
    """Bytes to add to `offset`."""


class TileCopy:
    """One thread's share of copying a tile: `chunks`, in the same order as `start` asks for their sources.

    Neighbouring threads copy neighbouring chunks of a row, so that global memory is read in full sectors. Where the
    threads are a multiple of a row's chunks, all of a thread's chunks lie in one column of the tile and its rows
    `row_step` apart.

    `piece` says how global addresses are aligned: 16, 8 or 4 bytes are copied at once; 2 means halves, which go
    through registers because `cp.async` takes no fewer than 4 bytes.
    """

    def __init__(
        self, k: KernelBuilder, layout: TileLayout, thread: Value, threads: int, piece: int = CHUNK
    ) -> None:
        self.k = k
        self.layout = layout
        self.piece = piece
        total = layout.rows * layout.chunks
        self.whole = total % threads == 0
        self.row_step = threads // layout.chunks if threads % layout.chunks == 0 else 0
        self.chunks: list[Chunk] = []
        for i in range(-(-total // threads)):
            index = thread + i * threads if i else thread
            self.chunks.append(self._chunk(index, i))
        self._inside = None if self.whole else thread + (len(self.chunks) - 1) * threads < total

    def _chunk(self, index: Value, i: int) -> Chunk:
        layout, first = self.layout, self.chunks[0] if self.chunks else None
        if first is not None and self.row_step:
            row, chunk = first.row + i * self.row_step, first.chunk
            if self.row_step % layout.period == 0:
                return Chunk(row, chunk, first.offset, i * self.row_step * layout.pitch)
        else:
            row, chunk = index // layout.chunks, index % layout.chunks
        return Chunk(row, chunk, layout.place(self.k, row, chunk))

    def start(
        self,
        tile: Value,
        source: Callable[[int, Chunk], Pointer],
        valid: Callable[[int, Chunk], Value | None],
    ) -> None:
        """Start copying to the tile at shared address `tile`.

        For each chunk, `source(i, chunk)` points to its 16 bytes in global memory and `valid(i, chunk)` says how many
        of them (u32, 0 to 16) exist: the rest become zeros and are not read. None stands for all.
        """
        last = len(self.chunks) - 1
        for i, chunk in enumerate(self.chunks):
            target = tile + chunk.offset
            if i == last and self._inside is not None:
                with self.k.if_(self._inside):
                    self._copy(target, chunk.more, source(i, chunk), valid(i, chunk))
            else:
                self._copy(target, chunk.more, source(i, chunk), valid(i, chunk))

    def _copy(self, target: Value, more: int, source: Pointer, valid: Value | None) -> None:
        to = shared_pointer(self.k, target, u8).at(more)
        for start in range(0, CHUNK, self.piece):
            left = valid
            if valid is not None and self.piece < CHUNK:
                left = self.k.min(self.k.max(valid, start) - start, self.piece)
            self._move(to.at(start), source.cast(u8).at(start), left)

    def _move(self, to: Pointer, source: Pointer, left: Value | None) -> None:
        k = self.k
        if self.piece == 2:
            value = k.var(b16, 0)
            if left is None:
                source.cast(b16).load(into=value)
            else:
                with k.predicated(left > 0):
                    source.cast(b16).load(into=value)
            to.cast(b16)[0] = value
            return
        cache = "cg" if self.piece == CHUNK else "ca"
        sizes = (self.piece,) if left is None else (self.piece, left)
        k.op(f"cp.async.{cache}.shared.global", to, source, *sizes)


def pipeline(
    k: KernelBuilder,
    stages: int,
    stage_bytes: int,
    base: Value,
    steps: Value | int,
    start: Callable[[Value, Value], None],
    compute: Callable[[Value], None],
) -> None:
    """A loop over `steps` whose copies run `stages - 1` steps ahead of the computation.

    Stage s lies at shared address `base + s * stage_bytes`. `start(address, step)` starts the copies of one step to a
    stage, `compute(address)` uses a stage whose copies have arrived; both are built for all threads of the CTA, which
    meet at one barrier a step. After the last step the stages may still be read by other threads: meet before writing.
    """
    end = base + stages * stage_bytes
    filling, reading = k.var(u32, base), k.var(u32, base)
    for ahead in range(stages - 1):
        step = k.const(u32, ahead)
        with k.if_(step < steps):
            start(base + ahead * stage_bytes, step)
        k.op("cp.async.commit_group")
    filling.set(base + (stages - 1) * stage_bytes)
    with k.for_(k.const(u32, 0), steps) as step:
        k.op("cp.async.wait_group", stages - 2)
        k.bar_sync()
        ahead = step + (stages - 1)
        with k.if_(ahead < steps):
            start(filling.get(), ahead)
        k.op("cp.async.commit_group")
        compute(reading.get())
        for stage in (filling, reading):
            stage += stage_bytes
            stage.set(k.select(stage == end, base, stage))
    k.op("cp.async.wait_group", 0)
