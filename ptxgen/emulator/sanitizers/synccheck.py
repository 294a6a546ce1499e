"""Barriers and warp-wide operations used in ways that they cannot be.

The machine itself finds most of these (it has to, in order to go on), and `faults` turns them into findings.
"""

from __future__ import annotations

from ptxgen.emulator.observer import Observer
from ptxgen.emulator.sanitizers.report import Report


class SyncCheck(Observer):
    """Asks for faults of synchronisation to be reported as findings."""

    def __init__(self, report: Report) -> None:
        self.report = report
