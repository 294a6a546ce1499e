"""lop3 formation: chains of bitwise instructions become one instruction of three sources and a table of eight bits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

from attrs import define, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import made
from ptxgen.passes.base import Pass
from ptxgen.passes.chains import holds_until, join_chains

_COLUMNS = (0xF0, 0xCC, 0xAA)
"""The table of each source alone (PTX ISA, lop3): a function of the sources is that function of these."""

_FUNCTIONS: dict[str, Callable[..., int]] = {
    "and.b32": lambda a, b: a & b,
    "or.b32": lambda a, b: a | b,
    "xor.b32": lambda a, b: a ^ b,
    "not.b32": lambda a: a ^ 0xFF,
}


@frozen
class Lop3Formation(Pass):
    """`and`, `or`, `xor` and `not` of 32 bits whose result only another of them reads join it in a `lop3`.

    Sound where the sources still hold at the second instruction what they held at the first: bitwise functions of
    three sources are what the table can say. Both are in one block, and nothing else reads the first result. What is
    joined stays behind without readers: run dce after.
    """

    name = "lop3-formation"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        def join(instructions: list[Instruction], root: Place) -> tuple[Collection[int], Instruction] | None:
            chain = _Chain(instructions, root, analysis.values, {})
            new = chain.lop3()
            return (chain.inner, new) if new is not None else None

        return join_chains(function, analysis, _FUNCTIONS, join)


@define(eq=False)
class _Chain:
    """A bitwise instruction, and those of its block that only it needs, by their index."""

    instructions: list[Instruction]
    root: Place
    values: Values
    inner: dict[int, Instruction]

    def lop3(self) -> Instruction | None:
        """One instruction in place of the chain; None if there is nothing to join."""
        leaves = self._leaves(self.root[1])
        grown = True
        while grown:
            grown = False
            for leaf in leaves:
                index = self._joinable(leaf)
                if index is None:
                    continue
                wider = list(dict.fromkeys((*(x for x in leaves if x != leaf), *self._leaves(index))))
                if len(wider) <= 3:
                    self.inner[index] = self.instructions[index]
                    leaves, grown = wider, True
                    break
        if not self.inner:
            return None
        sources = [*leaves, *leaves[-1:] * (3 - len(leaves))]
        table = self._table(self.root[1], dict(zip(leaves, _COLUMNS, strict=False)))
        root = self.instructions[self.root[1]]
        return made("lop3.b32", (root.operands[0], *sources, Immediate(table)), root)

    def _leaves(self, index: int) -> list[Operand]:
        return list(dict.fromkeys(self.instructions[index].operands[1:]))

    def _joinable(self, leaf: Operand) -> int | None:
        """The instruction that makes a source, if it can be joined."""
        if not isinstance(leaf, Register) or self.values.reads(leaf) != 1:
            return None
        place = self.values.definition(leaf, self._reader(leaf))
        if place is None or place[0] != self.root[0]:
            return None
        instruction = self.instructions[place[1]]
        if instruction.name not in _FUNCTIONS or not holds_until(self.values, instruction, place, self.root):
            return None
        return place[1]

    def _reader(self, leaf: Operand) -> Place:
        """The instruction of the chain that reads a source: there is one."""
        indices = (self.root[1], *self.inner)
        return self.root[0], next(n for n in indices if leaf in self.instructions[n].operands[1:])

    def _table(self, index: int, columns: Mapping[Operand, int]) -> int:
        """What an instruction of the chain says of the eight cases of the sources."""
        instruction = self.instructions[index]
        sources = [
            columns[source] if source in columns else self._table(self._maker(source), columns)
            for source in instruction.operands[1:]
        ]
        return _FUNCTIONS[instruction.name](*sources)

    def _maker(self, source: Operand) -> int:
        return next(n for n, i in self.inner.items() if i.operands[0] == source)
