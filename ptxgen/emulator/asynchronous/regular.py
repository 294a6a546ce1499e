"""`cp.async` by all CTAs at addresses in shared memory that they agree on: whole rows of shared memory move."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.addressing import GlobalBase
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.banked import WRITTEN, Banked
from ptxgen.emulator.frame import Step
from ptxgen.emulator.memory import BASE
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.spaces import Site
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]
Chosen = tuple[Any, Any]
"""Some of the threads of each CTA: slices or numbers of warps and of lanes."""


@frozen(eq=False)
class Rows:
    """Copies of `size` bytes: elements `index` of `view`, which begins at `start` in the arena, go to rows `word`.

    index: `[..., CTAs]`, of the threads that are `chosen` in each CTA; word: the same without the last axis.
    """

    request: Request
    chosen: Chosen
    view: Array
    start: int
    index: Array
    word: Array
    size: int

    def move(self, shared: Banked) -> None:
        """Read now what the copies take, and put it where they end."""
        units = self.view.take(self.index, None, mode="clip").view(np.uint32)
        units = units.reshape(*self.index.shape, self.size // 4)
        for part in range(self.size // 4):
            shared.rows[self.word + part] = units[..., part]
            if shared.written is not None:
                shared.written[self.word + part] = WRITTEN[4]

    @property
    def threads(self) -> Array:
        """The numbers of all threads that copy, one axis."""
        lanes = self.request.lanes
        return lanes.ids.reshape(lanes.shape)[self.chosen].reshape(-1)

    def event(self) -> CopyEvent:
        """The same copies one by one."""
        return self._event(np.s_[:], self._event(np.s_[:1], None))

    def _event(self, columns: slice, first: CopyEvent | None) -> CopyEvent:
        """Those of some columns."""
        request, index = self.request, self.index[..., columns]
        lanes = request.lanes
        place = (index + self.start).reshape(-1).astype(np.uint64) * np.uint64(self.size)
        target = np.broadcast_to((self.word << 2).astype(np.uint64)[..., None], index.shape).reshape(-1)
        sizes = np.full(len(place), self.size)
        owners = np.broadcast_to(lanes.column[0, :, columns], index.shape).reshape(-1)
        threads = lanes.ids.reshape(lanes.shape)[self.chosen][..., columns].reshape(-1)
        return CopyEvent(
            request.instruction,
            threads,
            request.batch,
            Pieces(StateSpace.GLOBAL, place + np.uint64(BASE), sizes, None),
            Pieces(StateSpace.SHARED, target, sizes, owners),
            first=first,
        )


class RegularCopy:
    """A `cp.async` bound to a lattice of all CTAs, with a constant size and a guard that no CTA has for itself."""

    def __init__(self, request: Request, base: GlobalBase, size: int) -> None:
        self.request, self.base, self.size = request, base, size
        self.source, self.target = request.place("src"), request.place("dst")

    @staticmethod
    def fits(request: Request) -> bool:
        """Whether the instruction is of this kind."""
        return (
            request.lanes.whole
            and (request.mask is None or request.mask.shape[-1] == 1)
            and request.place("dst").base.shape[-1] == 1
            and request.place("src").space is StateSpace.GLOBAL
            and not request.has("ignore-src")
            and not request.has("src-size")
        )

    @staticmethod
    def bind(request: Request, bases: dict[str, GlobalBase], steps: list[Step]) -> RegularCopy | None:
        """The instruction, if it is of this kind. `bases` are the registers resolved so far in its block."""
        if not RegularCopy.fits(request):
            return None
        source = request.place("src")
        if source.key not in bases:
            bases[source.key] = GlobalBase(source.base, request.batch.launch.memory)
            steps.append((bases[source.key].resolve, ()))
        return RegularCopy(request, bases[source.key], request.constants["cp-size"])

    def rows(self) -> Rows | None:
        """What is to be copied. None if something calls for a closer look; faults are left to who takes that."""
        mask = self.request.mask
        if mask is not None and not mask.any():
            return None
        chosen = self._chosen()
        word = self._words(chosen)
        if word is None:
            return None
        found = self.base.lend(self.source.offset, self.size)
        if found is None:
            return self._exactly(chosen, word)
        view, start, index = found
        index = np.broadcast_to(index, self.request.lanes.shape)[chosen]
        return Rows(self.request, chosen, view, start, index, word, self.size)

    def _exactly(self, chosen: Chosen, word: Array) -> Rows | None:
        """Some thread is out of bounds, perhaps one that is not active."""
        request = self.request
        memory, lanes = request.batch.launch.memory, request.lanes
        if memory.track_initialised:
            return None
        address = np.broadcast_to(self.source.base, lanes.shape)[chosen].astype(np.uint64)
        address += np.uint64(self.source.offset & (1 << 64) - 1)
        site = Site(request.instruction, request.batch, StateSpace.GLOBAL, self.size)
        site.check(address.reshape(-1), lanes.ids.reshape(lanes.shape)[chosen].reshape(-1))
        index = (address - np.uint64(BASE)).view(np.int64) // self.size
        return Rows(request, chosen, memory.view(self.size), 0, index, word, self.size)

    def _chosen(self) -> Chosen:
        mask = self.request.mask
        if mask is None or mask.all():
            return slice(None), slice(None)
        if mask.shape[0] == 1:
            lanes = mask[0, :, 0].nonzero()[0]
            if lanes[-1] - lanes[0] == len(lanes) - 1:
                return slice(None), slice(int(lanes[0]), int(lanes[-1]) + 1)
        warps, lanes, _ = self.request.lanes.shape
        warp, lane = np.broadcast_to(mask[..., 0], (warps, lanes)).nonzero()
        return warp, lane

    def _words(self, chosen: Chosen) -> Array | None:
        """Rows of shared memory, one for each chosen thread of a CTA; None if one is out of bounds or misaligned."""
        place, shared = self.target, self.request.batch.shared
        address = place.base[..., 0].astype(np.int64) + place.offset
        address = np.broadcast_to(address, self.request.lanes.shape[:2])[chosen]
        if int(np.bitwise_or.reduce(address, axis=None)) & (self.size - 1):
            return None
        if int(address.min()) < 0 or int(address.max()) + self.size > shared.nbytes:
            return None
        return address >> 2
