"""The device protocol: what a program may ask of the machine that runs it, whichever machine that is."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ptxgen.driver import interop
from ptxgen.driver.arrays import DeviceArray, HostArray
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.errors import DriverError
from ptxgen.driver.kernels import LoadedModule
from ptxgen.driver.loaded import LoadedModules
from ptxgen.driver.pool import MemoryPool
from ptxgen.driver.properties import DeviceProperties
from ptxgen.driver.source import Code
from ptxgen.driver.streams import Event, Graph, Stream
from ptxgen.launch import LEVEL
from ptxgen.settings import Settings

if TYPE_CHECKING:
    from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
    from ptxgen.emulator.sanitizers.findings import Finding

Shape = int | Sequence[int]

KEPT_MODULES = 64
"""Modules of kernels that a device keeps loaded for the next call."""


class Device(ABC):
    """A machine that runs kernels. Get one from `open_device`; close it, or use it as a context manager.

    Work is queued in streams: the one given, else the current one of this thread (`with stream:`), else the
    device's default stream. Every method may be called from any thread.
    """

    kind: str
    """`cuda` or `emulator`."""

    pool: MemoryPool
    """Where arrays come from."""

    properties: DeviceProperties
    """Name, capability and limits."""

    level: str = LEVEL
    """The passes that kernels go through before this device runs them; `O0` runs the text as they write it."""

    def __init__(self, *, debug: bool | None = None) -> None:
        self.debug = Settings.current().debug if debug is None else debug
        self.closed = False
        self.loaded = LoadedModules(KEPT_MODULES)
        self._current = threading.local()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What sanitizers have found in the launches so far; nothing on a device that has none."""
        return ()

    # --- code -------------------------------------------------------------------------------------------------------

    @abstractmethod
    def load_module(self, code: Code, *, name: str = "<ptx>") -> LoadedModule:
        """Compile and load PTX text, or a module. DEV011 with the compiler's log if it is refused."""

    # --- memory -----------------------------------------------------------------------------------------------------

    def allocate(self, nbytes: int, *, stream: Stream | None = None) -> Buffer:
        """Uninitialised bytes. With `stream`, memory that was freed after work in it is used again at once."""
        self.require_open()
        if nbytes < 0:
            raise DriverError("DEV020", f"cannot allocate {nbytes} bytes")
        return Buffer(self, self.pool.allocate(max(1, nbytes), stream), nbytes)

    def empty(
        self, shape: Shape, dtype: DTypeLike = np.float32, *, stream: Stream | None = None
    ) -> DeviceArray:
        """An uninitialised array."""
        extents = (shape,) if isinstance(shape, int) else tuple(int(extent) for extent in shape)
        kind = np.dtype(dtype)
        if kind.hasobject or min(extents, default=0) < 0:
            raise DriverError("DEV020", f"cannot make an array of shape {extents} and dtype {kind}")
        nbytes = int(np.prod(extents, dtype=np.int64)) * kind.itemsize
        return DeviceArray(self.allocate(nbytes, stream=stream), extents, kind)

    def zeros(
        self, shape: Shape, dtype: DTypeLike = np.float32, *, stream: Stream | None = None
    ) -> DeviceArray:
        """An array of zeros."""
        array = self.empty(shape, dtype, stream=stream)
        array.fill_bytes(0, stream=stream)
        return array

    def to_device(self, array: Any, *, stream: Stream | None = None) -> DeviceArray:
        """An array on this device: host data is copied; what is on it already is taken as it is."""
        if isinstance(array, DeviceArray):
            return array if self.reaches(array.device) else self.to_device(array.to_host(), stream=stream)
        if interop.is_foreign(array):
            return self.adopt(array, stream or self.stream)[0]
        host = interop.to_numpy(array)
        result = self.empty(host.shape, host.dtype, stream=stream)
        result.copy_from(host, stream=stream)
        return result

    def reaches(self, other: Device) -> bool:
        """Whether kernels here can use the arrays of another device: it is this one, or the same GPU."""
        return other is self

    @abstractmethod
    def adopt(self, array: Any, stream: Stream | None) -> tuple[DeviceArray, Stream | None]:
        """A view of another library's device memory, without a copy, and that library's current stream.

        `stream` is the one that will use it; with None, the library's own should. DEV024 if it is elsewhere.
        """

    def pinned(self, shape: Shape, dtype: DTypeLike = np.float32) -> HostArray:
        """A host array that copies with `wait=False` really run beside the host for (page-locked memory)."""
        return np.empty(shape, dtype)

    @abstractmethod
    def upload(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        """Copy a contiguous host array to `address`, which lies in `buffer`."""

    @abstractmethod
    def download(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        """Copy bytes from `address`, which lies in `buffer`, into a contiguous host array."""

    @abstractmethod
    def copy_within(
        self, target: int, source: int, nbytes: int, buffers: tuple[Buffer, ...], stream: Stream | None
    ) -> None:
        """Copy between addresses of this device."""

    @abstractmethod
    def fill(self, address: int, value: int, nbytes: int, buffer: Buffer, stream: Stream | None) -> None:
        """Set bytes."""

    @property
    @abstractmethod
    def free_memory(self) -> int:
        """Bytes that could still be allocated, the pool's own free blocks not counted."""

    # --- order ------------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def default_stream(self) -> Stream:
        """The stream for work that names none."""

    @property
    def stream(self) -> Stream:
        """The current stream of this thread."""
        return self.explicit_stream or self.default_stream

    @property
    def explicit_stream(self) -> Stream | None:
        """The stream that `with stream:` or a capture made current in this thread, if any."""
        stack: list[Stream] = getattr(self._current, "stack", [])
        return stack[-1] if stack else None

    def push_stream(self, stream: Stream) -> None:
        """Make a stream current in this thread, until `pop_stream`."""
        if not hasattr(self._current, "stack"):
            self._current.stack = []
        self._current.stack.append(stream)

    def pop_stream(self) -> None:
        """Undo the last `push_stream` of this thread."""
        self._current.stack.pop()

    @abstractmethod
    def create_stream(self) -> Stream:
        """A new stream, independent of all others."""

    @abstractmethod
    def create_event(self) -> Event:
        """An event that was not recorded yet: it counts as done."""

    @abstractmethod
    def capture(self, stream: Stream | None = None) -> AbstractContextManager[Graph]:
        """Record the work of the block instead of running it: `with device.capture() as graph: ...`.

        The capturing stream (a new one unless given) is current inside. The graph is complete after the block. If the
        block fails, or does what cannot be captured (DEV032), the capture ends and the device stays usable.
        """

    @abstractmethod
    def capturing(self, stream: Stream) -> bool:
        """Whether work given to the stream is recorded now."""

    @abstractmethod
    def synchronize(self) -> None:
        """Wait for all work. Raises what it did wrong (DriverError)."""

    def after_launch(self, kernel: str, stream: Stream) -> None:
        """Wait for a launch and name it in the error (debug mode)."""
        try:
            stream.synchronize()
        except DriverError as error:
            raise DriverError(
                error.id,
                f"the launch of {kernel!r} failed: {error.message}",
                help=error.help,
                location=error.location,
                line=error.line,
                notes=error.notes,
                code=error.code,
                log=error.log,
            ) from error

    # --- exchange ---------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def dlpack_device(self) -> tuple[int, int]:
        """DLPack's (type, id) of the memory."""

    @abstractmethod
    def export_dlpack(self, array: DeviceArray, stream: int | None, options: dict[str, Any]) -> Any:
        """A DLPack capsule of an array."""

    @abstractmethod
    def cuda_array_interface(self, array: DeviceArray) -> dict[str, Any]:
        """The `__cuda_array_interface__` (version 3). AttributeError where the memory is not CUDA's."""

    @abstractmethod
    def encode_tensor_map(self, tensor: TensorMap, dtype: np.dtype[Any]) -> bytes:
        """A tensor map in this device's format; use `tensor_map` of an array."""

    @abstractmethod
    def host_view(self, array: DeviceArray) -> HostArray:
        """A NumPy view of device memory. DEV023 where the host cannot reach it."""

    # --- life -------------------------------------------------------------------------------------------------------

    @abstractmethod
    def close(self) -> None:
        """Wait for all work and return all memory. Arrays of the device cannot be used afterwards.

        Raises what the work did wrong; the device is closed all the same.
        """

    def require_open(self) -> None:
        """DEV003 after `close`."""
        if self.closed:
            raise DriverError("DEV003", f"the device {self.properties.name} was closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.close()
            return
        # What went wrong in the block is what the caller must see, not that the work could not be finished.
        with suppress(DriverError):
            self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.properties.name}>"
