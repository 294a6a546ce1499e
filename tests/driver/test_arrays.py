"""Arrays, views and copies: the same on both devices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, DriverError


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 5), (2, 0, 4)])
@pytest.mark.parametrize("dtype", [np.float32, np.uint8, np.float64, np.complex64, np.bool_])
def test_round_trip(device: Device, shape: tuple[int, ...], dtype: Any) -> None:
    host = np.random.default_rng(1).integers(0, 2, shape).astype(dtype)
    array = device.to_device(host)
    back = array.to_host()
    assert (back.shape, back.dtype) == (shape, np.dtype(dtype))
    assert np.array_equal(back, host)
    assert array.nbytes == host.nbytes


def test_strided_and_listed_data_are_copied_in_c_order(device: Device) -> None:
    host = np.arange(24).reshape(4, 6)[:, ::2].T
    assert np.array_equal(device.to_device(host).to_host(), host)
    assert device.to_device([1.5, 2.5]).to_host().tolist() == [1.5, 2.5]


def test_zeros_and_fill(device: Device) -> None:
    array = device.zeros((2, 3), np.int16)
    assert not array.to_host().any()
    array.fill_bytes(0x7F)
    assert (array.to_host() == 0x7F7F).all()


def test_copies_at_offsets(device: Device) -> None:
    array = device.zeros((2, 4), np.int32)
    array.copy_from(np.array([5, 6], np.int32), offset=3)
    assert array.to_host().reshape(-1).tolist() == [0, 0, 0, 5, 6, 0, 0, 0]
    part = np.empty(2, np.int32)
    array.copy_to(part, offset=4)
    assert part.tolist() == [6, 0]
    other = device.zeros(3, np.int32)
    array.copy_to(other, offset=3)
    assert other.to_host().tolist() == [5, 6, 0]
    array.copy_from(other, offset=5)
    assert array.to_host()[1].tolist() == [6, 5, 6, 0]


def test_queued_copies(device: Device) -> None:
    stream = device.create_stream()
    source, result = device.pinned(1000), device.pinned(1000)
    source[:] = np.arange(1000)
    array = device.empty(1000)
    array.copy_from(source, stream=stream, wait=False)
    array.copy_to(result, stream=stream, wait=False)
    stream.synchronize()
    assert stream.done
    assert np.array_equal(result, source)


def test_views_share_memory(device: Device) -> None:
    array = device.to_device(np.arange(12, dtype=np.uint32))
    grid = array.reshape(3, 4)
    assert grid.slice(1, 3).to_host().tolist() == [[4, 5, 6, 7], [8, 9, 10, 11]]
    assert grid.view(np.uint8).shape == (3, 16)
    assert grid.view(np.float64).shape == (3, 2)
    grid.slice(2, 3).fill_bytes(0)
    assert array.to_host()[8:].tolist() == [0, 0, 0, 0]
    assert (len(grid), grid.ndim, grid.size) == (3, 2, 12)


def test_a_view_keeps_the_memory(device: Device) -> None:
    view = device.to_device(np.arange(4.0)).slice(2, 4)
    assert device.pool.statistics.live == 1
    assert view.to_host().tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    "use",
    [
        lambda a: a.reshape(5),
        lambda a: a.slice(2, 7),
        lambda a: a.slice(3, 2),
        lambda a: a.view(np.float64).reshape(3, 1).view(np.complex128).reshape(7),
        lambda a: a.reshape(2, 3).view(np.float64),
        lambda a: a.copy_from(np.zeros(7, np.int32)),
        lambda a: a.copy_from(np.zeros(2, np.int32), offset=5),
        lambda a: a.copy_from(np.zeros(2, np.int32), offset=-1),
        lambda a: a.copy_from(np.zeros(2)),
        lambda a: a.copy_to(np.zeros(7, np.int32)),
        lambda a: a.copy_to(np.zeros((2, 2), np.int32)[:, :1]),
        lambda a: a.to_host(np.zeros(6)),
    ],
)
def test_what_does_not_fit_is_refused(device: Device, use: Any) -> None:
    with pytest.raises(DriverError) as caught:
        use(device.zeros(6, np.int32))
    assert caught.value.id == "DEV022"


@pytest.mark.parametrize(("shape", "dtype"), [((-1,), np.float32), ((2,), object)])
def test_impossible_arrays(device: Device, shape: Any, dtype: Any) -> None:
    with pytest.raises(DriverError) as caught:
        device.empty(shape, dtype)
    assert caught.value.id == "DEV020"


def test_a_scalar_array_has_no_length(device: Device) -> None:
    with pytest.raises(TypeError):
        len(device.empty(()))


def test_numpy_does_not_take_it_for_a_python_object(device: Device) -> None:
    with pytest.raises(TypeError, match="to_host"):
        np.asarray(device.zeros(4))


def test_pool_statistics(device: Device) -> None:
    before = device.pool.statistics
    arrays = [device.empty(1000, np.uint8) for _ in range(3)]
    now = device.pool.statistics
    assert (now.used - before.used, now.live - before.live) == (3000, 3)
    assert now.reserved >= now.used
    for array in arrays:
        array.buffer.free()
    after = device.pool.statistics
    assert (after.used, after.live, after.peak) == (before.used, before.live, now.peak)
    device.pool.trim()
    assert device.pool.statistics.reserved == 0


def test_dropped_arrays_return(device: Device) -> None:
    for _ in range(100):
        device.zeros(1 << 20, np.uint8)
    assert device.pool.statistics.reserved <= 4 << 20


def test_a_freed_array_cannot_be_used(device: Device) -> None:
    array = device.zeros(4)
    array.buffer.free()
    with pytest.raises(DriverError) as caught:
        array.to_host()
    assert caught.value.id == "DEV021"


def test_moving_between_devices(emulator: Device, cuda: Device) -> None:
    array = emulator.to_device(np.arange(5))
    assert emulator.to_device(array) is array
    moved = cuda.to_device(array)
    assert moved.device is cuda
    assert moved.to_host().tolist() == [0, 1, 2, 3, 4]


def test_a_closed_device(device: Device) -> None:
    array = device.zeros(4)
    with device:
        pass
    for use in (array.to_host, lambda: device.empty(3), device.synchronize, device.create_stream):
        with pytest.raises(DriverError) as caught:
            use()
        assert caught.value.id == "DEV003"
    device.close()
