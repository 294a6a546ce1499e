"""DLPack and `__cuda_array_interface__`, read and made."""

from __future__ import annotations

import ctypes
import gc
import sys
import weakref
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import DriverError, LaunchConfig, call, dlpack, interop
from ptxgen.driver.cuda.device import CudaDevice
from ptxgen.driver.device import Device
from tests.driver.fake_cuda import FakeCuda
from tests.driver.ptx import SAXPY


class OnGpu:
    """A stand-in for another library's GPU array, through DLPack."""

    def __init__(self, host: np.ndarray[Any, Any], ordinal: int = 0, strided: bool = False) -> None:
        self.host = host
        self.ordinal = ordinal
        self.streams: list[int | None] = []

    def __dlpack_device__(self) -> tuple[int, int]:
        return (dlpack.CUDA, self.ordinal)

    def __dlpack__(self, *, stream: int | None = None) -> object:
        self.streams.append(stream)
        device = (dlpack.CUDA, self.ordinal)
        return dlpack.make(self.host.ctypes.data, self.host.shape, self.host.dtype, device, self.host)


class Interface:
    """A stand-in for another library's GPU array, through `__cuda_array_interface__`."""

    def __init__(self, host: np.ndarray[Any, Any], **more: Any) -> None:
        self.host = host
        self.__cuda_array_interface__ = {
            "version": 3,
            "shape": host.shape,
            "typestr": host.dtype.str,
            "data": (host.ctypes.data, False),
            **more,
        }


@pytest.mark.parametrize("dtype", ["u1", "i2", "f2", "f4", "f8", "c8", "b1", "u8"])
def test_capsules_round_trip(dtype: str) -> None:
    host = np.ones((2, 3), dtype)
    tensor = dlpack.read(dlpack.make(host.ctypes.data, host.shape, host.dtype, (dlpack.CPU, 0), host))
    assert tensor == dlpack.Tensor(host.ctypes.data, (2, 3), host.dtype, None, (1, 0))


def test_numpys_own_capsules_are_read() -> None:
    host = np.arange(24, dtype=np.int16).reshape(4, 6)
    assert dlpack.read(host.__dlpack__()).contiguous
    tensor = dlpack.read(host[1:, ::2].__dlpack__())
    assert (tensor.shape, tensor.strides, tensor.contiguous) == ((3, 3), (6, 2), False)
    assert tensor.address == host.ctypes.data + 12


def test_an_exported_owner_lives_until_the_consumer_lets_go() -> None:
    class Owner:
        alive = 0

        def __init__(self) -> None:
            Owner.alive += 1
            self.host = np.arange(4.0)

        def __del__(self) -> None:
            Owner.alive -= 1

    def export() -> Any:
        owner = Owner()
        host = owner.host
        return SimpleNamespace(
            __dlpack__=lambda **_: dlpack.make(host.ctypes.data, host.shape, host.dtype, (1, 0), owner),
            __dlpack_device__=lambda: (1, 0),
        )

    unconsumed = export().__dlpack__()
    assert Owner.alive == 1
    del unconsumed
    assert Owner.alive == 0
    consumed = np.from_dlpack(export())
    assert Owner.alive == 1
    assert consumed.tolist() == [0.0, 1.0, 2.0, 3.0]
    del consumed
    gc.collect()
    assert Owner.alive == 0


def test_contiguity() -> None:
    assert dlpack.contiguous((2, 3), (3, 1))
    assert dlpack.contiguous((2, 1, 3), (3, 99, 1))
    assert dlpack.contiguous((0, 3), (5, 7))
    assert not dlpack.contiguous((2, 3), (1, 2))


def test_emulated_arrays_are_numpy_views(emulator: Device) -> None:
    array = emulator.to_device(np.arange(6, dtype=np.float32).reshape(2, 3))
    view = array.numpy()
    view[1, 2] = 50
    assert array.to_host()[1, 2] == 50
    assert np.from_dlpack(array).tolist() == view.tolist()
    assert array.slice(1, 2).numpy().tolist() == [[3.0, 4.0, 50.0]]
    assert not hasattr(array, "__cuda_array_interface__")


def test_what_is_written_through_a_view_counts_as_written(emulator: Device) -> None:
    x, y = emulator.empty(4), emulator.zeros(4)
    x.numpy()[:] = 3
    kernel = emulator.load_module(SAXPY).get_kernel("saxpy")
    kernel.launch(LaunchConfig(1, 4), [x, y, 4, 1.0])
    assert y.to_host().tolist() == [3.0] * 4


def test_a_view_keeps_emulated_memory(emulator: Device) -> None:
    view = emulator.to_device(np.arange(4.0)).numpy()[1:]
    gc.collect()
    assert emulator.pool.statistics.live == 1
    assert view.tolist() == [1.0, 2.0, 3.0]
    del view
    gc.collect()
    assert emulator.pool.statistics.live == 0


def test_gpu_arrays_are_exported_after_their_work(cuda: CudaDevice, fake: FakeCuda) -> None:
    array = cuda.to_device(np.arange(4, dtype=np.int32))
    fake.calls.clear()
    tensor = dlpack.read(array.__dlpack__(stream=0x55))
    assert (tensor.address, tensor.shape, tensor.device) == (array.address, (4,), (2, 0))
    waits = [args for name, args in fake.calls if name in ("cuEventRecord", "cuStreamWaitEvent")]
    assert waits[0][1] == cuda.default_stream.handle
    assert waits[1][0] == 0x55
    interface = array.__cuda_array_interface__
    assert interface["data"] == (array.address, False)
    assert interface["stream"] == cuda.default_stream.handle
    with pytest.raises(DriverError, match="no NumPy view"):
        array.numpy()
    with pytest.raises(BufferError):
        array.__dlpack__(dl_device=(1, 0))


def test_foreign_arrays_are_used_where_they_are(cuda: CudaDevice, fake: FakeCuda) -> None:
    theirs = OnGpu(np.arange(8, dtype=np.float32))
    ours = cuda.to_device(theirs)
    assert (ours.address, ours.shape, ours.buffer.borrowed) == (theirs.host.ctypes.data, (8,), True)
    assert theirs.streams == [cuda.default_stream.handle]
    assert ours.to_host().tolist() == list(range(8))
    ours.buffer.free()
    assert fake.count("cuMemFree") == fake.count("cuMemAlloc") == 0
    interface = Interface(np.arange(8, dtype=np.float32), stream=0x66)
    assert cuda.to_device(interface).address == interface.host.ctypes.data
    assert [args[0] for name, args in fake.calls if name == "cuStreamWaitEvent"] == [
        cuda.default_stream.handle
    ]


def test_the_librarys_current_stream_is_honoured(
    cuda: CudaDevice, fake: FakeCuda, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch: Any = ModuleType("torch")
    torch.cuda = SimpleNamespace(current_stream=lambda ordinal: SimpleNamespace(cuda_stream=0x7700 + ordinal))
    monkeypatch.setitem(sys.modules, "torch", torch)
    tensor = type("Tensor", (OnGpu,), {"__module__": "torch"})(np.zeros(8, np.float32))
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    kernel.launch(LaunchConfig(1, 32), [tensor, tensor, 8, 2.0])
    assert fake.launches[0].config.hStream == 0x7700
    assert tensor.streams == [-1, -1]
    stream = cuda.create_stream()
    kernel.launch(LaunchConfig(1, 32), [tensor, tensor, 8, 2.0], stream=stream)
    assert fake.launches[1].config.hStream == stream.handle
    assert tensor.streams[2:] == [stream.handle, stream.handle]
    fake.handles[0x7700] = "stream"


def test_a_borrowed_owner_lives_until_the_kernel_has_run(cuda: CudaDevice, fake: FakeCuda) -> None:
    kernel = cuda.load_module(SAXPY).get_kernel("saxpy")
    theirs = OnGpu(np.zeros(8, np.float32))
    gone = weakref.ref(theirs)
    fake.busy_events = True
    kernel.launch(LaunchConfig(1, 32), [theirs, theirs, 8, 2.0])
    del theirs
    gc.collect()
    assert gone() is not None
    fake.busy_events = False
    cuda.default_stream.synchronize()
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: OnGpu(np.zeros(4), ordinal=1), "on GPU 1"),
        (lambda: Interface(np.zeros((4, 4))[:, ::2], strides=(32, 16)), "not contiguous"),
    ],
)
def test_what_cannot_be_adopted(cuda: CudaDevice, make: Any, text: str) -> None:
    with pytest.raises(DriverError, match=text) as caught:
        cuda.to_device(make())
    assert caught.value.id == "DEV024"


def test_gpu_arrays_on_the_emulator_are_refused(emulator: Device) -> None:
    with pytest.raises(DriverError) as caught:
        emulator.to_device(OnGpu(np.zeros(4)))
    assert caught.value.id == "DEV024"
    assert "cuda" in caught.value.help


def test_streams_of_other_libraries(cuda: CudaDevice) -> None:
    theirs = SimpleNamespace(__cuda_stream__=lambda: (0, 0x99))
    assert cuda.wrap_stream(theirs).handle == 0x99
    assert cuda.wrap_stream(0x99) is cuda.wrap_stream(theirs)
    assert cuda.default_stream.__cuda_stream__() == (0, cuda.default_stream.handle)


def test_host_arrays_of_other_libraries(device: Device) -> None:
    host = np.arange(6, dtype=np.float32).reshape(2, 3)[:, ::2]
    other = SimpleNamespace(__dlpack__=host.__dlpack__, __dlpack_device__=host.__dlpack_device__)
    assert interop.is_host(other)
    assert not interop.is_foreign(other)
    assert device.to_device(other).to_host().tolist() == host.tolist()


def with_type(host: np.ndarray[Any, Any], code: int, bits: int, lanes: int = 1) -> Any:
    """A CPU array of another library with a DLPack type that NumPy does not have."""
    capsule = dlpack.make(host.ctypes.data, host.shape, host.dtype, (dlpack.CPU, 0), host)
    ctypes.pythonapi.PyCapsule_GetPointer.restype = ctypes.c_void_p
    ctypes.pythonapi.PyCapsule_GetPointer.argtypes = (ctypes.py_object, ctypes.c_char_p)
    address = ctypes.pythonapi.PyCapsule_GetPointer(capsule, dlpack.NAME)
    given = dlpack._Managed.from_address(address).tensor.dtype
    given.code, given.bits, given.lanes = code, bits, lanes
    return SimpleNamespace(__dlpack__=lambda **_: capsule, __dlpack_device__=lambda: (dlpack.CPU, 0))


@pytest.mark.parametrize(("code", "bits", "dtype"), [(4, 16, np.uint16), (10, 8, np.uint8), (6, 8, np.bool_)])
def test_types_that_numpy_lacks_come_as_their_bits(code: int, bits: int, dtype: Any) -> None:
    host = np.arange(2, dtype=f"u{bits // 8}")
    read = interop.to_numpy(with_type(host, code, bits))
    assert read.dtype == dtype
    assert read.view(host.dtype).tolist() == [0, 1]


@pytest.mark.parametrize(("code", "bits", "lanes"), [(4, 16, 2), (17, 4, 1), (3, 64, 1)])
def test_types_that_nothing_stands_for(emulator: Device, code: int, bits: int, lanes: int) -> None:
    with pytest.raises(DriverError, match="not supported") as caught:
        emulator.to_device(with_type(np.zeros(2, np.uint16), code, bits, lanes))
    assert caught.value.id == "DEV024"


def test_a_library_that_refuses_to_export(cuda: CudaDevice) -> None:
    class Graded(OnGpu):
        def __dlpack__(self, *, stream: int | None = None) -> object:
            raise BufferError("requires grad")

    with pytest.raises(DriverError, match="requires grad") as caught:
        cuda.to_device(Graded(np.zeros(2)))
    assert caught.value.id == "DEV024"


def test_kernels_run_where_the_array_is(cuda: CudaDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def opened(name: str = "auto") -> Device:
        asked.append(name)
        return cuda

    monkeypatch.setattr(call, "default_device", opened)
    device_of = call._device_of
    assert device_of({"x": np.zeros(2), "y": OnGpu(np.zeros(2), ordinal=3)}) is cuda
    assert device_of({"x": Interface(np.zeros(2))}) is cuda
    assert device_of({"x": np.zeros(2)}) is cuda
    assert asked == ["cuda:3", "cuda:0", "auto"]
    array = cuda.zeros(2)
    assert device_of({"x": np.zeros(2), "y": array}) is cuda
    assert len(asked) == 3
