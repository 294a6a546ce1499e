"""Weights straight from global memory into registers, activations in shared memory: `dp4a`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.kernels.base import choice, option
from ptxgen.kernels.blocks.activations_q8 import Reader, StagedActivations
from ptxgen.kernels.gemv.products import Products, Shape, Task
from ptxgen.kernels.gemv.sources import Source, stage

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_TILE_BYTES = 36 * 1024
"""Activations in shared memory at once, unless a single step is larger: five CTAs of an SM can have so much."""

_FEW_ROWS = 4
"""Rows of activations up to which a warp keeps several steps in flight."""


@frozen
class Dp4a:
    """A warp computes `rows` rows and keeps `unroll` steps of each in flight; activations lie in shared memory.

    `rows` rows share each load of activations. A CTA quantises (or copies) the activations once for all of its warps,
    and where they all fit into shared memory, for several groups of rows: a launch has at most `ctas` CTAs then.
    More than a few rows of activations keep a warp busy with each step, and one step is in flight then.
    """

    rows: int = choice(2, 1, 4, 8)
    unroll: int = choice(2, 1, 4)
    ctas: int = option(528)

    minimum_sm: ClassVar[int] = 75

    def shared_bytes(self, shape: Shape, matrices: int) -> int:
        """See `Strategy`."""
        return shape.batch * tile_steps(shape) * shape.layout.step_bytes

    def turns(self, shape: Shape, groups: int) -> int:
        """As few as keep to `ctas`, so that all CTAs have nearly as many."""
        return -(-groups // self.ctas) if _fits(shape) else 1

    def stage(self, k: KernelBuilder, shape: Shape, source: Source, memory: Pointer) -> bool:
        """See `Strategy`."""
        if not _fits(shape):
            return False
        staged = StagedActivations(k, memory, shape.layout, shape.batch, shape.columns)
        stage(k, source, staged, 0, shape.columns, shape.threads)
        k.bar_sync()
        return True

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """See `Strategy`."""
        loop = _Loop(k, task, self.unroll if task.shape.batch <= _FEW_ROWS else 1)
        loop.all_tiles()
        return loop.products.totals()


def tile_steps(shape: Shape) -> int:
    """Steps of all rows of activations that are in shared memory at once: as many as fit, and at least one."""
    whole = -(-shape.blocks // shape.blocks_a_step)
    return max(1, min(whole, _TILE_BYTES // (shape.batch * shape.layout.step_bytes)))


def _fits(shape: Shape) -> bool:
    """Whether all activations are in shared memory at once."""
    return tile_steps(shape) * shape.blocks_a_step >= shape.blocks


class _Loop:
    """The loop over tiles of columns, and in each over the steps of the warp."""

    def __init__(self, k: KernelBuilder, task: Task, unroll: int) -> None:
        self.k, self.task, self.unroll = k, task, unroll
        self.products = Products(k, task)
        self.rows = self.products.open(task.rows)
        shape = task.shape
        self.tile_blocks = tile_steps(shape) * shape.blocks_a_step
        columns = self.tile_blocks * shape.format.weights
        self.staged = StagedActivations(k, task.memory, shape.layout, shape.batch, columns)

    def all_tiles(self) -> None:
        """Every tile of columns in turn; the last may be smaller."""
        k, shape = self.k, self.task.shape
        tile_columns = self.tile_blocks * shape.format.weights
        full, rest = divmod(shape.blocks, self.tile_blocks)
        if full > 1:
            with k.for_(0, full) as index:
                k.bar_sync()
                self.tile(index * tile_columns, self.tile_blocks, last=False)
        elif full:
            self.tile(0, self.tile_blocks, last=not rest)
        if rest:
            if full:
                k.bar_sync()
            self.tile(full * tile_columns, rest, last=True)

    def tile(self, first_column: Value | int, blocks: int, *, last: bool) -> None:
        """Stage the activations of a tile, and multiply."""
        k, task, shape = self.k, self.task, self.task.shape
        if not task.staged:
            stage(k, task.source, self.staged, first_column, blocks * shape.format.weights, shape.threads)
            k.bar_sync()
        reader = self.staged.reader(task.lane)
        steps, rest = divmod(blocks, shape.blocks_a_step)
        turns, single = divmod(steps, self.unroll)
        if turns == 1 and not single and not rest:
            turns, single = 0, self.unroll
        if turns:
            with k.for_(0, turns):
                self.add(reader, range(self.unroll))
                self.advance(self.unroll)
                reader.advance(self.unroll)
        self.add(reader, range(single))
        if rest:
            with k.if_(self.products.block < rest):
                self.add(reader, range(single, single + 1))
        if not last:
            self.advance(single)

    def add(self, reader: Reader, steps: range) -> None:
        """Add steps behind the cursors."""
        self.products.add(self.rows, reader, [(step * self.task.shape.step_bytes, step) for step in steps])

    def advance(self, steps: int) -> None:
        """Move the rows of weights on."""
        for row in self.rows:
            for place in row:
                place.advance(steps * self.task.shape.step_bytes)
