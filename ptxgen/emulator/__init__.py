"""The SIMT machine on NumPy: runs parsed PTX on the CPU, with every access checked."""

from __future__ import annotations

from ptxgen.emulator.batch import LaunchStatistics
from ptxgen.emulator.errors import EmulatorError, Place
from ptxgen.emulator.limits import Limits
from ptxgen.emulator.memory import Buffer, Memory
from ptxgen.emulator.observer import Access, BarrierEvent, Observer
from ptxgen.emulator.program import Program, run
from ptxgen.emulator.traffic import Traffic

__all__ = [
    "Access",
    "BarrierEvent",
    "Buffer",
    "EmulatorError",
    "LaunchStatistics",
    "Limits",
    "Memory",
    "Observer",
    "Place",
    "Program",
    "Traffic",
    "run",
]
