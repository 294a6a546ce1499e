"""Products of wgmma that still read their tiles: from when they are issued to when a wait for their group is over."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from ptxgen.debug.stages.cells import Ground, Marks, Touched, step_of
from ptxgen.debug.stages.steps import Act, Step


@define(eq=False)
class Products:
    """The tiles that products in flight read, by the cell."""

    ground: Ground
    reading: Marks = field(factory=Marks)
    closed: int = 0
    _groups: dict[int, int] = field(factory=dict[int, int])
    """The group of each product in flight, by the number of its step."""

    def take(self, step: Step, here: Touched) -> Iterator[Touched]:
        """Products that a step retires: readers that are like any other from then on. `here`: what it touches."""
        match step.act:
            case Act.CLOSE:
                self.closed += 1
            case Act.PRODUCT:
                self.reading.put(here.cells, here.touches)
                self._groups[self.ground.time - 1] = self.closed
            case Act.RETIRE:
                for number in [n for n, group in self._groups.items() if group < self.closed - step.left]:
                    del self._groups[number]
                    yield from self._retired(number)
            case _:
                pass

    def _retired(self, number: int) -> Iterator[Touched]:
        every = self.reading.marked()
        mine = step_of(every.touches) == number
        if mine.any():
            self.reading.put(every.cells[mine], -1)
            yield self.ground.again(Touched(every.cells[mine], every.touches[mine]))
