"""What single threads have learnt of others, by ways that are not barriers of the CTA: mbarriers, clusters, fences.

Knowledge maps a column (a CTA of the batch) to one number for each of its threads: accesses of that thread below the
number come before. The entry after the last thread stands for the copies under way. `PAST` holds the number below
which everything of earlier batches comes before. Arrays are never changed once they are in here.
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

    def __bool__(self) -> bool:
        return bool(self._threads or self._ctas)

    def of(self, thread: int) -> list[Knowledge]:
        """What a thread knows, in parts."""
        parts = (self._threads.get(thread), self._ctas.get(thread % self.columns))
        return [part for part in parts if part is not None]

    def teach(self, thread: int, knowledge: Knowledge) -> None:
        """A thread learns something."""
        known = self._threads.get(thread)
        self._threads[thread] = knowledge if known is None else merged((known, knowledge))

    def share(self, threads: Array, *, whole: bool) -> None:
        """Threads of one CTA tell each other what they know; with `whole` they are all that there are."""
        if not self._threads:
            return
        tellers = [t for t in threads.tolist() if t in self._threads]
        if not tellers:
            return
        together = merged(self._threads[t] for t in tellers)
        if whole:
            column = int(threads[0]) % self.columns
            self._ctas[column] = merged((together, self._ctas.get(column, {})))
            for thread in tellers:
                del self._threads[thread]
        else:
            for thread in threads.tolist():
                self.teach(thread, together)

    def number(self, thread: int, column: int, other: int) -> int:
        """Up to which access of thread `other` of a column a thread knows; `PAST` for the column asks for the past."""
        return max(
            (int(part[column][other]) for part in self.of(thread) if column in part),
            default=0,
        )
