"""A recording stand-in for `cuda.bindings.driver`: real names, real values, real results; memory is the host's.

It refuses what a driver refuses: calls without a current context, freed or unknown handles, waiting inside a capture.
`test_fake_cuda.py` compares its names, values and parameter counts with the installed package.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.driver.cuda_enums import (
    ENUMS,
    H200,
    CUdevice_attribute,
    CUfunction_attribute,
    CUjit_option,
    CUjitInputType,
    CUresult,
    CUstreamCaptureMode,
)

CONTEXT = 0xC0


class CUlaunchAttribute:
    def __init__(self) -> None:
        self.id: Any = None
        self.value = SimpleNamespace(clusterDim=SimpleNamespace(x=0, y=0, z=0))


class FakeCuda:
    """The fake module. `calls` are (name, args) in order; `fail` has results to give instead, by function."""

    CUlaunchConfig = SimpleNamespace
    CUlaunchAttribute = CUlaunchAttribute
    CUstream = int

    def __init__(self, attributes: dict[CUdevice_attribute, int] | None = None) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.fail: defaultdict[str, list[CUresult]] = defaultdict(list)
        self.attributes = attributes or H200
        self.contexts = threading.local()
        self.memory: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self.handles: dict[int, str] = {}
        self.capturing: dict[int, list[str]] = {}
        self.invalid: set[int] = set()
        self.functions: dict[int, str] = {}
        self.launches: list[SimpleNamespace] = []
        self.kept: list[Any] = []
        self.refused = "refuse_me"
        self.busy_events = False
        self.parameter_sizes: list[tuple[int, int]] = []
        self._next = 0x1000
        for kind in ENUMS:
            setattr(self, kind.__name__, kind)

    def __getattr__(self, name: str) -> Callable[..., tuple[Any, ...]]:
        implementation = getattr(Driver, name, None)
        if implementation is None:
            raise AttributeError(name)

        def call(*args: Any) -> tuple[Any, ...]:
            self.calls.append((name, args))
            if self.fail[name]:
                return (self.fail[name].pop(0),)
            if name not in CONTEXT_FREE and not self.stack:
                return (CUresult.CUDA_ERROR_INVALID_CONTEXT,)
            result = implementation(self, *args)
            if isinstance(result, CUresult):
                return (result,)
            values = result if isinstance(result, tuple) else () if result is None else (result,)
            return (CUresult.CUDA_SUCCESS, *values)

        return call

    @property
    def stack(self) -> list[int]:
        if not hasattr(self.contexts, "stack"):
            self.contexts.stack = []
        return self.contexts.stack

    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def count(self, name: str) -> int:
        return self.names().count(name)

    def handle(self, kind: str) -> int:
        self._next += 0x10
        self.handles[self._next] = kind
        return self._next

    def destroy(self, handle: int, kind: str) -> CUresult | None:
        if self.handles.pop(handle, None) != kind:
            return CUresult.CUDA_ERROR_INVALID_HANDLE
        return None

    def queue(self, stream: int, what: str) -> None:
        if stream in self.capturing:
            self.capturing[stream].append(what)


class Driver:
    """One function for each of the driver's; `cuda` is the fake module. Results without the status."""

    @staticmethod
    def cuInit(cuda: FakeCuda, flags: int) -> None:
        return

    @staticmethod
    def cuGetErrorName(cuda: FakeCuda, error: CUresult) -> Any:
        return error.name.encode()

    @staticmethod
    def cuGetErrorString(cuda: FakeCuda, error: CUresult) -> Any:
        return error.name.removeprefix("CUDA_ERROR_").replace("_", " ").lower().encode()

    @staticmethod
    def cuDriverGetVersion(cuda: FakeCuda) -> Any:
        return 13000

    @staticmethod
    def cuDeviceGetCount(cuda: FakeCuda) -> Any:
        return 2

    @staticmethod
    def cuDeviceGet(cuda: FakeCuda, ordinal: int) -> Any:
        return ordinal

    @staticmethod
    def cuDeviceGetName(cuda: FakeCuda, length: int, device: int) -> Any:
        return b"NVIDIA H200\0\0\0"

    @staticmethod
    def cuDeviceGetAttribute(cuda: FakeCuda, attribute: CUdevice_attribute, device: int) -> Any:
        return cuda.attributes[attribute]

    @staticmethod
    def cuDeviceTotalMem(cuda: FakeCuda, device: int) -> Any:
        return 141 << 30

    @staticmethod
    def cuDevicePrimaryCtxRetain(cuda: FakeCuda, device: int) -> Any:
        return CONTEXT + device

    @staticmethod
    def cuDevicePrimaryCtxRelease(cuda: FakeCuda, device: int) -> None:
        return

    @staticmethod
    def cuCtxGetCurrent(cuda: FakeCuda) -> Any:
        return cuda.stack[-1] if cuda.stack else 0

    @staticmethod
    def cuCtxPushCurrent(cuda: FakeCuda, context: int) -> None:
        cuda.stack.append(context)

    @staticmethod
    def cuCtxPopCurrent(cuda: FakeCuda) -> Any:
        return cuda.stack.pop()

    @staticmethod
    def cuCtxSynchronize(cuda: FakeCuda) -> None:
        return

    # memory

    @staticmethod
    def cuMemGetInfo(cuda: FakeCuda) -> Any:
        return (100 << 30, 141 << 30)

    @staticmethod
    def cuMemAlloc(cuda: FakeCuda, size: int) -> Any:
        storage = ctypes.create_string_buffer(b"\xcd" * size, size)
        cuda.memory[ctypes.addressof(storage)] = storage
        return ctypes.addressof(storage)

    @staticmethod
    def cuMemFree(cuda: FakeCuda, address: int) -> CUresult | None:
        return CUresult.CUDA_ERROR_INVALID_VALUE if cuda.memory.pop(address, None) is None else None

    @staticmethod
    def cuMemHostAlloc(cuda: FakeCuda, size: int, flags: int) -> Any:
        return Driver.cuMemAlloc(cuda, size)

    @staticmethod
    def cuMemFreeHost(cuda: FakeCuda, address: int) -> CUresult | None:
        return Driver.cuMemFree(cuda, address)

    @staticmethod
    def cuMemcpyHtoDAsync(cuda: FakeCuda, target: int, source: int, size: int, stream: int) -> None:
        cuda.queue(stream, "memcpy") if stream in cuda.capturing else ctypes.memmove(target, source, size)

    @staticmethod
    def cuMemcpyDtoHAsync(cuda: FakeCuda, target: int, source: int, size: int, stream: int) -> None:
        cuda.queue(stream, "memcpy") if stream in cuda.capturing else ctypes.memmove(target, source, size)

    @staticmethod
    def cuMemcpyDtoDAsync(cuda: FakeCuda, target: int, source: int, size: int, stream: int) -> None:
        cuda.queue(stream, "memcpy") if stream in cuda.capturing else ctypes.memmove(target, source, size)

    @staticmethod
    def cuMemsetD8Async(cuda: FakeCuda, target: int, value: int, size: int, stream: int) -> None:
        cuda.queue(stream, "memset") if stream in cuda.capturing else ctypes.memset(target, value, size)

    # order

    @staticmethod
    def cuStreamCreate(cuda: FakeCuda, flags: int) -> Any:
        return cuda.handle("stream")

    @staticmethod
    def cuStreamDestroy(cuda: FakeCuda, stream: int) -> Any:
        return cuda.destroy(stream, "stream")

    @staticmethod
    def cuStreamQuery(cuda: FakeCuda, stream: int) -> Any:
        return CUresult.CUDA_ERROR_NOT_READY if cuda.busy_events else None

    @staticmethod
    def cuStreamSynchronize(cuda: FakeCuda, stream: int) -> Any:
        if stream in cuda.capturing:
            cuda.invalid.add(stream)
            return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
        return None

    @staticmethod
    def cuStreamWaitEvent(cuda: FakeCuda, stream: int, event: int, flags: int) -> None:
        return

    @staticmethod
    def cuEventCreate(cuda: FakeCuda, flags: int) -> Any:
        return cuda.handle("event")

    @staticmethod
    def cuEventDestroy(cuda: FakeCuda, event: int) -> Any:
        return cuda.destroy(event, "event")

    @staticmethod
    def cuEventRecord(cuda: FakeCuda, event: int, stream: int) -> Any:
        return None if cuda.handles.get(event) == "event" else CUresult.CUDA_ERROR_INVALID_HANDLE

    @staticmethod
    def cuEventQuery(cuda: FakeCuda, event: int) -> Any:
        return CUresult.CUDA_ERROR_NOT_READY if cuda.busy_events else None

    @staticmethod
    def cuEventSynchronize(cuda: FakeCuda, event: int) -> None:
        return

    @staticmethod
    def cuEventElapsedTime(cuda: FakeCuda, start: int, end: int) -> Any:
        return 1.5

    # graphs

    @staticmethod
    def cuStreamBeginCapture(cuda: FakeCuda, stream: int, mode: CUstreamCaptureMode) -> None:
        cuda.capturing[stream] = []

    @staticmethod
    def cuStreamEndCapture(cuda: FakeCuda, stream: int) -> Any:
        nodes = cuda.capturing.pop(stream)
        if stream in cuda.invalid:
            cuda.invalid.discard(stream)
            return CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
        graph = cuda.handle("graph")
        cuda.kept.append((graph, nodes))
        return graph

    @staticmethod
    def cuGraphGetNodes(cuda: FakeCuda, graph: int, count: int) -> Any:
        return ([], len(dict(cuda.kept)[graph]))

    @staticmethod
    def cuGraphDestroy(cuda: FakeCuda, graph: int) -> Any:
        return cuda.destroy(graph, "graph")

    @staticmethod
    def cuGraphInstantiate(cuda: FakeCuda, graph: int, flags: int) -> Any:
        return cuda.handle("executable")

    @staticmethod
    def cuGraphExecUpdate(cuda: FakeCuda, executable: int, graph: int) -> Any:
        return SimpleNamespace()

    @staticmethod
    def cuGraphLaunch(cuda: FakeCuda, executable: int, stream: int) -> Any:
        known = cuda.handles.get(executable) == "executable"
        return None if known else CUresult.CUDA_ERROR_INVALID_HANDLE

    @staticmethod
    def cuGraphExecDestroy(cuda: FakeCuda, executable: int) -> Any:
        return cuda.destroy(executable, "executable")

    # code

    @staticmethod
    def cuLinkCreate(cuda: FakeCuda, count: int, options: list[CUjit_option], values: list[Any]) -> Any:
        assert count == len(options) == len(values)
        state = cuda.handle("link")
        cuda.kept.append((state, {"options": dict(zip(options, values, strict=True))}))
        return state

    @staticmethod
    def cuLinkAddData(
        cuda: FakeCuda,
        state: int,
        kind: CUjitInputType,
        data: bytes,
        size: int,
        name: bytes,
        count: int,
        options: list[Any],
        values: list[Any],
    ) -> Any:
        assert data.endswith(b"\0")
        assert size == len(data)
        link = dict(cuda.kept)[state]
        for number, line in enumerate(data.decode().splitlines(), 1):
            if cuda.refused in line:
                log = f"ptxas application ptx input, line {number}; error   : Not a name of any known instruction"
                link["options"][CUjit_option.CU_JIT_ERROR_LOG_BUFFER][: len(log)] = log.encode()
                return CUresult.CUDA_ERROR_INVALID_PTX
        link["cubin"] = ctypes.create_string_buffer(b"CUBIN" + data)
        return None

    @staticmethod
    def cuLinkComplete(cuda: FakeCuda, state: int) -> Any:
        cubin = dict(cuda.kept)[state]["cubin"]
        return (ctypes.addressof(cubin), len(cubin))

    @staticmethod
    def cuLinkDestroy(cuda: FakeCuda, state: int) -> Any:
        return cuda.destroy(state, "link")

    @staticmethod
    def cuModuleLoadData(cuda: FakeCuda, image: bytes) -> Any:
        if not image.startswith(b"CUBIN"):
            return CUresult.CUDA_ERROR_INVALID_IMAGE
        module = cuda.handle("module")
        cuda.kept.append((module, image.decode()))
        return module

    @staticmethod
    def cuModuleUnload(cuda: FakeCuda, module: int) -> Any:
        return cuda.destroy(module, "module")

    @staticmethod
    def cuModuleGetFunction(cuda: FakeCuda, module: int, name: bytes) -> Any:
        if name.decode() not in re.findall(r"\.entry\s+(\w+)", dict(cuda.kept)[module]):
            return CUresult.CUDA_ERROR_NOT_FOUND
        function = cuda.handle("function")
        cuda.functions[function] = name.decode()
        return function

    @staticmethod
    def cuModuleGetGlobal(cuda: FakeCuda, module: int, name: bytes) -> Any:
        if not re.search(rf"\.global[^;]*\b{name.decode()}\b", dict(cuda.kept)[module]):
            return CUresult.CUDA_ERROR_NOT_FOUND
        return (0xABC000, 64)

    @staticmethod
    def cuFuncGetAttribute(cuda: FakeCuda, attribute: CUfunction_attribute, function: int) -> Any:
        return {0: 512, 1: 1024, 2: 0, 3: 16, 4: 40}[int(attribute)]

    @staticmethod
    def cuFuncSetAttribute(
        cuda: FakeCuda, function: int, attribute: CUfunction_attribute, value: int
    ) -> None:
        return

    @staticmethod
    def cuFuncGetParamInfo(cuda: FakeCuda, function: int, index: int) -> Any:
        known = index < len(cuda.parameter_sizes)
        return cuda.parameter_sizes[index] if known else CUresult.CUDA_ERROR_INVALID_VALUE

    @staticmethod
    def cuOccupancyMaxActiveBlocksPerMultiprocessor(
        cuda: FakeCuda, function: int, threads: int, shared: int
    ) -> Any:
        return 4

    @staticmethod
    def cuLaunchKernelEx(cuda: FakeCuda, config: Any, function: int, params: int, extra: int) -> None:
        cuda.queue(config.hStream, "kernel")
        cuda.launches.append(SimpleNamespace(config=config, name=cuda.functions[function], params=params))


CONTEXT_FREE = {
    "cuInit",
    "cuGetErrorName",
    "cuGetErrorString",
    "cuDriverGetVersion",
    "cuDeviceGetCount",
    "cuDeviceGet",
    "cuDeviceGetName",
    "cuDeviceGetAttribute",
    "cuDeviceTotalMem",
    "cuDevicePrimaryCtxRetain",
    "cuDevicePrimaryCtxRelease",
    "cuCtxGetCurrent",
    "cuCtxPushCurrent",
}
