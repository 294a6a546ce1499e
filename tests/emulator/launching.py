"""Small launches for the emulator's tests: PTX text in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define

import ptxgen
from ptxgen.emulator import LaunchStatistics, Limits, Memory, Observer, Program, run
from ptxgen.ir.module import Module

HEADER = ".version 9.0\n.target sm_90\n.address_size 64\n"


@define
class Result:
    """What a launch left: its buffers as bytes, and its statistics."""

    buffers: list[np.ndarray[Any, Any]]
    statistics: LaunchStatistics
    module: Module
    memory: Memory

    def array(self, number: int, dtype: Any) -> np.ndarray[Any, Any]:
        return self.buffers[number].view(dtype)


def kernel(body: str, *, params: str = ".param .u64 p", before: str = "") -> str:
    """A module with one entry `k`. The first line of `body` is line 1 + the number of lines before it."""
    return f"{HEADER}{before}.visible .entry k({params})\n{{\n{body}\n}}\n"


def execute(
    text: str,
    arguments: Sequence[np.ndarray[Any, Any] | int | bytes] = (),
    *,
    grid: tuple[int, int, int] | int = 1,
    block: tuple[int, int, int] | int = 32,
    shared_bytes: int = 0,
    track: bool = True,
    limits: Limits | None = None,
    observers: Sequence[Observer] = (),
    entry: str = "k",
    cooperative: bool = False,
    cluster: tuple[int, int, int] = (1, 1, 1),
) -> Result:
    """Run an entry. Arrays become buffers, and are returned as they are afterwards; integers are 64-bit scalars."""
    module = ptxgen.parse(text)
    memory = Memory(limits or Limits(), track_initialised=track)
    program = Program(module, memory)
    raw: list[bytes] = []
    buffers = []
    for number, argument in enumerate(arguments):
        if isinstance(argument, np.ndarray):
            buffer = memory.allocate(argument.nbytes, f"argument {number}")
            memory.write(buffer.address, argument)
            buffers.append(buffer)
            raw.append(buffer.address.to_bytes(8, "little"))
        elif isinstance(argument, bytes):
            raw.append(argument)
        else:
            raw.append(argument.to_bytes(8, "little"))
    statistics = run(
        program,
        entry,
        (grid, 1, 1) if isinstance(grid, int) else grid,
        (block, 1, 1) if isinstance(block, int) else block,
        raw,
        shared_bytes,
        observers=observers,
        cooperative=cooperative,
        cluster=cluster,
    )
    return Result([memory.read(b.address, b.nbytes) for b in buffers], statistics, module, memory)


def line_of(text: str, what: str) -> int:
    """The line of `text`, from 1, that contains `what`."""
    return next(i for i, line in enumerate(text.splitlines(), 1) if what in line)
