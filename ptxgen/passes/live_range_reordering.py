"""Live-range reordering: instructions of a block in an order in which fewer registers are live at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.isa.table import Effect
from ptxgen.passes.base import Pass
from ptxgen.passes.purity import is_plain_store, is_removable


@frozen
class LiveRangeReordering(Pass):
    """Between what must stay in its place, instructions are listed anew: next comes the one after which fewest 32-bit
    registers are live, in doubt the earliest. Where that needs as many as before, or no more than `registers` are
    live anyway, the order stays.

    Sound because every read still sees the same write, stores keep their places among all accesses of memory, and only
    what is pure, a weak load or a weak store moves at all: nothing passes a barrier, fence, atomic, volatile or
    asynchronous operation, a shuffle, a call or a branch.
    """

    name = "live-range-reordering"

    registers: int = 64

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        if analysis.liveness.pressure() <= self.registers:
            return changes
        for number in analysis.cfg.order:
            instructions = function.blocks[number].instructions
            after: list[int] = []
            for first, last in _stretches(instructions):
                after = after or analysis.liveness.masks_after(number)
                leaving = analysis.accesses.named(after[last - 1])
                stretch = _Stretch(instructions[first:last], frozenset(register.name for register in leaving))
                before = list(range(last - first))
                if stretch.peak(before) <= self.registers:
                    continue
                order = stretch.listed()
                if stretch.peak(order) < stretch.peak(before):
                    instructions[first:last] = [stretch.instructions[n] for n in order]
                    changes["instructions moved"] += sum(n != place for place, n in enumerate(order))
        return changes


def _stretches(instructions: Sequence[Instruction]) -> Iterator[tuple[int, int]]:
    """Where what may move stands together."""
    first = 0
    for index, instruction in enumerate(instructions):
        if not _moves(instruction):
            if index - first > 2:
                yield first, index
            first = index + 1
    if len(instructions) - first > 2:
        yield first, len(instructions)


def _moves(instruction: Instruction) -> bool:
    return is_removable(instruction) or is_plain_store(instruction)


def _keeps(instruction: Instruction) -> bool:
    """Whether what it writes may stay as it was, in whole or in part."""
    return instruction.guard is not None or any(slot.updates for slot in instruction.form.operands)


_Value = tuple[str, int]
"""A register, and how many times the stretch has written it before."""


@define(eq=False)
class _Stretch:
    """Instructions that may change places: what each reads and makes, and which must stand before it."""

    instructions: list[Instruction]
    leaving: frozenset[str]
    uses: list[set[_Value]] = field(factory=list[set[_Value]], init=False)
    makes: list[set[_Value]] = field(factory=list[set[_Value]], init=False)
    earlier: list[set[int]] = field(factory=list[set[int]], init=False)
    words: dict[str, int] = field(factory=dict[str, int], init=False)
    readers: dict[_Value, set[int]] = field(factory=dict[_Value, set[int]], init=False)
    kept: set[_Value] = field(factory=set[_Value], init=False)
    _written: Counter[str] = field(factory=Counter[str], init=False)
    _writer: dict[str, int] = field(factory=dict[str, int], init=False)
    _store: set[int] = field(factory=set[int], init=False)
    _accesses: set[int] = field(factory=set[int], init=False)

    def __attrs_post_init__(self) -> None:
        for n, instruction in enumerate(self.instructions):
            self.earlier.append((self._registers(n, instruction) | self._memory(n, instruction)) - {n})
        self.kept = {(name, self._written[name]) for name in self.leaving}

    def _registers(self, n: int, instruction: Instruction) -> set[int]:
        """Note what the next instruction reads and makes; those that it must follow for it."""
        writes = instruction.writes()
        reads = (*instruction.reads(), *(writes if _keeps(instruction) else ()))
        self.words.update((r.name, max(1, r.type.bits // 32)) for r in (*reads, *writes))
        earlier = {self._writer[r.name] for r in (*reads, *writes) if r.name in self._writer}
        self.uses.append({(r.name, self._written[r.name]) for r in reads})
        for value in self.uses[-1]:
            self.readers.setdefault(value, set()).add(n)
        made: set[_Value] = set()
        for name in {r.name for r in writes}:
            earlier |= self._readers_so_far(name)
            self._written[name] += 1
            self._writer[name] = n
            made.add((name, self._written[name]))
        self.makes.append(made)
        return earlier

    def _readers_so_far(self, name: str) -> set[int]:
        return self.readers.get((name, self._written[name]), set())

    def _memory(self, n: int, instruction: Instruction) -> set[int]:
        """Those that the next instruction must follow because of what it loads or stores."""
        effects = instruction.form.row.effects
        if Effect.WRITE in effects:
            earlier, self._store, self._accesses = self._accesses | self._store, {n}, set()
            return earlier
        if Effect.READ in effects:
            self._accesses.add(n)
            return self._store
        return set()

    def listed(self) -> list[int]:
        """The order in which the next instruction always leaves fewest registers live."""
        waiting = [len(earlier) for earlier in self.earlier]
        later: list[list[int]] = [[] for _ in self.instructions]
        for n, earlier in enumerate(self.earlier):
            for other in earlier:
                later[other].append(n)
        open_readers = {value: set(readers) for value, readers in self.readers.items()}
        ready = [(self._growth(n, open_readers), n) for n, count in enumerate(waiting) if not count]
        heapify(ready)
        done: set[int] = set()
        order: list[int] = []
        while ready:
            growth, n = heappop(ready)
            if n in done or growth != self._growth(n, open_readers):
                continue
            done.add(n)
            order.append(n)
            for value in self.uses[n]:
                readers = open_readers[value]
                readers.discard(n)
                if len(readers) == 1:
                    (last,) = readers
                    if not waiting[last]:
                        heappush(ready, (self._growth(last, open_readers), last))
            for other in later[n]:
                waiting[other] -= 1
                if not waiting[other]:
                    heappush(ready, (self._growth(other, open_readers), other))
        return order

    def _growth(self, n: int, open_readers: dict[_Value, set[int]]) -> int:
        """By how many registers an instruction makes more live, as things stand."""
        born = sum(self.words[v[0]] for v in self.makes[n] if v in self.readers or v in self.kept)
        ended = sum(self.words[v[0]] for v in self.uses[n] if v not in self.kept and open_readers[v] == {n})
        return born - ended

    def peak(self, order: Sequence[int]) -> int:
        """The most registers that are live after an instruction, if they stand in this order."""
        open_readers = {value: set(readers) for value, readers in self.readers.items()}
        made = set().union(*self.makes)
        live = sum(self.words.get(v[0], 1) for v in {*self.readers, *self.kept} if v not in made)
        most = live
        for n in order:
            live += self._growth(n, open_readers)
            for value in self.uses[n]:
                open_readers[value].discard(n)
            most = max(most, live)
        return most
