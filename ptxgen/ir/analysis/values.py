"""Which write a read sees, and whether a register still holds what it held: the questions of every rewriting pass.

PTX registers are variables. A register with one definition is a value as in static single assignment wherever that
definition dominates; any other register is followed inside its block only. Both answers are sure: None and False
mean "perhaps".
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from attrs import frozen

from ptxgen.ir.analysis.accesses import Accesses
from ptxgen.ir.analysis.dominators import DominatorTree
from ptxgen.ir.operands import Register

Place = tuple[int, int]
"""An instruction: the number of its block and its index there."""


@frozen(eq=False)
class Values:
    """The writes and the number of reads of each register of a function."""

    accesses: Accesses
    dominators: DominatorTree
    _writes: dict[str, list[Place]]
    _reads: dict[str, int]

    def dominates(self, above: Place, below: Place) -> bool:
        """Whether every path to `below` has run `above` before; no instruction dominates itself."""
        if above[0] == below[0]:
            return above[1] < below[1] and above[0] in self.dominators
        return self.dominators.dominates(above[0], below[0])

    def definition(self, register: Register, at: Place) -> Place | None:
        """The one write whose value the instruction at `at` surely reads in a register.

        A write under a guard counts for reads in its block under the same guard, while the predicate keeps its value.
        """
        writes = self._writes.get(register.name, [])
        position = bisect_left(writes, at) - 1
        if position >= 0 and writes[position][0] == at[0]:
            return writes[position] if self._runs_with(writes[position], at) else None
        if not self._assigned_once(register) or self._guard(writes[0]) is not None:
            return None
        return writes[0] if self.dominates(writes[0], at) else None

    def holds(self, register: Register, since: Place, until: Place, *, after: bool = False) -> bool:
        """Whether what `since` read in a register (with `after`, what it left there) is what `until` reads there."""
        writes = self._writes.get(register.name, [])
        if since[0] == until[0] and since < until:
            following = (bisect_right if after else bisect_left)(writes, since)
            return following == len(writes) or writes[following] >= until
        if not self.dominates(since, until):
            return False
        if not writes:
            return True
        # On a path from `since` back to the definition and on to `until`, `since` would not dominate `until`.
        return self._assigned_once(register) and (
            (after and writes[0] == since) or self.dominates(writes[0], since)
        )

    def reads(self, register: Register) -> int:
        """How often the function reads a register; what it returns in one counts as read."""
        return self._reads.get(register.name, 0)

    def writes(self, register: Register) -> int:
        """How many instructions write a register."""
        return len(self._writes.get(register.name, ()))

    def _assigned_once(self, register: Register) -> bool:
        return (
            len(self._writes.get(register.name, ())) == 1
            and not self.accesses.received >> self.accesses.numbers[register.name] & 1
        )

    def _guard(self, place: Place) -> tuple[int, bool] | None:
        return self.accesses.blocks[place[0]][place[1]].guard

    def _runs_with(self, above: Place, below: Place) -> bool:
        """Whether an instruction ran if a later one of its block runs."""
        guard = self._guard(above)
        if guard is None:
            return True
        return guard == self._guard(below) and self.holds(self.accesses.registers[guard[0]], above, below)


def values(accesses: Accesses, dominators: DominatorTree) -> Values:
    """Index every access of a function."""
    writes: dict[str, list[Place]] = {}
    reads: dict[str, int] = {}
    names = [register.name for register in accesses.registers]
    for number, block in enumerate(accesses.blocks):
        for index, access in enumerate(block):
            for register in dict.fromkeys(access.writes):
                writes.setdefault(names[register], []).append((number, index))
            for register in access.reads:
                reads[names[register]] = reads.get(names[register], 0) + 1
    for register in accesses.named(accesses.returned):
        reads[register.name] = reads.get(register.name, 0) + 1
    return Values(accesses, dominators, writes, reads)
