"""Where the sanitizers of a launch put what they find: once a fault, with a count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field

from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.errors import Place
from ptxgen.emulator.sanitizers.findings import Finding, Witness
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

SAMPLE = 4
"""Threads that a finding names for each instruction."""


@define(eq=False)
class Report:
    """The findings of a launch, in the order in which they were made."""

    _found: dict[tuple[object, ...], Finding] = field(factory=dict[tuple[object, ...], Finding])

    def add(self, finding: Finding) -> None:
        """Keep a finding, or count it if the same fault was found before."""
        witness, other = finding.witness, finding.other
        key = (
            finding.tool,
            finding.kind,
            finding.space,
            finding.buffer,
            *((w.line, w.instruction) if w is not None else () for w in (witness, other)),
        )
        known = self._found.get(key)
        self._found[key] = finding if known is None else evolve(known, count=known.count + finding.count)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._found.values())

    def clear(self) -> None:
        """Forget all findings: another launch begins."""
        self._found.clear()


def witness(action: str, instruction: Instruction, launch: Launch, places: Sequence[Place]) -> Witness:
    """An instruction with threads that executed it."""
    location = instruction.location or launch.locate(instruction.line)
    return Witness(action, str(instruction), instruction.line, location, tuple(places))


def sample(batch: Batch, threads: Array) -> list[Place]:
    """Where the first few of these threads stand."""
    return [batch.place(int(thread)) for thread in threads[:SAMPLE]]


def owner(launch: Launch, space: StateSpace, address: int) -> str:
    """What to call the memory at an address: the buffer's name, the parameter that points to it, or its space."""
    if space is not StateSpace.GLOBAL:
        return f"the {'CTA' if space is StateSpace.SHARED else 'thread'}'s {space} memory"
    buffer = launch.memory.find(address)
    if buffer is None:
        return ""
    return launch.pointers.get(buffer.address) or buffer.name or f"buffer {buffer.address:#x}"
