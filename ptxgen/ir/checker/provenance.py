"""Which registers hold the address of which variable, and in which form: an offset in its state space, or generic.

Only registers with a single definition are followed, through `mov`, `cvta`, `cvt` and additions, in textual order:
enough for what compilers and people write, and right on every path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import evolve, frozen

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.ir.operands import Immediate, Operand, Register, Symbol
from ptxgen.isa.spaces import StateSpace


@frozen
class Pointer:
    """An address. `variable` and `offset` (in bytes from its start) are None where they are not known."""

    space: StateSpace
    generic: bool
    variable: Variable | None = None
    offset: int | None = None


def pointers(
    instructions: Iterable[Instruction], variable: Callable[[str], Variable | None]
) -> dict[str, Pointer]:
    """The registers that surely hold addresses, by name."""
    instructions = tuple(instructions)
    definitions: dict[str, int] = {}
    for instruction in instructions:
        for register in instruction.writes():
            definitions[register.name] = definitions.get(register.name, 0) + 1
    known: dict[str, Pointer] = {}
    for instruction in instructions:
        follow = _FOLLOW.get(instruction.opcode)
        if follow is None or len(instruction.operands) < 2:
            continue
        destination = instruction.operands[0]
        if isinstance(destination, Register) and definitions[destination.name] == 1:
            sources = [_source(operand, known, variable) for operand in instruction.operands[1:]]
            pointer = follow(instruction, sources)
            if pointer is not None:
                known[destination.name] = pointer
    return known


def _source(
    operand: Operand, known: dict[str, Pointer], variable: Callable[[str], Variable | None]
) -> Pointer | None:
    if isinstance(operand, Register):
        return known.get(operand.name)
    if isinstance(operand, Symbol):
        found = variable(operand.name)
        return None if found is None else Pointer(found.space, False, found, operand.offset)
    return None


Sources = list[Pointer | None]


def _copy(_: Instruction, sources: Sources) -> Pointer | None:
    return sources[0]


def _convert(instruction: Instruction, sources: Sources) -> Pointer | None:
    # Half of a generic address is not an address; people who take it know how the windows lie.
    narrowed = isinstance(instruction.operands[0], Register) and instruction.operands[0].type.bits < 64
    pointer = sources[0]
    return None if pointer is not None and pointer.generic and narrowed else pointer


def _cvta(instruction: Instruction, sources: Sources) -> Pointer | None:
    space = instruction.form.space
    if space is None:
        return None
    generic = not instruction.name.startswith("cvta.to.")
    known = sources[0]
    if known is None or known.space is not space:
        return Pointer(space, generic)
    return evolve(known, generic=generic)


def _add(instruction: Instruction, sources: Sources) -> Pointer | None:
    if len(sources) != 2 or (sources[0] is None) == (sources[1] is None):
        return None
    base, other = (
        (sources[0], instruction.operands[2])
        if sources[0] is not None
        else (sources[1], instruction.operands[1])
    )
    assert base is not None
    return _moved(base, other, 1)


def _sub(instruction: Instruction, sources: Sources) -> Pointer | None:
    if len(sources) != 2 or sources[0] is None or sources[1] is not None:
        return None
    return _moved(sources[0], instruction.operands[2], -1)


def _mad(_: Instruction, sources: Sources) -> Pointer | None:
    base = sources[2] if len(sources) == 3 else None
    return evolve(base, offset=None) if base is not None and sources[:2] == [None, None] else None


def _moved(base: Pointer, by: Operand, sign: int) -> Pointer:
    if base.offset is None or not isinstance(by, Immediate):
        return evolve(base, offset=None)
    return evolve(base, offset=base.offset + sign * by.value)


_FOLLOW: dict[str, Callable[[Instruction, Sources], Pointer | None]] = {
    "mov": _copy,
    "cvt": _convert,
    "cvta": _cvta,
    "add": _add,
    "sub": _sub,
    "mad": _mad,
}
