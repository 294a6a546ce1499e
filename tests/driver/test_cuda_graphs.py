"""Capture, replay and update on the recording driver, and captures that fail."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from ptxgen.driver import DriverError, LaunchConfig
from ptxgen.driver.cuda.device import CudaDevice
from tests.driver.cuda_enums import CUresult
from tests.driver.fake_cuda import FakeCuda
from tests.driver.ptx import BY_VALUE, SAXPY

GRAPH_CALLS = ("cuStreamBegin", "cuStreamEnd", "cuGraph", "cuLaunch")


def graph_calls(fake: FakeCuda) -> list[str]:
    return [name for name in fake.names() if name.startswith(GRAPH_CALLS)]


def test_the_life_of_a_graph(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("bounded")
    with cuda.capture() as graph:
        kernel.launch(LaunchConfig(1, 32), [])
        kernel.launch(LaunchConfig(2, 32), [])
    assert graph.nodes == 2
    executable = graph.instantiate()
    executable.replay()
    executable.replay(cuda.create_stream())
    executable.update(graph)
    cuda.synchronize()
    del executable, graph
    cuda.default_stream.synchronize()
    gc.collect()
    assert graph_calls(fake)[:5] == [
        "cuStreamBeginCapture",
        "cuLaunchKernelEx",
        "cuLaunchKernelEx",
        "cuStreamEndCapture",
        "cuGraphGetNodes",
    ]
    assert graph_calls(fake)[5:9] == [
        "cuGraphInstantiate",
        "cuGraphLaunch",
        "cuGraphLaunch",
        "cuGraphExecUpdate",
    ]
    assert fake.count("cuGraphDestroy") == fake.count("cuGraphExecDestroy") == 1


def test_captured_arrays_live_as_long_as_the_graph(cuda: CudaDevice) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    with cuda.capture() as graph:
        kernel.launch(LaunchConfig(1, 32), [cuda.empty(32), cuda.empty(32), 32, 2.0])
    gc.collect()
    assert cuda.pool.statistics.live == 2
    executable = graph.instantiate()
    del graph
    gc.collect()
    assert cuda.pool.statistics.live == 2
    del executable
    gc.collect()
    assert cuda.pool.statistics.live == 0


def test_a_block_that_raises_ends_the_capture(cuda: CudaDevice, fake: FakeCuda) -> None:
    stream = cuda.create_stream()
    with pytest.raises(KeyError), cuda.capture(stream) as graph:
        raise KeyError
    assert graph_calls(fake) == ["cuStreamBeginCapture", "cuStreamEndCapture", "cuGraphDestroy"]
    assert not fake.capturing
    assert fake.stack == []
    assert cuda.stream is cuda.default_stream
    with pytest.raises(DriverError) as caught:
        graph.instantiate()
    assert caught.value.id == "DEV033"
    with cuda.capture(stream) as again:
        pass
    assert again.nodes == 0


def test_a_capture_that_the_driver_invalidated_leaves_the_device_usable(
    cuda: CudaDevice, fake: FakeCuda
) -> None:
    stream = cuda.create_stream()
    with pytest.raises(DriverError) as caught, cuda.capture(stream):
        fake.invalid.add(stream.handle)
    assert (caught.value.id, caught.value.code) == ("DEV032", "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED")
    stream.synchronize()
    assert cuda.to_device(np.arange(3)).to_host().tolist() == [0, 1, 2]


def test_a_failing_launch_inside_a_capture(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(BY_VALUE).get_kernel("bounded")
    fake.fail["cuLaunchKernelEx"] = [CUresult.CUDA_ERROR_INVALID_VALUE]
    fake.fail["cuStreamEndCapture"] = [CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED]
    with pytest.raises(DriverError, match="cuLaunchKernelEx: CUDA_ERROR_INVALID_VALUE"), cuda.capture():
        kernel.launch(LaunchConfig(1, 32), [])
    kernel.launch(LaunchConfig(1, 32), [])
    assert len(fake.launches) == 1


def test_an_update_that_does_not_fit(cuda: CudaDevice, fake: FakeCuda) -> None:
    with cuda.capture() as graph:
        pass
    executable = graph.instantiate()
    fake.fail["cuGraphExecUpdate"] = [CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE]
    with pytest.raises(DriverError) as caught:
        executable.update(graph)
    assert caught.value.id == "DEV034"
