"""The seam for sanitizers: what an observer of the machine is told. Nothing is computed when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.errors import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Access:
    """One memory instruction as the active threads executed it.

    space: GLOBAL (constants and entry parameters included), SHARED or LOCAL. address: byte address of each thread in
    that space, uint64. threads: the number of each thread in the batch (`batch.place` turns it into indices).
    size: bytes that each thread accesses. atomic: whether it was a read-modify-write.
    """

    instruction: Instruction
    space: StateSpace
    address: Array
    threads: Array
    size: int
    batch: Batch
    atomic: bool = False

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


class Observer:
    """Base of all observers; override what you need. An exception raised here stops the launch."""

    def launched(self, batch: Batch) -> None:
        """Some CTAs of the grid are about to start."""

    def loaded(self, access: Access) -> None:
        """Threads read memory (before the values arrive)."""

    def stored(self, access: Access) -> None:
        """Threads wrote memory; for atomics after `loaded`."""

    def barrier(self, event: BarrierEvent) -> None:
        """Threads were released from a barrier of their CTA."""

    def finished(self, batch: Batch) -> None:
        """All threads of these CTAs have ended."""
