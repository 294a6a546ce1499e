"""Which values and branches may differ between the threads of a CTA.

Threads differ by what tells them apart (`%tid`, `%laneid`, clocks), by what only some of them see (atomics, warp
instructions, calls), and by the path they took: a register with several definitions, or written in a loop that
threads leave at different times, differs when a divergent branch decides. A load from a uniform address is taken as
uniform: threads that read different values there race. The answer "uniform" is then sure; "divergent" means perhaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import define, field, frozen

from ptxgen.ir.analysis.accesses import Accesses, bits
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.loops import Loop, Loops
from ptxgen.ir.analysis.values import Place
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
    """Values make branches diverge, branches make blocks diverge, blocks make values diverge.

    `controlled_by` is `FunctionAnalysis.control_dependence`.
    """
    controls: dict[int, list[int]] = {}
    for block, deciders in enumerate(controlled_by):
        for decider in deciders if block != cfg.exit else ():
            controls.setdefault(decider, []).append(block)
    left: dict[int, list[Loop]] = {}
    for loop in loops.loops:
        for source in {edge.source for edge in loop.exits}:
            left.setdefault(source, []).append(loop)
    spread = _Spread(cfg, accesses, controls, left)
    spread.run()
    names = frozenset(accesses.registers[n].name for n in spread.values)
    return Divergence(names, frozenset(spread.branches), frozenset(spread.blocks))


@define(eq=False)
class _Spread:
    """What may differ, as far as it is known: whatever is new is followed to all that it makes differ, once.

    `controls` are the blocks that a block decides about, `left` the loops that are left at the end of a block.
    """

    cfg: ControlFlow
    accesses: Accesses
    controls: dict[int, list[int]]
    left: dict[int, list[Loop]]
    values: set[int] = field(factory=set[int], init=False)
    branches: set[int] = field(factory=set[int], init=False)
    blocks: set[int] = field(factory=set[int], init=False)
    _uneven: set[int] = field(factory=set[int], init=False)
    """The blocks of loops that threads may leave in different iterations."""
    _made: set[Place] = field(factory=set[Place], init=False)
    _waiting: list[int] = field(factory=list[int], init=False)

    def run(self) -> None:
        """Follow all that differs by itself."""
        self._values(bits(self.accesses.received))
        entry = self.cfg.function.is_entry
        for number, block in enumerate(self.cfg.blocks):
            for index, instruction in enumerate(block.instructions):
                if _seed(instruction, entry):
                    self._result((number, index))
        while self._waiting:
            for place in self._readers.get(self._waiting.pop(), ()):
                self._result(place)

    def _values(self, registers: Iterable[int]) -> None:
        for register in registers:
            if register not in self.values:
                self.values.add(register)
                self._waiting.append(register)

    def _result(self, place: Place) -> None:
        """What an instruction gives, and where it leads."""
        if place in self._made:
            return
        self._made.add(place)
        block, index = place
        self._values(self.accesses.blocks[block][index].writes)
        if self.cfg.blocks[block].instructions[index].ends_block and block in self._reachable:
            self._branch(block)

    def _branch(self, block: int) -> None:
        if block in self.branches:
            return
        self.branches.add(block)
        stack = [block]
        while stack:
            for each in self.controls.get(stack.pop(), ()):
                if each not in self.blocks:
                    self.blocks.add(each)
                    stack.append(each)
                    self._values(
                        r for a in self.accesses.blocks[each] for r in a.writes if r in self._several
                    )
        for loop in self.left.get(block, ()):
            for each in loop.blocks - self._uneven:
                self._uneven.add(each)
                self._values(r for access in self.accesses.blocks[each] for r in access.writes)

    @cached_property
    def _reachable(self) -> frozenset[int]:
        return frozenset(self.cfg.reachable())

    @cached_property
    def _readers(self) -> dict[int, list[Place]]:
        found: dict[int, list[Place]] = {}
        for number, block in enumerate(self.accesses.blocks):
            for index, access in enumerate(block):
                for register in access.reads:
                    found.setdefault(register, []).append((number, index))
        return found

    @cached_property
    def _several(self) -> frozenset[int]:
        """The registers that more than one instruction writes, or one under a guard."""
        once, several = set[int](), set[int]()
        for block in self.accesses.blocks:
            for access in block:
                for register in set(access.writes):
                    if register in once or access.guard is not None:
                        several.add(register)
                    once.add(register)
        return frozenset(several)


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
