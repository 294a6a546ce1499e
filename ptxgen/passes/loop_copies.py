"""A copy of a loop in the making: which registers are its own, which of its edges stay, which predicates are known."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from ptxgen.ir.analysis import Edge, EdgeKind, FunctionAnalysis, Loop
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block
from ptxgen.ir.operands import Label, Register
from ptxgen.ir.rewriting import with_guard


@frozen(eq=False)
class Copy:
    """A copy of a loop: its blocks by the numbers of the originals, the header first, in order."""

    blocks: dict[int, Block]
    registers: dict[str, Register]

    @property
    def head(self) -> str:
        """The label that enters the copy."""
        label = next(iter(self.blocks.values())).label
        return label or ""

    def register(self, original: Register) -> Register:
        """The register that stands for one of the original."""
        return self.registers.get(original.name, original)

    def decide(self, register: Register, holds: bool) -> None:
        """A predicate of the original is known in the copy."""
        for block in self.blocks.values():
            block.instructions[:] = decided(block.instructions, self.register(register), holds)

    def keep(self, edge: Edge) -> None:
        """Of the two ways that the original block of an edge could end, keep this one."""
        instructions = self.blocks[edge.source].instructions
        branch = branch_of(instructions)
        if edge.kind is EdgeKind.FALLTHROUGH:
            del instructions[branch]
        else:
            instructions[branch:] = [with_guard(instructions[branch], None)]


def branch_of(instructions: list[Instruction]) -> int:
    """The position of the first instruction after which control may go elsewhere."""
    return next(n for n, i in enumerate(instructions) if i.ends_block)


def decided(instructions: list[Instruction], register: Register, holds: bool) -> Iterator[Instruction]:
    """Instructions without the guards on a register that is known; those go that never run."""
    for instruction in instructions:
        guard = instruction.guard
        if guard is None or guard.register != register:
            yield instruction
        elif guard.negated != holds:
            yield with_guard(instruction, None)


def aimed(instruction: Instruction, targets: dict[str, Label]) -> Instruction:
    """A branch that goes to other labels; what is no branch stays as it is."""
    if not instruction.ends_block:
        return instruction
    operands = tuple(targets.get(o.name, o) if isinstance(o, Label) else o for o in instruction.operands)
    return instruction if operands == instruction.operands else evolve(instruction, operands=operands)


def carrying_nothing(analysis: FunctionAnalysis, loop: Loop) -> list[Register]:
    """The registers of a loop that carry nothing into an iteration, nor out of the loop."""
    live = analysis.liveness
    carried = set(live.live_in(loop.header)).union(*(live.live_in(e.target) for e in loop.exits))
    names = {register.name for register in carried}
    known = analysis.accesses
    return [
        known.registers[known.numbers[name]] for name in analysis.inductions.writes(loop) if name not in names
    ]
