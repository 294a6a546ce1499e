"""Weights through shared memory by bulk copies, several stages ahead: a ring for each warp (Hopper and later)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.mbarriers import MBARRIER
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.gemv.copies import BulkCopies
from ptxgen.kernels.gemv.memory import RingMemory
from ptxgen.kernels.gemv.products import Shape, Task
from ptxgen.kernels.gemv.sources import Source

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_MOST_SHARED = 226 * 1024
_USUAL_SHARED = 98 * 1024
"""What every target with bulk copies has for a CTA, and Hopper for two, with 1 KiB left for what else there is."""


@frozen
class BulkRing:
    """Each warp has at most `stages` stages; lane 0 copies the next chunk of `rows` rows into the one just emptied.

    Copies need no registers and no lane waits for them until their turn, and they read weights once, in full sectors,
    whatever the alignment of the format's blocks: see `BulkCopies`. Nothing behind the weights is read, and nothing
    need be padded. All activations are in shared memory at once. KRN041 where that is too little.
    """

    rows: int = choice(2, 1, 4)
    stages: int = choice(4, 3, 6)

    minimum_sm: ClassVar[int] = 90

    def memory(self, shape: Shape, rows: int) -> RingMemory:
        """What lies where for so many rows of weights a warp; the mbarriers lie behind it."""
        slack = BulkCopies.slack_of(shape.units.row_bytes)
        usual, most = (
            RingMemory.of(shape, rows, self.stages, slack, limit - self._barriers(shape))
            for limit in (_USUAL_SHARED, _MOST_SHARED)
        )
        return usual if usual.whole and usual.bytes + self._barriers(shape) <= _USUAL_SHARED else most

    def shared_bytes(self, shape: Shape, rows: int) -> int:
        """See `Strategy`."""
        memory = self.memory(shape, rows)
        bytes = memory.bytes + self._barriers(shape)
        if not memory.whole or bytes > _MOST_SHARED:
            raise KernelError(
                "KRN041",
                f"{shape.batch} rows of {shape.columns} activations and the rings of all warps take more than the"
                f" {_MOST_SHARED} bytes of shared memory that a CTA has at most",
                help="the strategy Dp4a takes any number of columns; fewer rows, stages or threads need less",
            )
        return bytes

    def fits(self, shape: Shape, rows: int) -> bool:
        """See `Strategy`."""
        memory = self.memory(shape, rows)
        return memory.whole and memory.bytes + self._barriers(shape) <= _MOST_SHARED

    def has_room(self, shape: Shape, rows: int) -> bool:
        """See `Strategy`."""
        return self.fits(shape, rows)

    def turns(self, shape: Shape, rows: int, groups: int) -> int:
        """One: the copies of a CTA's first chunks travel while it stages the activations."""
        return 1

    def stage(self, k: KernelBuilder, shape: Shape, rows: int, source: Source, memory: Pointer) -> bool:
        """Left to `totals`."""
        return False

    def totals(self, k: KernelBuilder, task: Task) -> list[list[Value]]:
        """See `Strategy`."""
        memory = self.memory(task.shape, len(task.rows))
        warp = k.tid.x >> (WARP.bit_length() - 1)
        barriers = task.memory.at(memory.bytes).row(warp, self.stages * MBARRIER)
        last = [number == task.n - 1 for number in task.numbers]
        ring = memory.ring(k, task)
        return memory.totals(k, task, BulkCopies(k, memory.slots, ring, task.rows, task.lane, barriers, last))

    def _barriers(self, shape: Shape) -> int:
        return shape.warps * self.stages * MBARRIER
