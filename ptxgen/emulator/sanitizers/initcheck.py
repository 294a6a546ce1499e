"""Values that nobody wrote, reported where they are used: in arithmetic, a comparison, a branch, an address.

Copies are not uses (compilers copy padding); the machine follows values through registers and memory, byte by byte.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.observer import Access, Observer
from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.report import Report, owner, sample, witness
from ptxgen.ir.instruction import Instruction

Array = np.ndarray[Any, Any]


class InitCheck(Observer):
    """Reports uses of registers and of shared, local and global memory that nobody wrote."""

    follows_values = True

    def __init__(self, report: Report) -> None:
        self.report = report

    def used(
        self, instruction: Instruction, what: str, threads: Array, origin: Access | None, batch: Batch
    ) -> None:
        launch = batch.launch
        user = witness("used", instruction, launch, sample(batch, threads))
        if origin is None:
            self.report.add(
                Finding(
                    "initcheck",
                    "register",
                    f"{instruction.name} uses register {what}, which nothing has written",
                    user,
                    space="reg",
                    buffer=what,
                    entry=launch.entry,
                    count=len(threads),
                )
            )
            return
        address = int(origin.address[0])
        name = owner(launch, origin.space, address)
        loader = witness("read", origin.instruction, launch, sample(batch, origin.threads))
        self.report.add(
            Finding(
                "initcheck",
                "memory",
                f"{instruction.name} uses a value from {name} that nobody wrote",
                user,
                loader if what else None,
                str(origin.space),
                address,
                origin.size,
                name,
                launch.entry,
                len(threads),
            )
        )
