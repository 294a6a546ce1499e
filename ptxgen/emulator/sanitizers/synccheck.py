"""Barriers, warp-wide operations and asynchronous copies used in ways that they cannot be.

The machine itself finds most of these (it has to, in order to go on), and `faults` turns them into findings. What it
can go on from is found here: copies that nobody waited for.
"""

from __future__ import annotations

from ptxgen.emulator.observer import CopyEvent, Observer
from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.report import Report, sample, witness


class SyncCheck(Observer):
    """Reports copies that are under way when their threads end, and asks for other faults to be findings."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def copy_unfinished(self, copy: CopyEvent) -> None:
        launch = copy.batch.launch
        self.report.add(
            Finding(
                "synccheck",
                "unfinished-async",
                f"nobody waited for a copy of {copy.instruction.name}",
                witness("copy", copy.instruction, launch, sample(copy.batch, copy.threads)),
                None,
                str(copy.target.space),
                int(copy.target.address[0]),
                int(copy.target.sizes[0]),
                entry=launch.entry,
                count=len(copy.threads),
            )
        )
