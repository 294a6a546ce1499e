"""Tensor maps of device arrays: the argument that kernels with tensor copies take (PTX ISA 9.0, section 5.5.8)."""

from __future__ import annotations

from ptxgen.driver.arrays import DeviceArray
from ptxgen.driver.errors import DriverError
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from ptxgen.emulator.errors import EmulatorError


def tensor_map(array: DeviceArray, box: tuple[int, ...], *, swizzle: int = 0) -> bytes:
    """128 bytes for a parameter `.param .align 64 .b8 map[128]`: an array and the box that one copy moves.

    box: as the array's shape, outermost dimension first (kernels give coordinates innermost first); along the innermost
    a multiple of 16 bytes, and at most 256 elements along each. swizzle: the span in bytes within which 16-byte
    pieces change places in shared memory (0, 32, 64 or 128), which the innermost extent must then fill. Elements
    outside the array are read as zeros and not written. The array must live as long as the map is used. Raises DEV026.
    """
    strides: list[int] = []
    pitch = array.dtype.itemsize
    for extent in array.shape[:0:-1]:
        pitch *= extent
        strides.append(pitch)
    try:
        tensor = TensorMap(
            array.address, array.dtype.itemsize, array.shape[::-1], tuple(strides), box[::-1], swizzle
        )
    except EmulatorError as error:
        raise DriverError("DEV026", f"no tensor map of this array: {error.message}") from None
    return array.device.encode_tensor_map(tensor, array.dtype)
