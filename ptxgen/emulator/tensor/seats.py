"""Where the lanes of whole warps are among the threads of a context; found once for all instructions that ask."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from attrs import frozen

from ptxgen.emulator.lanes import WARP_SIZE, Lanes

Array = np.ndarray[Any, Any]


@frozen
class Order:
    """The first lanes of all warps by thread: `places` in `[warps, lanes]`, the inverse `rank`, threads' numbers."""

    places: Array
    rank: Array
    threads: Array


class Seats:
    """`position[warp, lane]` is a lane's position among the threads, -1 for one that is not there."""

    def __init__(self, lanes: Lanes) -> None:
        self.ids = lanes.ids
        self.columns = lanes.columns
        self._orders: dict[int, Order] = {}
        if lanes.is_lattice and lanes.shape[1] == WARP_SIZE:
            positions = np.arange(lanes.size).reshape(lanes.shape).transpose(0, 2, 1)
            self.position: Array = np.ascontiguousarray(positions).reshape(-1, WARP_SIZE)
        else:
            self.position = lanes.rows[2]

    @cached_property
    def partial(self) -> Array:
        """Which warps miss a lane."""
        found: Array = np.any(self.position < 0, axis=1)
        return found

    @cached_property
    def places(self) -> Array:
        """For each thread its place in `[warps, 32]`, both flat. All warps must be whole."""
        found = np.empty(self.position.size, np.int64)
        found[self.position.reshape(-1)] = np.arange(self.position.size)
        return found

    @cached_property
    def ranks(self) -> Array:
        """The number of each warp in its CTA."""
        return self.ids[self.position[:, 0]] // self.columns // WARP_SIZE

    def thread(self, warp: int) -> int:
        """The number of a warp's first thread that is there."""
        position = self.position[warp]
        return int(self.ids[position[position >= 0][0]])

    def order(self, lanes: int) -> Order:
        """How the first so many lanes of all warps follow each other by thread."""
        found = self._orders.get(lanes)
        if found is None:
            positions = self.position[:, :lanes].reshape(-1)
            places = np.argsort(positions)
            rank = np.empty_like(places)
            rank[places] = np.arange(len(places))
            found = self._orders[lanes] = Order(places, rank, self.ids[positions[places]])
        return found


_KNOWN: WeakKeyDictionary[Lanes, Seats] = WeakKeyDictionary()


def seats_of(lanes: Lanes) -> Seats:
    """The seats of a context's threads, for as long as it lasts."""
    found = _KNOWN.get(lanes)
    if found is None:
        found = _KNOWN[lanes] = Seats(lanes)
    return found
