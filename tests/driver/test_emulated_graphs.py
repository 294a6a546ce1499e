"""Graphs on the emulator: a recorded list that behaves like a captured one."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from ptxgen.driver import DriverError, LaunchConfig, LoadedKernel
from ptxgen.driver.emulated.device import EmulatedDevice
from tests.driver.ptx import SAXPY


@pytest.fixture
def kernel(emulator: EmulatedDevice) -> LoadedKernel:
    return emulator.load_module(SAXPY).get_kernel("saxpy")


def test_capture_records_and_replay_runs(emulator: EmulatedDevice, kernel: LoadedKernel) -> None:
    x, y = emulator.to_device(np.ones(8, np.float32)), emulator.zeros(8)
    with emulator.capture() as graph:
        kernel.launch(LaunchConfig(1, 8), [x, y, 8, 2.0])
        kernel.launch(LaunchConfig(1, 8), [x, y, 8, 1.0])
    assert not y.to_host().any()
    assert graph.nodes == 2
    executable = graph.instantiate()
    executable.replay()
    executable.replay(emulator.create_stream())
    assert y.to_host().tolist() == [6.0] * 8


def test_update_takes_new_arguments(emulator: EmulatedDevice, kernel: LoadedKernel) -> None:
    x, y = emulator.to_device(np.ones(8, np.float32)), emulator.zeros(8)

    def captured(factor: float, launches: int = 1):
        with emulator.capture() as graph:
            for _ in range(launches):
                kernel.launch(LaunchConfig(1, 8), [x, y, 8, factor])
        return graph

    executable = captured(1.0).instantiate()
    executable.update(captured(10.0))
    executable.replay()
    assert y.to_host().tolist() == [10.0] * 8
    with pytest.raises(DriverError) as caught:
        executable.update(captured(1.0, launches=2))
    assert caught.value.id == "DEV034"


def test_copies_are_recorded(emulator: EmulatedDevice) -> None:
    host, result = np.arange(4.0), np.zeros(4)
    a, b = emulator.zeros(4, np.float64), emulator.zeros(4, np.float64)
    with emulator.capture() as graph:
        a.copy_from(host, wait=False)
        b.copy_from(a)
        a.fill_bytes(0)
        b.copy_to(result, wait=False)
    assert not result.any()
    host += 1
    graph.instantiate().replay()
    assert result.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert not a.to_host().any()


def test_captured_arrays_live_as_long_as_the_graph(emulator: EmulatedDevice, kernel: LoadedKernel) -> None:
    before = emulator.pool.statistics.live
    with emulator.capture() as graph:
        kernel.launch(LaunchConfig(1, 4), [emulator.empty(4), emulator.empty(4), 4, 2.0])
    gc.collect()
    assert emulator.pool.statistics.live == before + 2
    del graph
    gc.collect()
    assert emulator.pool.statistics.live == before


def test_waiting_inside_a_capture_is_refused_and_the_device_stays_usable(
    emulator: EmulatedDevice, kernel: LoadedKernel
) -> None:
    y = emulator.zeros(4)
    for use in (
        emulator.synchronize,
        lambda: emulator.stream.synchronize(),
        y.to_host,
        lambda: emulator.to_device(np.ones(4)),
        lambda: emulator.stream.close(),
        lambda: emulator.capture(emulator.stream).__enter__(),
    ):
        with pytest.raises(DriverError) as caught, emulator.capture() as graph:
            use()
        assert caught.value.id == "DEV032"
        with pytest.raises(DriverError) as failed:
            graph.instantiate()
        assert failed.value.id == "DEV033"
    assert emulator.stream is emulator.default_stream
    kernel.launch(LaunchConfig(1, 4), [emulator.to_device(np.ones(4, np.float32)), y, 4, 3.0])
    assert y.to_host().tolist() == [3.0] * 4


def test_an_open_capture_cannot_be_used(emulator: EmulatedDevice) -> None:
    with emulator.capture() as graph:
        with pytest.raises(DriverError) as caught:
            graph.instantiate()
        assert caught.value.id == "DEV033"
    assert graph.nodes == 0
