"""Who knows what of whom: how far each warp has come as another one knows, and which copies it knows to be there."""

from __future__ import annotations

import numpy as np
from attrs import define, field

from ptxgen.debug.protocol.values import Array

_WARPS = 32
"""The most warps of a CTA."""


def _nothing() -> Array:
    return np.zeros(_WARPS, np.int64)


@define(eq=False)
class Knowledge:
    """How far the warps have come, by number, and which copies are there (a bit for each)."""

    times: Array = field(factory=_nothing)
    landed: int = 0

    @staticmethod
    def of(warp: int) -> Knowledge:
        """What a warp knows at its start: that it is there."""
        known = Knowledge()
        known.times[warp] = 1
        return known

    def learn(self, other: Knowledge) -> None:
        """Know what another one knows as well."""
        np.maximum(self.times, other.times, out=self.times)
        self.landed |= other.landed

    def knows(self, warp: int, time: int) -> bool:
        """Whether what a warp did at a time came before."""
        return bool(self.times[warp] >= time)

    def has(self, copy: int) -> bool:
        """Whether a copy is known to be there."""
        return bool(self.landed >> copy & 1)
