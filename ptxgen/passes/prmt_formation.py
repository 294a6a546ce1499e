"""prmt formation: shifts, masks and unions of whole bytes become one instruction that picks four of eight bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from attrs import evolve, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import made
from ptxgen.passes.base import Pass
from ptxgen.passes.byte_moves import MOVES, Bytes, of_operand
from ptxgen.passes.chains import holds_until, join_chains

_LARGEST = 12
"""How many instructions one `prmt` stands for at most."""


@frozen
class PrmtFormation(Pass):
    """`and` with masks of whole bytes, shifts and bit fields by whole bytes, `or`, and `prmt` of 32 bits whose result
    only another of them reads join it in a `prmt`.

    Sound where the sources still hold at the last instruction what they held at the others: each byte of the result
    then is a byte of a register or a constant, and `prmt` takes any four of two registers, or of one and a constant.
    All are in one block, and nothing else reads what is joined, which stays behind without readers: run dce after.
    """

    name = "prmt-formation"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        def join(instructions: list[Instruction], root: Place) -> tuple[Collection[int], Instruction] | None:
            chain = _grown(_Chain(instructions, root, analysis.values, frozenset()))
            new = None if chain is None else chain.prmt()
            return (chain.inner, new) if chain is not None and new is not None else None

        return join_chains(function, analysis, MOVES, join)


def _grown(chain: _Chain) -> _Chain | None:
    """The largest chain that one instruction can stand for, if it is more than its root."""
    best: _Chain | None = None
    while len(chain.inner) < _LARGEST:
        further = next(filter(None, map(chain.joined, chain.leaves())), None)
        if further is None:
            break
        chain = further
        if chain.prmt() is not None:
            best = chain
    return best


@frozen(eq=False)
class _Chain:
    """An instruction on bytes, and the indices of those of its block that only it needs."""

    instructions: list[Instruction]
    root: Place
    values: Values
    inner: frozenset[int]

    def prmt(self) -> Instruction | None:
        """One instruction in place of the chain; None if it takes more than two sources."""
        found = self._bytes(self.root[1])
        if found is None:
            return None
        registers = list(dict.fromkeys(byte[0] for byte in found if not isinstance(byte, int)))
        constant = sum(byte << 8 * n for n, byte in enumerate(found) if isinstance(byte, int))
        fixed = any(isinstance(byte, int) for byte in found)
        if not registers or len(registers) + fixed > 2:
            return None
        second: Operand = Immediate(constant) if fixed else registers[-1]
        selector = 0
        for n, byte in enumerate(found):
            picked = 4 + n if isinstance(byte, int) else 4 * registers.index(byte[0]) + byte[1]
            selector |= picked << 4 * n
        root = self.instructions[self.root[1]]
        return made("prmt.b32", (root.operands[0], registers[0], second, Immediate(selector)), root)

    def leaves(self) -> list[Register]:
        """The registers that the chain reads from outside."""
        return [
            source
            for index in (self.root[1], *sorted(self.inner, reverse=True))
            for source in self.instructions[index].operands[1:]
            if isinstance(source, Register) and self._maker(source, index) not in self.inner
        ]

    def joined(self, leaf: Register) -> _Chain | None:
        """The chain with the instruction that makes a leaf, if only the chain needs it."""
        if self.values.reads(leaf) != 1:
            return None
        reader = next(n for n in (self.root[1], *self.inner) if leaf in self.instructions[n].operands[1:])
        index = self._maker(leaf, reader)
        if index is None or self.instructions[index].name not in MOVES or not self._holds(index):
            return None
        return evolve(self, inner=self.inner | {index})

    def _maker(self, source: Register, reader: int) -> int | None:
        place = self.values.definition(source, (self.root[0], reader))
        return place[1] if place is not None and place[0] == self.root[0] else None

    def _holds(self, index: int) -> bool:
        place = (self.root[0], index)
        return holds_until(self.values, self.instructions[index], place, self.root)

    def _bytes(self, index: int) -> Bytes | None:
        """The bytes that an instruction of the chain makes; None if it takes bytes apart."""
        instruction = self.instructions[index]
        sources: list[Bytes] = []
        for operand in instruction.operands[1:]:
            made_here = self._maker(operand, index) if isinstance(operand, Register) else None
            found = (
                self._bytes(made_here)
                if made_here is not None and made_here in self.inner
                else of_operand(operand)
            )
            if found is None:
                return None
            sources.append(found)
        return MOVES[instruction.name](sources)
