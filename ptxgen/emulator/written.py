"""Registers that were never written: on request, reads of them are errors at run time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.code import Code, CodeBlock, Operation, accumulators
from ptxgen.emulator.errors import UNWRITTEN_REGISTER
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Frame, Step
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard

Array = np.ndarray[Any, Any]

SUFFIX = "$written"
"""Beside each doubtful register stands a predicate of this name: on which threads it has been written."""


class Definedness:
    """Watches the registers that some path may read before any write: those live where the function begins."""

    def __init__(self, code: Code) -> None:
        given = {v.name for v in code.function.params}
        self.doubtful = code.live_in[0] - given

    def checks(self, frame: Frame, operation: Operation, guard: Guard | None) -> list[Step]:
        """Steps before an operation: each doubtful register that it reads must have been written."""
        updated, condition = accumulators(operation)
        found: list[Step] = []
        for name in dict.fromkeys(operation.reads):
            if name in self.doubtful:
                active = condition if name in updated else guard
                own = name == _guard_name(active)
                found.append((check, (frame, name, operation.instruction, None if own else active)))
        return found

    def end_checks(self, frame: Frame, block: CodeBlock) -> list[Step]:
        """Steps before a block is left."""
        if block.last is None:
            return []
        return [
            (check, (frame, name, block.last, None)) for name in block.end_reads() if name in self.doubtful
        ]

    def marks(self, frame: Frame, operation: Operation, guard: Guard | None) -> list[Step]:
        """Steps after an operation: what it wrote counts as written."""
        return [(mark, (frame, name, guard)) for name in operation.writes if name in self.doubtful]


def _guard_name(guard: Guard | None) -> str:
    return guard.register.name if guard is not None else ""


def check(frame: Frame, name: str, instruction: Instruction, guard: Guard | None) -> None:
    """EMU004 if an active thread has not written the register."""
    missing = ~written(frame, name)
    if guard is not None:
        missing = missing & (frame.array(guard.register.name) ^ guard.negated)
    if missing.any():
        lanes = frame.lanes
        first = int(np.argmax(np.broadcast_to(missing, lanes.shape).reshape(-1)))
        raise fault(
            UNWRITTEN_REGISTER,
            f"{instruction.name} reads register {name}, which was never written",
            instruction,
            frame.batch,
            int(lanes.ids[first]),
            help="give it a value on every path that leads here",
        )


def mark(frame: Frame, name: str, guard: Guard | None) -> None:
    """Active threads have written the register."""
    shadow = written(frame, name)
    if guard is None:
        shadow[...] = True
    else:
        shadow |= frame.array(guard.register.name) ^ guard.negated


def written(frame: Frame, name: str) -> Array:
    """On which threads the register has been written; it has all axes, because paths may differ by thread."""
    shadow = frame.arrays.get(name + SUFFIX)
    if shadow is None:
        shadow = np.zeros(frame.lanes.shape, np.bool_)
        frame.arrays[name + SUFFIX] = shadow
    return shadow
