"""The dynamic engine: launches in the emulator, under all sanitizers and several schedules."""

from __future__ import annotations

from ptxgen.debug.dynamic.experiment import Contract, Experiment, Single, Subject
from ptxgen.debug.dynamic.observing import Observations, observe
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.dynamic.witnesses import SANITIZER_RULES, with_witnesses

__all__ = [
    "SANITIZER_RULES",
    "Contract",
    "Experiment",
    "LaunchRequest",
    "Observations",
    "Single",
    "Subject",
    "observe",
    "with_witnesses",
]
