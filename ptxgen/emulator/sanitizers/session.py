"""The sanitizers of a device: which watch, what one launch found, and what all of them did."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import numpy as np
from attrs import define, field, frozen

from ptxgen.emulator.errors import EmulatorError
from ptxgen.emulator.memory import Buffer, Memory
from ptxgen.emulator.observer import Observer
from ptxgen.emulator.sanitizers.faults import finding_of
from ptxgen.emulator.sanitizers.findings import Finding, SanitizerError, Witness
from ptxgen.emulator.sanitizers.initcheck import InitCheck
from ptxgen.emulator.sanitizers.memcheck import QUARANTINE, MemCheck
from ptxgen.emulator.sanitizers.racecheck import RaceCheck
from ptxgen.emulator.sanitizers.report import Report
from ptxgen.emulator.sanitizers.synccheck import SyncCheck

TOOLS: dict[str, Callable[[Report], Observer]] = {
    "memcheck": MemCheck,
    "initcheck": InitCheck,
    "racecheck": RaceCheck,
    "synccheck": SyncCheck,
}
COLLECT = "collect"
"""Beside the names of tools: gather findings instead of raising them."""

UNKNOWN_TOOL = "SAN090"


@frozen
class Choice:
    """Which sanitizers watch, and whether findings are only collected."""

    tools: tuple[str, ...] = tuple(TOOLS)
    collect: bool = False

    @staticmethod
    def of(sanitize: bool | str | tuple[str, ...]) -> Choice | None:
        """From `True`, `"collect"`, or names. None for `False` and for no names. SAN090 for an unknown name."""
        if isinstance(sanitize, bool):
            return Choice() if sanitize else None
        names = (sanitize,) if isinstance(sanitize, str) else tuple(sanitize)
        for name in names:
            if name not in TOOLS and name != COLLECT:
                raise EmulatorError(
                    UNKNOWN_TOOL,
                    f"there is no sanitizer {name!r}",
                    help=f"sanitizers: {', '.join(TOOLS)}; {COLLECT!r} gathers findings instead of raising them",
                )
        chosen = tuple(tool for tool in TOOLS if tool in names)
        if not names:
            return None
        return Choice(chosen or tuple(TOOLS), COLLECT in names)


@define(eq=False)
class Session:
    """The sanitizers of one device. `findings` gathers those of all launches."""

    choice: Choice
    report: Report = field(factory=Report)
    findings: list[Finding] = field(factory=list[Finding])
    observers: tuple[Observer, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.observers = tuple(TOOLS[tool](self.report) for tool in self.choice.tools)

    @property
    def tracks_initialised(self) -> bool:
        """Whether the memory must remember what was written."""
        return "initcheck" in self.choice.tools

    @property
    def quarantine_bytes(self) -> int:
        """How much freed memory is kept from being used again, so that late accesses can be told."""
        return QUARANTINE if "memcheck" in self.choice.tools else 0

    @contextmanager
    def launch(self, memory: Memory, entry: str) -> Generator[None]:
        """Around one launch: raises SanitizerError for what was found, unless findings are collected.

        A fault that stops the launch is raised in either case.
        """
        self.report.clear()
        try:
            yield
        except EmulatorError as error:
            fault = finding_of(error, memory, entry)
            if fault is None or fault.tool not in self.choice.tools:
                self.findings += self.report.findings
                raise
            self.report.add(fault)
            self.findings += self.report.findings
            raise SanitizerError(self.report.findings) from error
        self.findings += self.report.findings
        if self.report.findings and not self.choice.collect:
            raise SanitizerError(self.report.findings)

    def downloaded(self, memory: Memory, address: int, nbytes: int) -> None:
        """The host has read these bytes: those that nobody wrote are a finding of initcheck, gathered, never raised."""
        if not self.tracks_initialised or not nbytes:
            return
        buffer = memory.find(address, nbytes)
        assert buffer is not None
        start = address - buffer.address + buffer.offset
        missing = memory.written(1)[start : start + nbytes] == 0
        count = int(np.count_nonzero(missing))
        if count:
            self.findings.append(
                Finding(
                    "initcheck",
                    "host-read",
                    f"the host reads {count} bytes of an array that neither it nor a kernel has written",
                    *self._writers(buffer),
                    space="global",
                    address=address + int(np.argmax(missing)),
                    nbytes=count,
                    buffer=buffer.name,
                )
            )

    def _writers(self, buffer: Buffer) -> tuple[Witness | None, Witness | None]:
        """Two instructions that wrote some of a buffer: at one of them the rest may have been forgotten."""
        found = [w for o in self.observers if isinstance(o, InitCheck) for w in o.writers(buffer)]
        first, second, *_ = (*found, None, None)
        return first, second

    def closed(self, leaks: list[Buffer]) -> None:
        """The device closes while these buffers are allocated: findings of memcheck, as are the blocks of kernels."""
        if "memcheck" in self.choice.tools:
            self.findings += [
                Finding(
                    "memcheck",
                    "leak",
                    f"{buffer.nbytes} bytes were still allocated when the device was closed",
                    space="global",
                    address=buffer.address,
                    nbytes=buffer.nbytes,
                    buffer=buffer.name,
                )
                for buffer in leaks
            ]
            self.findings += [f for o in self.observers if isinstance(o, MemCheck) for f in o.leaks()]
