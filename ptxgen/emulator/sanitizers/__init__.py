"""Observers of the machine that report what a GPU would let pass: memcheck, initcheck, racecheck, synccheck."""

from __future__ import annotations

from ptxgen.emulator.sanitizers.findings import KINDS, Finding, SanitizerError, Witness
from ptxgen.emulator.sanitizers.initcheck import InitCheck
from ptxgen.emulator.sanitizers.memcheck import MemCheck
from ptxgen.emulator.sanitizers.racecheck import RaceCheck
from ptxgen.emulator.sanitizers.report import Report
from ptxgen.emulator.sanitizers.session import TOOLS, Choice, Session
from ptxgen.emulator.sanitizers.synccheck import SyncCheck

__all__ = [
    "KINDS",
    "TOOLS",
    "Choice",
    "Finding",
    "InitCheck",
    "MemCheck",
    "RaceCheck",
    "Report",
    "SanitizerError",
    "Session",
    "SyncCheck",
    "Witness",
]
