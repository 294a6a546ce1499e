"""Which function executes which warp-wide matrix instruction."""

from __future__ import annotations

from collections.abc import Callable

from ptxgen.emulator.code import Operation
from ptxgen.emulator.frame import Step
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.tensor import mma, movement
from ptxgen.emulator.tensor.warps import Warps

_EXECUTE: dict[str, Callable[[Warps], None]] = {
    "ldmatrix": movement.load_matrices,
    "stmatrix": movement.store_matrices,
    "movmatrix": movement.transpose,
    "mma": mma.multiply,
}


def bind(operation: Operation, operands: Operands) -> list[Step]:
    """Calls that execute the instruction in all warps of the operands' frame."""
    steps: list[Step] = []
    warps = Warps(operation, operands, steps)
    steps.append((_EXECUTE[operation.instruction.opcode], (warps,)))
    return steps
