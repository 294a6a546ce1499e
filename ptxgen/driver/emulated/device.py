"""The device that is always there: PTX runs in the emulator, memory is the host's."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.driver import dlpack
from ptxgen.driver.arrays import DeviceArray, HostArray
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.device import Device
from ptxgen.driver.emulated.faults import emulator_faults
from ptxgen.driver.emulated.module import EmulatedModule
from ptxgen.driver.emulated.properties import emulated_properties
from ptxgen.driver.emulated.streams import EmulatedEvent, EmulatedGraph, EmulatedStream, Operation
from ptxgen.driver.emulated.views import Windows
from ptxgen.driver.errors import DriverError
from ptxgen.driver.pool import MemoryPool
from ptxgen.driver.source import Code, Source
from ptxgen.driver.streams import Event, Graph, Stream
from ptxgen.emulator import LaunchStatistics, Limits, Memory, Program
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from ptxgen.emulator.sanitizers import Choice, Finding, Session

if TYPE_CHECKING:
    from ptxgen.emulator import Buffer as Range
    from ptxgen.emulator import Observer

Sanitize = bool | str | tuple[str, ...]
"""`True` for all sanitizers, names of some, or `"collect"` to gather findings instead of raising them."""
DEFAULT_TARGET = "sm_90a"
RESERVE = 1 << 30
"""Bytes of memory that stay where they are, so that NumPy views of them last. The system provides them when touched."""


class EmulatedDevice(Device):
    """A device without hardware.

    `target` is what it claims to be, with `sm_count` multiprocessors; code for any target runs, under the limits of the
    target that it was written for. `track_initialised` (default: as `debug`) reports reads of memory that nobody wrote.
    `observers` watch every launch. `on_launch` is called after each launch with the entry's name and what the emulator
    counted. Code that the static checker refuses is not loaded, as a GPU's compiler would not load it, unless `check`
    is False.

    `sanitize` lets sanitizers watch every launch: `True` for all, or the names of some. A launch in which they find
    something raises SanitizerError; with `"collect"` (alone or among the names) findings are only gathered in
    `findings`, as long as the launch can go on. `schedule` is the seed of a random order of warps.
    """

    kind = "emulator"

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        sm_count: int = 1,
        limits: Limits | None = None,
        track_initialised: bool | None = None,
        observers: Sequence[Observer] = (),
        on_launch: Callable[[str, LaunchStatistics], None] | None = None,
        check: bool = True,
        debug: bool | None = None,
        sanitize: Sanitize = False,
        schedule: int | None = None,
    ) -> None:
        super().__init__(debug=debug)
        self.check = check
        self.schedule = schedule
        self.limits = limits or Limits()
        self.properties = emulated_properties(target, self.limits.memory_bytes, sm_count)
        with emulator_faults():
            choice = Choice.of(sanitize)
        self._session = Session(choice) if choice is not None else None
        track = self.debug if track_initialised is None else track_initialised
        if self._session is not None:
            track |= self._session.tracks_initialised
        self.memory = _memory(self.limits, track)
        self.observers = tuple(observers)
        if self._session is not None:
            self.memory.quarantine_bytes = self._session.quarantine_bytes
            self.observers += self._session.observers
        self.on_launch = on_launch
        self.lock = threading.RLock()
        self.pool = MemoryPool(self._allocate, self._release, keep=False)
        self._ranges: dict[int, Range] = {}
        # Unloaded at the next use of the memory: a finalizer may come while the memory is being changed.
        self.retired: deque[Program] = deque()
        self._windows = Windows()
        self._default = EmulatedStream(self)

    # --- code -------------------------------------------------------------------------------------------------------

    def load_module(self, code: Code, *, name: str = "<ptx>") -> EmulatedModule:
        self.require_open()
        return EmulatedModule(self, Source.of(code, name))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the sanitizers of this device have found so far; nothing without `sanitize`."""
        return tuple(self._session.findings) if self._session is not None else ()

    def watching(self, entry: str) -> AbstractContextManager[None]:
        """Around a launch: the sanitizers begin afresh, and raise what they found."""
        return self._session.launch(self.memory, entry) if self._session is not None else nullcontext()

    # --- memory -----------------------------------------------------------------------------------------------------

    def _allocate(self, nbytes: int) -> int:
        with self.using_memory():
            made = self.memory.allocate(nbytes)
            self._ranges[made.address] = made
            return made.address

    def _release(self, address: int) -> None:
        with self.using_memory():
            self.memory.free(self._ranges.pop(address))

    @contextmanager
    def using_memory(self) -> Generator[None]:
        """Alone with the memory. DEV025 if it had to move while NumPy views of it are in use."""
        with self.lock, emulator_faults():
            while self.retired:
                self.retired.popleft().close()
            before = self.memory.view(1)
            yield
            if self.memory.view(1) is not before and len(self._windows):
                raise DriverError(
                    "DEV025",
                    "the emulated memory had to move while NumPy views of it are in use",
                    help="drop the views before allocating much memory, or use to_host()",
                )

    def adopt(self, array: Any, stream: Stream | None) -> tuple[DeviceArray, Stream | None]:
        raise DriverError(
            "DEV024",
            f"a {type(array).__name__} in GPU memory cannot be used by the emulator",
            help='copy it to the host first, or open_device("cuda")',
        )

    def upload(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        def copy() -> None:
            with self.using_memory():
                self.memory.write(address, host)

        self._submit(stream, Operation(("upload", str(host.nbytes)), copy, (host, buffer)), wait)

    def download(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        def copy() -> None:
            with self.using_memory():
                host.reshape(-1).view(np.uint8)[:] = self.memory.read(address, host.nbytes)
                if self._session is not None:
                    self._session.downloaded(self.memory, address, host.nbytes)

        self._submit(stream, Operation(("download", str(host.nbytes)), copy, (host, buffer)), wait)

    def copy_within(
        self, target: int, source: int, nbytes: int, buffers: tuple[Buffer, ...], stream: Stream | None
    ) -> None:
        def copy() -> None:
            with self.using_memory():
                self.memory.write(target, self.memory.read(source, nbytes))

        self._submit(stream, Operation(("copy", str(nbytes)), copy, buffers), wait=False)

    def fill(self, address: int, value: int, nbytes: int, buffer: Buffer, stream: Stream | None) -> None:
        def write() -> None:
            with self.using_memory():
                self.memory.write(address, np.full(nbytes, value, np.uint8))

        self._submit(stream, Operation(("fill", str(nbytes)), write, (buffer,)), wait=False)

    def _submit(self, stream: Stream | None, operation: Operation, wait: bool) -> None:
        target = self.own(stream)
        if wait:
            target.require_no_capture("wait for a copy")
        target.submit(operation)

    @property
    def free_memory(self) -> int:
        return self.limits.memory_bytes - self.memory.used

    # --- order ------------------------------------------------------------------------------------------------------

    @property
    def default_stream(self) -> EmulatedStream:
        return self._default

    def own(self, stream: Stream | None) -> EmulatedStream:
        """The given or current stream. DEV030 if it belongs to another device."""
        chosen = stream or self.stream
        if not isinstance(chosen, EmulatedStream) or chosen.device is not self:
            raise DriverError("DEV030", "the stream belongs to another device")
        return chosen

    def create_stream(self) -> EmulatedStream:
        self.require_open()
        return EmulatedStream(self)

    def create_event(self) -> Event:
        return EmulatedEvent(self._default)

    @contextmanager
    def capture(self, stream: Stream | None = None) -> Generator[Graph]:
        target = self.own(stream) if stream is not None else self.create_stream()
        target.require_no_capture("begin a capture")
        graph = EmulatedGraph(target)
        recorded: list[Operation] = []
        target.recording = recorded
        try:
            with target:
                yield graph
        finally:
            target.recording = None
        graph.operations = tuple(recorded)

    def capturing(self, stream: Stream) -> bool:
        return self.own(stream).recording is not None

    def synchronize(self) -> None:
        self.require_open()
        self.own(None).require_no_capture("wait for the device")

    # --- exchange ---------------------------------------------------------------------------------------------------

    @property
    def dlpack_device(self) -> tuple[int, int]:
        return (dlpack.CPU, 0)

    def export_dlpack(self, array: DeviceArray, stream: int | None, options: dict[str, Any]) -> Any:
        return self.host_view(array).__dlpack__(stream=stream, **options)

    def cuda_array_interface(self, array: DeviceArray) -> dict[str, Any]:
        raise AttributeError("emulated memory is not CUDA memory: it has no __cuda_array_interface__")

    def encode_tensor_map(self, tensor: TensorMap, dtype: np.dtype[Any]) -> bytes:
        return tensor.encode()

    def host_view(self, array: DeviceArray) -> HostArray:
        with self.lock:
            memory = self.memory.view(1)
            buffer = self.memory.find(array.address, array.nbytes)
            if buffer is None:
                raise DriverError("DEV023", "the array is not in one buffer of the emulator")
            start = array.address - buffer.address + buffer.offset
            if self.memory.track_initialised:
                # Writes through the view cannot be seen: the bytes count as written.
                self.memory.written(1)[start : start + array.nbytes] = 1
            return self._windows.view(array, memory[start : start + array.nbytes])

    # --- life -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        if not self.closed:
            if self._session is not None:
                self._session.closed(self._leaks())
            self.pool.close()
            self.closed = True

    def _leaks(self) -> list[Range]:
        """Buffers that were neither freed nor dropped."""
        live = set(self.pool.live_addresses())
        return [held for address, held in self._ranges.items() if address in live]


def _memory(limits: Limits, track_initialised: bool) -> Memory:
    try:
        return Memory(limits, track_initialised, reserve=min(RESERVE, limits.memory_bytes))
    except MemoryError:
        # A system that promises only what it has: begin small, and let the memory move as it grows.
        return Memory(limits, track_initialised)
