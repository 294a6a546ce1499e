"""Times of work on a GPU: graph replays between events, in rounds that several contestants take turns in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles
from typing import Protocol

from attrs import frozen

from ptxgen.bench.errors import BenchError
from ptxgen.driver import Device

WARM_UP = 5
"""Rounds that are not counted: they load code, fill caches and raise the clocks."""


@frozen
class Timing:
    """Microseconds of one run, as often as it was measured. Raw samples are kept."""

    samples: tuple[float, ...]

    def __attrs_post_init__(self) -> None:
        if not self.samples or min(self.samples) <= 0:
            raise BenchError(
                "BEN001",
                f"a time must be above zero, got {min(self.samples, default=None)} us",
                help="the work is too short for the clock: time more of it at once",
            )

    @property
    def median(self) -> float:
        """The figure to quote."""
        return median(self.samples)

    @property
    def spread(self) -> float:
        """Distance of the first and last decile, relative to the median."""
        if len(self.samples) < 2:
            return 0.0
        deciles = quantiles(self.samples, n=10, method="inclusive")
        return (deciles[-1] - deciles[0]) / self.median


class Contestant(Protocol):
    """Something that can be timed: it does its work `runs` times and says how many microseconds all of it took."""

    runs: int

    def __call__(self) -> float: ...


class GraphRuns:
    """Launches captured once and replayed as a graph, between two events: no host time in the figure."""

    def __init__(self, device: Device, launches: Sequence[Callable[[], None]]) -> None:
        self.device = device
        self.runs = len(launches)
        self.stream = device.create_stream()
        with device.capture(self.stream) as graph:
            for launch in launches:
                launch()
        self.graph = graph.instantiate()

    def __call__(self) -> float:
        start = self.stream.record()
        self.graph.replay(self.stream)
        end = self.stream.record()
        end.synchronize()
        return 1000 * end.elapsed_since(start)


def race(contestants: Mapping[str, Contestant], *, samples: int = 50) -> dict[str, Timing]:
    """Microseconds of one run of each contestant: rounds in which each is timed once, so that drift meets all alike."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(WARM_UP + samples):
        for name, contestant in contestants.items():
            taken = contestant() / contestant.runs
            if number >= WARM_UP:
                found[name].append(taken)
    return {name: Timing(tuple(times)) for name, times in found.items()}
