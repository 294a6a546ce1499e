"""Reaching definitions: which writes a read can see."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.ir.analysis.accesses import Accesses, bits
from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.dataflow import Transfer, solve_union
from ptxgen.ir.operands import Register


@frozen
class Definition:
    """One write: instruction `index` of `block` writes `register`; a guarded one keeps the earlier values alive."""

    register: Register
    block: int
    index: int
    guarded: bool


@frozen(eq=False)
class ReachingDefinitions:
    """All definitions of a function in textual order, and which of them arrive at each block.

    Only registers that some block reads before writing are followed from block to block: the others (most, in
    compiler output) never leave theirs.
    """

    accesses: Accesses
    definitions: tuple[Definition, ...]
    _by_register: dict[int, tuple[Definition, ...]]
    _followed: tuple[Definition, ...]
    _masks: dict[int, int]
    _arriving: tuple[int, ...]

    def reaching(self, block: int, index: int, register: Register) -> tuple[Definition, ...]:
        """The definitions that the instruction at `(block, index)` can see in a register that it reads.

        In textual order except that those of its own block come last; () if there is none.
        """
        number = self.accesses.numbers.get(register.name)
        if number is None:
            return ()
        local: list[Definition] = []
        for definition in reversed(self._by_register.get(number, ())):
            if definition.block == block and definition.index < index:
                local.append(definition)
                if not definition.guarded:
                    return tuple(reversed(local))
        mask = self._arriving[block] & self._masks.get(number, 0)
        return (*(self._followed[d] for d in bits(mask)), *reversed(local))

    def of(self, register: Register) -> tuple[Definition, ...]:
        """Every definition of a register, in textual order."""
        number = self.accesses.numbers.get(register.name)
        return () if number is None else self._by_register.get(number, ())


def reaching_definitions(cfg: ControlFlow, accesses: Accesses) -> ReachingDefinitions:
    """Solve forwards over the graph."""
    found = tuple(_definitions(accesses))
    by_register: dict[int, list[Definition]] = {}
    for definition in found:
        by_register.setdefault(accesses.numbers[definition.register.name], []).append(definition)
    exposed = _exposed(accesses)
    followed = tuple(d for d in found if accesses.numbers[d.register.name] in exposed)
    masks: dict[int, int] = {}
    for position, definition in enumerate(followed):
        number = accesses.numbers[definition.register.name]
        masks[number] = masks.get(number, 0) | 1 << position
    gen = [0] * (len(accesses.blocks) + 1)
    kill = [0] * (len(accesses.blocks) + 1)
    for position, definition in enumerate(followed):
        if not definition.guarded:
            same = masks[accesses.numbers[definition.register.name]]
            gen[definition.block] &= ~same
            kill[definition.block] |= same
        gen[definition.block] |= 1 << position
    transfers = [Transfer(g, ~k) for g, k in zip(gen, kill, strict=True)]
    before, _ = solve_union(cfg.order, cfg.predecessors, transfers)
    grouped = {number: tuple(definitions) for number, definitions in by_register.items()}
    return ReachingDefinitions(accesses, found, grouped, followed, masks, tuple(before))


def _definitions(accesses: Accesses) -> Iterator[Definition]:
    for number, block in enumerate(accesses.blocks):
        for index, access in enumerate(block):
            for write in access.writes:
                yield Definition(accesses.registers[write], number, index, access.guard is not None)


def _exposed(accesses: Accesses) -> set[int]:
    """Registers that some block reads before it certainly writes them."""
    found: set[int] = set()
    for block in accesses.blocks:
        written: set[int] = set()
        for access in block:
            found.update(number for number in access.reads if number not in written)
            if access.guard is None:
                written.update(access.writes)
    return found
