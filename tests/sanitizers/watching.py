"""Runs a program on a device with sanitizers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from ptxgen.driver import DeviceArray, EmulatedDevice, tensor_map
from ptxgen.emulator import Limits
from ptxgen.emulator.sanitizers import Finding, SanitizerError
from ptxgen.launch import LaunchConfig
from tests.sanitizers.programs import Box, Program, Scratch

Array = np.ndarray[Any, Any]

STEPS = 600
"""More instructions than any thread of the programs executes."""


def findings(
    program: Program,
    text: str | None = None,
    sanitize: bool | str | tuple[str, ...] = True,
    schedule: int | None = None,
) -> tuple[tuple[Finding, ...], Array]:
    """What is found in a run of the program (or of another text with its arguments), and its output."""
    limits = Limits(thread_steps=STEPS)
    with EmulatedDevice(limits=limits, sanitize=sanitize, schedule=schedule) as device:
        entry = device.load_module(text or program.text).get_kernel("k")
        kept: list[DeviceArray] = []
        target = (
            device.to_device(np.zeros_like(program.output))
            if program.zeroed
            else device.empty(program.output.shape, program.output.dtype)
        )
        arguments = [*(_argument(device, a, kept) for a in program.inputs), target]
        config = LaunchConfig(program.grid, program.block, cluster=(program.cluster, 1, 1))
        with suppress(SanitizerError):
            entry.launch(config, arguments)
        output = target.to_host()
        return device.findings, output


def _argument(device: EmulatedDevice, given: Array | Box | Scratch, kept: list[DeviceArray]) -> Any:
    """What is passed for an input; arrays that nothing else holds are kept alive in `kept`."""
    if isinstance(given, Box):
        kept.append(device.to_device(given.matrix))
        return tensor_map(kept[-1], given.extents)
    if isinstance(given, Scratch):
        kept.append(device.empty(given.nbytes, np.uint8))
        return kept[-1]
    return device.to_device(given)


def line_of(text: str, what: str, occurrence: int = 0) -> int:
    """The line of `text`, from 1, that contains `what` for the n-th time."""
    return [i for i, line in enumerate(text.splitlines(), 1) if what in line][occurrence]
