"""The device of a machine with an NVIDIA GPU: thin over the CUDA driver API."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, suppress
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ptxgen.driver import dlpack, interop
from ptxgen.driver.arrays import DeviceArray, HostArray
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.code_cache import CodeCache
from ptxgen.driver.cuda.bindings import Bindings, load_bindings
from ptxgen.driver.cuda.context import Context
from ptxgen.driver.cuda.graphs import capture
from ptxgen.driver.cuda.jit import JitOptions, compile_source
from ptxgen.driver.cuda.module import CudaModule
from ptxgen.driver.cuda.pinned import pinned
from ptxgen.driver.cuda.properties import read_properties
from ptxgen.driver.cuda.streams import CudaEvent, CudaStream
from ptxgen.driver.cuda.tensor_maps import encode
from ptxgen.driver.device import Device, Shape
from ptxgen.driver.errors import DriverError
from ptxgen.driver.pool import MemoryPool
from ptxgen.driver.source import Code, Source
from ptxgen.driver.streams import Event, Graph, Stream
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from ptxgen.settings import Settings


class CudaDevice(Device):
    """GPU number `ordinal`, in its primary context, which torch, CuPy and the CUDA runtime share.

    `options` are for the driver's compiler. `bindings` is the driver API; None loads NVIDIA's package.
    """

    kind = "cuda"

    def __init__(
        self,
        ordinal: int = 0,
        *,
        debug: bool | None = None,
        options: JitOptions | None = None,
        bindings: Bindings | None = None,
    ) -> None:
        super().__init__(debug=debug)
        self.ordinal = ordinal
        self.options = options or JitOptions()
        self.context = Context(bindings or load_bindings(), ordinal)
        self.properties = read_properties(self.context)
        self.pool = MemoryPool(self._allocate, self._release)
        self.cache = CodeCache.from_settings(Settings.current())
        self._borrowed: dict[int, CudaStream] = {}
        self._lock = threading.RLock()
        self._default = CudaStream(self)

    # --- code -------------------------------------------------------------------------------------------------------

    def load_module(self, code: Code, *, name: str = "<ptx>") -> CudaModule:
        self.require_open()
        source = Source.of(code, name)
        version = ".".join(map(str, self.properties.driver))
        with self.context.current() as cu:
            cubin, key = compile_source(
                cu, source, self.options, self.cache, (version, self.properties.target)
            )
            try:
                return CudaModule(self, source, cubin)
            except DriverError as error:
                if self.cache is None or error.code != "CUDA_ERROR_INVALID_IMAGE":
                    raise
                # Another driver of the same version may have written code that this one refuses.
                self.cache.drop(key)
                cubin, _ = compile_source(cu, source, self.options, None, ())
                return CudaModule(self, source, cubin)

    # --- memory -----------------------------------------------------------------------------------------------------

    def _allocate(self, nbytes: int) -> int:
        with self.context.current() as cu:
            return int(cu("cuMemAlloc", nbytes))

    def _release(self, address: int) -> None:
        with self.context.current() as cu:
            cu("cuMemFree", address)

    def reaches(self, other: Device) -> bool:
        return isinstance(other, CudaDevice) and other.ordinal == self.ordinal

    def adopt(self, array: Any, stream: Stream | None) -> tuple[DeviceArray, Stream | None]:
        known = interop.current_stream(array, self.ordinal)
        consumer = stream if stream is not None or known is not None else self.stream
        foreign = interop.read(array, consumer.handle if consumer is not None else None)
        if foreign.ordinal is not None and foreign.ordinal != self.ordinal:
            raise DriverError(
                "DEV024",
                f"the {type(array).__name__} is on GPU {foreign.ordinal}, this device is GPU {self.ordinal}",
                help=f'open_device("cuda:{foreign.ordinal}"), or copy the array to this GPU first',
            )
        if foreign.stream is not None and consumer is not None:
            consumer.wait(self.wrap_stream(foreign.stream).record())
        buffer = Buffer(self, foreign.address, foreign.nbytes, owner=foreign.owner)
        view = DeviceArray(buffer, foreign.shape, foreign.dtype)
        return view, self.wrap_stream(known) if known is not None else None

    def pinned(self, shape: Shape, dtype: DTypeLike = np.float32) -> HostArray:
        return pinned(self, shape, np.dtype(dtype))

    def upload(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        self._copy("cuMemcpyHtoDAsync", (address, host.ctypes.data, host.nbytes), host, buffer, stream, wait)

    def download(
        self, address: int, host: HostArray, buffer: Buffer, stream: Stream | None, *, wait: bool
    ) -> None:
        self._copy("cuMemcpyDtoHAsync", (host.ctypes.data, address, host.nbytes), host, buffer, stream, wait)

    def _copy(
        self,
        function: str,
        args: tuple[int, int, int],
        host: HostArray,
        buffer: Buffer,
        stream: Stream | None,
        wait: bool,
    ) -> None:
        target = self.own(stream)
        target.require_open()
        if wait:
            target.require_no_capture("wait for a copy")
        if host.nbytes:
            buffer.used_on(target)
            with self.context.current() as cu:
                cu(function, *args, target.raw)
        if wait:
            target.synchronize()
        else:
            target.keep(host, buffer)

    def copy_within(
        self, target: int, source: int, nbytes: int, buffers: tuple[Buffer, ...], stream: Stream | None
    ) -> None:
        self._queue("cuMemcpyDtoDAsync", (target, source, nbytes), nbytes, buffers, stream)

    def fill(self, address: int, value: int, nbytes: int, buffer: Buffer, stream: Stream | None) -> None:
        self._queue("cuMemsetD8Async", (address, value, nbytes), nbytes, (buffer,), stream)

    def _queue(
        self,
        function: str,
        args: tuple[int, ...],
        nbytes: int,
        buffers: tuple[Buffer, ...],
        stream: Stream | None,
    ) -> None:
        queue = self.own(stream)
        queue.require_open()
        if not nbytes:
            return
        for buffer in buffers:
            buffer.used_on(queue)
        with self.context.current() as cu:
            cu(function, *args, queue.raw)
        if queue.kept is not None or any(b.borrowed for b in buffers):
            queue.keep(*buffers)

    @property
    def free_memory(self) -> int:
        with self.context.current() as cu:
            return int(cu("cuMemGetInfo")[0])

    # --- order ------------------------------------------------------------------------------------------------------

    @property
    def default_stream(self) -> CudaStream:
        return self._default

    def own(self, stream: Stream | None) -> CudaStream:
        """The given or current stream. DEV030 if it belongs to another device."""
        chosen = stream or self.stream
        if not isinstance(chosen, CudaStream) or chosen.device is not self:
            raise DriverError("DEV030", "the stream belongs to another device")
        return chosen

    def create_stream(self) -> CudaStream:
        self.require_open()
        return CudaStream(self)

    def wrap_stream(self, handle: Any) -> CudaStream:
        """A stream of another library, by its `CUstream` as an int or by the `__cuda_stream__` protocol."""
        protocol = getattr(handle, "__cuda_stream__", None)
        number = int(protocol()[1] if protocol is not None else handle)
        with self._lock:
            if number not in self._borrowed:
                self._borrowed[number] = CudaStream(self, borrowed=number)
            return self._borrowed[number]

    def create_event(self) -> Event:
        self.require_open()
        return CudaEvent(self, self._default)

    def capture(self, stream: Stream | None = None) -> AbstractContextManager[Graph]:
        return capture(self, self.own(stream) if stream is not None else self.create_stream())

    def capturing(self, stream: Stream) -> bool:
        return self.own(stream).kept is not None

    def synchronize(self) -> None:
        self.require_open()
        self.own(None).require_no_capture("wait for the device")
        with self.context.current() as cu:
            cu("cuCtxSynchronize")

    # --- exchange ---------------------------------------------------------------------------------------------------

    @property
    def dlpack_device(self) -> tuple[int, int]:
        return (dlpack.CUDA, self.ordinal)

    def export_dlpack(self, array: DeviceArray, stream: int | None, options: dict[str, Any]) -> Any:
        wanted = options.get("dl_device")
        if wanted is not None and tuple(wanted) != self.dlpack_device:
            raise BufferError("the array is in GPU memory; copy it with to_host()")
        if stream != -1:
            self._order_before(array, 1 if stream is None else stream)
        return dlpack.make(array.address, array.shape, array.dtype, self.dlpack_device, array)

    def _order_before(self, array: DeviceArray, handle: int) -> None:
        """Let a stream of another library wait for all work on the array so far."""
        consumer = self.wrap_stream(handle)
        for producer in array.buffer.streams:
            if not producer.closed and producer.handle != handle:
                consumer.wait(producer.record())

    def cuda_array_interface(self, array: DeviceArray) -> dict[str, Any]:
        self._order_before(array, self._default.handle)
        return {
            "version": 3,
            "shape": array.shape,
            "typestr": array.dtype.str,
            "data": (array.address, False),
            "strides": None,
            "stream": self._default.handle,
        }

    def encode_tensor_map(self, tensor: TensorMap, dtype: np.dtype[Any]) -> bytes:
        with self.context.current() as cu:
            return encode(cu, tensor, dtype)

    def host_view(self, array: DeviceArray) -> HostArray:
        raise DriverError(
            "DEV023",
            "GPU memory has no NumPy view",
            help="copy it: array.to_host(); only emulated memory has one",
        )

    # --- life -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        with self._lock:
            if self.closed:
                return
            try:
                self.synchronize()
            finally:
                # In a lost context nothing can be freed any more; letting go of it frees all.
                with suppress(DriverError):
                    self._default.close()
                    self.pool.close()
                self.closed = True
                self.context.release()
