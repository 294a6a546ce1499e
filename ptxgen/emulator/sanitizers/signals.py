"""How threads tell others what they did without a barrier of the CTA: phases of mbarriers and of clusters.

Arriving hands over all that a thread knows, passing the phase takes it. An arrival that is `.relaxed` hands over only
what came before a fence, and a relaxed wait takes only with a fence after it (PTX ISA 9.0, section 9.7.13.15). An
arrival that says `.cta` hands over to threads of its own CTA, and a wait that does takes from those. One that names no
scope counts for the cluster: libraries write so for mbarriers of other CTAs.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.observer import ClusterEvent, MbarrierEvent
from ptxgen.emulator.sanitizers.knowledge import Knowledge, merged
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.releases import Releases
from ptxgen.ir.instruction import Instruction

Array = np.ndarray[Any, Any]


@frozen
class _Teller:
    """A CTA (a column) that arrived at an mbarrier; `local`: for its own threads only."""

    column: int
    local: bool

    def reaches(self, column: int, *, local: bool) -> bool:
        """Whether a wait in a CTA, perhaps a local one, takes from it."""
        return column == self.column or not (self.local or local)


_Handed = dict[_Teller | None, Knowledge]
"""What is known of a phase, by who told it; no teller: everybody may take it."""


class Phases:
    """What is handed over in the phases of mbarriers and of clusters."""

    def __init__(self, ordering: Ordering, releases: Releases) -> None:
        self.ordering = ordering
        self.releases = releases
        self._handed: dict[Hashable, dict[int, _Handed]] = {}

    def arrived(self, event: MbarrierEvent) -> None:
        """Threads came to mbarriers."""
        for key, phase, threads in _groups(event):
            for column in np.unique(threads % self.ordering.columns).tolist():
                inside = threads[threads % self.ordering.columns == column]
                teller = _Teller(column, _is_local(event.instruction))
                self.hand(key, phase, self._told(event.instruction, inside), teller)

    def passed(self, event: MbarrierEvent) -> None:
        """Threads saw that phases are over."""
        for key, phase, threads in _groups(event):
            self._take(event.instruction, key, phase, threads)

    def cluster_arrived(self, event: ClusterEvent) -> None:
        for key, phase, threads in _clusters(event):
            self.hand(key, phase, self._told(event.instruction, threads))

    def cluster_passed(self, event: ClusterEvent) -> None:
        for key, phase, threads in _clusters(event):
            self._take(event.instruction, key, phase, threads)

    def hand(self, key: Hashable, phase: int, knowledge: Knowledge, teller: _Teller | None = None) -> None:
        """Who passes this phase, or a later one, knows this; told by a teller, where the two scopes allow it."""
        phases = self._handed.setdefault(key, {})
        if phase not in phases:
            phases[phase] = dict(phases.get(phase - 1, {}))
        handed = phases[phase]
        handed[teller] = merged((handed.get(teller, {}), knowledge))
        phases.pop(phase - 3, None)

    def _told(self, instruction: Instruction, threads: Array) -> Knowledge:
        if not _relaxed(instruction):
            return self.ordering.snapshot(threads)
        return self.releases.fenced(threads)

    def _take(self, instruction: Instruction, key: Hashable, phase: int, threads: Array) -> None:
        known = self._handed.get(key, {})
        latest = max((p for p in known if p <= phase), default=None)
        if latest is None:
            return
        local, relaxed = _is_local(instruction), _relaxed(instruction)
        for teller, told in known[latest].items():
            for thread in threads.tolist():
                if teller is not None and not teller.reaches(thread % self.ordering.columns, local=local):
                    continue
                if relaxed:
                    self.releases.saw(thread, told)
                else:
                    self.ordering.learnt.teach(thread, told)


def _relaxed(instruction: Instruction) -> bool:
    return "relaxed" in instruction.form.modifiers.values()


def _is_local(instruction: Instruction) -> bool:
    return instruction.form.modifiers.get("scope") == "cta"


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
