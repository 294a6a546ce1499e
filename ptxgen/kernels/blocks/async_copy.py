"""Tiles from global to shared memory with `cp.async`, ragged edges filled with zeros, in a pipeline of stages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from math import gcd
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.ir.builder import Value
from ptxgen.isa.types import b16, b32, s32, u8, u32
from ptxgen.kernels.blocks.tiles import CHUNK, TileLayout, shared_pointer

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer

_HALF = 2


@frozen(eq=False)
class Chunk:
    """One chunk of 16 bytes that a thread copies: row `row + down` and chunk `chunk` of the tile.

    It lies `offset + further` bytes from the start of the tile. `row`, `chunk` and `offset` are u32 values, which
    several chunks may share; `down` and `further` are known at build time.
    """

    row: Value
    chunk: Value
    offset: Value
    down: int = 0
    further: int = 0


class TileCopy:
    """One thread's share of copying a tile: `chunks`.

    Neighbouring threads copy neighbouring chunks of a row, so that global memory is read in full sectors. Where the
    threads are a multiple of a row's chunks, all of a thread's chunks share `row` and `chunk` and differ in `down`.

    `piece` is how global addresses are aligned, in bytes: 16, 8 or 4 are copied at once; 2 go through registers,
    because `cp.async` takes no fewer than 4. All do unless `asynchronous`, which sm_80 brought: the tile is then
    written when `start` is done, and other threads see it after a barrier.
    """

    def __init__(
        self,
        k: KernelBuilder,
        layout: TileLayout,
        thread: Value,
        threads: int,
        piece: int = CHUNK,
        *,
        asynchronous: bool = True,
    ) -> None:
        self.k = k
        self.layout = layout
        self.piece = piece
        self._asynchronous = asynchronous and piece > _HALF
        total = layout.rows * layout.chunks
        count = -(-total // threads)
        step, rest = divmod(threads, layout.chunks)
        if rest == 0:
            self.chunks = self._column(thread, count, step)
        else:
            self.chunks = [self._single(thread + i * threads) for i in range(count)]
        self._inside = thread + (count - 1) * threads < total if total % threads else None

    def _single(self, index: Value) -> Chunk:
        row, chunk = index // self.layout.chunks, index % self.layout.chunks
        return Chunk(row, chunk, self.layout.place(self.k, row, chunk))

    def _column(self, thread: Value, count: int, step: int) -> list[Chunk]:
        """Chunks below each other, `step` rows apart. The swizzle repeats after some of them."""
        layout, first = self.layout, self._single(thread)
        distinct = layout.period // gcd(step, layout.period)
        offsets = [
            layout.place(self.k, first.row + i * step, first.chunk) if i else first.offset
            for i in range(min(distinct, count))
        ]
        return [
            Chunk(
                first.row,
                first.chunk,
                offsets[i % distinct],
                i * step,
                i // distinct * distinct * step * layout.pitch,
            )
            for i in range(count)
        ]

    def start(
        self, tile: Value, source: Callable[[Chunk], Pointer], valid: Callable[[Chunk], Value | None]
    ) -> None:
        """Start copying to the tile at shared address `tile`.

        For each chunk, `source` points to its 16 bytes in global memory and `valid` says how many of them exist (u32, 0
        to 16): the others become zeros and are not read. None stands for all.
        """
        self.each(lambda chunk: self._copy(tile + chunk.offset, chunk.further, source(chunk), valid(chunk)))

    def each(self, move: Callable[[Chunk], None]) -> None:
        """`move(chunk)` for each of the thread's chunks that the tile has."""
        last = self.chunks[-1]
        for chunk in self.chunks:
            if chunk is last and self._inside is not None:
                with self.k.if_(self._inside):
                    move(chunk)
            else:
                move(chunk)

    def _copy(self, target: Value, further: int, source: Pointer, valid: Value | None) -> None:
        to = shared_pointer(self.k, target, u8).at(further)
        for start in range(0, CHUNK, self.piece):
            left = valid
            if valid is not None and self.piece < CHUNK:
                left = self.k.min(self.k.max(valid, start) - start, self.piece)
            self._move(to.at(start), source.cast(u8).at(start), left)

    def _move(self, to: Pointer, source: Pointer, left: Value | None) -> None:
        k = self.k
        if not self._asynchronous:
            self._move_by_registers(to, source, left)
            return
        cache = "cg" if self.piece == CHUNK else "ca"
        sizes = (self.piece,) if left is None else (self.piece, left)
        k.op(f"cp.async.{cache}.shared.global", to, source, *sizes)

    def _move_by_registers(self, to: Pointer, source: Pointer, left: Value | None) -> None:
        """Rows are multiples of a piece, so that all or nothing of it exists."""
        k = self.k
        type = b16 if self.piece == 2 else b32
        values = [k.var(type, 0) for _ in range(self.piece // type.bytes)]
        many = len(values) > 1
        with nullcontext() if left is None else k.predicated(left > 0):
            source.cast(type).assume_aligned(self.piece).load(
                vec=len(values), into=tuple(values) if many else values[0]
            )
        to.cast(type).store(0, tuple(values) if many else values[0])


class MatrixTiles:
    """Tiles of a row-major matrix in global memory, for one thread of those that copy them.

    matrix: `rows` x `columns` elements, `pitch` of them from a row to the next (as many as columns unless given).
    Tiles begin at (`row`, `column`), moved by what `start` says, at a column that is a multiple of a tile's columns.
    What lies outside of the matrix is copied as zeros. `whole` promises that no tile reaches beyond the last row,
    `reach` that none does beyond that column (unless given: that none begins beyond the last column).
    """

    def __init__(
        self,
        copy: TileCopy,
        matrix: Pointer,
        rows: Value | int,
        columns: int,
        *,
        row: Value | int = 0,
        column: Value | int = 0,
        pitch: int = 0,
        whole: bool = False,
        reach: int = 0,
    ) -> None:
        self._k = copy.k
        self._copy = copy
        self._matrix = matrix
        self._rows = rows
        self._columns = columns
        self._row = row
        self._column = column
        self._pitch = pitch or columns
        self._whole = whole
        tile = copy.layout.columns
        self._full = (reach or -(-columns // tile) * tile) <= columns
        self._starts: dict[tuple[Value, Value], tuple[Pointer, Any, Any]] = {}
        for chunk in copy.chunks:
            self._start(chunk)

    def start(self, tile: Value, *, down: Value | int = 0, right: Value | int = 0) -> None:
        """Start copying the tile whose first element is `down` rows and `right` columns (u32) from the first tile's."""
        size = self._matrix.type.bytes

        def source(chunk: Chunk) -> Pointer:
            place, _, _ = self._start(chunk)
            if not isinstance(down, int) or down:
                place = place.row(down, self._pitch)
            if not isinstance(right, int) or right:
                place = place.at(right)
            return place.at(chunk.down * self._pitch)

        def valid(chunk: Chunk) -> Value | None:
            k = self._k
            _, rows_left, bytes_left = self._start(chunk)
            if self._whole and self._full:
                return None
            inside: Any = (
                CHUNK if self._full else k.min(k.max(bytes_left - self._signed(right) * size, 0), CHUNK)
            )
            if not self._whole:
                exists = rows_left - self._signed(down) > chunk.down
                inside = k.select(exists, inside, 0, type=s32 if self._full else None)
            return k.bitcast(u32, inside)

        self._copy.start(tile, source, valid)

    def _start(self, chunk: Chunk) -> tuple[Pointer, Any, Any]:
        """Of the first tile: where the thread's chunk begins, and rows and bytes from there on (s32) if needed."""
        key = (chunk.row, chunk.chunk)
        if key not in self._starts:
            k = self._k
            size = self._matrix.type.bytes
            row = chunk.row + self._row
            column = chunk.chunk * (CHUNK // size) + self._column
            rows_left = None if self._whole else self._signed(self._rows) - k.bitcast(s32, row)
            bytes_left = None if self._full else (self._columns - k.bitcast(s32, column)) * size
            self._starts[key] = self._matrix.row(row, self._pitch).at(column), rows_left, bytes_left
        return self._starts[key]

    def _signed(self, value: Value | int) -> Any:
        return value if isinstance(value, int) else self._k.bitcast(s32, value)


class CopyPipeline:
    """Stages in shared memory whose copies run `stages - 1` steps ahead of who uses them.

    Stage s lies at shared address `base + s * stage_bytes`. `start(address, step)` starts the copies of one step (u32)
    to a stage, for all threads of the CTA. After `fill`, `take` is called for each step in turn.
    """

    def __init__(
        self,
        k: KernelBuilder,
        stages: int,
        stage_bytes: int,
        base: Value,
        steps: Value | int,
        start: Callable[[Value, Value], None],
    ) -> None:
        self._k = k
        self._stages = stages
        self._stage_bytes = stage_bytes
        self._base = base
        self._steps = steps
        self._start = start

    def fill(self) -> None:
        """Start the copies of the first steps."""
        k, ahead = self._k, self._stages - 1
        for step in range(ahead):
            address = self._base + step * self._stage_bytes
            if isinstance(self._steps, Value):
                with k.if_(self._steps > step):
                    self._start(address, k.const(u32, step))
            elif step < self._steps:
                self._start(address, k.const(u32, step))
            k.op("cp.async.commit_group")
        self._end = self._base + self._stages * self._stage_bytes
        self._filling = k.var(u32, self._base + ahead * self._stage_bytes)
        self._reading = k.var(u32, self._base)

    def take(self, step: Value) -> Value:
        """The address of the step's stage, whose copies are there for all threads.

        The CTA meets here: the stage of the step before is then used no longer, and copies to it are started.
        """
        k = self._k
        k.op("cp.async.wait_group", self._stages - 2)
        k.bar_sync()
        ahead = step + (self._stages - 1)
        with k.if_(ahead < self._steps):
            self._start(self._filling.get(), ahead)
        k.op("cp.async.commit_group")
        taken = self._reading.get()
        for stage in (self._filling, self._reading):
            stage += self._stage_bytes
            stage.set(k.select(stage == self._end, self._base, stage))
        return taken

    def drain(self) -> None:
        """After the last step: no copy is under way. Other threads may still use its stage."""
        self._k.op("cp.async.wait_group", 0)


def pipeline(
    k: KernelBuilder,
    stages: int,
    stage_bytes: int,
    base: Value,
    steps: Value | int,
    start: Callable[[Value, Value], None],
    compute: Callable[[Value], None],
    prepare: Callable[[], None] | None = None,
) -> None:
    """A loop over the steps of a `CopyPipeline`: `compute(address)` uses the stage of one step.

    `prepare()` is built in front of the loop, when the first copies are under way: what was committed before has
    arrived then, in all threads. After the last step the stages may still be read by other threads: meet before
    writing.
    """
    copies = CopyPipeline(k, stages, stage_bytes, base, steps, start)
    copies.fill()
    if prepare is not None:
        k.op("cp.async.wait_group", stages - 1)
        k.bar_sync()
        prepare()
    with k.for_(0, steps) as step:
        compute(copies.take(step))
    copies.drain()
