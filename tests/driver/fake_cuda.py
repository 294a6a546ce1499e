"""A recording stand-in for `cuda.bindings.driver`: real names, real values, real results; memory is the host's.

It refuses what a driver refuses: calls without a current context, freed or unknown handles, waiting inside a capture.
`test_fake_cuda.py` compares its names, values and parameter counts with the installed package. It is one long file
because the package that it stands for is one module.
"""

from __future__ import annotations

import ctypes
import enum
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


class CUresult(enum.IntEnum):
    CUDA_SUCCESS = 0
    CUDA_ERROR_INVALID_VALUE = 1
    CUDA_ERROR_OUT_OF_MEMORY = 2
    CUDA_ERROR_NO_DEVICE = 100
    CUDA_ERROR_INVALID_IMAGE = 200
    CUDA_ERROR_INVALID_CONTEXT = 201
    CUDA_ERROR_INVALID_PTX = 218
    CUDA_ERROR_INVALID_HANDLE = 400
    CUDA_ERROR_NOT_FOUND = 500
    CUDA_ERROR_NOT_READY = 600
    CUDA_ERROR_ILLEGAL_ADDRESS = 700
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901
    CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE = 910


class CUdevice_attribute(enum.IntEnum):
    CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X = 2
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y = 3
    CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z = 4
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X = 5
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y = 6
    CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z = 7
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK = 8
    CU_DEVICE_ATTRIBUTE_WARP_SIZE = 10
    CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK = 12
    CU_DEVICE_ATTRIBUTE_CLOCK_RATE = 13
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16
    CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE = 36
    CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH = 37
    CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38
    CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR = 39
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR = 81
    CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR = 82
    CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH = 95
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97
    CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR = 106
    CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK = 111


# In the order of the enumeration.
_H200_LIMITS = (1024, 1024, 1024, 64, 2**31 - 1, 65535, 65535, 49152, 32, 65536, 1980000, 132, 3201000, 6144)
_H200_SIZES = (62914560, 2048, 9, 0, 233472, 65536, 1, 232448, 32, 1024)
H200 = dict(zip(CUdevice_attribute, (*_H200_LIMITS, *_H200_SIZES), strict=True))


class CUfunction_attribute(enum.IntEnum):
    CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0
    CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES = 1
    CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES = 2
    CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES = 3
    CU_FUNC_ATTRIBUTE_NUM_REGS = 4
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8
    CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED = 14


class CUevent_flags(enum.IntEnum):
    CU_EVENT_DEFAULT = 0


class CUstream_flags(enum.IntEnum):
    CU_STREAM_NON_BLOCKING = 1


class CUstreamCaptureMode(enum.IntEnum):
    CU_STREAM_CAPTURE_MODE_RELAXED = 2


class CUjit_option(enum.IntEnum):
    CU_JIT_ERROR_LOG_BUFFER = 5
    CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6
    CU_JIT_OPTIMIZATION_LEVEL = 7
    CU_JIT_GENERATE_LINE_INFO = 13


class CUjitInputType(enum.IntEnum):
    CU_JIT_INPUT_PTX = 1


class CUlaunchAttributeID(enum.IntEnum):
    CU_LAUNCH_ATTRIBUTE_COOPERATIVE = 2
    CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION = 4
    CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6


ENUMS = (
    CUresult,
    CUdevice_attribute,
    CUfunction_attribute,
    CUevent_flags,
    CUstream_flags,
    CUstreamCaptureMode,
    CUjit_option,
    CUjitInputType,
    CUlaunchAttributeID,
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
