"""Which registers an address, a comparison or a barrier depends on: the others are data, and not followed.

The descriptors of tiles that wgmma takes are addresses, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.ir.analysis.accesses import Accesses
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Register, TensorAddress, registers_of
from ptxgen.isa.table import Effect

_ASKED = frozenset({Effect.BARRIER, Effect.FENCE, Effect.CALL})


def demanded(function: Function, accesses: Accesses) -> frozenset[int]:
    """The numbers of these registers, however indirectly they are read."""
    found = {accesses.numbers[r.name] for i in function.instructions() for r in _roots(i)}
    sources: dict[int, set[int]] = {}
    for number, block in enumerate(function.blocks):
        for instruction, access in zip(block.instructions, accesses.blocks[number], strict=True):
            if Effect.READ in instruction.form.row.effects:
                continue
            for write in access.writes:
                sources.setdefault(write, set()).update(access.reads)
    waiting = list(found)
    while waiting:
        new = sources.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def _roots(instruction: Instruction) -> Iterator[Register]:
    if instruction.opcode == "setp" or instruction.form.row.effects & _ASKED:
        yield from instruction.reads()
        return
    for operand in instruction.operands:
        if isinstance(operand, Address | TensorAddress):
            yield from registers_of(operand)
        elif instruction.opcode == "wgmma" and isinstance(operand, Register) and operand.type.bits == 64:
            yield operand
