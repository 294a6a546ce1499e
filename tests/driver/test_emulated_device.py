"""The emulated device: kernels really run, faults come with their line, limits are those of the code's target."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest

import ptxgen
from ptxgen.driver import DriverError, LaunchConfig, open_device
from ptxgen.driver.emulated import device as device_module
from ptxgen.driver.emulated.device import EmulatedDevice
from ptxgen.emulator import Limits
from ptxgen.ir import KernelBuilder
from ptxgen.isa.types import f32
from tests.driver.ptx import BY_VALUE, SAXPY


def saxpy(device: Any, n: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Run saxpy on n elements; the result and what it must be."""
    x = np.arange(n, dtype=np.float32)
    y = np.ones(n, np.float32)
    kernel = device.load_module(SAXPY).get_kernel("saxpy")
    a, b = device.to_device(x), device.to_device(y)
    kernel.launch(LaunchConfig(-(-n // 64), 64), [a, b, np.int32(n), np.float32(2)])
    device.synchronize()
    return b.to_host(), 2 * x + y


@pytest.mark.parametrize("n", [1, 31, 64, 100, 257])
def test_saxpy(emulator: EmulatedDevice, n: int) -> None:
    result, expected = saxpy(emulator, n)
    assert np.array_equal(result, expected)


def test_a_module_runs_like_its_text(emulator: EmulatedDevice) -> None:
    module = ptxgen.parse(SAXPY, name="saxpy.ptx")
    assert emulator.load_module(module).kernels == emulator.load_module(SAXPY).kernels == ("saxpy",)


def test_structures_by_value(emulator: EmulatedDevice) -> None:
    kernel = emulator.load_module(BY_VALUE).get_kernel("by_value")
    out = emulator.zeros(2, np.uint64)
    kernel.launch(LaunchConfig(1, 1), [np.array([3, 5], np.uint64), out])
    assert out.to_host().tolist() == [3, 5]


def test_globals(emulator: EmulatedDevice) -> None:
    module = emulator.load_module(SAXPY)
    counter = module.get_global("counter")
    assert (counter.nbytes, counter.borrowed) == (4, True)
    with pytest.raises(DriverError) as variable:
        module.get_global("missing")
    with pytest.raises(DriverError) as kernel:
        module.get_kernel("missing")
    assert (variable.value.id, kernel.value.id) == ("DEV013", "DEV012")
    assert "counter" in variable.value.help


def test_text_that_is_not_ptx(emulator: EmulatedDevice) -> None:
    with pytest.raises(DriverError) as caught:
        emulator.load_module(SAXPY.replace("fma.rn.f32 ", "fma.round.f32 "), name="bad.ptx")
    line = 1 + SAXPY.splitlines().index("    fma.rn.f32 %f3, %f2, %f1, %f3;")
    assert caught.value.line == line or (caught.value.location and caught.value.location.line == line)
    assert caught.value.id.startswith("PTX")
    assert caught.value.log


def test_code_that_a_compiler_would_refuse(emulator: EmulatedDevice) -> None:
    text = BY_VALUE.replace("tile[1024]", "tile[100352]").replace("sm_90", "sm_80")
    with pytest.raises(DriverError) as caught:
        emulator.load_module(text, name="large.ptx")
    error = caught.value
    assert error.line == 1 + text.splitlines().index("    .shared .align 16 .b8 tile[100352];")
    assert str(error.location) == f"large.ptx:{error.line}"
    assert "100352" in error.message
    assert error.log.count(error.id) >= 1
    unchecked = EmulatedDevice(check=False).load_module(text).get_kernel("bounded")
    with pytest.raises(DriverError, match="shared memory") as launched:
        unchecked.launch(LaunchConfig(1, 32, 100 << 10), [])
    assert launched.value.id == "DEV052"


def test_a_refused_launch_points_at_the_callers_line(emulator: EmulatedDevice) -> None:
    kernel = emulator.load_module(SAXPY).get_kernel("saxpy")
    with pytest.raises(DriverError) as caught:
        kernel.launch(LaunchConfig(1, 4096), [])
    assert "test_emulated_device.py" in str(caught.value)
    assert "kernel.launch(LaunchConfig(1, 4096), [])" in str(caught.value)


def test_a_fault_names_line_thread_and_buffer(emulator: EmulatedDevice) -> None:
    kernel = emulator.load_module(SAXPY).get_kernel("saxpy")
    x, y = emulator.zeros(40), emulator.zeros(32)
    with pytest.raises(DriverError) as caught:
        kernel.launch(LaunchConfig(1, 64), [x, y, 40, 2.0])
    error = caught.value
    assert error.id == "EMU001"
    assert error.line == 1 + SAXPY.splitlines().index("    ld.global.f32 %f3, [%rd5];")
    assert "thread (32, 0, 0)" in error.log


def test_a_fault_in_built_code_names_the_python_line(emulator: EmulatedDevice) -> None:
    k = KernelBuilder("past_the_end", target="sm_80")
    x = k.pointer("x", f32)
    x[k.tid.x + 8] = k.const(f32, 1.0)
    kernel = emulator.load_module(k.build()).get_kernel("past_the_end")
    with pytest.raises(DriverError) as caught:
        kernel.launch(LaunchConfig(1, 32), [emulator.zeros(32)])
    assert caught.value.id == "EMU001"
    assert "x[k.tid.x + 8] = k.const(f32, 1.0)" in str(caught.value)


def test_uninitialised_memory_is_reported_on_request() -> None:
    for track in (False, True):
        device = EmulatedDevice(track_initialised=track)
        kernel = device.load_module(SAXPY).get_kernel("saxpy")
        arguments = [device.empty(4), device.zeros(4), 4, 2.0]
        if not track:
            kernel.launch(LaunchConfig(1, 4), arguments)
            continue
        with pytest.raises(DriverError) as caught:
            kernel.launch(LaunchConfig(1, 4), arguments)
        assert caught.value.id == "EMU003"


def test_debug_asks_for_it() -> None:
    device = open_device("emulator", debug=True)
    assert isinstance(device, EmulatedDevice)
    assert device.memory.track_initialised
    assert not EmulatedDevice().memory.track_initialised


def test_limits_are_those_of_the_codes_target(emulator: EmulatedDevice) -> None:
    ampere = emulator.load_module(SAXPY).get_kernel("saxpy")
    hopper = emulator.load_module(BY_VALUE).get_kernel("bounded")
    assert ampere.machine.target == "sm_80"
    assert hopper.machine.shared_per_cta_optin > ampere.machine.shared_per_cta_optin
    assert hopper.attributes.shared_bytes == 1024
    assert hopper.attributes.max_threads == 64
    assert hopper.attributes.registers is None
    with pytest.raises(DriverError) as caught:
        ampere.launch(LaunchConfig(2, 32, cluster=2), [])
    assert caught.value.id == "DEV053"


@pytest.mark.parametrize(
    ("config", "id"),
    [
        (LaunchConfig(1, 4096), "DEV050"),
        (LaunchConfig(1, 65), "DEV050"),
        (LaunchConfig(1, 64, 98 * 1024 * 4), "DEV052"),
        (LaunchConfig(10_000, 64, cooperative=True), "DEV054"),
    ],
)
def test_refused_launches(emulator: EmulatedDevice, config: LaunchConfig, id: str) -> None:
    kernel = emulator.load_module(BY_VALUE).get_kernel("bounded")
    with pytest.raises(DriverError) as caught:
        kernel.launch(config, [])
    assert caught.value.id == id


def test_occupancy(emulator: EmulatedDevice) -> None:
    kernel = emulator.load_module(BY_VALUE).get_kernel("bounded")
    machine = kernel.machine
    assert kernel.occupancy(64).ctas_per_sm == min(machine.ctas_per_sm, machine.threads_per_sm // 64)
    most = kernel.attributes.max_dynamic_shared_bytes
    assert kernel.occupancy(64, most).ctas_per_sm == 1
    # A quarter of the SM's shared memory to the byte, without the part that the system takes for each CTA.
    assert kernel.occupancy(64, machine.shared_per_sm // 4 - 1024).ctas_per_sm == 3
    assert kernel.occupancy(64, most).fraction == 64 / machine.threads_per_sm


def test_events_have_no_time(emulator: EmulatedDevice) -> None:
    start = emulator.default_stream.record()
    end = emulator.create_stream().record(emulator.create_event())
    end.synchronize()
    emulator.default_stream.wait(end)
    assert end.done
    with pytest.raises(DriverError) as caught:
        end.elapsed_since(start)
    assert caught.value.id == "DEV031"
    assert "perf_counter" in caught.value.help


def test_each_launch_is_counted() -> None:
    seen: list[tuple[str, int]] = []
    device = EmulatedDevice(on_launch=lambda name, s: seen.append((name, s.thread_instructions)))
    saxpy(device, 32)
    saxpy(device, 64)
    assert [name for name, _ in seen] == ["saxpy", "saxpy"]
    assert 0 < seen[0][1] < seen[1][1]


def test_memory_is_bounded() -> None:
    device = EmulatedDevice(limits=Limits(memory_bytes=1 << 20))
    assert device.properties.total_memory == 1 << 20
    kept = device.empty(1 << 19, np.uint8)
    assert device.free_memory == (1 << 20) - kept.nbytes
    with pytest.raises(DriverError) as caught:
        device.empty(1 << 20, np.uint8)
    assert caught.value.id == "EMU021"


def test_views_last_and_memory_that_must_move_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "RESERVE", 1 << 20)
    device = EmulatedDevice()
    array = device.zeros(4)
    view = array.numpy()
    inside = device.empty(1 << 18, np.uint8)
    array.fill_bytes(1)
    assert view.view(np.uint32).tolist() == [0x01010101] * 4
    with pytest.raises(DriverError) as caught:
        device.empty(1 << 22, np.uint8)
    assert caught.value.id == "DEV025"
    del view
    assert device.empty(1 << 23, np.uint8).nbytes == 1 << 23
    assert inside.nbytes == 1 << 18


def test_a_system_that_cannot_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "RESERVE", 1 << 60)
    device = EmulatedDevice(limits=Limits(memory_bytes=1 << 60))
    assert device.to_device(np.arange(3)).to_host().tolist() == [0, 1, 2]


def test_modules_return_the_memory_of_their_globals() -> None:
    device = EmulatedDevice()
    for _ in range(3):
        device.load_module(SAXPY)
    gc.collect()
    device.empty(1)
    assert device.memory.used <= 1 + 4


def test_streams_of_another_device(emulator: EmulatedDevice) -> None:
    kernel = emulator.load_module(BY_VALUE).get_kernel("bounded")
    with pytest.raises(DriverError) as caught:
        kernel.launch(LaunchConfig(1, 1), [], stream=EmulatedDevice().create_stream())
    assert caught.value.id == "DEV030"
    stream = emulator.create_stream()
    stream.close()
    with pytest.raises(DriverError) as closed:
        kernel.launch(LaunchConfig(1, 1), [], stream=stream)
    assert closed.value.id == "DEV030"


def test_several_threads(emulator: EmulatedDevice) -> None:
    failures: list[object] = []

    def work(n: int) -> None:
        for _ in range(3):
            result, expected = saxpy(emulator, n)
            if not np.array_equal(result, expected):
                failures.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in (10, 65, 130)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
