"""Runs a program on a device with sanitizers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.sanitizers import Finding, SanitizerError
from ptxgen.launch import LaunchConfig
from tests.sanitizers.programs import Program

Array = np.ndarray[Any, Any]


def findings(
    program: Program,
    text: str | None = None,
    sanitize: bool | str | tuple[str, ...] = True,
    schedule: int | None = None,
) -> tuple[tuple[Finding, ...], Array]:
    """What is found in a run of the program (or of another text with its arguments), and its output."""
    with EmulatedDevice(sanitize=sanitize, schedule=schedule) as device:
        entry = device.load_module(text or program.text).get_kernel("k")
        given = [device.to_device(a) if isinstance(a, np.ndarray) else a for a in program.inputs]
        target = device.to_device(np.zeros_like(program.output))
        try:
            entry.launch(LaunchConfig(program.grid, program.block), [*given, target])
        except SanitizerError as error:
            return error.findings, target.to_host()
        return (), target.to_host()


def line_of(text: str, what: str, occurrence: int = 0) -> int:
    """The line of `text`, from 1, that contains `what` for the n-th time."""
    return [i for i, line in enumerate(text.splitlines(), 1) if what in line][occurrence]
