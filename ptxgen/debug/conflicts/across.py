"""Which threads of which CTAs are where in global memory, and which instructions nothing orders across CTAs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import product

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen.debug.body import Body
from ptxgen.debug.cta.columns import Column
from ptxgen.debug.cta.moments import Moment
from ptxgen.debug.cta.threads import Extent, Thread, Threads
from ptxgen.debug.memory import MemoryAccess
from ptxgen.ir.analysis import Affine, Loop, Place
from ptxgen.ir.analysis.affine import Constancy, Kind, leaves
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_ROUNDS = 4
"""Rounds of a loop of known length that are looked at."""
_MOST = 1 << 22
"""Places of threads that are looked at, so that large functions stay quick."""
KEPT = 4
"""Threads at one place that are compared with others: the first ones."""


@frozen(eq=False)
class Presence:
    """The threads of one CTA that surely make an access, by number; a thread is there once for each round of a loop.

    `starts` are the first bytes that they access, relative to what all CTAs share. The first threads at one place stand
    for all that are there.
    """

    access: MemoryAccess
    cta: Extent
    numbers: NDArray[np.int64]
    starts: Column

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first byte that is accessed, and the one behind the last."""
        return int(self.starts.min()), int(self.starts.max()) + self.access.bytes

    def cells(self, grain: int) -> Column:
        """The first cells of so many bytes that the threads touch, the second ones, and so on."""
        more = np.arange(self.access.bytes // grain)
        return (self.starts // grain + more[:, None]).ravel()


@define(eq=False)
class Across:
    """The global accesses of one function in several CTAs of a launch."""

    body: Body
    _moments: dict[tuple[int, int], Threads] = field(factory=dict[tuple[int, int], "Threads"], init=False)

    @cached_property
    def exact(self) -> bool:
        """Whether the grid and the CTA are known, not assumed."""
        return self.body.facts.grid is not None and self.body.threads.exact

    @cached_property
    def threads(self) -> Threads:
        """The threads of a CTA. Of a launch that nobody knows, all may pass a bound that they share."""
        return self.body.threads if self.exact else Threads(self.body, lenient=True)

    @cached_property
    def grid(self) -> Extent:
        """The grid; where it is not known, two CTAs along each axis whose index the function reads."""
        if self.body.facts.grid is not None:
            return self.body.facts.grid
        read = {
            str(o) for _, i in self.body.of("mov", "mul", "mad", "shl", "setp", "cvt") for o in i.operands
        }
        x, y, z = (2 if f"%ctaid.{axis}" in read else 1 for axis in "xyz")
        return x, y, z

    @cached_property
    def ctas(self) -> tuple[Extent, ...]:
        """CTAs that are looked at: on each axis the first two and the last."""
        axes = [dict.fromkeys((0, min(1, extent - 1), extent - 1)) for extent in self.grid]
        return tuple((x, y, z) for z, y, x in product(*reversed(axes)))

    def groups(self) -> Iterator[list[Presence]]:
        """Who is where in what some of them write, access by access and CTA by CTA, as far as that is sure."""
        count = 0
        for accesses in self._objects().values():
            if not any(access.writes for access in accesses):
                continue
            found: list[Presence] = []
            for number, access in enumerate(accesses):
                if count > _MOST:
                    self.body.leaves_out(f"{len(accesses) - number} accesses of what several CTAs write")
                    break
                found += self._present(access)
                count += sum(len(each.numbers) for each in found[-len(self.ctas) :] if each.access is access)
            yield found

    def _objects(self) -> dict[object, list[MemoryAccess]]:
        """The accesses that may concern several CTAs, by the part of the address that these share."""
        found: dict[object, list[MemoryAccess]] = {}
        for access in self.body.accesses:
            plain = not access.atomic and not access.ordered
            if access.space is StateSpace.GLOBAL and access.base is not None and plain:
                where = tuple((a, c) for a, c in access.address.terms if a.constancy is Constancy.GRID)
                found.setdefault(where, []).append(access)
        return found

    def _present(self, access: MemoryAccess) -> Iterator[Presence]:
        moving = tuple((a, c) for a, c in access.address.terms if a.constancy is not Constancy.GRID)
        part = Affine(access.address.bits, access.address.constant, moving)
        for cta in self.ctas:
            who = self._starts(access, part, cta)
            if who is None:
                return
            some = _first(who[1])
            if len(some):
                yield Presence(access, cta, who[0][some], who[1][some])

    def thread(self, presence: Presence, position: int) -> Thread:
        """The thread at a position of the lists of a presence."""
        each = self.threads.all[presence.numbers[position]]
        return Thread(each.index, each.number, presence.cta)

    def _starts(
        self, access: MemoryAccess, part: Affine, cta: Extent
    ) -> tuple[NDArray[np.int64], Column] | None:
        """Numbers of threads and where they start; None where that is not sure of all."""
        numbers = self.threads.there(access.place, cta)
        first = self.threads.column(part, cta)
        if first is None or numbers is None:
            return None
        loop = self.body.loop(access.place[0])
        if loop is None or not any(a.kind is Kind.ROUND for a in leaves(part)):
            return numbers, first[numbers]
        later = (self._later(loop, round).column(part, cta) for round in range(1, self._rounds(access)))
        rounds = [first, *(column for column in later if column is not None)]
        starts = np.stack([column[numbers] for column in rounds], axis=1)
        return np.repeat(numbers, len(rounds)), starts.ravel()

    def _later(self, loop: Loop, round: int) -> Threads:
        key = (loop.header, round)
        if key not in self._moments:
            self._moments[key] = Threads(self.body, Moment(self.body, loop, round), self.threads.lenient)
        return self._moments[key]

    def _rounds(self, access: MemoryAccess) -> int:
        """How many rounds of the loop around an access surely make it."""
        loop = self.body.loop(access.place[0])
        trips = self.body.analysis.trips.of(loop) if loop is not None else None
        if loop is None or trips is None or trips.constant is None or access.instruction.guard is not None:
            return 1
        comes_before = self.body.analysis.dominators.dominates
        if not all(comes_before(access.place[0], latch) for latch in loop.latches):
            return 1
        # The round in which the test fails has come as far as the test.
        return max(1, min(_ROUNDS, trips.constant + comes_before(access.place[0], trips.test.edge.source)))

    @cached_property
    def _orders(self) -> tuple[Place, ...]:
        return tuple(place for place, i in self.body.places if _between_ctas(i))

    @cached_property
    def _ahead(self) -> frozenset[int]:
        """The blocks that some ordering instruction lies before."""
        return self._reached(self.body.analysis.cfg.successors)

    @cached_property
    def _behind(self) -> frozenset[int]:
        """The blocks from which control may come to an ordering instruction in another block, or in a later round."""
        return self._reached(self.body.analysis.cfg.predecessors)

    def _reached(self, edges: tuple[tuple[int, ...], ...]) -> frozenset[int]:
        seen: set[int] = set()
        stack = [place[0] for place in self._orders]
        while stack:
            for block in edges[stack.pop()]:
                if block not in seen and block < len(edges):
                    seen.add(block)
                    stack.append(block)
        return frozenset(seen)

    def preceded(self, place: Place) -> bool:
        """Whether control may come to a place past an instruction that learns of other CTAs."""
        return place[0] in self._ahead or self._first.get(place[0], place) < place

    def followed(self, place: Place) -> bool:
        """Whether control may come from a place to an instruction that tells other CTAs something."""
        return place[0] in self._behind or self._last.get(place[0], place) > place

    @cached_property
    def _first(self) -> dict[int, Place]:
        """The first ordering instruction of each block that has one."""
        return {place[0]: place for place in reversed(self._orders)}

    @cached_property
    def _last(self) -> dict[int, Place]:
        return {place[0]: place for place in self._orders}


def _first(starts: Column) -> NDArray[np.int64]:
    """The positions of the first threads at each start."""
    if (starts[1:] > starts[:-1]).all():
        return np.arange(len(starts))
    order = np.argsort(starts, kind="stable")
    same = starts[order[KEPT:]] == starts[order[:-KEPT]]
    return np.sort(order[np.append(np.ones(min(KEPT, len(order)), bool), ~same)])


def _between_ctas(instruction: Instruction) -> bool:
    """Whether an instruction may tell another CTA something, or learn of it; barriers of one CTA cannot."""
    if instruction.opcode in ("mbarrier", "multimem") or instruction.name.startswith("barrier.cluster"):
        return True
    effects = instruction.form.row.effects & {Effect.ATOMIC, Effect.CALL, Effect.VOLATILE}
    strong = {"sem", "relaxed", "acquire", "release", "volatile", "mmio"} & set(instruction.form.modifiers)
    return bool(effects or strong) and not instruction.opcode.startswith(("bar", "fence"))
