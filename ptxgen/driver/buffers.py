"""A range of device memory, owned or borrowed."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from ptxgen.driver.errors import DriverError

if TYPE_CHECKING:
    from ptxgen.driver.device import Device
    from ptxgen.driver.streams import Stream


class Buffer:
    """`nbytes` bytes of device memory.

    An owned buffer returns to its pool when it is freed or no longer referenced, once and never twice. A borrowed
    one (`owner` is the object that it belongs to) is never freed by ptxgen; it keeps its owner alive.
    """

    def __init__(self, device: Device, address: int, nbytes: int, owner: object | None = None) -> None:
        self.device = device
        self.nbytes = nbytes
        self._address = address
        self._owner = owner
        self._streams: dict[int, Stream] = {}
        self._finalizer: weakref.finalize[..., Buffer] | None = None
        if owner is None:
            self._finalizer = weakref.finalize(self, _abandon, device, address, self._streams)
            self._finalizer.atexit = False

    @property
    def address(self) -> int:
        """The device address. DEV021 after `free`, DEV003 after the device was closed."""
        if self.freed:
            raise DriverError(
                "DEV021", "the buffer was freed", help="keep the array until the last use of it"
            )
        self.device.require_open()
        return self._address

    @property
    def borrowed(self) -> bool:
        """Whether the memory belongs to somebody else."""
        return self._finalizer is None

    @property
    def freed(self) -> bool:
        """Whether `free` was called."""
        return self._finalizer is not None and not self._finalizer.alive

    def used_on(self, stream: Stream) -> None:
        """Remember that work in `stream` uses the memory, so that it is not given out again too early."""
        self._streams[id(stream)] = stream

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams that use the memory."""
        return tuple(self._streams.values())

    def free(self) -> None:
        """Give the memory back now. Calling it again, or on a borrowed buffer, does nothing."""
        if self._finalizer is not None and self._finalizer.detach() is not None and not self.device.closed:
            self.device.pool.free(self._address, self.streams)

    def __repr__(self) -> str:
        state = "freed" if self.freed else "borrowed" if self.borrowed else "owned"
        return f"<Buffer {self._address:#x}, {self.nbytes} bytes, {state}>"


def _abandon(device: Device, address: int, streams: dict[int, Stream]) -> None:
    device.pool.abandon(address, tuple(streams.values()))
