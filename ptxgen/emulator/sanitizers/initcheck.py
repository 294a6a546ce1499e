"""Values that nobody wrote, reported where they are used: in arithmetic, a comparison, a branch, an address.

Copies are not uses (compilers copy padding); the machine follows values through registers and memory, byte by byte.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.observer import Access, CopyEvent, Observer
from ptxgen.emulator.sanitizers.findings import Finding, Witness
from ptxgen.emulator.sanitizers.report import SAMPLE, Report, owner, sample, witness
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]


class InitCheck(Observer):
    """Reports uses of registers and of shared, local and global memory that nobody wrote."""

    follows_values = True

    def __init__(self, report: Report) -> None:
        self.report = report
        self._writers: dict[int, dict[Instruction, tuple[Batch, Array]]] = {}

    def stored(self, access: Access) -> None:
        if access.space is StateSpace.GLOBAL:
            self._wrote(access.instruction, access.batch, access.threads, int(access.where.flat[0]))

    def copy_done(self, copy: CopyEvent) -> None:
        if copy.target.space is StateSpace.GLOBAL:
            self._wrote(copy.instruction, copy.batch, copy.threads, int(copy.target.address[0]))

    def writers(self, buffer: Buffer) -> list[Witness]:
        """The last two instructions that wrote some of a buffer of global memory, the last one first."""
        known = list(self._writers.get(buffer.address, {}).items())[:-3:-1]
        return [witness("write", i, batch.launch, sample(batch, threads)) for i, (batch, threads) in known]

    def _wrote(self, instruction: Instruction, batch: Batch, threads: Array, address: int) -> None:
        buffer = batch.launch.memory.find(address)
        if buffer is not None:
            known = self._writers.setdefault(buffer.address, {})
            known.pop(instruction, None)
            known[instruction] = (batch, threads[:SAMPLE])

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
