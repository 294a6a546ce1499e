"""The seam for sanitizers: what an observer of the machine is told. Nothing is computed when there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen

from ptxgen.emulator.errors import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch
    from ptxgen.emulator.memory import Buffer

Array = np.ndarray[Any, Any]


@define(eq=False, slots=False)
class Access:
    """One memory instruction as the active threads executed it.

    space: GLOBAL (constants and entry parameters included), SHARED or LOCAL. where: byte addresses in that space,
    uint64, which broadcast to `shape`, the shape of the active threads. threads: the number of each thread in the
    batch, one axis (`batch.place` turns it into indices). size: bytes that each thread accesses. atomic: whether it was
    a read-modify-write. owners: for shared memory that may be another CTA's of the cluster, the column of the CTA whose
    memory each thread accesses; None where it is the thread's own (`thread % batch.columns`). data: gives what each
    thread stores, bytes `[threads, size]`; None for loads and atomics.
    """

    instruction: Instruction
    space: StateSpace
    where: Array
    shape: tuple[int, ...]
    threads: Array
    size: int
    batch: Batch
    atomic: bool = False
    owners: Array | None = None
    data: Callable[[], Array] | None = None

    @cached_property
    def address(self) -> Array:
        """The byte address of each thread, one axis."""
        return np.broadcast_to(self.where, self.shape).reshape(-1)

    def place(self, index: int) -> Place:
        """Where the index-th access happened."""
        return self.batch.place(int(self.threads[index]))


@frozen(eq=False)
class BarrierEvent:
    """Threads that passed a barrier of their CTA together. `threads` as in `Access`; `barrier` is its number."""

    instruction: Instruction
    barrier: int
    threads: Array
    batch: Batch


@frozen(eq=False)
class WarpEvent:
    """Lanes that passed a `bar.warp.sync` together: `members` is the member mask of each thread."""

    instruction: Instruction
    members: Array
    threads: Array
    batch: Batch


@frozen(eq=False)
class FenceEvent:
    """Threads that executed a fence."""

    instruction: Instruction
    threads: Array
    batch: Batch


@frozen(eq=False)
class Pieces:
    """One side of an asynchronous copy: `sizes[i]` bytes at `address[i]` in `space` (GLOBAL or SHARED).

    owners: for shared memory, the column of the CTA that each piece is in.
    """

    space: StateSpace
    address: Array
    sizes: Array
    owners: Array | None = None

    def some(self, chosen: Array) -> Pieces:
        """The pieces on which a mask holds."""
        owners = self.owners[chosen] if self.owners is not None else None
        return Pieces(self.space, self.address[chosen], self.sizes[chosen], owners)


@frozen(eq=False)
class CopyEvent:
    """An asynchronous copy, from its issue to its end: observers are given the same event, or parts of it.

    threads: who issued it. Of `cp.async` each thread issues the piece of the same index; a bulk copy has one thread.
    barrier: address and column of the mbarrier that counts its bytes; None for groups. atomic: the target's bytes are
    combined with what is there, in one step. first: the part of the CTA in column 0, where all CTAs of the batch copy
    to the same places of their shared memory. token: the same for all parts of one event.
    """

    instruction: Instruction
    threads: Array
    batch: Batch
    source: Pieces
    target: Pieces
    barrier: tuple[int, int] | None = None
    atomic: bool = False
    first: CopyEvent | None = None
    token: object = field(factory=object)

    def some(self, chosen: Array) -> CopyEvent:
        """The part that the threads on which a mask holds have issued."""
        return CopyEvent(
            self.instruction,
            self.threads[chosen],
            self.batch,
            self.source.some(chosen),
            self.target.some(chosen),
            self.barrier,
            self.atomic,
            token=self.token,
        )


@frozen(eq=False)
class MbarrierEvent:
    """What threads did at mbarriers: `address` and `owners` (columns) say at which, one for each thread.

    phase: for arrivals, the phase that each thread arrived in; for waits, the one that it waited for.
    """

    instruction: Instruction
    threads: Array
    batch: Batch
    address: Array
    owners: Array
    phase: Array


@frozen(eq=False)
class ClusterEvent:
    """Threads that arrived at the barrier of their cluster, or passed it. `phase` counts its uses, from 0."""

    instruction: Instruction
    threads: Array
    batch: Batch
    phase: Array


@frozen(eq=False)
class RegisterEvent:
    """Threads accessed a register that a product of their warpgroup has, before they had waited for it (`fenced`), or
    let a product have it without a fence since its last access.

    `instruction` is the later of the two accesses, `origin` the earlier one; None where there was no fence at all.
    """

    instruction: Instruction
    register: str
    threads: Array
    batch: Batch
    origin: Instruction | None
    fenced: bool


@frozen(eq=False)
class AllocationEvent:
    """Threads that called `malloc`, and the buffer that each was given."""

    instruction: Instruction
    threads: Array
    batch: Batch
    buffers: tuple[Buffer, ...]


class Observer:
    """Base of all observers; override what you need. An exception raised here stops the launch.

    `follows_values` asks the machine to follow uninitialised values through copies (which costs time) and to call
    `used` where one decides something. `judges_exits` says that the observer reports accesses to the shared memory of
    CTAs that may have ended, so that the machine need not stop at those that have in this run.
    """

    follows_values: bool = False
    judges_exits: bool = False

    def launched(self, batch: Batch) -> None:
        """Some CTAs of the grid are about to start."""

    def loaded(self, access: Access) -> None:
        """Threads read memory (before the values arrive)."""

    def stored(self, access: Access) -> None:
        """Threads wrote memory; for atomics after `loaded`."""

    def arrived(self, event: BarrierEvent) -> None:
        """Threads came to a barrier of their CTA and went on without waiting (`bar.arrive`)."""

    def barrier(self, event: BarrierEvent) -> None:
        """Threads were released from a barrier of their CTA."""

    def warp_barrier(self, event: WarpEvent) -> None:
        """Lanes were released from a barrier of their warp."""

    def fence(self, event: FenceEvent) -> None:
        """Threads ordered their memory accesses."""

    def copy_issued(self, copy: CopyEvent) -> None:
        """An asynchronous copy began: from now on it may read its source and write its target."""

    def copy_read(self, copy: CopyEvent) -> None:
        """A copy of a bulk group has read its source, which its thread waited for (`wait_group.read`)."""

    def copy_done(self, copy: CopyEvent) -> None:
        """Its bytes are there: its thread waited for it, or the phase of its mbarrier is about to count them."""

    def copy_unfinished(self, copy: CopyEvent) -> None:
        """All threads have exited, and nobody waited for it."""

    def mbarrier_changed(self, event: MbarrierEvent) -> None:
        """Threads made mbarriers, or ended them: plain writes to their memory."""

    def mbarrier_arrived(self, event: MbarrierEvent) -> None:
        """Threads arrived at mbarriers."""

    def mbarrier_passed(self, event: MbarrierEvent) -> None:
        """Threads saw that a phase is over."""

    def cluster_arrived(self, event: ClusterEvent) -> None:
        """Threads arrived at the barrier of their cluster."""

    def cluster_passed(self, event: ClusterEvent) -> None:
        """Threads went on from the barrier of their cluster."""

    def allocated(self, event: AllocationEvent) -> None:
        """Threads were given memory, which is theirs until somebody frees it."""

    def register_touched(self, event: RegisterEvent) -> None:
        """A register of an asynchronous product was accessed too early, or without a fence."""

    def used(
        self, instruction: Instruction, what: str, threads: Array, origin: Access | None, batch: Batch
    ) -> None:
        """Threads used an uninitialised value: to compute, to decide, or as an address.

        `what` is the register; empty where the instruction took the value from memory itself. `origin` is the load that
        brought the value; None if nothing ever wrote the register.
        """

    def finished(self, batch: Batch) -> None:
        """All threads of these CTAs have ended."""
