"""What single threads have learnt of others, by ways that are not barriers of the CTA: mbarriers, clusters, fences.

Knowledge maps a column (a CTA of the batch) to one number for each of its threads: accesses of that thread below the
number come before. The entries after the last thread stand for the copies that mbarriers count. `PAST` holds the
number below which everything of earlier batches comes before. Arrays are never changed once they are in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

Knowledge = Mapping[int, Array]
PAST = -1


def merged(parts: Iterable[Knowledge]) -> Knowledge:
    """All that any of them knows."""
    found: dict[int, Array] = {}
    for part in parts:
        for column, numbers in part.items():
            known = found.get(column)
            found[column] = numbers if known is None else np.maximum(known, numbers)
    return found


class Learnt:
    """What threads and whole CTAs of a batch have learnt; a thread knows what its CTA knows."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._threads: dict[int, Knowledge] = {}
        self._ctas: dict[int, Knowledge] = {}
        self._last: tuple[Knowledge, Knowledge, Knowledge] | None = None

    def __bool__(self) -> bool:
        return bool(self._threads or self._ctas)

    def of(self, thread: int) -> list[Knowledge]:
        """What a thread knows, in parts."""
        parts = (self._threads.get(thread), self._ctas.get(thread % self.columns))
        return [part for part in parts if part is not None]

    def teach(self, thread: int, knowledge: Knowledge) -> None:
        """A thread learns something. Threads that learn the same, one after the other, share one object."""
        known = self._threads.get(thread)
        if known is None or known is knowledge:
            self._threads[thread] = knowledge
            return
        if self._last is None or self._last[0] is not known or self._last[1] is not knowledge:
            self._last = known, knowledge, merged((known, knowledge))
        self._threads[thread] = self._last[2]

    def share(self, threads: Array, *, whole: bool) -> None:
        """Threads of one CTA tell each other what they know; with `whole` they are all that there are."""
        if not self._threads:
            return
        tellers = [t for t in threads.tolist() if t in self._threads]
        if not tellers:
            return
        told = {id(self._threads[t]): self._threads[t] for t in tellers}
        together = merged(told.values()) if len(told) > 1 else next(iter(told.values()))
        if whole:
            column = int(threads[0]) % self.columns
            self._ctas[column] = merged((together, self._ctas.get(column, {})))
            for thread in tellers:
                del self._threads[thread]
        else:
            for thread in threads.tolist():
                self.teach(thread, together)

    def numbers(self, threads: Array, columns: Array, others: Array) -> Array:
        """Up to which access of thread `others[i]` of column `columns[i]` a thread knows. `PAST` asks for the past."""
        known = np.zeros(len(others), np.int64)
        distinct, place = np.unique(threads, return_inverse=True)
        objects = np.array([id(self._threads.get(thread)) for thread in distinct.tolist()])
        # Threads of a CTA that share what they know are looked up together.
        _, first, group = np.unique(
            objects * self.columns + distinct % self.columns, return_index=True, return_inverse=True
        )
        group = group.reshape(-1)[place.reshape(-1)]
        for i, thread in enumerate(distinct[first].tolist()):
            inside = np.flatnonzero(group == i)
            for part in self.of(thread):
                for column in np.unique(columns[inside]).tolist():
                    if column in part:
                        here = inside[columns[inside] == column]
                        known[here] = np.maximum(known[here], part[column][others[here]])
        return known
