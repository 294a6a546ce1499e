"""Which write, or which meeting of writes, a read sees: static single assignment, without renaming anything.

A version of a register is a place: the instruction that wrote it, or `(block, -1)`, the start of a block where
different writes meet (Cytron et al., "Efficiently Computing Static Single Assignment Form", 1991). The same
version read twice is the same value unless it was made again in between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from ptxgen.ir.analysis.accesses import Access, Accesses
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.dominators import DominatorTree, frontiers
from ptxgen.ir.analysis.values import Place

_Key = tuple[int, int]


@frozen(eq=False)
class Versions:
    """The versions of each register, by its number.

    None stands for what it held when the function began, or for its only write where that may not have run.
    """

    accesses: Accesses
    dominators: DominatorTree
    meetings: dict[int, list[int]]
    """For each block, the registers of which writes meet at its start."""
    _writes: dict[int, list[Place]]
    _met: frozenset[_Key]
    _entering: dict[_Key, Place | None] = field(factory=dict[_Key, "Place | None"], init=False)

    def read(self, register: int, at: Place) -> Place | None:
        """The version that the instruction at `at` reads."""
        writes = self._writes.get(register, ())
        position = bisect_left(writes, at) - 1
        if position >= 0 and writes[position][0] == at[0]:
            return writes[position]
        return self.entering(register, at[0])

    def entering(self, register: int, block: int) -> Place | None:
        """The version when a block begins."""
        passed: list[_Key] = []
        here, found = block, None
        while True:
            key = (register, here)
            if key in self._entering:
                found = self._entering[key]
                break
            passed.append(key)
            if key in self._met:
                found = (here, -1)
                break
            above = self.dominators.immediate[here]
            if above is None:
                break
            found = self._last(register, above)
            if found is not None:
                break
            here = above
        for key in passed:
            self._entering[key] = found
        return found

    def leaving(self, register: int, block: int) -> Place | None:
        """The version when a block ends."""
        return self._last(register, block) or self.entering(register, block)

    def _last(self, register: int, block: int) -> Place | None:
        writes = self._writes.get(register, ())
        position = bisect_left(writes, (block + 1, -1)) - 1
        return writes[position] if position >= 0 and writes[position][0] == block else None


def versions(cfg: ControlFlow, accesses: Accesses, tree: DominatorTree) -> Versions:
    """Find where the writes of each register meet: the iterated dominance frontier of their blocks."""
    writes: dict[int, list[Place]] = {}
    for number, block in enumerate(accesses.blocks):
        if number not in tree:
            continue
        for index, access in enumerate(block):
            for register in access.writes:
                writes.setdefault(register, []).append((number, index))
    frontier = frontiers(tree, cfg.predecessors)
    meetings: dict[int, list[int]] = {}
    for register in sorted(set().union(*map(exposed, accesses.blocks))):
        places = writes.get(register, ())
        if len(places) < 2 and not accesses.received >> register & 1:
            continue
        for block in _spread({place[0] for place in places}, frontier):
            if block != cfg.exit:
                meetings.setdefault(block, []).append(register)
    met = frozenset((register, block) for block, registers in meetings.items() for register in registers)
    return Versions(accesses, tree, meetings, writes, met)


def exposed(block: Iterable[Access]) -> set[int]:
    """Registers of which a block needs what they held before it. A write under a guard may leave that there."""
    found: set[int] = set()
    written: set[int] = set()
    for access in block:
        needed = access.reads if access.guard is None else (*access.reads, *access.writes)
        found.update(number for number in needed if number not in written)
        written.update(access.writes)
    return found


def _spread(blocks: set[int], frontier: Sequence[frozenset[int]]) -> set[int]:
    found: set[int] = set()
    waiting = list(blocks)
    while waiting:
        for block in frontier[waiting.pop()]:
            if block not in found:
                found.add(block)
                waiting.append(block)
    return found
