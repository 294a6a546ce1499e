"""How threads tell others what they did without a barrier of the CTA: phases, and release and acquire.

Arriving at an mbarrier (or a cluster's barrier) hands over all that a thread knows, passing the phase takes it. A
fence before an atomic or strong write releases, one after an atomic or strong read acquires, and so do `.release` and
`.acquire` themselves (PTX ISA 9.0, sections 8.8 and 8.9). Exact for the order that was executed; scopes are taken as
wide enough.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.observer import Access, ClusterEvent, FenceEvent, MbarrierEvent
from ptxgen.emulator.sanitizers.knowledge import PAST, Knowledge, merged
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

_RELEASES = frozenset(("release", "acq_rel"))
_ACQUIRES = frozenset(("acquire", "acq_rel"))


class Phases:
    """What is handed over in the phases of mbarriers and of clusters."""

    def __init__(self, ordering: Ordering) -> None:
        self.ordering = ordering
        self._handed: dict[Hashable, dict[int, Knowledge]] = {}
        self._late: dict[tuple[Hashable, int], list[Array]] = {}

    def arrived(self, event: MbarrierEvent) -> None:
        """Threads came to mbarriers; with `cp.async.mbarrier.arrive` they do so when their copies are done."""
        for key, phase, threads in _groups(event):
            if event.instruction.opcode == "cp":
                self._late.setdefault((key, phase), []).append(threads)
            self.hand(key, phase, self.ordering.snapshot(threads))

    def passed(self, event: MbarrierEvent) -> None:
        """Threads saw that phases are over."""
        for key, phase, threads in _groups(event):
            for late in self._late.pop((key, phase), []):
                self.hand(key, phase, self.ordering.snapshot(late))
            self._take(key, phase, threads)

    def cluster_arrived(self, event: ClusterEvent) -> None:
        for key, phase, threads in _clusters(event):
            self.hand(key, phase, self.ordering.snapshot(threads))

    def cluster_passed(self, event: ClusterEvent) -> None:
        for key, phase, threads in _clusters(event):
            self._take(key, phase, threads)

    def hand(self, key: Hashable, phase: int, knowledge: Knowledge) -> None:
        """Who passes this phase, or a later one, knows this."""
        phases = self._handed.setdefault(key, {})
        before = phases.get(phase)
        if before is None:
            before = phases.get(phase - 1, {})
        phases[phase] = merged((before, knowledge))
        phases.pop(phase - 3, None)

    def _take(self, key: Hashable, phase: int, threads: Array) -> None:
        known = self._handed.get(key, {})
        latest = max((p for p in known if p <= phase), default=None)
        if latest is not None:
            for thread in threads.tolist():
                self.ordering.learnt.teach(thread, known[latest])


class Releases:
    """What is released at each place in memory, and who has seen it but not yet acquired it."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, int], Knowledge] = {}

    def begin(self, batch: Batch, ordering: Ordering) -> None:
        """Other CTAs begin: what was released before is of the past."""
        self.ordering = ordering
        self._fenced: Array = np.zeros(batch.launch.threads * batch.columns, np.int64)
        self._seen: dict[int, Knowledge] = {}
        past: Knowledge = {PAST: np.array([ordering.number])}
        self._places = {place: past for place in self._places if place[0] < 0}

    def fence(self, event: FenceEvent) -> None:
        """Threads put a fence between what they did and what they will do."""
        modifiers = event.instruction.form.modifiers
        if event.instruction.opcode == "fence" and not {"acq_rel", "sc", "acquire", "release"} & set(
            modifiers.values()
        ):
            return
        self._fenced[event.threads] = self.ordering.number
        if self._seen:
            for thread in [t for t in event.threads.tolist() if t in self._seen]:
                self.ordering.learnt.teach(thread, self._seen.pop(thread))

    def strong(self, access: Access, *, write: bool) -> None:
        """Threads accessed memory atomically, or by strong loads or stores, one after the other."""
        modifiers = set(access.instruction.form.modifiers.values())
        releases = not _RELEASES.isdisjoint(modifiers)
        acquires = not _ACQUIRES.isdisjoint(modifiers)
        threads = access.threads
        reads, writes = access.atomic or not write, write
        tells = writes & (releases | (self._fenced[threads] > 0))
        if not self._places and not np.any(tells):
            return
        columns = np.full(len(threads), -1, np.int64)
        if access.space is StateSpace.SHARED:
            columns = threads % access.batch.columns if access.owners is None else access.owners
        tells = np.broadcast_to(tells, threads.shape)
        for i, thread in enumerate(threads.tolist()):
            place = (int(columns[i]), int(access.address[i]))
            if reads and place in self._places:
                self._read(thread, self._places[place], acquires)
            if writes:
                self._write(thread, place, releases, bool(tells[i]), access.atomic)

    def _read(self, thread: int, released: Knowledge, acquires: bool) -> None:
        if acquires:
            self.ordering.learnt.teach(thread, released)
        else:
            self._seen[thread] = merged((released, self._seen.get(thread, {})))

    def _write(self, thread: int, place: tuple[int, int], releases: bool, tells: bool, atomic: bool) -> None:
        known: list[Knowledge] = []
        if atomic and place in self._places:
            known.append(self._places[place])
        if tells:
            known.append(self._released(thread, releases))
        if known:
            self._places[place] = merged(known)
        else:
            self._places.pop(place, None)

    def _released(self, thread: int, releases: bool) -> Knowledge:
        """What a thread knows; of its own accesses those before the fence, unless the write itself releases."""
        knowledge = dict(self.ordering.snapshot(np.array([thread])))
        if not releases:
            index, column = divmod(thread, self.ordering.columns)
            numbers = knowledge[column].copy()
            numbers[index] = self._fenced[thread]
            knowledge[column] = numbers
        return knowledge


def _groups(event: MbarrierEvent) -> list[tuple[Hashable, int, Array]]:
    """Mbarrier, phase, and the threads there."""
    places = np.stack([event.owners, event.address.astype(np.int64), event.phase.astype(np.int64)], axis=1)
    unique, group = np.unique(places, axis=0, return_inverse=True)
    group = group.reshape(-1)
    return [
        ((int(owner), int(address)), int(phase), event.threads[group == number])
        for number, (owner, address, phase) in enumerate(unique)
    ]


def _clusters(event: ClusterEvent) -> list[tuple[Hashable, int, Array]]:
    batch = event.batch
    cluster = event.threads % batch.columns // batch.launch.cluster_ctas
    unique, group = np.unique(np.stack([cluster, event.phase], axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    return [
        (("cluster", int(place)), int(phase), event.threads[group == number])
        for number, (place, phase) in enumerate(unique)
    ]
