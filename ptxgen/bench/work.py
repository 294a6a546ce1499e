"""The hot loop of any machine code, and how much it does in a turn: what two versions of it can be compared by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from attrs import frozen

from ptxgen.bench.sass import Instruction, Listing, hot_loop

_WIDTH = re.compile(r"\.(8|16|32|64|128|256)(?=\.|$)|\.[US](8|16)(?=\.|$)")


def _bytes(*stems: str) -> Callable[[Instruction], int]:
    """The bytes that an access of these kinds moves for each thread: 4 where the opcode does not say."""

    def count(instruction: Instruction) -> int:
        if not instruction.is_a(*stems):
            return 0
        match = _WIDTH.search(instruction.opcode)
        return int(match[1] or match[2]) // 8 if match else 4

    return count


def _each(*stems: str) -> Callable[[Instruction], int]:
    return lambda instruction: int(instruction.is_a(*stems))


UNITS: Mapping[str, Callable[[Instruction], int]] = {
    "byte of global memory": _bytes("LDG", "STG", "LDGSTS"),
    "matrix product": _each("HMMA", "IMMA", "DMMA", "QMMA", "HGMMA", "IGMMA", "QGMMA"),
    "byte of shared memory": _bytes("LDS", "STS"),
    "atomic": _each("ATOM", "ATOMG", "ATOMS", "RED"),
    "float operation": _each("FFMA", "FMUL", "FADD", "DFMA", "DMUL", "DADD", "HFMA2", "HMUL2", "HADD2", "MUFU"),
}  # fmt: skip
"""What is work, in the order in which it is looked for: passes may change how it is done, hardly how much of it."""


@frozen
class Work:
    """The instructions of a hot loop (of the whole function where none works), its unit, and the units of one turn."""

    instructions: int
    unit: str
    amount: int

    @property
    def per_unit(self) -> float:
        """Machine instructions for each unit of work."""
        return self.instructions / self.amount


def work_of(listing: Listing, unit: str | None = None) -> Work:
    """The loop that does most of the first unit of work that some loop does, or of the unit that is asked for.

    Without such a loop the function is taken whole, and what is counted is the function itself.
    """
    for name in UNITS if unit is None else (unit,):
        count = UNITS.get(name)
        loop = hot_loop(listing, count) if count is not None else None
        if count is not None and loop is not None:
            return Work(len(loop.instructions), name, loop.count(count))
    return Work(size(listing), "run", 1)


def size(listing: Listing) -> int:
    """Instructions up to the jump to itself that ends a function, padding left out."""
    return sum(not i.is_a("NOP") for i in listing.instructions) - 1
