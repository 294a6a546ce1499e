"""From Python values to parameter bytes: count, kind, size and range are checked before any device sees them."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ptxgen.driver import interop
from ptxgen.driver.arrays import DeviceArray
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.errors import DriverError
from ptxgen.driver.parameters import ParameterBlock, ParameterInfo
from ptxgen.isa.types import Kind, Type

if TYPE_CHECKING:
    from ptxgen.driver.device import Device
    from ptxgen.driver.streams import Stream

_FLOATS = {16: "<e", 32: "<f", 64: "<d"}
"""How `struct` writes a float of so many bits."""

_NUMPY_KINDS = {Kind.FLOAT: "f", Kind.UNSIGNED: "uib", Kind.SIGNED: "uib", Kind.BITS: "uifb"}
"""Which NumPy scalars (`dtype.kind`) a parameter takes. Signs are not told apart: registers have none."""


@frozen
class Pointer:
    """A raw device address as an argument; ptxgen knows nothing about the memory behind it."""

    address: int


_OWN_KINDS = (DeviceArray, Buffer, Pointer, int, float, bytes, np.generic, np.ndarray)
"""What needs no look at whether it is another library's array."""


@frozen
class Packed:
    """Arguments ready to launch: the bytes of each parameter, and what must stay alive until the kernel has run.

    `stream` is the current stream of the library that an array came from, if one did and no stream was asked for.
    """

    values: tuple[bytes, ...]
    buffers: tuple[Buffer, ...]
    stream: Stream | None = None


def pack(
    entry: str, block: ParameterBlock, arguments: Sequence[Any], device: Device, stream: Stream | None
) -> Packed:
    """Check and pack. DEV040 wrong count, DEV041 wrong kind, DEV042 wrong size, DEV043 out of range or misaligned."""
    if len(arguments) != len(block):
        raise DriverError(
            "DEV040",
            f"{entry!r} takes {len(block)} arguments, got {len(arguments)}",
            help=f"its parameters: {'; '.join(p.where for p in block.parameters) or 'none'}",
        )
    values: list[bytes] = []
    buffers: list[Buffer] = []
    current: Stream | None = None
    for info, value in zip(block.parameters, arguments, strict=True):
        if not isinstance(value, _OWN_KINDS) and interop.is_foreign(value):
            value, foreign = device.adopt(value, stream)
            current = current or foreign
        if isinstance(value, DeviceArray | Buffer | Pointer):
            values.append(_pointer(info, value, device, buffers))
        elif info.type is None:
            values.append(_sized(info, value))
        elif info.aggregate:
            values.append(_aggregate(info, value))
        else:
            values.append(_scalar(info, info.type, value))
    return Packed(tuple(values), tuple(buffers), stream if stream is not None else current)


def _pointer(
    info: ParameterInfo,
    value: DeviceArray | Buffer | Pointer,
    device: Device,
    buffers: list[Buffer],
) -> bytes:
    if info.aggregate or info.bytes != 8 or (info.type is not None and info.type.is_float):
        raise DriverError("DEV041", f"{info.where}: a device address needs a 64-bit integer parameter")
    if isinstance(value, DeviceArray | Buffer):
        buffer = value.buffer if isinstance(value, DeviceArray) else value
        if not device.reaches(buffer.device):
            raise DriverError(
                "DEV041",
                f"{info.where}: the array is on another device ({buffer.device.properties.name})",
                help="copy it: device.to_device(array.to_host())",
            )
        buffers.append(buffer)
    address = value.address
    if address % info.pointee_align:
        raise DriverError(
            "DEV043", f"{info.where}: address {address:#x} is not a multiple of {info.pointee_align} bytes"
        )
    return address.to_bytes(8, "little")


def _scalar(info: ParameterInfo, type: Type, value: Any) -> bytes:
    if interop.is_host(value) and np.ndim(value) > 0:
        raise DriverError(
            "DEV041",
            f"{info.where}: a host array ({value.__class__.__name__}) is not device memory",
            help="copy it first: device.to_device(array)",
        )
    if isinstance(value, np.generic | np.ndarray):
        return _typed(info, type, np.asarray(value))
    if isinstance(value, bool | int):
        return _integer(info, type, int(value))
    if isinstance(value, float):
        return _float(info, type, value)
    if isinstance(value, ctypes.Array | ctypes.Structure | bytes | bytearray | memoryview):
        return _raw(info, value)
    raise DriverError(
        "DEV041",
        f"{info.where}: cannot pass a {value.__class__.__name__}",
        help="pass a device array, a NumPy scalar such as np.float32(2), an int, a float, or bytes",
    )


def _typed(info: ParameterInfo, type: Type, value: np.ndarray[Any, np.dtype[Any]]) -> bytes:
    if value.dtype.itemsize != info.bytes:
        raise DriverError(
            "DEV042",
            f"{info.where}: takes {info.bytes} bytes, got np.{value.dtype} of {value.dtype.itemsize}",
        )
    if value.dtype.kind not in _NUMPY_KINDS.get(type.kind, ""):
        raise DriverError("DEV041", f"{info.where}: cannot pass a np.{value.dtype}")
    if info.points:
        raise _integer_as_pointer(info)
    return value.tobytes()


def _integer(info: ParameterInfo, type: Type, value: int) -> bytes:
    if type.is_float:
        return _float(info, type, value)
    if info.points:
        raise _integer_as_pointer(info)
    if not -(1 << (type.bits - 1)) <= value < 1 << type.bits:
        raise DriverError("DEV043", f"{info.where}: {value} does not fit in {type.bits} bits")
    return (value % (1 << type.bits)).to_bytes(info.bytes, "little")


def _float(info: ParameterInfo, type: Type, value: float) -> bytes:
    if not type.is_float:
        raise DriverError(
            "DEV041",
            f"{info.where}: a Python float does not say its format here",
            help="pass a NumPy scalar of the parameter's size, such as np.float32(2)",
        )
    try:
        return struct.pack(_FLOATS[type.bits], value)
    except OverflowError:
        raise DriverError("DEV043", f"{info.where}: {value} is too large for {type.suffix}") from None


def _aggregate(info: ParameterInfo, value: Any) -> bytes:
    opaque = getattr(value, "opaque", None)
    if opaque is not None:  # a CUtensorMap: sixteen 64-bit words
        return _exact(info, b"".join(int(word).to_bytes(8, "little") for word in opaque))
    if isinstance(value, np.ndarray | np.generic):
        return _exact(info, np.ascontiguousarray(value).tobytes())
    return _raw(info, value)


def _raw(info: ParameterInfo, value: Any) -> bytes:
    try:
        data = memoryview(value).tobytes()
    except TypeError:
        raise DriverError(
            "DEV041",
            f"{info.where}: cannot pass a {type(value).__name__} by value",
            help="pass bytes, a ctypes structure, or a NumPy structured scalar of the same layout",
        ) from None
    return _exact(info, data)


def _exact(info: ParameterInfo, data: bytes) -> bytes:
    if len(data) != info.bytes:
        raise DriverError("DEV042", f"{info.where}: takes {info.bytes} bytes, got {len(data)}")
    return data


def _sized(info: ParameterInfo, value: Any) -> bytes:
    """A value for a parameter of which only the size is known: it must bring its own format."""
    if isinstance(value, bool | int | float):
        raise DriverError(
            "DEV041",
            f"{info.where}: the type is not known, so a Python number does not say its format",
            help="pass a NumPy scalar such as np.int32(4)",
        )
    return _aggregate(info, value)


def _integer_as_pointer(info: ParameterInfo) -> DriverError:
    return DriverError(
        "DEV041",
        f"{info.where}: an integer is not a device array",
        help="pass the array; for a raw address, ptxgen.driver.Pointer(address)",
    )
