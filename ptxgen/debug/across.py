"""Which threads of which CTAs are where in global memory, and which instructions nothing orders across CTAs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

from attrs import define, frozen

from ptxgen.debug.body import Body
from ptxgen.debug.memory import MemoryAccess
from ptxgen.debug.threads import Extent, Thread
from ptxgen.ir.analysis import Affine, Place
from ptxgen.ir.analysis.affine import Atom, Constancy, Kind
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_ROUNDS = 4
"""Rounds of a loop of known length that are looked at."""
_MOST = 1 << 19
"""Places of threads that are looked at, so that large functions stay quick."""


@frozen(eq=False)
class Presence:
    """The threads of one CTA that surely make an access, by number; a thread is there once for each round of a loop.

    `starts` are the first bytes that they access, relative to `where` (which all CTAs share).
    """

    access: MemoryAccess
    cta: Extent
    numbers: Sequence[int]
    starts: Sequence[int]
    where: tuple[object, ...]


@define(eq=False)
class Across:
    """The global accesses of one function in several CTAs of a launch."""

    body: Body

    @cached_property
    def exact(self) -> bool:
        """Whether the grid and the CTA are known, not assumed."""
        return self.body.facts.grid is not None and self.body.threads.exact

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

    def present(self) -> Iterator[Presence]:
        """Who is where, access by access and CTA by CTA, as far as that is sure."""
        count = 0
        for access in self.body.accesses:
            if (
                access.space is not StateSpace.GLOBAL
                or access.base is None
                or access.atomic
                or access.ordered
            ):
                continue
            where = tuple((a, c) for a, c in access.address.terms if a.constancy is Constancy.GRID)
            moving = tuple((a, c) for a, c in access.address.terms if a.constancy is not Constancy.GRID)
            part = Affine(access.address.bits, access.address.constant, moving)
            for cta in self.ctas:
                who = self._starts(access, part, cta)
                if who is None:
                    break
                yield Presence(access, cta, *who, where)
                count += len(who[0])
                if count > _MOST:
                    return

    def thread(self, presence: Presence, position: int) -> Thread:
        """The thread at a position of the lists of a presence."""
        each = self.body.threads.all[presence.numbers[position]]
        return Thread(each.index, each.number, presence.cta)

    def _starts(
        self, access: MemoryAccess, part: Affine, cta: Extent
    ) -> tuple[Sequence[int], Sequence[int]] | None:
        """Numbers of threads and where they start; None where that is not sure of all."""
        threads = self.body.threads
        runs = threads.running(access.place, cta)
        first = threads.column(part, cta)
        if first is None or None in runs:
            return None
        loop = self.body.loop(access.place[0])
        moved = any(_mentions(a, Kind.ROUND) for a, _ in part.terms)
        rounds = self._rounds(access) if loop is not None and moved else 1
        if rounds == 1 and all(runs):
            return range(len(first)), first
        own = f"round of block {loop.header}" if loop is not None else ""
        numbers: list[int] = []
        starts: list[int] = []
        for each, here, start in zip(threads.all, runs, first, strict=True):
            thread = Thread(each.index, each.number, cta)
            if not here:
                continue
            numbers.append(each.number)
            starts.append(start)
            for round in range(1, rounds):
                later = evaluate(
                    part, lambda a, t=thread, r=round: r if a.name == own else threads.known(a, t)
                )
                if later is not None:
                    numbers.append(each.number)
                    starts.append(later)
        return numbers, starts

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

    def unordered(self, one: Place, other: Place) -> bool:
        """Whether nothing can order an instruction of one CTA and one of another.

        One comes first for sure only if something behind it tells the other CTA, which looks at it before.
        """
        told = self._followed(one) and self._preceded(other)
        return not told and not (self._followed(other) and self._preceded(one))

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

    def _preceded(self, place: Place) -> bool:
        return place[0] in self._ahead or self._first.get(place[0], place) < place

    def _followed(self, place: Place) -> bool:
        return place[0] in self._behind or self._last.get(place[0], place) > place

    @cached_property
    def _first(self) -> dict[int, Place]:
        """The first ordering instruction of each block that has one."""
        return {place[0]: place for place in reversed(self._orders)}

    @cached_property
    def _last(self) -> dict[int, Place]:
        return {place[0]: place for place in self._orders}


def _between_ctas(instruction: Instruction) -> bool:
    """Whether an instruction may tell another CTA something, or learn of it; barriers of one CTA cannot."""
    if instruction.opcode in ("mbarrier", "multimem") or instruction.name.startswith("barrier.cluster"):
        return True
    effects = instruction.form.row.effects & {Effect.ATOMIC, Effect.CALL, Effect.VOLATILE}
    strong = {"sem", "relaxed", "acquire", "release", "volatile", "mmio"} & set(instruction.form.modifiers)
    return bool(effects or strong) and not instruction.opcode.startswith(("bar", "fence"))


def _mentions(atom: Atom, kind: Kind) -> bool:
    return atom.kind is kind or any(_mentions(a, kind) for e in atom.operands for a, _ in e.terms)
