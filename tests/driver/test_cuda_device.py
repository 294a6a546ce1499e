"""The CUDA device against the recording driver: order of calls, contexts, memory, streams, closing."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import DriverError, LaunchConfig, open_device
from ptxgen.driver.cuda import bindings as bindings_module
from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.cuda.device import CudaDevice
from tests.driver.cuda_enums import CUresult
from tests.driver.fake_cuda import CONTEXT, FakeCuda
from tests.driver.ptx import SAXPY


def install(monkeypatch: pytest.MonkeyPatch, api: Any) -> None:
    """Make `load_bindings` meet `api` (an exception is raised) as if for the first time."""

    def import_api() -> Any:
        if isinstance(api, Exception):
            raise api
        return api

    monkeypatch.setattr(bindings_module, "import_api", import_api)
    monkeypatch.setattr(bindings_module, "_loaded", [])


class NoLibrary(FakeCuda):
    """The package is there and libcuda is not: the first call fails."""

    def __getattr__(self, name: str) -> Any:
        def missing(*args: Any) -> Any:
            raise RuntimeError("Failed to dlopen libcuda.so.1")

        return missing


@pytest.mark.parametrize(
    ("api", "message", "help"),
    [
        (ModuleNotFoundError("No module named 'cuda'"), "cuda-bindings cannot be imported", "pip install"),
        (NoLibrary(), "libcuda", 'open_device("emulator")'),
    ],
)
def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, api: Any, message: str, help: str) -> None:
    install(monkeypatch, api)
    with pytest.raises(DriverError) as caught:
        open_device("cuda")
    assert caught.value.id == "DEV002"
    assert message in caught.value.message
    assert help in caught.value.help
    assert open_device("auto").kind == "emulator"


def test_a_driver_without_a_gpu(monkeypatch: pytest.MonkeyPatch, fake: FakeCuda) -> None:
    install(monkeypatch, fake)
    fake.fail["cuInit"] = [CUresult.CUDA_ERROR_NO_DEVICE]
    with pytest.raises(DriverError) as caught:
        open_device("cuda")
    assert (caught.value.id, caught.value.code) == ("DEV002", "CUDA_ERROR_NO_DEVICE")
    assert "CUDA_VISIBLE_DEVICES" in caught.value.help


def test_auto_takes_the_gpu_when_there_is_one(monkeypatch: pytest.MonkeyPatch, fake: FakeCuda) -> None:
    install(monkeypatch, fake)
    assert open_device("auto").kind == "cuda"
    assert open_device("cuda:1").dlpack_device == (2, 1)
    with pytest.raises(DriverError, match="there is no GPU 2"):
        open_device("cuda:2")
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    assert open_device("auto").kind == "emulator"


def test_a_gpu_that_fails_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, fake: FakeCuda) -> None:
    install(monkeypatch, fake)
    fake.fail["cuDevicePrimaryCtxRetain"] = [CUresult.CUDA_ERROR_OUT_OF_MEMORY]
    with pytest.raises(DriverError) as caught:
        open_device("auto")
    assert caught.value.code == "CUDA_ERROR_OUT_OF_MEMORY"


def test_properties(cuda: CudaDevice) -> None:
    p = cuda.properties
    assert (p.name, p.compute_capability, p.sm_count, p.driver) == ("NVIDIA H200", (9, 0), 132, (13, 0))
    assert (p.shared_per_cta, p.shared_per_cta_optin, p.target) == (49152, 232448, "sm_90")


def test_the_former_context_is_restored_even_after_a_failure(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.stack.append(0xF00)
    cuda.to_device(np.arange(4.0)).to_host()
    assert fake.stack == [0xF00]
    fake.fail["cuMemsetD8Async"] = [CUresult.CUDA_ERROR_INVALID_VALUE]
    with pytest.raises(DriverError):
        cuda.zeros(8)
    assert fake.stack == [0xF00]
    fake.stack.clear()


def test_a_current_context_is_not_pushed_again(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.stack.append(CONTEXT)
    fake.calls.clear()
    cuda.synchronize()
    assert fake.names() == ["cuCtxGetCurrent", "cuCtxSynchronize"]
    fake.stack.clear()


def test_errors_carry_name_and_description(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.fail["cuCtxSynchronize"] = [CUresult.CUDA_ERROR_ILLEGAL_ADDRESS]
    with pytest.raises(DriverError) as caught:
        cuda.synchronize()
    error = caught.value
    assert (error.id, error.code) == ("DEV060", "CUDA_ERROR_ILLEGAL_ADDRESS")
    assert error.message == "cuCtxSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS: illegal address"
    assert "PTXGEN_DEBUG" in error.help


def test_arrays_return_to_the_pool_once(cuda: CudaDevice, fake: FakeCuda) -> None:
    array = cuda.empty(100)
    address = array.address
    array.buffer.free()
    array.buffer.free()
    with pytest.raises(DriverError, match="freed"):
        _ = array.address
    del array
    gc.collect()
    assert cuda.pool.statistics.live == 0
    assert cuda.empty(100).address == address
    assert fake.count("cuMemAlloc") == 1
    assert fake.count("cuMemFree") == 0
    cuda.close()
    assert fake.count("cuMemFree") == 1


def test_memory_still_in_use_is_not_given_out(cuda: CudaDevice, fake: FakeCuda) -> None:
    stream = cuda.create_stream()
    array = cuda.zeros(100, stream=stream)
    address = array.address
    fake.busy_events = True
    array.buffer.free()
    other = cuda.empty(100)
    assert other.address != address
    assert cuda.empty(100, stream=stream).address == address
    fake.busy_events = False


def test_out_of_memory_first_returns_what_the_pool_keeps(cuda: CudaDevice, fake: FakeCuda) -> None:
    cuda.empty(100).buffer.free()
    fake.fail["cuMemAlloc"] = [CUresult.CUDA_ERROR_OUT_OF_MEMORY]
    array = cuda.empty(10_000)
    assert fake.count("cuMemFree") == 1
    fake.fail["cuMemAlloc"] = [CUresult.CUDA_ERROR_OUT_OF_MEMORY]
    with pytest.raises(DriverError) as caught:
        cuda.empty(20_000)
    assert (caught.value.id, caught.value.code) == ("DEV020", "CUDA_ERROR_OUT_OF_MEMORY")
    del array


def test_streams_do_not_follow_the_legacy_stream(cuda: CudaDevice, fake: FakeCuda) -> None:
    cuda.create_stream()
    assert [args for name, args in fake.calls if name == "cuStreamCreate"] == [(1,), (1,)]


def test_a_dropped_stream_is_destroyed_once_and_a_borrowed_one_never(
    cuda: CudaDevice, fake: FakeCuda
) -> None:
    stream = cuda.create_stream()
    stream.close()
    stream.close()
    del stream
    borrowed = cuda.wrap_stream(0x77)
    borrowed.close()
    gc.collect()
    assert fake.count("cuStreamDestroy") == 1


def test_queued_copies_keep_the_host_array(cuda: CudaDevice, fake: FakeCuda) -> None:
    array = cuda.empty(4, np.float64)
    fake.busy_events = True
    array.copy_from(np.arange(4.0), wait=False)
    assert fake.names()[-4:].count("cuStreamSynchronize") == 0
    kept = cuda.default_stream._busy  # pyright: ignore[reportPrivateUsage]
    assert len(kept) == 1
    fake.busy_events = False
    cuda.default_stream.synchronize()
    assert not kept


def test_pinned_memory_is_returned(cuda: CudaDevice, fake: FakeCuda) -> None:
    host = cuda.pinned((3, 5), np.int16)
    assert (host.shape, host.dtype, host.flags.writeable) == ((3, 5), np.int16, True)
    host[:] = 7
    del host
    gc.collect()
    assert (fake.count("cuMemHostAlloc"), fake.count("cuMemFreeHost")) == (1, 1)


def test_closing_releases_everything_in_order(fake: FakeCuda) -> None:
    with CudaDevice(bindings=Bindings(fake)) as device:
        array = device.zeros(10)
        kernel = device.load_module(SAXPY).get_kernel("saxpy")
        fake.calls.clear()
    names = [n for n in fake.names() if n not in ("cuCtxGetCurrent", "cuCtxPushCurrent", "cuCtxPopCurrent")]
    assert names == [
        "cuCtxSynchronize",
        "cuStreamSynchronize",
        "cuStreamDestroy",
        "cuMemFree",
        "cuDevicePrimaryCtxRelease",
    ]
    with pytest.raises(DriverError) as read:
        array.to_host()
    with pytest.raises(DriverError) as made:
        device.empty(1)
    with pytest.raises(DriverError) as launched:
        kernel.launch(LaunchConfig(1, 1), [])
    assert {caught.value.id for caught in (read, made, launched)} == {"DEV003"}
    device.close()
    assert fake.count("cuDevicePrimaryCtxRelease") == 1
    del array, kernel
    gc.collect()
    assert fake.names()[-1] == "cuDevicePrimaryCtxRelease"


def test_a_lost_context_is_reported_and_closed_all_the_same(cuda: CudaDevice, fake: FakeCuda) -> None:
    fake.fail["cuCtxSynchronize"] = [CUresult.CUDA_ERROR_ILLEGAL_ADDRESS]
    fake.fail["cuStreamSynchronize"] = [CUresult.CUDA_ERROR_ILLEGAL_ADDRESS]
    cuda.zeros(4)
    with pytest.raises(DriverError, match="CUDA_ERROR_ILLEGAL_ADDRESS"):
        cuda.close()
    assert cuda.closed
    assert fake.count("cuDevicePrimaryCtxRelease") == 1


def test_an_error_in_the_block_is_not_hidden_by_closing(fake: FakeCuda) -> None:
    device = CudaDevice(bindings=Bindings(fake))
    fake.fail["cuCtxSynchronize"] = [CUresult.CUDA_ERROR_ILLEGAL_ADDRESS]
    with pytest.raises(KeyError), device:
        raise KeyError
    assert fake.count("cuDevicePrimaryCtxRelease") == 1


def test_two_openings_of_one_gpu_share_arrays(cuda: CudaDevice, fake: FakeCuda) -> None:
    again = CudaDevice(bindings=Bindings(fake))
    array = cuda.to_device(np.arange(4.0))
    assert again.to_device(array) is array
    kernel = again.load_module(SAXPY).get_kernel("saxpy")
    kernel.launch(LaunchConfig(1, 1), [array, array, 0, 0.0])
    array.buffer.free()
    assert not cuda.reaches(CudaDevice(1, bindings=Bindings(fake)))
    again.close()


def test_threads_have_their_own_current_stream(cuda: CudaDevice) -> None:
    seen: list[bool] = []
    with cuda.create_stream() as mine:
        thread = threading.Thread(target=lambda: seen.append(cuda.stream is mine))
        thread.start()
        thread.join()
        assert cuda.stream is mine
    assert seen == [False]
    assert cuda.stream is cuda.default_stream


def test_events(cuda: CudaDevice, fake: FakeCuda) -> None:
    stream = cuda.create_stream()
    start = stream.record()
    end = stream.record(cuda.create_event())
    assert end.stream is stream
    assert end.elapsed_since(start) == 1.5
    fake.busy_events = True
    assert not end.done
    assert not stream.done
    fake.busy_events = False
    end.synchronize()
    assert end.done
    assert stream.done
    cuda.default_stream.wait(end)
    waits = [args for name, args in fake.calls if name == "cuStreamWaitEvent"]
    assert [args[0] for args in waits] == [cuda.default_stream.handle]


def test_events_and_streams_of_another_device_are_refused(cuda: CudaDevice, fake: FakeCuda) -> None:
    other = CudaDevice(1, bindings=Bindings(fake))
    theirs = other.default_stream.record()
    for use in (
        lambda: cuda.default_stream.record(theirs),
        lambda: cuda.default_stream.record().elapsed_since(theirs),
        lambda: cuda.zeros(4, stream=other.default_stream),
    ):
        with pytest.raises(DriverError) as caught:
            use()
        assert caught.value.id == "DEV030"
    other.close()


def test_memory_that_is_left(cuda: CudaDevice) -> None:
    assert cuda.free_memory == 100 << 30
    assert cuda.empty(0).to_host().size == 0
