"""Which values and branches may differ between the threads of a CTA.

Threads differ by what tells them apart (`%tid`, `%laneid`, clocks), by what only some of them see (atomics, warp
instructions, calls), and by the path they took: a register with several definitions, or written in a loop that
threads leave at different times, differs when a divergent branch decides. A load from a uniform address is taken as
uniform: threads that read different values there race. The answer "uniform" is then sure; "divergent" means perhaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ptxgen.ir.analysis.accesses import Accesses, bits
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.loops import Loops
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Register, SpecialRegister, Vector
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Scope

UNIFORM_SPECIALS = frozenset(
    f"%{name}{axis}"
    for name in ("ntid", "ctaid", "nctaid", "clusterid", "nclusterid", "cluster_ctaid", "cluster_nctaid")
    for axis in (".x", ".y", ".z")
) | {
    "%gridid", "%nsmid", "%nwarpid", "%cluster_ctarank", "%cluster_nctarank", "%is_explicit_cluster",
    "%dynamic_smem_size", "%total_smem_size", "%aggr_smem_size", "%reserved_smem_offset_begin",
    "%reserved_smem_offset_end", "%reserved_smem_offset_cap",
}  # fmt: skip
"""Special registers that all threads of a CTA read alike, at any time."""

_PRIVATE_EFFECTS = frozenset({Effect.ATOMIC, Effect.CALL, Effect.VOLATILE})


@frozen(eq=False)
class Divergence:
    """`registers` are names of registers whose value may differ within a CTA, `branches` blocks whose branch may.

    `blocks` are those that some threads may run while others do not (or not equally often).
    """

    registers: frozenset[str]
    branches: frozenset[int]
    blocks: frozenset[int]

    def is_uniform(self, register: Register) -> bool:
        """Whether all threads of a CTA surely hold the same value."""
        return register.name not in self.registers


def divergence(
    cfg: ControlFlow, accesses: Accesses, loops: Loops, controlled_by: Sequence[frozenset[int]]
) -> Divergence:
    """Solve by rounds: values make branches diverge, branches make blocks diverge, blocks make values diverge.

    `controlled_by` is `FunctionAnalysis.control_dependence`.
    """
    depends = tuple(_Dependences.of(cfg, accesses))
    controls: dict[int, list[int]] = {}
    for block, deciders in enumerate(controlled_by):
        for decider in deciders:
            controls.setdefault(decider, []).append(block)
    several = _several(accesses)
    values = accesses.received
    branches: frozenset[int] = frozenset()
    blocks: frozenset[int] = frozenset()
    while True:
        before = (values, branches)
        values = _spread(depends, values, blocks, several, _left_unevenly(loops, branches))
        branches = frozenset(
            d.block
            for d in depends
            if d.branches and (d.reads & values or d.seed) and d.block in cfg.reachable()
        )
        blocks = _controlled(branches, controls, cfg.exit)
        if (values, branches) == before:
            names = frozenset(accesses.registers[n].name for n in bits(values))
            return Divergence(names, branches, blocks)


@frozen(eq=False)
class _Dependences:
    """One instruction: where it stands, what it reads and writes (masks), whether its result differs by itself."""

    block: int
    reads: int
    writes: int
    seed: bool
    branches: bool

    @staticmethod
    def of(cfg: ControlFlow, accesses: Accesses) -> Iterator[_Dependences]:
        entry = cfg.function.is_entry
        for number, block in enumerate(cfg.blocks):
            for instruction, access in zip(block.instructions, accesses.blocks[number], strict=True):
                reads, writes = _mask(access.reads), _mask(access.writes)
                yield _Dependences(number, reads, writes, _seed(instruction, entry), instruction.ends_block)


def _mask(numbers: Sequence[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def _seed(instruction: Instruction, entry: bool) -> bool:
    row = instruction.form.row
    if row.effects & _PRIVATE_EFFECTS or row.scope is Scope.WARP:
        return True
    if Effect.READ in row.effects and instruction.form.space is StateSpace.LOCAL:
        return True
    if Effect.READ in row.effects and instruction.form.space is StateSpace.PARAM and not entry:
        return True
    return any(
        isinstance(part, SpecialRegister) and part.name not in UNIFORM_SPECIALS
        for operand in instruction.operands
        for part in (operand.elements if isinstance(operand, Vector) else (operand,))
    )


def _several(accesses: Accesses) -> int:
    """The registers that more than one instruction writes, or one under a guard."""
    once = several = 0
    for block in accesses.blocks:
        for access in block:
            written = _mask(access.writes)
            several |= once & written
            once |= written
            if access.guard is not None:
                several |= written
    return several


def _left_unevenly(loops: Loops, branches: frozenset[int]) -> frozenset[int]:
    """The blocks of loops that threads may leave in different iterations."""
    found: set[int] = set()
    for loop in loops.loops:
        if any(edge.source in branches for edge in loop.exits):
            found |= loop.blocks
    return frozenset(found)


def _spread(
    depends: Sequence[_Dependences], values: int, blocks: frozenset[int], several: int, uneven: frozenset[int]
) -> int:
    changed = True
    while changed:
        changed = False
        for each in depends:
            if each.seed or each.reads & values or each.block in uneven:
                new = each.writes
            elif each.block in blocks:
                new = each.writes & several
            else:
                continue
            if new & ~values:
                values |= new
                changed = True
    return values


def _controlled(branches: frozenset[int], controls: dict[int, list[int]], exit: int) -> frozenset[int]:
    found: set[int] = set()
    stack = list(branches)
    while stack:
        for block in controls.get(stack.pop(), ()):
            if block not in found and block != exit:
                found.add(block)
                stack.append(block)
    return frozenset(found)
