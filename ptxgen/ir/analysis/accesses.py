"""Which registers each instruction reads and writes, as small numbers: the common ground of the data-flow analyses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from ptxgen.ir.module import Function, Variable
from ptxgen.ir.operands import Register
from ptxgen.isa.spaces import StateSpace


@frozen(eq=False)
class Access:
    """The registers of one instruction, by number. `guard` is `(predicate, negated)`; the predicate is also read."""

    reads: tuple[int, ...]
    writes: tuple[int, ...]
    guard: tuple[int, bool] | None


@frozen(eq=False)
class Accesses:
    """A numbering of a function's registers (by name, in order of appearance) and each block's accesses.

    `received` and `returned` are masks: registers that the caller fills (`.func (.reg ...) f(.reg ...)`) and reads.
    """

    registers: tuple[Register, ...]
    numbers: dict[str, int]
    blocks: tuple[tuple[Access, ...], ...]
    received: int
    returned: int

    def named(self, mask: int) -> frozenset[Register]:
        """The registers whose bits are set."""
        return frozenset(self.registers[number] for number in bits(mask))


def accesses(function: Function) -> Accesses:
    """Read every operand of a function once."""
    registers: list[Register] = []
    numbers: dict[str, int] = {}

    def number(register: Register) -> int:
        known = numbers.get(register.name)
        if known is None:
            known = numbers[register.name] = len(registers)
            registers.append(register)
        return known

    blocks = tuple(
        tuple(
            Access(
                tuple(map(number, i.reads())),
                tuple(map(number, i.writes())),
                None if i.guard is None else (number(i.guard.register), i.guard.negated),
            )
            for i in block.instructions
        )
        for block in function.blocks
    )
    received, returned = (_mask(numbers, variables) for variables in (function.params, function.returns))
    return Accesses(tuple(registers), numbers, blocks, received, returned)


def _mask(numbers: dict[str, int], variables: Iterable[Variable]) -> int:
    mask = 0
    for variable in variables:
        if variable.space is StateSpace.REG and variable.name in numbers:
            mask |= 1 << numbers[variable.name]
    return mask


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
