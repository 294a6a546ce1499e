"""Bulk copies read shared memory through a proxy of their own, which sees stores only after a proxy fence."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.observer import CopyEvent, FenceEvent
from ptxgen.emulator.sanitizers.cells import Cells
from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.flights import Stretch
from ptxgen.emulator.sanitizers.report import Report, owner, sample, witness
from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT, THREAD
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

_FENCES = frozenset(("async", "async.shared::cta", "async.shared::cluster"))


class Proxies:
    """The proxy fences of the threads of a batch (PTX ISA 9.0, section 8.10 and `fence.proxy.async`)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.fenced: Array = np.zeros(batch.launch.threads * batch.columns, np.int64)
        """The number of the last proxy fence of each thread."""

    def fence(self, event: FenceEvent, number: int) -> None:
        """Threads executed a fence, which may be one between the proxies of shared memory."""
        if event.instruction.form.modifiers.get("proxykind") in _FENCES:
            self.fenced[event.threads] = number

    def check(
        self, copy: CopyEvent, cells: Cells, instructions: list[Instruction | None], report: Report
    ) -> None:
        """Report a copy of what a thread has stored if neither that thread nor the issuer has fenced it since."""
        if copy.source.space is not StateSpace.SHARED:
            return
        stretch = Stretch.of(copy, copy.source, cells)
        stamps = cells.write.reshape(-1)[stretch.index] & ~FLIGHT
        number, thread = stamps >> SHIFT, stamps & THREAD
        stored = (number > 0) & (thread < len(self.fenced))
        known = np.maximum(self.fenced[np.where(stored, thread, 0)], self.fenced[stretch.threads])
        bad = stored & (number > known)
        if not bad.any():
            return
        first = int(np.argmax(bad))
        store = instructions[int(number[first])]
        assert store is not None
        launch = self.batch.launch
        address = int(stretch.index[first]) // cells.columns * cells.unit
        report.add(
            Finding(
                "racecheck",
                "proxy-fence",
                f"{copy.instruction.name} reads what threads have stored, with no proxy fence between",
                witness("copy", copy.instruction, launch, sample(self.batch, copy.threads)),
                witness("write", store, launch, sample(self.batch, np.unique(thread[bad]))),
                str(StateSpace.SHARED),
                address,
                cells.unit,
                owner(launch, StateSpace.SHARED, address),
                launch.entry,
                int(np.count_nonzero(bad)),
            )
        )
