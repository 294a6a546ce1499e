"""Products of wgmma that still read their tiles: from when they are issued to when a wait for their group is over."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from ptxgen.debug.stages.clash import Key, Touch, touched
from ptxgen.debug.stages.steps import Act, Step


@define(eq=False)
class Products:
    """The tiles that products in flight read, by the cell."""

    reading: dict[Key, Touch] = field(factory=dict[Key, Touch])
    closed: int = 0

    def take(self, step: Step) -> Iterator[tuple[Key, Touch]]:
        """Products that a step retires: readers that are like any other from then on."""
        match step.act:
            case Act.CLOSE:
                self.closed += 1
            case Act.PRODUCT:
                for thread, keys in touched(step):
                    self.reading |= dict.fromkeys(keys, Touch(step, thread, self.closed))
            case Act.RETIRE:
                done = [(k, t) for k, t in self.reading.items() if t.group < self.closed - step.left]
                for key, touch in done:
                    del self.reading[key]
                    yield key, touch
            case _:
                pass
