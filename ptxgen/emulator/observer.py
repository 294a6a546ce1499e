"""The seam for sanitizers: what an observer of the machine is told. Nothing is computed when there is none."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, frozen

from ptxgen.emulator.errors import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch
    from ptxgen.emulator.frame import Frame

Array = np.ndarray[Any, Any]


@define(eq=False, slots=False)
class Access:
    """One memory instruction as the active threads executed it.

    space: GLOBAL (constants and entry parameters included), SHARED or LOCAL. where: byte addresses in that space,
    uint64, which broadcast to `shape`, the shape of the active threads. threads: the number of each thread in the
    batch, one axis (`batch.place` turns it into indices). size: bytes that each thread accesses. atomic: whether it was
    a read-modify-write.
    """

    instruction: Instruction
    space: StateSpace
    where: Array
    shape: tuple[int, ...]
    threads: Array
    size: int
    batch: Batch
    atomic: bool = False

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


class Observer:
    """Base of all observers; override what you need. An exception raised here stops the launch.

    `follows_values` asks the machine to follow uninitialised values through copies (which costs time) and to call
    `used` where one decides something.
    """

    follows_values: bool = False

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

    def used(self, instruction: Instruction, frame: Frame, name: str, threads: Array) -> None:
        """Threads used the uninitialised value of a register: to compute, to decide, or as an address."""

    def finished(self, batch: Batch) -> None:
        """All threads of these CTAs have ended."""
