"""Which registers each block of a `Code` needs, and over which stretch of text each one lives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from ptxgen.emulator.code import Code, CodeBlock
from ptxgen.ir.analysis.accesses import bits
from ptxgen.ir.analysis.dataflow import Transfer, solve_union
from ptxgen.isa.spaces import StateSpace


@frozen(eq=False)
class Liveness:
    """Registers that hold needed values before and after each block, as bits in the order of `names`."""

    names: tuple[str, ...]
    before: list[int]
    after: list[int]

    def entering(self) -> list[frozenset[str]]:
        """The names of the registers that each block or a later one needs."""
        return [frozenset(self.names[n] for n in bits(mask)) for mask in self.before]


def liveness(code: Code) -> Liveness:
    """Solve backwards. Arms of hammocks are blocks like others: who executes them for others changes nothing here."""
    names = tuple(code.registers)
    bit = {name: 1 << number for number, name in enumerate(names)}
    end = len(code.blocks)
    returned = _mask((v.name for v in code.function.returns if v.space is StateSpace.REG), bit)
    transfers = [*(_transfer(block, bit) for block in code.blocks), Transfer(returned, 0)]
    successors = [*(block.successors() or (end,) for block in code.blocks), ()]
    after, before = solve_union(range(end, -1, -1), successors, transfers)
    return Liveness(names, before[:end], after[:end])


def _mask(names: Iterable[str], bit: dict[str, int]) -> int:
    mask = 0
    for name in names:
        mask |= bit[name]
    return mask


def _transfer(block: CodeBlock, bit: dict[str, int]) -> Transfer:
    gen = _mask(block.end_reads(), bit)
    keep = ~_mask(block.end_writes(), bit)
    for operation in reversed(block.operations):
        if operation.guard is None:
            written = ~_mask(operation.writes, bit)
            gen, keep = gen & written, keep & written
        gen |= _mask(operation.reads, bit)
    return Transfer(gen, keep)


def spans(code: Code, live: Liveness) -> dict[str, tuple[int, int]]:
    """First and last position of each register: two positions an operation, the first to read, the second to write.

    `code.live_in` and the hammocks are known.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}

    def touch(names: Iterable[str], position: int) -> None:
        for name in names:
            if first.setdefault(name, position) > position:
                first[name] = position
            if last.setdefault(name, position) < position:
                last[name] = position

    position = 0
    starts: list[int] = []
    ends: list[int] = []
    for number, block in enumerate(code.blocks):
        starts.append(position)
        touch((live.names[n] for n in bits(live.before[number])), position)
        for operation in block.operations:
            position += 2
            touch(operation.reads, position if operation.in_place else position + 1)
            touch(operation.writes, position + 1)
        position += 2
        touch(block.end_reads(), position)
        touch(block.end_writes(), position)
        position += 1
        touch((live.names[n] for n in bits(live.after[number])), position)
        ends.append(position)
        position += 1
    for names, start, end in _needed_by_arms(code, starts, ends):
        touch(names, start)
        touch(names, end)
    return {name: (first[name], last[name]) for name in first}


def _needed_by_arms(
    code: Code, starts: list[int], ends: list[int]
) -> Iterator[tuple[frozenset[str], int, int]]:
    """Registers of if-converted branches, with the stretch that they must last.

    All arms run one after the other: what any of them needs must outlive the ones before it.
    """
    for number, block in enumerate(code.blocks):
        if block.hammock is None:
            continue
        end = max(ends[arm.block] for arm in block.hammock.arms)
        for arm in block.hammock.arms:
            yield arm.kept | code.live_in[arm.block] | {arm.guard.register.name}, starts[number], end
