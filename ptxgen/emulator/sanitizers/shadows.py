"""What racecheck keeps beside its cells: shadows of global buffers, past batches, and where an access looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.sanitizers.cells import Cells, Rows
from ptxgen.emulator.sanitizers.ordering import Ordering

Array = np.ndarray[Any, Any]


_FEW = 1 << 14


@define(eq=False)
class GlobalShadow:
    """The shadow of a global buffer and the reads that have not been entered there yet: calls that do it."""

    buffer: Buffer
    cells: Cells
    touched: bool = False
    reads: list[tuple[Callable[[], None], Ordering]] = field(factory=list)


@define(eq=False, slots=False)
class Look:
    """Where an access goes in a shadow: cells by number (or rows of them), and who goes there.

    With `alike` these are the threads of the first CTA, and stand for those of all. A thread's stamp is its element of
    `threads` plus `number`. What stays in the shadow of reads and atomics is `left`, where that is something else: a
    copy under way.
    """

    index: Array
    threads: Array
    rows: bool
    shared: bool
    number: int = 0
    left: Array | None = None
    alike: bool = False
    _unique: Rows | None = None

    def moved(self, step: int) -> Look:
        """The same threads at cells further on."""
        if not step:
            return self
        return Look(self.index + step, self.threads, self.rows, self.shared, self.number, alike=self.alike)

    def parts(self, count: int, step: int) -> list[Look]:
        """The same threads at `count` cells each, `step` apart: as one, if they are few."""
        if self.threads.size * count > _FEW:
            return [self.moved(part * step) for part in range(count)]
        if count == 1:
            return [self]
        index = (np.arange(0, count * step, step)[:, None] + self.index).reshape(-1)
        threads = np.concatenate([self.threads] * count)
        return [Look(index, threads, self.rows, self.shared, self.number, alike=self.alike)]

    @property
    def stamp(self) -> int:
        """The stamp of one of the threads."""
        return int(self.threads.flat[0]) + self.number

    @cached_property
    def who(self) -> Array:
        """The stamp of each thread."""
        return self.threads + self.number if self.number else self.threads

    def some(self, chosen: Array) -> Array:
        """The stamps of some of the threads."""
        return self.threads[chosen] + self.number

    def unique(self, table: Array) -> Rows:
        """The rows of a table, each once."""
        if self._unique is None:
            self._unique = Rows.of(self.index, len(table))
        return self._unique

    def cells(self, columns: int) -> Array:
        """The cell of each thread, one axis, also where the access goes to rows."""
        if not self.rows:
            return self.index
        return (self.index[:, None] * columns + np.arange(columns)).reshape(-1)

    def table(self, table: Array) -> Array:
        """A table of the shadow as this access indexes it."""
        return table if self.rows else table.reshape(-1)


def action_of(write: bool, strong: bool) -> str:
    """What an access did, in a word of a report."""
    if write:
        return "atomic" if strong else "write"
    return "read"
