"""The largest keys that a warp has seen, sorted, spread over its lanes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ptxgen.isa.types import u32, u64
from ptxgen.kernels.blocks.ordered_keys import NO_KEY
from ptxgen.kernels.blocks.warp import WARP

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_ABOVE_ALL = 0xFFFFFFFFFFFFFFFF


class TopKeys:
    """A list of `count` u64 keys in descending order: key 32 * i + lane is register i of that lane.

    Keys are different from each other (`NO_KEY` apart, which fills up short lists). All lanes of the warp call the
    methods together.
    """

    def __init__(self, k: KernelBuilder, count: int) -> None:
        self.k = k
        self.count = count
        self.lane = k.tid.x % WARP
        self.keys = [k.var(u64, NO_KEY) for _ in range(-(-count // WARP))]

    def offer(self, key: Value) -> None:
        """Take in one key from each lane, if it is among the largest.

        The lanes whose key beats the last of the list are served one after another; most keys of a long row are not.
        """
        k = self.k
        last = k.var(u64, self._last())
        waiting = k.var(u32, k.vote_ballot(key > last))
        with k.while_(lambda: waiting != 0):
            source = k.popc(~waiting & (waiting - 1))  # the lowest lane that waits
            self._insert(k.shfl_idx(key, source))
            last.set(self._last())
            waiting.set(k.vote_ballot((key > last) & (self.lane > source)))

    def gather(self, threads: int) -> None:
        """The largest of all warps' lists into the first warp's, through shared memory; threads of a CTA, together."""
        k = self.k
        warps = threads // WARP
        if warps == 1:
            return
        width = WARP * len(self.keys)
        lists = k.shared(k.code.unique_variable("lists"), u64, (warps - 1) * width, align=16)
        own = k.tid.x // WARP
        with k.if_(own > 0):
            for i, key in enumerate(self.keys):
                lists[(own - 1) * width + self.lane + i * WARP] = key
        k.bar_sync()
        with k.if_(own == 0), k.for_(0, (warps - 1) * len(self.keys)) as part:
            self.offer(lists[part * WARP + self.lane])

    def each(self, visit: Callable[[Value, Value], None]) -> None:
        """`visit(place, key)` in the first warp for the places below `count`."""
        k = self.k
        for i, key in enumerate(self.keys):
            place = self.lane + i * WARP
            with k.if_((place < self.count) & (k.tid.x < WARP)):
                visit(place, key)

    def _last(self) -> Value:
        return self.k.shfl_idx(self.keys[-1], (self.count - 1) % WARP)

    def _insert(self, key: Value) -> None:
        """Every key becomes the larger of itself and the smaller of the new one and its predecessor."""
        k = self.k
        first = self.lane == 0
        for i in range(len(self.keys) - 1, -1, -1):
            before = k.shfl_up(self.keys[i], 1)
            carried = k.shfl_idx(self.keys[i - 1], WARP - 1) if i else _ABOVE_ALL
            before = k.select(first, carried, before)
            self.keys[i].set(k.max(self.keys[i], k.min(key, before)))
