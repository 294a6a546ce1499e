"""What rules of tile validation look at, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from ptxgen.errors import Severity
from ptxgen.ir.analysis import Affine, FunctionAnalysis, MemoryAccess, MemoryOperation
from ptxgen.ir.analysis.affine import Constancy
from ptxgen.ir.analysis.threads import Threads
from ptxgen.ir.instruction import Instruction
from ptxgen.isa import Target


@frozen(eq=False)
class Tiles:
    """A function with what rules ask for. `conflicts` is the degree of bank conflicts that is worth a word."""

    analysis: FunctionAnalysis
    target: Target
    threads: Threads
    conflicts: int

    def of(self, *opcodes: str) -> Iterator[tuple[MemoryOperation, MemoryAccess]]:
        """The accesses of instructions with these opcodes that control can reach."""
        for number in self.analysis.cfg.order:
            for operation in self.analysis.memory.blocks[number]:
                if operation.instruction.opcode in opcodes:
                    yield from ((operation, access) for access in operation.accesses)

    def residues(self, access: MemoryAccess, step: int, lanes: int = 1024) -> set[int]:
        """What addresses leave modulo a step, over the first lanes of each warp; empty where that is not known."""
        e = access.address
        if e is None:
            return set()
        if e.stride % step == 0:
            return {e.constant % step}
        own = tuple(term for term in e.terms if term[0].constancy is Constancy.THREAD)
        rest = Affine(e.bits, e.constant, tuple(term for term in e.terms if term not in own))
        column = self.threads.column(Affine(e.bits, 0, own))
        if column is None or rest.stride % step:
            return set()
        return {(v + rest.constant) % step for n, v in enumerate(column) if n % 32 < lanes}

    def misaligned(
        self, operation: MemoryOperation, access: MemoryAccess, step: int, lanes: int = 1024
    ) -> bool:
        """Whether some thread that surely runs an instruction accesses no multiple of a step."""
        found = self.residues(access, step, lanes)
        surely = (
            operation.instruction.guard is None and operation.at[0] not in self.analysis.divergence.blocks
        )
        return bool(found) and (any(found) if surely else 0 not in found)


@frozen
class Broken:
    """A rule that is broken: what was found, and what would be right."""

    message: str
    fix: str
    instruction: Instruction | None = None


Check = Callable[[Tiles], Iterator[Broken]]


@frozen
class TileRule:
    """A rule with its stable id."""

    id: str
    title: str
    severity: Severity
    check: Check
