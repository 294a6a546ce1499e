"""Release and acquire: how threads tell others what they did by strong accesses to memory, with fences or without.

A fence before an atomic or strong write releases, one after an atomic or strong read acquires, and so do `.release` and
`.acquire` themselves (PTX ISA 9.0, sections 8.8 and 8.9). Where the write, the read or a fence between has the scope of
a CTA or cluster, it counts inside that only. Exact for the order that was executed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.observer import Access, FenceEvent
from ptxgen.emulator.sanitizers.knowledge import PAST, Knowledge, merged
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

_RELEASES = frozenset(("release", "acq_rel"))
_ACQUIRES = frozenset(("acquire", "acq_rel"))
_FENCES = frozenset(("acq_rel", "sc", "acquire", "release"))


def reach_of(instruction: Instruction, batch: Batch) -> int:
    """How many CTAs a strong access or a fence says that it is meant for: 1, those of the cluster, or 0 for all."""
    modifiers = instruction.form.modifiers
    if modifiers.get("scope") == "cta" or (instruction.opcode == "membar" and "cta" in modifiers.values()):
        return 1
    return batch.launch.cluster_ctas if modifiers.get("scope") == "cluster" else 0


@frozen(eq=False)
class _Told:
    """What a CTA (a column; none for earlier batches) has released, for the CTAs that `reach` says: see `reach_of`."""

    column: int | None
    reach: int
    knowledge: Knowledge

    def reaches(self, column: int, reach: int) -> bool:
        """Whether a thread of that column may take it by something of its own that has this reach."""
        limits = [limit for limit in (self.reach, reach) if limit]
        if not limits:
            return True
        return self.column is not None and self.column // min(limits) == column // min(limits)


class Releases:
    """What is released at each place in memory, and who has seen it but not yet acquired it."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, int], list[_Told]] = {}

    def begin(self, batch: Batch, ordering: Ordering) -> None:
        """Other CTAs begin: what was released before is of the past."""
        self.ordering = ordering
        count = batch.launch.threads * batch.columns
        reaches = dict.fromkeys((1, batch.launch.cluster_ctas, 0))
        self._fenced: dict[int, Array] = {reach: np.zeros(count, np.int64) for reach in reaches}
        """The last fence of each thread, by reach, the narrowest first: a fence counts for all that are no wider."""
        self._inits: Array = np.zeros(count, np.int64)
        """The last `fence.mbarrier_init` of each thread, which is for relaxed arrivals at cluster barriers."""
        self._seen: dict[int, list[_Told]] = {}
        past = _Told(None, 0, {PAST: np.array([ordering.number])})
        self._places = {
            place: [past]
            for place, told in self._places.items()
            if place[0] < 0 and any(not each.reach for each in told)
        }

    def fence(self, event: FenceEvent) -> None:
        """Threads put a fence between what they did and what they will do."""
        modifiers = event.instruction.form.modifiers
        if event.instruction.opcode == "fence" and _FENCES.isdisjoint(modifiers.values()):
            return
        if "mbarrier_init" in modifiers.values() or "mbarrier_init" in modifiers:
            self._inits[event.threads] = self.ordering.number
            return
        own = reach_of(event.instruction, event.batch)
        for reach in self._within(own):
            self._fenced[reach][event.threads] = self.ordering.number
        if self._seen:
            for thread in [t for t in event.threads.tolist() if t in self._seen]:
                column = thread % self.ordering.columns
                for told in self._seen.pop(thread):
                    if told.reaches(column, own):
                        self.ordering.learnt.teach(thread, told.knowledge)

    def fenced(self, threads: Array) -> Knowledge:
        """What these threads may hand over by something relaxed: what came before their last fences."""
        numbers = np.maximum(self._fenced[1], self._inits)[threads]
        fenced = zip(threads.tolist(), numbers.tolist(), strict=True)
        return merged(self._before(thread, number) for thread, number in fenced if number)

    def saw(self, thread: int, knowledge: Knowledge) -> None:
        """A thread has seen what it may rely on after its next fence."""
        self._seen.setdefault(thread, []).append(_Told(None, 0, knowledge))

    def strong(self, access: Access, *, write: bool) -> None:
        """Threads accessed memory atomically, or by strong loads or stores, one after the other."""
        modifiers = set(access.instruction.form.modifiers.values())
        releases = not _RELEASES.isdisjoint(modifiers)
        acquires = not _ACQUIRES.isdisjoint(modifiers)
        reach = reach_of(access.instruction, access.batch)
        threads = access.threads
        reads, writes = access.atomic or not write, write
        tells = writes & (releases | (self._fenced[1][threads] > 0))
        if not self._places and not np.any(tells):
            return
        columns = np.full(len(threads), -1, np.int64)
        if access.space is StateSpace.SHARED:
            columns = threads % access.batch.columns if access.owners is None else access.owners
        tells = np.broadcast_to(tells, threads.shape)
        for i, thread in enumerate(threads.tolist()):
            place = (int(columns[i]), int(access.address[i]))
            if reads and place in self._places:
                self._read(thread, self._places[place], acquires, reach)
            if writes:
                known = list(self._places.get(place, ())) if access.atomic else []
                if tells[i]:
                    known += self._released(thread, releases, reach)
                if known:
                    self._places[place] = _joined(known)
                else:
                    self._places.pop(place, None)

    def _read(self, thread: int, told: list[_Told], acquires: bool, reach: int) -> None:
        column = thread % self.ordering.columns
        reached = [each for each in told if each.reaches(column, reach)]
        if not acquires:
            self._seen[thread] = _joined([*self._seen.get(thread, ()), *reached])
            return
        for each in reached:
            self.ordering.learnt.teach(thread, each.knowledge)

    def _within(self, reach: int) -> list[int]:
        """The reaches that are no wider."""
        reaches = list(self._fenced)
        return reaches[: reaches.index(reach) + 1]

    def _released(self, thread: int, releases: bool, reach: int) -> list[_Told]:
        """What a thread tells: all that it knows, or for each reach what came before its fence."""
        column = thread % self.ordering.columns
        if releases:
            return [_Told(column, reach, self.ordering.snapshot(np.array([thread])))]
        fences = ((within, int(self._fenced[within][thread])) for within in self._within(reach))
        return [_Told(column, within, self._before(thread, number)) for within, number in fences if number]

    def _before(self, thread: int, number: int) -> Knowledge:
        """What a thread knows, of its own accesses those before that number."""
        knowledge = dict(self.ordering.snapshot(np.array([thread])))
        index, column = divmod(thread, self.ordering.columns)
        numbers = knowledge[column].copy()
        numbers[index] = number
        knowledge[column] = numbers
        return knowledge


def _joined(told: list[_Told]) -> list[_Told]:
    """What one CTA told in one way, together."""
    groups: dict[tuple[int | None, int], list[Knowledge]] = {}
    for each in told:
        groups.setdefault((each.column, each.reach), []).append(each.knowledge)
    return [_Told(*key, parts[0] if len(parts) == 1 else merged(parts)) for key, parts in groups.items()]
