"""Sparse conditional constant propagation: constants that hold because branches on them go one way.

M. N. Wegman and F. K. Zadeck, "Constant Propagation with Conditional Branches", 1991.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place
from ptxgen.ir.analysis.versions import exposed
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Guard, Immediate, Register
from ptxgen.passes.arithmetic import width
from ptxgen.passes.base import Pass
from ptxgen.passes.constant_operands import constants, decided, improved, moved, result_of
from ptxgen.passes.purity import is_pure


@frozen
class ConditionalConstants(Pass):
    """Constants in registers with many writes, and branches that are never taken because of them.

    Constant folding asks which one write a read sees. This pass assumes that nothing runs and nothing varies, and
    takes back what an instruction that may run contradicts: where writes meet, those count that control may come from.
    What is left when nothing changes any more holds whenever the instruction runs.
    """

    name = "sccp"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        found = _Search(analysis)
        found.run()
        changes: Counter[str] = Counter()
        for number in sorted(found.runs):
            kept: list[Instruction] = []
            for index, instruction in enumerate(function.blocks[number].instructions):
                new = decided(instruction, (number, index), found)
                if new is None:
                    changes["instructions that never run"] += 1
                    continue
                if new is not instruction:
                    changes["guards that always hold"] += 1
                better = improved(new, (number, index), found)
                if better is not new:
                    changes["instructions with constants"] += 1
                kept.append(better)
            function.blocks[number].instructions[:] = kept
        return changes


class _Varying:
    """A register that holds no one constant."""


_VARYING = _Varying()
_Value = int | _Varying | None
"""None: no write of it is known to run."""


@define(eq=False)
class _Search:
    """What each version of a register holds, and which blocks run."""

    analysis: FunctionAnalysis
    runs: set[int] = field(factory=set[int], init=False)
    _taken: set[tuple[int, int]] = field(factory=set[tuple[int, int]], init=False)
    _held: dict[tuple[int, Place], _Value] = field(factory=dict[tuple[int, Place], _Value], init=False)
    _waiting: list[int] = field(factory=list[int], init=False)
    _queued: set[int] = field(factory=set[int], init=False)
    _readers: dict[int, set[int]] = field(factory=dict[int, set[int]], init=False)
    _rank: dict[int, int] = field(factory=dict[int, int], init=False)

    def bits(self, register: Register, at: Place) -> int | None:
        """What the instruction at `at` surely reads in a register."""
        value = self._read(self.analysis.accesses.numbers[register.name], at)
        return value if isinstance(value, int) else None

    def run(self) -> None:
        """Go through the blocks that may run until nothing changes."""
        self._rank = {block: n for n, block in enumerate(self.analysis.cfg.order)}
        for block, accesses in enumerate(self.analysis.accesses.blocks):
            for register in (*exposed(accesses), *self.analysis.versions.meetings.get(block, ())):
                self._readers.setdefault(register, set()).add(block)
        self._enter(0)
        while self._waiting:
            rank = heapq.heappop(self._waiting)
            self._queued.discard(rank)
            self._visit(self.analysis.cfg.order[rank])

    def _enter(self, block: int) -> None:
        self.runs.add(block)
        rank = self._rank[block]
        if rank not in self._queued:
            self._queued.add(rank)
            heapq.heappush(self._waiting, rank)

    def _visit(self, block: int) -> None:
        for register in self.analysis.versions.meetings.get(block, ()):
            self._hold(register, (block, -1), self._met(register, block))
        instructions = self.analysis.function.blocks[block].instructions
        for index, access in enumerate(self.analysis.accesses.blocks[block]):
            at = block, index
            if all(isinstance(self._held.get((r, at)), _Varying) for r in access.writes):
                continue
            runs = self._guard(instructions[index].guard, at)
            if runs is None or runs == 0:
                value: _Value = None
            else:
                value = self._result(instructions[index], at)
            for register in access.writes:
                kept = () if isinstance(runs, int) and runs else (self._read(register, at),)
                self._hold(register, at, None if runs is None else _meet((value, *kept)))
        self._leave(block, len(instructions) - 1)

    def _leave(self, block: int, last: int) -> None:
        """Take the ways out of a block that its branches leave open."""
        for edge in self.analysis.cfg.edges[block]:
            runs = self._guard(edge.condition, (block, last))
            if runs is None or runs == 0 or edge.target == self.analysis.cfg.exit:
                continue
            if (block, edge.target) not in self._taken:
                self._taken.add((block, edge.target))
                self._enter(edge.target)

    def _guard(self, guard: Guard | None, at: Place) -> _Value:
        """1 if a guard holds, 0 if not."""
        if guard is None:
            return 1
        value = self._read(self.analysis.accesses.numbers[guard.register.name], at)
        return int(bool(value) != guard.negated) if isinstance(value, int) else value

    def _met(self, register: int, block: int) -> _Value:
        """What a register holds where its writes meet, of those ways in that are taken."""
        return _meet(self._arriving(register, block))

    def _arriving(self, register: int, block: int) -> Iterator[_Value]:
        for source in self.analysis.cfg.predecessors[block]:
            if (source, block) in self._taken:
                version = self.analysis.versions.leaving(register, source)
                yield _VARYING if version is None else self._held.get((register, version))
        if block == 0:
            yield _VARYING

    def _read(self, register: int, at: Place) -> _Value:
        version = self.analysis.versions.read(register, at)
        return _VARYING if version is None else self._held.get((register, version))

    def _result(self, instruction: Instruction, at: Place) -> _Value:
        """What an instruction leaves in its destination, if it runs."""
        destination = instruction.operands[0] if instruction.operands else None
        slots = instruction.form.operands
        type = slots[0].type if slots else None
        if not is_pure(instruction) or not isinstance(destination, Register) or type is None:
            return _VARYING
        if width(type) != width(destination.type.register):
            return _VARYING
        numbers = self.analysis.accesses.numbers
        if any(self._read(numbers[register.name], at) is None for register in instruction.reads()):
            return None
        sources = constants(instruction, at, self)[1:]
        if instruction.opcode != "mov":
            result = result_of(instruction, sources)
        elif isinstance(instruction.operands[1], Immediate):
            result = moved(instruction.operands[1], slots[0])
        else:
            result = sources[0]
        return _VARYING if result is None else result

    def _hold(self, register: int, version: Place, value: _Value) -> None:
        key = register, version
        if value is None or value == self._held.get(key):
            return
        # What was one constant and is another now is none: each version changes twice at most.
        self._held[key] = value if self._held.get(key) is None else _VARYING
        for block in self._readers.get(register, ()):
            if block in self.runs:
                self._enter(block)


def _meet(values: Iterator[_Value] | tuple[_Value, ...]) -> _Value:
    """The one constant that all known values are."""
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else (_VARYING if known else None)
