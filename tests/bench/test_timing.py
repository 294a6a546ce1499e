"""Medians, spreads, and rounds that contestants take turns in."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.bench.errors import BenchError
from ptxgen.bench.timing import WARM_UP, GraphRuns, Timing, race
from ptxgen.driver.call import bind
from ptxgen.kernels import Saxpy
from tests.bench.stopwatch import clocked


def test_the_median_and_the_spread_of_deciles() -> None:
    made = Timing(tuple(float(i) for i in range(1, 102)))
    assert made.median == 51
    assert made.spread == pytest.approx(80 / 51)
    assert Timing((3.0,)).spread == 0


@pytest.mark.parametrize("samples", [(), (1.0, 0.0), (1.0, -2.0)])
def test_a_time_that_is_no_time_is_refused(samples: tuple[float, ...]) -> None:
    with pytest.raises(BenchError) as caught:
        Timing(samples)
    assert caught.value.id == "BEN001"


def test_contestants_take_turns_and_the_warm_up_does_not_count() -> None:
    turns: list[str] = []

    class Fake:
        def __init__(self, name: str, runs: int) -> None:
            self.name, self.runs = name, runs

        def __call__(self) -> float:
            turns.append(self.name)
            return 1000.0 if len(turns) <= 2 * WARM_UP else 8.0

    times = race({"a": Fake("a", 4), "b": Fake("b", 1)}, samples=3)
    assert turns == ["a", "b"] * (WARM_UP + 3)
    assert times["a"].samples == (2.0, 2.0, 2.0)
    assert times["b"].samples == (8.0, 8.0, 8.0)


def test_a_graph_of_launches_is_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Saxpy(n=64)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    with clocked(monkeypatch, lambda number: 0.5) as device:
        bound = [bind(kernel, inputs, device) for _ in range(2)]
        runs = GraphRuns(device, [each.launch for each in bound])
        assert runs.runs == 2
        assert [runs(), runs(), runs()] == [500.0] * 3
        y = inputs["y"].astype(np.float64)
        for _ in range(3):  # y is updated by each replay
            y = (inputs["a"] * inputs["x"] + y).astype(np.float32)
        assert all(np.allclose(each.outputs()["y"], y, atol=1e-6) for each in bound)
