"""Everything asynchronous of one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.emulator.asynchronous.clusters import ClusterBarriers
from ptxgen.emulator.asynchronous.copies import Copies
from ptxgen.emulator.asynchronous.mbarriers import Mbarriers
from ptxgen.emulator.asynchronous.transfers import Transfers
from ptxgen.emulator.tensor.reads import SharedReads
from ptxgen.emulator.tensor.registers import RegisterUses

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch


class Asynchrony:
    """The copies and the matrix products on their way, the mbarriers and the cluster barriers of a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.restart()

    def restart(self) -> None:
        """The batch has taken other CTAs: nothing is on its way, and there are no barriers."""
        self.copies = Copies(self.batch)
        self.mbarriers = Mbarriers(self.batch)
        self.transfers = Transfers(self.batch, self.mbarriers)
        self.clusters = ClusterBarriers(self.batch)
        self.reads = SharedReads(self.batch)
        self.registers = RegisterUses(self.batch)

    def leave(self) -> None:
        """All threads have exited."""
        self.copies.leave()
        self.transfers.leave()
        self.reads.leave()
