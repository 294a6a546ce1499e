"""Threads of a CTA that go the same way together, and where those that parted meet again."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable

import numpy as np
from attrs import define, field

from ptxgen.debug.body import operand
from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.protocol.barriers import Copy, MBarrier, Named
from ptxgen.debug.protocol.values import Array, Value, Values
from ptxgen.debug.stages.clash import Touch
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address


class State(enum.Enum):
    """What a group does: it can go on, waits, waits to be joined, is at its end, or went where nobody can follow."""

    READY = "ready"
    WAITING = "waiting"
    PARKED = "parked"
    GONE = "gone"
    LOST = "lost"


@define(eq=False)
class Join:
    """Where groups that parted meet again, and who is there already. `open`: whether it is worth waiting there."""

    block: int
    open: bool = True
    waiting: Group | None = None


@define(eq=False)
class Wait:
    """What a group waits for: `ready` says whether it is over. `key` tells one question from another."""

    instruction: Instruction
    ready: Callable[[], bool]
    finish: Callable[[], None]
    key: tuple[object, ...]
    refuse: Callable[[], None] | None = None
    """How to go on although it is not over, where an instruction only asks."""
    since: int = 0
    meeting: Named | None = None
    phases: tuple[tuple[MBarrier, int], ...] = ()
    """The mbarriers that are waited for, and the parities."""


@define(eq=False)
class Group:
    """The threads of `mask`, at an instruction of a block. `assumed`: whether their way hangs on an assumption."""

    mask: Array
    values: Values
    block: int = 0
    index: int = 0
    state: State = State.READY
    joins: list[Join] = field(factory=list[Join])
    assumed: bool = False
    wait: Wait | None = None
    asked: tuple[object, ...] = ()
    """The question that was last answered with no."""
    rounds: Counter[int] = field(factory=Counter[int])
    visits: Counter[int] = field(factory=Counter[int])
    """How often it has come past an instruction that touches stages, and to a block."""
    missing: tuple[Instruction, int] | None = None
    """The use of an mbarrier, by its address, that nobody had made."""
    closed: int = 0
    products: list[tuple[int, Copy, Touch]] = field(factory=list["tuple[int, Copy, Touch]"])
    numbers: Array = field(init=False)
    warps: tuple[int, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.count()

    def count(self) -> None:
        """Number the threads again, after the mask has changed."""
        self.numbers = np.flatnonzero(self.mask)
        self.warps = tuple(warps_of(self.numbers))

    def places(self, address: Address, held: Array) -> tuple[Array, bool] | None:
        """The shared addresses that the threads of `held` give, by thread, and whether these are assumed."""
        value = self.values.read(address)
        if value is None:
            return None
        return per_thread(value.bits.astype(np.int64) & 0xFFFFFF, held), value.assumed

    def told(self, instruction: Instruction, name: str, held: Array) -> Array | None:
        """The numbers that the threads of `held` give for an operand, by thread; what they hang on is assumed then."""
        given = operand(instruction, name)
        value = None if given is None else self.values.read(given)
        if value is None:
            return None
        self.assumed |= value.assumed
        return per_thread(value.bits.astype(np.int64), held)

    def parted(self, mask: Array, block: int, join: Join | None) -> Group:
        """Some of the threads, which go to another block."""
        joins = [*self.joins, join] if join is not None else list(self.joins)
        return Group(
            mask, self.values.copy(), block, 0, State.READY, joins, self.assumed,
            rounds=Counter(self.rounds),
            visits=Counter(self.visits), closed=self.closed, products=list(self.products),
        )  # fmt: skip

    def absorb(self, other: Group) -> None:
        """Go on together with a group that is at the same place."""
        mine, theirs = self.values.known, other.values.known
        for name in list(mine):
            ours, given = mine[name], theirs.get(name)
            if given is None:
                del mine[name]
            elif given is not ours:
                bits = np.where(other.mask, given.bits, ours.bits)
                mine[name] = Value(bits, ours.assumed or given.assumed)
        self.mask = self.mask | other.mask
        self.assumed |= other.assumed
        self.rounds |= other.rounds
        self.visits |= other.visits
        self.products += [p for p in other.products if p not in self.products]
        self.closed = max(self.closed, other.closed)
        self.count()


def per_thread(values: Array, held: Array) -> Array:
    """One value for each thread of a mask."""
    if values.size == 1:
        return np.repeat(values, np.count_nonzero(held))
    return values[held]


def distinct(values: Array) -> list[int]:
    """The numbers that there are, in order; mostly all threads give the same."""
    if values.size and (values == values[0]).all():
        return [int(values[0])]
    return np.unique(values).tolist()


def warps_of(threads: Array) -> list[int]:
    """The warps of threads, in order."""
    return np.flatnonzero(np.bincount(threads // WARP)).tolist()
