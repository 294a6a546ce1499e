"""Arrays in device memory: contiguous, C order, one interface on every device."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ptxgen.driver.buffers import Buffer
from ptxgen.driver.errors import DriverError

if TYPE_CHECKING:
    from ptxgen.driver.device import Device
    from ptxgen.driver.streams import Stream

HostArray = NDArray[Any]


class DeviceArray:
    """A typed, shaped view of a device buffer.

    `offset` is where it begins in the buffer, in bytes. Several arrays may view one buffer (`reshape`, `view`,
    `slice`); the memory lives as long as the last of them.
    """

    def __init__(self, buffer: Buffer, shape: tuple[int, ...], dtype: DTypeLike, offset: int = 0) -> None:
        self.buffer = buffer
        self.shape = shape
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.offset = offset

    @property
    def device(self) -> Device:
        """Where the memory is."""
        return self.buffer.device

    @property
    def address(self) -> int:
        """The device address of the first element."""
        return self.buffer.address + self.offset

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.size * self.dtype.itemsize

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a 0-dimensional array has no length")
        return self.shape[0]

    def __repr__(self) -> str:
        return f"<DeviceArray {self.shape} {self.dtype} on {self.device.properties.name}>"

    # --- views ------------------------------------------------------------------------------------------------------

    def reshape(self, *shape: int) -> DeviceArray:
        """The same elements in another shape. DEV022 if the count differs."""
        if math.prod(shape) != self.size:
            raise DriverError("DEV022", f"{self.size} elements cannot have the shape {shape}")
        return DeviceArray(self.buffer, shape, self.dtype, self.offset)

    def view(self, dtype: DTypeLike) -> DeviceArray:
        """The same bytes as elements of another type; the last extent changes with the size of an element."""
        dtype = np.dtype(dtype)
        last = (self.shape[-1] if self.shape else 1) * self.dtype.itemsize
        if last % dtype.itemsize or (not self.shape and dtype.itemsize != self.dtype.itemsize):
            raise DriverError("DEV022", f"rows of {last} bytes cannot be viewed as {dtype}")
        shape = (*self.shape[:-1], last // dtype.itemsize) if self.shape else ()
        return DeviceArray(self.buffer, shape, dtype, self.offset)

    def slice(self, start: int, stop: int) -> DeviceArray:
        """Rows `start` to `stop` of the first axis, as a view. DEV022 outside `0 <= start <= stop <= len`."""
        if not self.shape or not 0 <= start <= stop <= self.shape[0]:
            raise DriverError("DEV022", f"rows {start}:{stop} are not in an array of shape {self.shape}")
        row = self.nbytes // self.shape[0] if self.shape[0] else 0
        return DeviceArray(
            self.buffer, (stop - start, *self.shape[1:]), self.dtype, self.offset + start * row
        )

    # --- copies -----------------------------------------------------------------------------------------------------

    def to_host(self, out: HostArray | None = None, *, stream: Stream | None = None) -> HostArray:
        """The elements as a NumPy array (`out`, if it is given). Waits for the work of the stream."""
        if out is None:
            out = np.empty(self.shape, self.dtype)
        self.copy_to(out, stream=stream)
        return out

    def copy_from(
        self,
        source: HostArray | DeviceArray,
        *,
        offset: int = 0,
        stream: Stream | None = None,
        wait: bool = True,
    ) -> None:
        """Overwrite elements from `offset` (counted in C order) by those of `source`, of the same dtype.

        With `wait=False` a copy from the host is only queued: the host array must not change until the stream was
        synchronised. DEV022 for ranges and dtypes that do not fit.
        """
        self._require_fit(source, offset)
        address = self.address + offset * self.dtype.itemsize
        if isinstance(source, DeviceArray):
            self.device.copy_within(
                address, source.address, source.nbytes, (self.buffer, source.buffer), stream
            )
        else:
            host = np.ascontiguousarray(source)
            self.device.upload(address, host, self.buffer, stream, wait=wait)

    def copy_to(
        self,
        destination: HostArray | DeviceArray,
        *,
        offset: int = 0,
        stream: Stream | None = None,
        wait: bool = True,
    ) -> None:
        """Copy elements from `offset` (counted in C order) into `destination`, as many as it holds.

        With `wait=False` a copy to the host is only queued: the values are there once the stream was synchronised.
        """
        if isinstance(destination, DeviceArray):
            destination.copy_from(self._flat(offset, destination.size), stream=stream)
            return
        self._require_fit(destination, offset)
        if not destination.flags.c_contiguous or not destination.flags.writeable:
            raise DriverError("DEV022", "the host array must be writable and C-contiguous")
        address = self.address + offset * self.dtype.itemsize
        self.device.download(address, destination, self.buffer, stream, wait=wait)

    def fill_bytes(self, value: int = 0, *, stream: Stream | None = None) -> None:
        """Set every byte to `value` (0 to 255)."""
        self.device.fill(self.address, value, self.nbytes, self.buffer, stream)

    def _flat(self, offset: int, count: int) -> DeviceArray:
        flat = self.reshape(self.size)
        return flat.slice(offset, offset + count)

    def _require_fit(self, other: HostArray | DeviceArray, offset: int) -> None:
        if other.dtype != self.dtype:
            raise DriverError(
                "DEV022",
                f"cannot copy between {other.dtype} and {self.dtype}",
                help="convert on the host first: array.astype(...)",
            )
        if offset < 0 or offset + other.size > self.size:
            raise DriverError(
                "DEV022",
                f"elements {offset} to {offset + other.size} are outside an array of {self.size} elements",
            )

    # --- exchange with other libraries ------------------------------------------------------------------------------

    def numpy(self) -> HostArray:
        """A NumPy view of the memory, without a copy: on the emulator only (DEV023 elsewhere)."""
        return self.device.host_view(self)

    def __array__(self, *_: object, **__: object) -> HostArray:
        # Without this, NumPy would silently make an array of one Python object.
        raise TypeError("an array in device memory is no host array: copy it with to_host()")

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.device.dlpack_device

    def __dlpack__(self, *, stream: int | None = None, **options: Any) -> Any:
        return self.device.export_dlpack(self, stream, options)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return self.device.cuda_array_interface(self)
