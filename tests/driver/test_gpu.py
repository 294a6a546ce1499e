"""What only hardware can show. Run with `pytest -m gpu` on a machine with an NVIDIA GPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, DriverError, LaunchConfig, open_device
from tests.driver.ptx import BY_VALUE, SAXPY

pytestmark = pytest.mark.gpu


@pytest.fixture
def gpu() -> Iterator[Device]:
    with open_device("cuda") as device:
        yield device


def test_saxpy(gpu: Device) -> None:
    n = 100_003
    x, y = np.arange(n, dtype=np.float32), np.ones(n, np.float32)
    kernel = gpu.load_module(SAXPY).get_kernel("saxpy")
    a, b = gpu.to_device(x), gpu.to_device(y)
    kernel.launch(LaunchConfig(-(-n // 256), 256), [a, b, np.int32(n), np.float32(2)])
    assert np.array_equal(b.to_host(), 2 * x + 1)
    assert kernel.attributes.registers
    assert kernel.occupancy(256).ctas_per_sm >= 1


def test_graphs_replay_update_and_survive_a_failed_capture(gpu: Device) -> None:
    kernel = gpu.load_module(SAXPY).get_kernel("saxpy")
    x, y = gpu.to_device(np.ones(64, np.float32)), gpu.zeros(64)

    def captured(factor: float) -> Any:
        with gpu.capture() as graph:
            kernel.launch(LaunchConfig(1, 64), [x, y, 64, factor])
        return graph

    executable = captured(1.0).instantiate()
    executable.replay()
    executable.update(captured(10.0))
    executable.replay()
    assert y.to_host().tolist() == [11.0] * 64
    with pytest.raises(DriverError) as caught, gpu.capture():
        y.to_host()
    assert caught.value.id == "DEV032"
    with pytest.raises(DriverError), gpu.capture():
        kernel.launch(LaunchConfig(1, 4096), [x, y, 64, 1.0])
    assert y.to_host().tolist() == [11.0] * 64


def test_the_compiler_log(gpu: Device) -> None:
    with pytest.raises(DriverError) as caught:
        gpu.load_module(SAXPY.replace("fma.rn.f32 ", "fma.f32 "))
    assert caught.value.id == "DEV011"
    assert caught.value.line == 1 + SAXPY.splitlines().index("    fma.rn.f32 %f3, %f2, %f1, %f3;")
    assert "round" in caught.value.log.lower()


def test_events_measure_time(gpu: Device) -> None:
    array = gpu.empty(1 << 26, np.uint8)
    start = gpu.stream.record()
    for _ in range(10):
        array.fill_bytes(1)
    end = gpu.stream.record()
    end.synchronize()
    assert 0 < end.elapsed_since(start) < 1000


def test_queued_copies_in_two_streams(gpu: Device) -> None:
    host, back = gpu.pinned(1 << 20), gpu.pinned(1 << 20)
    host[:] = np.arange(1 << 20)
    array = gpu.empty(1 << 20)
    one, two = gpu.create_stream(), gpu.create_stream()
    array.copy_from(host, stream=one, wait=False)
    two.wait(one.record())
    array.copy_to(back, stream=two, wait=False)
    two.synchronize()
    assert np.array_equal(host, back)


def test_large_shared_memory_and_clusters(gpu: Device) -> None:
    if gpu.properties.compute_capability < (9, 0):
        pytest.skip("clusters need compute capability 9.0")
    kernel = gpu.load_module(BY_VALUE).get_kernel("bounded")
    most = kernel.attributes.max_dynamic_shared_bytes
    kernel.launch(LaunchConfig(4, 64, most), [])
    kernel.launch(LaunchConfig(4, 64, cluster=2), [])
    kernel.launch(LaunchConfig(4, 64, cooperative=True), [])
    kernel.launch(LaunchConfig(4, 64, programmatic_dependent=True), [])
    gpu.synchronize()


def test_structures_and_globals(gpu: Device) -> None:
    if gpu.properties.compute_capability < (9, 0):
        pytest.skip("this text is for sm_90")
    kernel = gpu.load_module(BY_VALUE).get_kernel("by_value")
    out = gpu.zeros(2, np.uint64)
    kernel.launch(LaunchConfig(1, 1), [np.array([3, 5], np.uint64), out])
    assert out.to_host().tolist() == [3, 5]
    assert gpu.load_module(SAXPY).get_global("counter").nbytes == 4


def test_exchange_with_torch(gpu: Device) -> None:
    torch: Any = pytest.importorskip("torch", reason="torch is not installed")
    if not torch.cuda.is_available():
        pytest.skip("torch was built without CUDA")
    x = torch.ones(64, device="cuda")
    y = torch.zeros(64, device="cuda")
    kernel = gpu.load_module(SAXPY).get_kernel("saxpy")
    with torch.cuda.stream(torch.cuda.Stream()):
        kernel.launch(LaunchConfig(1, 64), [x, y, 64, 3.0])
        assert y.sum().item() == 192.0
    ours = gpu.to_device(np.arange(4, dtype=np.float32))
    assert torch.from_dlpack(ours).tolist() == [0.0, 1.0, 2.0, 3.0]
