"""Streams and events of a GPU."""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

from ptxgen.driver.errors import DriverError
from ptxgen.driver.streams import Event, Stream

if TYPE_CHECKING:
    from ptxgen.driver.cuda.device import CudaDevice


class CudaEvent(Event):
    """A `CUevent` with timing, destroyed when it is no longer referenced."""

    def __init__(self, device: CudaDevice, stream: Stream) -> None:
        self.device = device
        self.stream = stream
        with device.context.current() as cu:
            self.raw: Any = cu("cuEventCreate", int(cu.api.CUevent_flags.CU_EVENT_DEFAULT))
        weakref.finalize(self, device.context.destroy, "cuEventDestroy", self.raw).atexit = False

    @property
    def done(self) -> bool:
        with self.device.context.current() as cu:
            return cu.ready("cuEventQuery", self.raw)

    def synchronize(self) -> None:
        with self.device.context.current() as cu:
            cu("cuEventSynchronize", self.raw)

    def elapsed_since(self, start: Event) -> float:
        if not isinstance(start, CudaEvent) or start.device is not self.device:
            raise DriverError("DEV030", "the events belong to different devices")
        with self.device.context.current() as cu:
            return float(cu("cuEventElapsedTime", start.raw, self.raw))


class CudaStream(Stream):
    """A `CUstream`, created here (and destroyed by `close`) or borrowed from another library (never destroyed)."""

    def __init__(self, device: CudaDevice, borrowed: int | None = None) -> None:
        self.device = device
        self.kept: list[object] | None = None
        self._closed = False
        self._busy: deque[tuple[CudaEvent, object]] = deque()
        with device.context.current() as cu:
            if borrowed is not None:
                self.raw: Any = cu.api.CUstream(borrowed)
                self._finalizer = None
                return
            # Not ordered with the legacy stream: a capture here is not broken by work there.
            self.raw = cu("cuStreamCreate", int(cu.api.CUstream_flags.CU_STREAM_NON_BLOCKING))
        self._finalizer = weakref.finalize(self, device.context.destroy, "cuStreamDestroy", self.raw)
        self._finalizer.atexit = False

    @property
    def handle(self) -> int:
        return int(self.raw)

    def __cuda_stream__(self) -> tuple[int, int]:
        """The protocol of CUDA Python (`cuda.core`) for streams of other libraries."""
        return (0, self.handle)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def done(self) -> bool:
        with self.device.context.current() as cu:
            return cu.ready("cuStreamQuery", self.raw)

    def require_open(self) -> None:
        """DEV030 after `close`, DEV003 after the device was closed."""
        self.device.require_open()
        if self._closed:
            raise DriverError("DEV030", "the stream was closed")

    def require_no_capture(self, action: str) -> None:
        """DEV032 while this stream records: the driver would refuse, and the capture would be lost."""
        if self.kept is not None:
            raise DriverError(
                "DEV032",
                f"cannot {action} while the stream is being captured",
                help="do it before or after the capture; inside, only launches and copies with wait=False",
            )

    def synchronize(self) -> None:
        self.require_open()
        self.require_no_capture("wait for the stream")
        with self.device.context.current() as cu:
            cu("cuStreamSynchronize", self.raw)
        self._busy.clear()

    def keep(self, *objects: object) -> None:
        """Keep objects alive until the work given so far is done; for a captured stream, as long as the graph."""
        if self.kept is not None:
            self.kept.extend(objects)
            return
        while self._busy and self._busy[0][0].done:
            self._busy.popleft()
        event = CudaEvent(self.device, self)
        self.record(event)
        self._busy.append((event, objects))

    def record(self, event: Event | None = None) -> Event:
        self.require_open()
        mark = event if event is not None else CudaEvent(self.device, self)
        if not isinstance(mark, CudaEvent) or mark.device is not self.device:
            raise DriverError("DEV030", "the event belongs to another device")
        with self.device.context.current() as cu:
            cu("cuEventRecord", mark.raw, self.raw)
        mark.stream = self
        return mark

    def wait(self, event: Event) -> None:
        self.require_open()
        if not isinstance(event, CudaEvent):
            raise DriverError("DEV030", "the event belongs to another device")
        with self.device.context.current() as cu:
            cu("cuStreamWaitEvent", self.raw, event.raw, 0)

    def close(self) -> None:
        if self._closed:
            return
        self.require_no_capture("close the stream")
        self.synchronize()
        self._closed = True
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> Stream:
        self.device.push_stream(self)
        return self

    def __exit__(self, *exception: object) -> None:
        self.device.pop_stream()
