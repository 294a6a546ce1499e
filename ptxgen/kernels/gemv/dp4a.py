"""Weights through shared memory by copies of all lanes, activations in shared memory: `dp4a`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.kernels.base import choice, option
from ptxgen.kernels.gemv.copies import AsyncCopies, by_lanes
from ptxgen.kernels.gemv.memory import RingMemory
from ptxgen.kernels.gemv.products import Shape, Task
from ptxgen.kernels.gemv.sources import Source

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_MOST_SHARED = 63 * 1024
"""What every target has for a CTA, with 1 KiB left for what else there is; and three CTAs of an SM of Hopper."""

_FEW_ROWS = 4


@frozen
class Dp4a:
    """A warp computes `rows` rows of weights, which copies bring to its ring of at most `stages` stages.

    `rows` rows share each load of activations. A CTA quantises (or copies) the activations once for all of its warps,
    and where they all fit into shared memory, for several groups of rows: a launch has at most `ctas` CTAs then. Where
    memory is short, there are fewer stages, then activations in tiles, then fewer rows.
    """

    rows: int = choice(2, 1, 4, 8)
    stages: int = choice(3, 2, 4)
    ctas: int = option(528)

    minimum_sm: ClassVar[int] = 75

    def memory(self, shape: Shape, rows: int) -> RingMemory:
        """What lies where for so many rows of weights a warp."""
        return RingMemory.of(
            shape, rows, self.stages, AsyncCopies.slack_of(shape.units.row_bytes), _MOST_SHARED
        )

    def shared_bytes(self, shape: Shape, rows: int) -> int:
        """See `Strategy`."""
        return self.memory(shape, rows).bytes

    def fits(self, shape: Shape, rows: int) -> bool:
        """See `Strategy`; few activations should all fit besides, so that each CTA quantises them once."""
        memory = self.memory(shape, rows)
        return memory.bytes <= _MOST_SHARED and (memory.whole or shape.batch > _FEW_ROWS)

    def has_room(self, shape: Shape, rows: int) -> bool:
        """See `Strategy`."""
        return self.memory(shape, rows).bytes <= _MOST_SHARED

    def turns(self, shape: Shape, rows: int, groups: int) -> int:
        """As few as keep to `ctas`, so that all CTAs have nearly as many."""
        return -(-groups // self.ctas) if self.memory(shape, rows).whole else 1

    def stage(self, k: KernelBuilder, shape: Shape, rows: int, source: Source, memory: Pointer) -> bool:
        """See `Strategy`."""
        if not self.memory(shape, rows).whole:
            return False
        shape.stage(k, source, memory, 0, shape.units.steps * shape.parts)
        k.bar_sync()
        return True

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """See `Strategy`."""
        memory = self.memory(task.shape, len(task.rows))
        ring = memory.ring(k, task)
        # The rows before may be read yet.
        k.bar_warp_sync()
        return memory.totals(k, task, by_lanes(k, memory.slots, ring, task.rows, task.lane))
