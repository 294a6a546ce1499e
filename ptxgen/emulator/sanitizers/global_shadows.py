"""What racecheck keeps of global memory: a shadow for each buffer, and reads that may never matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.sanitizers.cells import Cells
from ptxgen.emulator.sanitizers.judge import Judge
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.shadows import GlobalShadow, Look
from ptxgen.emulator.sanitizers.stamps import STRONG

Array = np.ndarray[Any, Any]

LOG_BYTES = 128 << 20
"""Reads of buffers that nobody has written are only noted, up to this many bytes; most never matter."""


class GlobalShadows:
    """The shadows of the buffers that a launch accesses. complete: see `Cells`."""

    def __init__(self, *, complete: bool) -> None:
        self._complete = complete
        self._held: dict[int, GlobalShadow] = {}
        self._logged = 0

    def begin(self, judge: Judge, ordering: Ordering) -> None:
        """Other CTAs run from now on."""
        self.judge, self.ordering = judge, ordering

    def _cells(self, nbytes: int) -> Cells:
        return Cells(nbytes, complete=self._complete)

    def cells_of(self, held: GlobalShadow) -> Cells:
        """The cells of a buffer, made when first needed."""
        if not held.cells.nbytes:
            held.cells = self._cells(held.buffer.nbytes)
        return held.cells

    def at(self, buffer: Buffer) -> GlobalShadow:
        held = self._held.get(buffer.address)
        if held is None or held.buffer is not buffer:
            held = self._held[buffer.address] = GlobalShadow(buffer, self._cells(0))
        return held

    def see(
        self, held: GlobalShadow, where: Array, shape: tuple[int, ...], size: int, who: Array, *, write: bool
    ) -> None:
        strong = bool(int(who[0]) & STRONG)
        if not held.touched and not write:
            place = (where - np.uint64(held.buffer.address)).view(np.int64)

            def enter() -> None:
                every = np.broadcast_to(place, shape).reshape(-1)
                self._enter_places(held, every, size, who, write=False, strong=strong)

            self.put_off(held, enter, place.nbytes + who.nbytes)
            return
        self.write(held)
        place = (np.broadcast_to(where, shape).reshape(-1) - np.uint64(held.buffer.address)).view(np.int64)
        self._enter_places(held, place, size, who, write=write, strong=strong)

    def put_off(self, held: GlobalShadow, enter: Callable[[], None], nbytes: int) -> None:
        """Something reads a buffer that nobody has written: bring it into the shadow when somebody does."""
        held.reads.append((enter, self.ordering))
        self._logged += nbytes
        if self._logged > LOG_BYTES:
            for each in self._held.values():
                self._enter_reads(each)
            self._logged = 0

    def write(self, held: GlobalShadow) -> None:
        """From now on the shadow of a buffer is kept."""
        if not held.touched:
            held.touched = True
            self._enter_reads(held)

    def _enter_reads(self, held: GlobalShadow) -> None:
        """Bring the noted reads into the shadow."""
        reads, held.reads = held.reads, []
        for enter, self.judge.ordering in reads:
            enter()
        self.judge.ordering = self.ordering

    def _enter_places(
        self, held: GlobalShadow, place: Array, size: int, who: Array, *, write: bool, strong: bool
    ) -> None:
        cells = self.cells_of(held)
        cells.refine(size)
        look = Look(place // cells.unit, who, rows=False, shared=False)
        for part in range(size // cells.unit):
            self.judge.enter(cells, look.moved(part), write=write, strong=strong, held=held)
