"""Accesses to the shared memory of other CTAs of a cluster, which must come before those CTAs end.

Whether the CTA is still there when the access is made depends on the schedule; whether anything makes it wait does not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.races import History
from ptxgen.emulator.sanitizers.report import witness
from ptxgen.emulator.sanitizers.stamps import SHIFT, THREAD
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]


class Visits:
    """The last access of each thread (and of each CTA's copies) of a batch to each other CTA's shared memory."""

    def __init__(self, ordering: Ordering) -> None:
        self.ordering = ordering
        self._last: dict[int, Array] = {}
        self._addresses: dict[int, int] = {}

    def note(self, stamps: Array, owners: Array, address: Array) -> None:
        """Accesses with these stamps went to CTAs in these columns."""
        columns = self.ordering.columns
        away = (stamps & THREAD) % columns != owners
        if not away.any():
            return
        stamps, owners, address = stamps[away], owners[away], address[away]
        self._addresses.setdefault(int(stamps[0]) >> SHIFT, int(address[0]))
        for column in np.unique(owners):
            here = stamps[owners == column]
            last = self._last.get(int(column))
            if last is None:
                last = self._last[int(column)] = np.zeros(self.ordering.actors * columns, np.int64)
            last[here & THREAD] = here

    def findings(self, history: History) -> list[Finding]:
        """All threads have ended: what no thread of the CTA that it went to knew of."""
        found: list[Finding] = []
        columns = self.ordering.columns
        for column, last in self._last.items():
            known = self.ordering.snapshot(np.arange(self.ordering.batch.launch.threads) * columns + column)
            stamps = last[last > 0]
            index, home = np.divmod(stamps & THREAD, columns)
            nothing = np.zeros(int(index.max()) + 1, np.int64)
            seen = np.array([known.get(int(h), nothing)[i] for i, h in zip(index, home, strict=True)])
            late = stamps[(stamps >> SHIFT) >= seen]
            numbers = late >> SHIFT
            found += [self._finding(history, late[numbers == number]) for number in np.unique(numbers)]
        return found

    def _finding(self, history: History, stamps: Array) -> Finding:
        launch = history.launch
        instruction = history.instruction(int(stamps[0]))
        address = self._addresses.get(int(stamps[0]) >> SHIFT)
        return Finding(
            "racecheck",
            "exited-cta",
            f"{instruction.name} accesses shared memory of another CTA, which nothing keeps from ending before",
            witness("access", instruction, launch, history.places(stamps)),
            None,
            str(StateSpace.SHARED),
            address,
            0,
            "the other CTA's shared memory",
            launch.entry,
            len(stamps),
        )
