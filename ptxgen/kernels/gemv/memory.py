"""What lies where in the shared memory of a CTA whose warps have rings of weights: activations, then a ring a warp."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.kernels.blocks.unpackers import product_span, share_of
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemv.copies import Copies, Slots
from ptxgen.kernels.gemv.products import IntegerProducts, Shape, Task
from ptxgen.kernels.gemv.ring import Ring, chunk_steps

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_ALIGNED = 16


@frozen
class RingMemory:
    """Activations of `tile` parts of steps, and rings with these slots."""

    shape: Shape
    slots: Slots
    tile: int

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(shape: Shape, rows: int, stages: int, slack: int, most: int) -> RingMemory:
        """With as many stages as asked for, and all activations; or with less of these, to keep to `most` bytes.

        Fewer stages before smaller chunks before fewer activations; of these at least those of one part of a step.
        """
        units = shape.units
        chunks = dict.fromkeys(chunk_steps(units, few=few) * units.step_bytes for few in (shape.many, True))
        made = [
            RingMemory(shape, Slots(rows, count, chunk, units.row_bytes, slack), units.steps * shape.parts)
            for chunk in chunks
            for count in range(stages, 1, -1)
        ]
        fitting = [memory for memory in made if memory.bytes <= most]
        return fitting[0] if fitting else made[-1]._with_tiles(most)

    @property
    def steps(self) -> int:
        """Steps of a chunk."""
        return self.slots.chunk // self.shape.units.step_bytes

    @property
    def activations(self) -> int:
        """Bytes of the activations."""
        shape = self.shape
        return shape.batch * -(-self.tile * shape.layout.step_bytes // _ALIGNED) * _ALIGNED

    @property
    def bytes(self) -> int:
        """Bytes of all."""
        return self.activations + self.shape.warps * self.slots.bytes

    @property
    def whole(self) -> bool:
        """Whether all activations are in shared memory at once."""
        return self.tile >= self.shape.units.steps * self.shape.parts

    def _with_tiles(self, most: int) -> RingMemory:
        """As many activations as there is room for: whole rounds of the ring, or a part that divides these."""
        step = self.shape.batch * self.shape.layout.step_bytes
        room = max(1, (most - self.shape.warps * self.slots.bytes) // step)
        round = self.steps * self.shape.parts * self.slots.stages
        tile = room // round * round or max(n for n in range(1, room + 1) if round % n == 0)
        return RingMemory(self.shape, self.slots, min(tile, self.shape.units.steps * self.shape.parts))

    def ring(self, k: KernelBuilder, task: Task) -> Pointer:
        """The ring of the calling warp."""
        warp: Value = k.tid.x >> (WARP.bit_length() - 1)
        return task.memory.at(self.activations).row(warp, self.slots.bytes)

    def totals(self, k: KernelBuilder, task: Task, copies: Copies) -> list[list[Value]]:
        """The products of a task whose weights the copies bring."""
        units = self.shape.units
        products = IntegerProducts(k, task, self.tile)
        share = share_of(k, self.shape.format, task.lane, product_span(self.shape.format))
        Ring(k, units, share, task.lane, copies, self.steps, self.shape.parts, self.tile).run(products)
        return products.totals()
