"""Who writes which bytes of global memory first, and who of another CTA comes there as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.debug.conflicts.across import KEPT, Across, Presence
from ptxgen.debug.conflicts.stored import Stored
from ptxgen.debug.cta.columns import Column
from ptxgen.debug.memory import MemoryAccess

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_SOON = 64
"""Cells that are looked at before all others: where most conflicts show, if there are any."""


@frozen(eq=False)
class Part:
    """One thread in an access."""

    presence: Presence
    position: int

    @property
    def start(self) -> int:
        """The first byte that it accesses."""
        return int(self.presence.starts[self.position])


@frozen(eq=False)
class Table:
    """The threads of some presences, one after another, by the cells of `grain` bytes that they touch.

    `entries` are threads, in the order of the cells; those of one cell stand together, as they come, and `begins` and
    `ends` are theirs.
    """

    cells: Column
    begins: Numbers
    ends: Numbers
    entries: Numbers

    @staticmethod
    def of(presences: Sequence[Presence], grain: int) -> Table:
        """The table; the threads are counted from 0 over all presences."""
        cells = np.concatenate([p.cells(grain) for p in presences])
        first = np.cumsum([0, *(len(p.starts) for p in presences)])
        every = [
            np.tile(np.arange(a, a + len(p.starts)), p.access.bytes // grain)
            for a, p in zip(first, presences, strict=False)
        ]
        order = np.argsort(cells, kind="stable")
        cells = cells[order]
        begins = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
        return Table(cells[begins], begins, np.append(begins[1:], len(cells)), np.concatenate(every)[order])

    def at(self, cells: Column) -> tuple[Numbers, Numbers]:
        """The first threads at some cells: the places of the cells, in order, and the threads."""
        run = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        there = np.flatnonzero(self.cells[run] == cells)
        entries = self.begins[run[there]][:, None] + np.arange(KEPT)
        places, slots = np.nonzero(entries < self.ends[run[there]][:, None])
        return there[places], self.entries[entries[places, slots]]


@frozen(eq=False)
class Writers:
    """The writers of one object in the order in which they are looked at, by cells of `grain` bytes."""

    across: Across
    stored: Stored
    presences: Sequence[Presence]
    grain: int

    def conflict(self, later: Presence, before: int) -> tuple[Part, Part] | None:
        """A thread of `later` at a cell that another CTA writes, among the first `before` writers, and who does: the
        first two that nothing orders, and that do not write the same.
        """
        near = self._near(later) if before else None
        if near is None:
            return None
        cells = later.cells(self.grain)
        places = np.flatnonzero((cells >= near[0] // self.grain) & (cells * self.grain < near[1]))
        for some in (places[:_SOON], places[_SOON:]):
            met = self._first_apart(later, cells, some, before)
            if met is not None:
                return met
        return None

    def _first_apart(
        self, later: Presence, cells: Column, some: Numbers, before: int
    ) -> tuple[Part, Part] | None:
        """The same for some of the cells of `later`."""
        places, threads = self._table.at(cells[some])
        who = self._who[threads]
        meant = (who < before) & (self._ctas[who] != self._cta(later)) & ~self._ordered(later, who)
        positions, threads = some[places[meant]] % len(later.numbers), threads[meant]
        apart = np.flatnonzero(~self._agree(later, positions, threads))
        if not len(apart):
            return None
        thread, position = int(threads[apart[0]]), int(positions[apart[0]])
        first = int(self._who[thread])
        return Part(self.presences[first], thread - int(self._first[first])), Part(later, position)

    def _near(self, later: Presence) -> tuple[int, int] | None:
        """The bytes around those that writers of other CTAs touch near to where some threads are; None without such."""
        low, high = later.ends
        others = [
            (begin, end)
            for cta, (begin, end) in self._boxes.items()
            if cta != later.cta and low < end and begin < high
        ]
        return (min(begin for begin, _ in others), max(end for _, end in others)) if others else None

    def _ordered(self, later: Presence, who: Numbers) -> Mask:
        """Whether something may order them: one comes first for sure only if something behind it tells the other CTA,
        which looks at it before.
        """
        place = later.access.place
        told = self._followed[who] & self.across.preceded(place)
        return told | (self._preceded[who] & self.across.followed(place))

    def _agree(self, later: Presence, positions: Numbers, threads: Numbers) -> Mask:
        """Whether two CTAs surely write the same, or one writes what the other would: that is by design."""
        who, access = self._who[threads], later.access
        if not access.writes:
            return self._alike[who]
        same = (self._bytes[who] == access.bytes) & (self._starts[threads] == later.starts[positions])
        number = self._numbers[threads] == later.numbers[positions]
        agreed = same & self._alike[who] & (self._accesses[who] == id(access)) & (number | self._uniform[who])
        if (agreed | ~same).all():
            return agreed
        code, bits = self.stored.values(later)
        known = (self._codes[who] == code) & (code != 0) & (self._values[threads] == bits[positions])
        return agreed | (same & known)

    def _cta(self, presence: Presence) -> int:
        return self.across.ctas.index(presence.cta)

    @cached_property
    def _boxes(self) -> dict[object, tuple[int, int]]:
        """For each CTA the first byte that it writes, and the one behind the last."""
        found: dict[object, tuple[int, int]] = {}
        for presence in self.presences:
            low, high = found.get(presence.cta, presence.ends)
            found[presence.cta] = min(low, presence.ends[0]), max(high, presence.ends[1])
        return found

    @cached_property
    def _table(self) -> Table:
        return Table.of(self.presences, self.grain)

    @cached_property
    def _first(self) -> Numbers:
        """For each writer its first thread, over all writers."""
        return np.cumsum([0, *(len(p.starts) for p in self.presences)])

    @cached_property
    def _who(self) -> Numbers:
        """For each thread its writer."""
        return np.repeat(np.arange(len(self.presences)), [len(p.starts) for p in self.presences])

    @cached_property
    def _starts(self) -> Column:
        return np.concatenate([p.starts for p in self.presences])

    @cached_property
    def _numbers(self) -> Numbers:
        return np.concatenate([p.numbers for p in self.presences])

    @cached_property
    def _stored(self) -> list[tuple[int, NDArray[np.uint64]]]:
        return [self.stored.values(p) for p in self.presences]

    @cached_property
    def _codes(self) -> Numbers:
        return np.array([code for code, _ in self._stored])

    @cached_property
    def _values(self) -> NDArray[np.uint64]:
        return np.concatenate([bits for _, bits in self._stored])

    def _each(self, what: Callable[[Presence], Any]) -> NDArray[Any]:
        return np.array([what(presence) for presence in self.presences])

    def _each_access(self, what: Callable[[MemoryAccess], bool]) -> Mask:
        known = {id(p.access): p.access for p in self.presences}
        answers = {key: what(access) for key, access in known.items()}
        return self._each(lambda p: answers[id(p.access)])

    @cached_property
    def _ctas(self) -> Numbers:
        return self._each(self._cta)

    @cached_property
    def _accesses(self) -> Numbers:
        return self._each(lambda p: id(p.access))

    @cached_property
    def _bytes(self) -> Numbers:
        return self._each(lambda p: p.access.bytes)

    @cached_property
    def _followed(self) -> Mask:
        return self._each(lambda p: self.across.followed(p.access.place))

    @cached_property
    def _preceded(self) -> Mask:
        return self._each(lambda p: self.across.preceded(p.access.place))

    @cached_property
    def _alike(self) -> Mask:
        return self._each_access(self.stored.alike)

    @cached_property
    def _uniform(self) -> Mask:
        return self._each_access(self.stored.uniform)
