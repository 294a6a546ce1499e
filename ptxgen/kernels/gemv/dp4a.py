"""GEMV with integer dot products: `dp4a` of quantised weights and activations of 8 bits in shared memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32, u8
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.activations_q8 import ActivationLayout, Reader, StagedActivations
from ptxgen.kernels.blocks.integer_dots import IntegerDot, RowShare, integer_dot
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.gemv.sources import Source, stage
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_STATIC_SHARED = 48 * 1024
_TILE_BYTES = 36 * 1024
"""Activations in shared memory at once, unless a single step is larger: five CTAs of an SM can have so much."""

_FEW_ROWS = 4
"""Rows of activations up to which a warp keeps several steps in flight."""


@frozen(eq=False)
class Task:
    """What a CTA does: its warps' rows of weights times `batch` rows of activations, which pass through `memory`."""

    format: BlockFormat
    columns: int
    batch: int
    threads: int
    source: Source
    memory: Pointer
    rows: Sequence[Pointer]
    lane: Value


@frozen
class Tiling:
    """How many steps (of 32 shares) of all rows of activations are in shared memory at once."""

    layout: ActivationLayout
    steps: int
    bytes: int


@frozen
class Dp4a:
    """A warp computes `rows` rows and keeps `unroll` steps of each in flight; activations lie in shared memory.

    `rows` rows share each load of activations. A CTA quantises (or copies) the activations once for all of its warps.
    More than a few rows of activations keep a warp busy with each step, and one step is in flight then.
    """

    rows: int = choice(2, 1, 4, 8)
    unroll: int = choice(2, 1, 4)

    def rows_a_cta(self, threads: int) -> int:
        """Rows that a CTA computes."""
        return threads // WARP * self.rows

    def _steps_a_turn(self, batch: int) -> int:
        return self.unroll if batch <= _FEW_ROWS else 1

    def shared_bytes(self, formats: Iterable[BlockFormat], columns: int, batch: int) -> int:
        """Shared memory that one of these formats needs at most."""
        return max(tiling(format, columns, batch).bytes for format in formats)

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """The products of each row of weights with each row of activations, in every lane of the warp.

        All threads of the CTA must come here.
        """
        tiles = tiling(task.format, task.columns, task.batch)
        run = _Run(k, task, tiles, self._steps_a_turn(task.batch))
        run.all_tiles()
        return [[warp_sum(k, total) for total in row] for row in run.totals]


def tiling(format: BlockFormat, columns: int, batch: int) -> Tiling:
    """As many steps as fit, and at least one."""
    layout = dot_layout(format)
    whole = layout.row_bytes(columns) // layout.step_bytes
    steps = max(1, min(whole, _TILE_BYTES // (batch * layout.step_bytes)))
    return Tiling(layout, steps, batch * steps * layout.step_bytes)


def dot_layout(format: BlockFormat) -> ActivationLayout:
    """How the format wants its activations."""
    return integer_dot(format).layout


class _Run:
    """The loop over tiles of columns, and in each over the steps of the warp."""

    def __init__(self, k: KernelBuilder, task: Task, tiling: Tiling, unroll: int) -> None:
        self.k, self.task, self.tiling, self.unroll = k, task, tiling, unroll
        self.dot: IntegerDot = integer_dot(task.format)(k, task.lane)
        self.blocks_a_step = WARP // self.dot.lanes
        self.block = task.lane >> (self.dot.lanes.bit_length() - 1)
        self.step_bytes = self.blocks_a_step * task.format.bytes
        self.rows: list[RowShare] = [
            self.dot.open(row.row(self.block, task.format.bytes)) for row in task.rows
        ]
        self.totals: list[list[Var]] = [[k.var(f32, 0.0) for _ in range(task.batch)] for _ in task.rows]
        columns = tiling.steps * self.blocks_a_step * task.format.weights
        self.staged = StagedActivations(k, task.memory, tiling.layout, task.batch, columns)

    def all_tiles(self) -> None:
        """Every tile of columns in turn; the last may be smaller."""
        k, format = self.k, self.task.format
        tile = self.tiling.steps * self.blocks_a_step
        full, rest = divmod(self.task.columns // format.weights, tile)
        if full > 1:
            with k.for_(0, full) as index:
                k.bar_sync()
                self.tile(index * (tile * format.weights), tile, last=False)
        elif full:
            self.tile(0, tile, last=not rest)
        if rest:
            if full:
                k.bar_sync()
            self.tile(full * tile * format.weights, rest, last=True)

    def tile(self, first_column: Value | int, blocks: int, *, last: bool) -> None:
        """Stage the activations of a tile, and multiply."""
        k, task = self.k, self.task
        stage(k, task.source, self.staged, first_column, blocks * task.format.weights, task.threads)
        k.bar_sync()
        reader = self.staged.reader(task.lane)
        steps, rest = divmod(blocks, self.blocks_a_step)
        turns, single = divmod(steps, self.unroll)
        if turns == 1 and not single and not rest:
            turns, single = 0, self.unroll
        if turns:
            with k.for_(0, turns):
                self.multiply(reader, range(self.unroll))
                self.advance(self.unroll)
                reader.advance(self.unroll)
        self.multiply(reader, range(single))
        if rest:
            with k.if_(self.block < rest):
                self.multiply(reader, range(single, single + 1))
        if not last:
            self.advance(single)

    def advance(self, steps: int) -> None:
        """Move the rows of weights on."""
        for row in self.rows:
            row.advance(steps * self.step_bytes)

    def multiply(self, reader: Reader, steps: range) -> None:
        """Add some steps. All loads of weights are started before the first is used."""
        loaded = [[row.load(step * self.step_bytes) for row in self.rows] for step in steps]
        for step, words in zip(steps, loaded, strict=True):
            decoded = [self.dot.decode(row, w) for row, w in zip(self.rows, words, strict=True)]
            for batch_row in range(self.task.batch):
                share = reader.load(batch_row, step)
                for weights, totals in zip(decoded, self.totals, strict=True):
                    self.dot.accumulate(weights, share, totals[batch_row])


def dynamic_bytes(bytes: int) -> int:
    """Of so many bytes of shared memory, what a launch adds: nothing where the static kind is enough."""
    return bytes if bytes > _STATIC_SHARED else 0


def shared_memory(k: KernelBuilder, bytes: int) -> Pointer:
    """So many bytes of shared memory, 16-byte aligned."""
    if dynamic_bytes(bytes):
        return k.dynamic_shared("memory", u8, align=16)
    return k.shared("memory", u8, bytes, align=16)
