"""Rings of stages that one side fills and the other empties, with mbarriers (PTX ISA 9.0, section 9.7.13.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import b32, b64, u32
from ptxgen.kernels.blocks.tiles import shared_pointer

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

MBARRIER = 8
"""Bytes of an mbarrier."""


class Ring:
    """`stages` stages of `stage_bytes` from shared address `base` on, each with a barrier "full" and one "empty".

    A producer waits for a stage to be empty, says how many bytes it is about to copy (`fill`), and starts copies that
    complete on the "full" barrier. Consumers wait for that, use the stage, and `release` it: it is empty when all
    `consumers` warps have. `barriers` is the shared address of `bytes` bytes, a multiple of 8, for the mbarriers.
    """

    def __init__(
        self, k: KernelBuilder, stages: int, stage_bytes: int, base: Value, barriers: Value, consumers: int
    ) -> None:
        self.k = k
        self.stages = stages
        self.stage_bytes = stage_bytes
        self.base = base
        self.barriers = barriers
        self.consumers = consumers

    @staticmethod
    def barrier_bytes(stages: int) -> int:
        """Bytes of shared memory for the mbarriers of so many stages."""
        return 2 * MBARRIER * stages

    def initialise(self) -> None:
        """For one thread, before a barrier of the CTA: make the mbarriers, visible to asynchronous copies as well."""
        k = self.k
        for stage in range(self.stages):
            k.op("mbarrier.init.shared.b64", self._barrier(stage * MBARRIER), 1)
            k.op("mbarrier.init.shared.b64", self._barrier((self.stages + stage) * MBARRIER), self.consumers)
        k.op("fence.proxy.async.shared::cta")

    def position(self) -> RingPosition:
        """A place in the ring, at the first stage. Each side that goes round has its own."""
        return RingPosition(self)

    def _barrier(self, offset: int) -> Pointer:
        return shared_pointer(self.k, self.barriers, b64, MBARRIER).at(offset // MBARRIER)


class RingPosition:
    """Where a producer or consumer is: a stage, and the parity of the round (0 in the first)."""

    def __init__(self, ring: Ring) -> None:
        k = ring.k
        self.ring = ring
        self._index = k.var(u32, 0)
        self._parity = k.var(u32, 0)

    @property
    def index(self) -> Value:
        """The stage's number."""
        return self._index.get()

    @property
    def stage(self) -> Value:
        """The stage's shared address."""
        return self.ring.k.mad(self._index, self.ring.stage_bytes, self.ring.base)

    @property
    def full(self) -> Pointer:
        """The barrier that copies to the stage complete on."""
        return self._at(0)

    @property
    def empty(self) -> Pointer:
        """The barrier that consumers release the stage on."""
        return self._at(self.ring.stages)

    def fill(self, count: int) -> None:
        """For one thread: wait until the stage is empty, then expect `count` bytes of copies."""
        k = self.ring.k
        # The first round finds all stages empty: a new mbarrier takes the parity before its first for over.
        wait(k, self.empty, self._parity ^ 1)
        k.op("mbarrier.arrive.expect_tx.shared.b64", self.full, count)

    def wait_full(self) -> None:
        """Wait until the copies to the stage have arrived."""
        wait(self.ring.k, self.full, self._parity.get())

    def release(self, lane: Value) -> None:
        """For all lanes of a consumer warp: what they read of the stage has been read."""
        k = self.ring.k
        k.bar_warp_sync()
        with k.if_(lane == 0):
            k.op("mbarrier.arrive.shared.b64", self.empty)

    def advance(self) -> None:
        """Go to the next stage, and into the next round after the last."""
        k = self.ring.k
        self._index += 1
        last = self._index == self.ring.stages
        self._index.set(k.select(last, 0, self._index))
        self._parity.set(k.select(last, self._parity ^ 1, self._parity))

    def _at(self, first: int) -> Pointer:
        barriers = shared_pointer(self.ring.k, self.ring.barriers, b64, MBARRIER)
        return barriers.at(self._index.get()).at(first)


def wait(k: KernelBuilder, barrier: Pointer, parity: Value) -> None:
    """Wait until the mbarrier's phase of this parity is over; memory that it stands for is visible then."""
    with k.loop():
        k.break_(k.op("mbarrier.try_wait.parity.shared.b64", barrier, k.bitcast(b32, parity)))
