"""What `wgmma` under way may still read of shared memory, until its warp waits for the group (section 9.7.15.7).

The emulator has taken the bytes when the instruction was issued; this is for observers, who know that hardware may not
have. Without observers nothing is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]


class SharedReads:
    """The reads of all warps of a batch. `committed` counts the groups of each thread."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.committed: Array = np.zeros(batch.launch.threads * batch.columns, np.int64)
        self.pending: list[tuple[CopyEvent, Array]] = []
        """Reads, and the number of the group that each belongs to."""

    def issue(self, instruction: Instruction, threads: Array, address: Array, size: int) -> None:
        """Each thread reads `size` bytes."""
        observers = self.batch.launch.observers
        if not observers:
            return
        owners = threads % self.batch.columns
        source = Pieces(StateSpace.SHARED, address, np.full(len(address), size), owners)
        nowhere = Pieces(StateSpace.SHARED, address, np.zeros(len(address), np.int64), owners)
        event = CopyEvent(instruction, threads, self.batch, source, nowhere)
        self.pending.append((event, self.committed[threads]))
        for observer in observers:
            observer.copy_issued(event)

    def commit(self, threads: Array) -> None:
        """`wgmma.commit_group`."""
        self.committed[threads] += 1

    def wait(self, threads: Array, newest: int) -> None:
        """`wgmma.wait_group`: all groups of these threads but the `newest` ones are complete."""
        limit = np.zeros_like(self.committed)
        limit[threads] = self.committed[threads] - newest
        still: list[tuple[CopyEvent, Array]] = []
        for event, group in self.pending:
            ready = group < limit[event.threads]
            if ready.any():
                for observer in self.batch.launch.observers:
                    observer.copy_done(event.some(ready))
            if not ready.all():
                still.append((event.some(~ready), group[~ready]))
        self.pending = still

    def leave(self) -> None:
        """All threads have exited: tell who did not wait."""
        for event, _ in self.pending:
            for observer in self.batch.launch.observers:
                observer.copy_unfinished(event)
        self.pending.clear()
