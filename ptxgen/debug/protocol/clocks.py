"""Who knows what of whom: how far each warp has come as another one knows, and which copies it knows to be there."""

from __future__ import annotations

from attrs import define, field


@define(eq=False)
class Knowledge:
    """How far the warps have come, by number, and which copies are there (a bit for each)."""

    times: dict[int, int] = field(factory=dict[int, int])
    landed: int = 0

    def learn(self, other: Knowledge) -> None:
        """Know what another one knows as well."""
        for warp, time in other.times.items():
            if time > self.times.get(warp, 0):
                self.times[warp] = time
        self.landed |= other.landed

    def knows(self, warp: int, time: int) -> bool:
        """Whether what a warp did at a time came before."""
        return self.times.get(warp, 0) >= time

    def has(self, copy: int) -> bool:
        """Whether a copy is known to be there."""
        return bool(self.landed >> copy & 1)
