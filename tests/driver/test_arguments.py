"""Arguments: every kind that is taken, and every refusal, on both devices."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, DeviceArray, DriverError, Pointer
from ptxgen.driver.arguments import pack
from ptxgen.driver.parameters import of_entry, of_sizes
from ptxgen.ir.module import Function, Pointee, Variable
from ptxgen.isa import StateSpace
from ptxgen.isa.types import TYPES


def entry(*params: tuple[str, str], pointer: int = 0) -> Function:
    """An entry with scalar parameters (name, type); with `pointer`, each is `.ptr .global .align pointer`."""
    pointee = Pointee(StateSpace.GLOBAL, pointer) if pointer else None
    return Function(
        "f", True, [Variable(name, StateSpace.PARAM, TYPES[type], pointee=pointee) for name, type in params]
    )


def packed(device: Device, type: str, value: Any, pointer: int = 0) -> bytes:
    return pack("f", of_entry(entry(("p", type), pointer=pointer)), [value], device, None).values[0]


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("u32", 7, b"\x07\0\0\0"),
        ("u32", -1, b"\xff\xff\xff\xff"),
        ("s32", 2**32 - 1, b"\xff\xff\xff\xff"),
        ("u8", True, b"\x01"),
        ("u16", np.int16(-2), b"\xfe\xff"),
        ("s64", np.uint64(3), b"\x03" + b"\0" * 7),
        ("f32", 1, np.float32(1).tobytes()),
        ("f32", 0.1, np.float32(0.1).tobytes()),
        ("f64", 0.1, np.float64(0.1).tobytes()),
        ("f16", 0.5, np.float16(0.5).tobytes()),
        ("f32", np.float32(0.1), np.float32(0.1).tobytes()),
        ("f32", np.array(0.1, np.float32), np.float32(0.1).tobytes()),
        ("b32", np.float32(0.1), np.float32(0.1).tobytes()),
        ("b32", b"abcd", b"abcd"),
        ("u64", ctypes.c_uint64 * 1, None),
        ("u64", Pointer(0x1000), (0x1000).to_bytes(8, "little")),
    ],
)
def test_scalars(device: Device, type: str, value: Any, expected: bytes | None) -> None:
    if expected is None:
        value, expected = value(5), b"\x05" + b"\0" * 7
    assert packed(device, type, value) == expected


@pytest.mark.parametrize(
    ("type", "value", "id"),
    [
        ("u32", 2**32, "DEV043"),
        ("u32", -(2**31) - 1, "DEV043"),
        ("f16", 1e6, "DEV043"),
        ("f32", 1e39, "DEV043"),
        ("u32", 2.0, "DEV041"),
        ("b32", 2.0, "DEV041"),
        ("u32", np.int64(2), "DEV042"),
        ("f32", np.float64(2), "DEV042"),
        ("u32", np.float32(2), "DEV041"),
        ("f32", np.int32(2), "DEV041"),
        ("u64", np.zeros(3), "DEV041"),
        ("u64", "text", "DEV041"),
        ("u64", None, "DEV041"),
        ("b32", b"abc", "DEV042"),
        ("u32", Pointer(16), "DEV041"),
        ("f64", Pointer(16), "DEV041"),
    ],
)
def test_refusals_name_entry_and_parameter(device: Device, type: str, value: Any, id: str) -> None:
    with pytest.raises(DriverError) as caught:
        packed(device, type, value)
    assert caught.value.id == id
    assert f"'f', parameter 0 'p' (.{type})" in caught.value.message


def test_pointers(device: Device) -> None:
    array = device.empty(8)
    assert packed(device, "u64", array, pointer=16) == array.address.to_bytes(8, "little")
    assert packed(device, "u64", array.slice(1, 8)) == (array.address + 4).to_bytes(8, "little")
    assert packed(device, "u64", array.buffer) == array.address.to_bytes(8, "little")
    for value, id in ((array.slice(1, 8), "DEV043"), (array.address, "DEV041"), (np.uint64(4096), "DEV041")):
        with pytest.raises(DriverError) as caught:
            packed(device, "u64", value, pointer=16)
        assert caught.value.id == id


def test_a_host_array_is_refused_with_the_way_out(device: Device) -> None:
    with pytest.raises(DriverError) as caught:
        packed(device, "u64", np.zeros(8), pointer=4)
    assert "a host array (ndarray)" in caught.value.message
    assert "device.to_device" in caught.value.help


def test_an_array_of_another_device_is_refused(emulator: Device, cuda: Device) -> None:
    with pytest.raises(DriverError, match="on another device"):
        packed(cuda, "u64", emulator.empty(4))


def test_count(device: Device) -> None:
    with pytest.raises(DriverError) as caught:
        pack("f", of_entry(entry(("a", "u64"), ("b", "f32"))), [1], device, None)
    assert caught.value.id == "DEV040"
    assert caught.value.message == "'f' takes 2 arguments, got 1"
    assert "parameter 1 'b' (.f32)" in caught.value.help


def test_structures(device: Device) -> None:
    function = Function("f", True, [Variable("s", StateSpace.PARAM, TYPES["b8"], (8,), 8)])
    block = of_entry(function)

    class Pair(ctypes.Structure):
        _fields_ = (("a", ctypes.c_int32), ("b", ctypes.c_float))

    expected = np.int32(3).tobytes() + np.float32(2).tobytes()
    record = np.array((3, 2), np.dtype([("a", "i4"), ("b", "f4")]))
    for value in (Pair(3, 2.0), expected, bytearray(expected), record[()], record):
        assert pack("f", block, [value], device, None).values == (expected,)
    for bad, id in ((b"short", "DEV042"), (3, "DEV041"), (device.empty(2), "DEV041")):
        with pytest.raises(DriverError) as caught:
            pack("f", block, [bad], device, None)
        assert caught.value.id == id
        assert "(8 bytes, aligned to 8)" in caught.value.message


def test_tensor_maps_are_their_sixteen_words(device: Device) -> None:
    function = Function("f", True, [Variable("m", StateSpace.PARAM, TYPES["b8"], (128,), 64)])
    value = SimpleNamespace(opaque=list(range(16)))
    (data,) = pack("f", of_entry(function), [value], device, None).values
    assert data == np.arange(16, dtype=np.uint64).tobytes()


def test_layout_follows_alignment() -> None:
    block = of_entry(entry(("a", "u8"), ("b", "u64"), ("c", "u32"), ("d", "u64")))
    assert [p.offset for p in block.parameters] == [0, 8, 16, 24]
    assert block.bytes == 32
    assert [p.align for p in of_sizes("f", [(0, 8), (8, 4), (64, 128)]).parameters] == [8, 4, 16]


def test_what_must_stay_alive_is_told(device: Device) -> None:
    array: DeviceArray = device.empty(4)
    result = pack("f", of_entry(entry(("a", "u64"), ("b", "u64"))), [array, Pointer(0)], device, None)
    assert result.buffers == (array.buffer,)
