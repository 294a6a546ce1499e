"""Which function executes which warp-wide matrix instruction."""

from __future__ import annotations

from collections.abc import Callable

from ptxgen.emulator.code import Operation
from ptxgen.emulator.frame import Step
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.tensor import mma, movement, wgmma, wmma
from ptxgen.emulator.tensor.warps import Warps

_EXECUTE: dict[str, Callable[[Warps], None]] = {
    "ldmatrix": movement.load_matrices,
    "stmatrix": movement.store_matrices,
    "movmatrix": movement.transpose,
    "mma": mma.multiply,
    "wmma.load": wmma.load,
    "wmma.store": wmma.store,
    "wmma.mma": wmma.multiply,
    "wgmma.mma_async": wgmma.multiply,
    "wgmma.fence": wgmma.fence,
    "wgmma.commit_group": wgmma.commit,
    "wgmma.wait_group": wgmma.wait,
}
_PARTS = {
    opcode: tuple(name.partition(".")[2] for name in _EXECUTE if name.startswith(opcode + "."))
    for opcode in {name.partition(".")[0] for name in _EXECUTE}
}
"""What tells the instructions of one opcode apart."""


def bind(operation: Operation, operands: Operands) -> list[Step]:
    """Calls that execute the instruction in all warps of the operands' frame."""
    steps: list[Step] = []
    warps = Warps(operation, operands, steps)
    modifiers = operation.instruction.form.modifiers
    opcode = operation.instruction.opcode
    name = next((f"{opcode}.{part}" for part in _PARTS[opcode] if part in modifiers), opcode)
    steps.append((_EXECUTE[name], (warps,)))
    return steps
