"""Stages of shared memory that bulk stores read: to be kept until the thread that issued a store has waited for its
group, and until that thread has met those that write there. What threads stored is seen by a store behind a fence
between the proxies, whoever executes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from ptxgen.debug.cta.threads import Thread
from ptxgen.debug.stages.clash import GRAIN, Clash, Touch
from ptxgen.debug.stages.steps import Act, Step

_Key = tuple[object, int]
"""A cell: the object that it is in, and its number there."""


@define(eq=False)
class _Reading:
    """A store that reads a cell, and whether its thread has waited for it."""

    touch: Touch
    waited: bool = False


@define(eq=False)
class StoreStages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    reading: dict[_Key, list[_Reading]] = field(factory=dict[_Key, list[_Reading]])
    written: dict[_Key, Touch] = field(factory=dict[_Key, Touch])
    """What was stored where since the last fence between the proxies."""
    closed: dict[int, int] = field(factory=dict[int, int])
    """Groups that each thread has closed, by its number."""
    cells: int = 0

    def take(self, step: Step) -> Clash | None:
        """The first thing that goes wrong at a step."""
        match step.act:
            case Act.COPY:
                return self._store(step)
            case Act.FENCE:
                self.written.clear()
            case Act.COMMIT:
                for number in step.numbers.tolist():
                    self.closed[number] = self.closed.get(number, 0) + 1
            case Act.WAIT:
                self._wait(step)
            case Act.MEET:
                self._meet()
            case Act.WRITE:
                return self._write(step)
            case _:
                pass
        return None

    def _store(self, step: Step) -> Clash | None:
        found: Clash | None = None
        for thread, keys in _touched(step):
            reading = _Reading(Touch(step, thread, self.closed.get(thread.number, 0)))
            self.cells += len(keys)
            for key in keys:
                self.reading.setdefault(key, []).append(reading)
                if key in self.written:
                    found = found or Clash("unseen", self.written[key], reading.touch)
        return found

    def _wait(self, step: Step) -> None:
        done = {n: self.closed.get(n, 0) - step.left for n in step.numbers.tolist()}
        for readings in self.reading.values():
            for each in readings:
                each.waited |= each.touch.group < done.get(each.touch.thread.number, 0)

    def _meet(self) -> None:
        for key, readings in list(self.reading.items()):
            self.reading[key] = [each for each in readings if not each.waited]

    def _write(self, step: Step) -> Clash | None:
        found: Clash | None = None
        for thread, keys in _touched(step):
            touch = Touch(step, thread)
            self.cells += len(keys)
            if not step.instruction.name.startswith("cp."):
                self.written |= dict.fromkeys(keys, touch)
            for each in (each for key in keys for each in self.reading.get(key, ())):
                if not each.waited:
                    found = found or Clash("sending", each.touch, touch)
                elif each.touch.thread.warp != thread.warp:
                    found = found or Clash("sent", each.touch, touch)
        return found


def _touched(step: Step) -> Iterator[tuple[Thread, list[_Key]]]:
    """The cells that each thread of a step touches."""
    for number, start in zip(step.numbers.tolist(), step.starts.tolist(), strict=True):
        last = (start + step.bytes - 1) // GRAIN
        yield step.threads[number], [(step.object, cell) for cell in range(start // GRAIN, last + 1)]
