"""Which registers are still needed where, and the stretches of text over which each one is."""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from ptxgen.ir.analysis.accesses import Access, Accesses, bits
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.dataflow import Transfer, solve_union
from ptxgen.ir.operands import Register
from ptxgen.isa.types import pred


@frozen
class LiveRange:
    """Where a register holds a value that is still needed.

    Positions count the function's instructions in textual order from 0. A segment `(start, end)` means: live from
    just after instruction `start` up to the reads of instruction `end`. A block's entry is `start` = first - 1, its
    exit is `end` = last + 1.
    """

    register: Register
    segments: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.segments[0][0]

    @property
    def end(self) -> int:
        return self.segments[-1][1]

    def overlaps(self, other: LiveRange) -> bool:
        """Whether the two registers ever hold needed values at once."""
        return any(a < d and c < b for a, b in self.segments for c, d in other.segments)


@frozen(eq=False)
class Liveness:
    """Registers live at block boundaries. A write under a guard does not end the old value's life."""

    cfg: ControlFlow
    accesses: Accesses
    _entering: tuple[int, ...]
    _leaving: tuple[int, ...]

    def live_in(self, block: int) -> frozenset[Register]:
        """Registers that hold needed values when a block is entered."""
        return self.accesses.named(self._entering[block])

    def live_out(self, block: int) -> frozenset[Register]:
        """Registers that hold needed values when a block is left."""
        return self.accesses.named(self._leaving[block])

    def live_after(self, block: int) -> list[frozenset[Register]]:
        """For each instruction of a block, the registers live just after it."""
        return [self.accesses.named(mask) for mask in self.masks_after(block)]

    def masks_after(self, block: int) -> list[int]:
        """The same as masks of `Accesses.registers`."""
        masks: list[int] = []
        live = self._leaving[block]
        for access in reversed(self.accesses.blocks[block]):
            masks.append(live)
            live = _before(access, live)
        masks.reverse()
        return masks

    def dead_writes(self, block: int) -> list[tuple[int, Register]]:
        """`(index, register)` of each write in a block whose value nobody reads."""
        found: list[tuple[int, Register]] = []
        live = self._leaving[block]
        for index in range(len(self.accesses.blocks[block]) - 1, -1, -1):
            access = self.accesses.blocks[block][index]
            found += [(index, self.accesses.registers[w]) for w in access.writes if not live >> w & 1]
            live = _before(access, live)
        found.reverse()
        return found

    def pressure(self, blocks: Collection[int] | None = None) -> int:
        """The most 32-bit registers that hold needed values at once, in the order of the text; in some blocks only."""
        registers = self.accesses.registers
        counted = sum(1 << n for n, r in enumerate(registers) if r.type is not pred)
        wide = sum(1 << n for n, r in enumerate(registers) if r.type is not pred and r.type.bits > 32)
        most = 0
        for block in range(len(self.accesses.blocks)) if blocks is None else blocks:
            live = self._leaving[block]
            for access in reversed(self.accesses.blocks[block]):
                most = max(most, (live & counted).bit_count() + (live & wide).bit_count())
                live = _before(access, live)
        return most

    def ranges(self) -> dict[str, LiveRange]:
        """The live range of each register that is ever live, by name, in order of first appearance."""
        segments: dict[int, list[tuple[int, int]]] = {}
        first = 0
        for block, steps in enumerate(self.accesses.blocks):
            for number, segment in _segments(steps, first, self._entering[block], self._leaving[block]):
                known = segments.setdefault(number, [])
                if known and known[-1][1] >= segment[0]:
                    known[-1] = (known[-1][0], max(known[-1][1], segment[1]))
                else:
                    known.append(segment)
            first += len(steps)
        registers = self.accesses.registers
        return {
            registers[n].name: LiveRange(registers[n], tuple(segments[n]))
            for n in range(len(registers))
            if n in segments
        }


def _before(access: Access, live: int) -> int:
    if access.guard is None:
        for number in access.writes:
            live &= ~(1 << number)
    for number in access.reads:
        live |= 1 << number
    return live


def _segments(
    steps: tuple[Access, ...], first: int, live_in: int, live_out: int
) -> list[tuple[int, tuple[int, int]]]:
    """The stretches of one block, by register, each register's in ascending order."""
    found: list[tuple[int, tuple[int, int]]] = []
    last = first + len(steps)
    ends = dict.fromkeys(bits(live_out), last)
    for position in range(last - 1, first - 1, -1):
        access = steps[position - first]
        if access.guard is None:
            for number in access.writes:
                end = ends.pop(number, None)
                if end is not None:
                    found.append((number, (position, end)))
        for number in access.reads:
            ends.setdefault(number, position)
    found += [(number, (first - 1, end)) for number, end in ends.items() if live_in >> number & 1]
    found.reverse()
    return found


def liveness(cfg: ControlFlow, accesses: Accesses) -> Liveness:
    """Solve backwards over the graph."""
    transfers = [_transfer(block) for block in accesses.blocks]
    transfers.append(Transfer(accesses.returned, 0))
    # Unreachable blocks are solved as well (in textual order), so that their ranges exist for printing and editing.
    reached = cfg.reachable()
    rest = [n for n in range(len(accesses.blocks)) if n not in reached]
    order = [cfg.exit, *reversed(cfg.order), *reversed(rest)]
    after, before = solve_union(order, cfg.successors, transfers)
    return Liveness(cfg, accesses, tuple(before), tuple(after))


def _transfer(block: tuple[Access, ...]) -> Transfer:
    gen, kill = 0, 0
    for access in reversed(block):
        if access.guard is None:
            for number in access.writes:
                gen &= ~(1 << number)
                kill |= 1 << number
        for number in access.reads:
            gen |= 1 << number
    return Transfer(gen, ~kill)
