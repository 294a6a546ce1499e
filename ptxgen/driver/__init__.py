"""Running code: devices, arrays, streams, graphs. The same surface with a GPU and without one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ptxgen.driver.arguments import Pointer
from ptxgen.driver.arrays import DeviceArray
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.device import Device
from ptxgen.driver.errors import DriverError
from ptxgen.driver.kernels import LoadedKernel, LoadedModule
from ptxgen.driver.opening import default_device, open_device
from ptxgen.driver.pool import MemoryPool
from ptxgen.driver.properties import DeviceProperties, KernelAttributes, Occupancy, PoolStatistics
from ptxgen.driver.streams import Event, ExecutableGraph, Graph, Stream
from ptxgen.launch import LaunchConfig

if TYPE_CHECKING:
    from ptxgen.driver.call import run_kernel
    from ptxgen.driver.cuda.device import CudaDevice
    from ptxgen.driver.emulated.device import EmulatedDevice
    from ptxgen.driver.plans import run_plan
    from ptxgen.driver.tensor_maps import tensor_map
    from ptxgen.emulator.sanitizers.findings import Finding, SanitizerError

_HOMES = {
    "CudaDevice": "ptxgen.driver.cuda.device",
    "EmulatedDevice": "ptxgen.driver.emulated.device",
    "Finding": "ptxgen.emulator.sanitizers.findings",
    "SanitizerError": "ptxgen.emulator.sanitizers.findings",
    "run_kernel": "ptxgen.driver.call",
    "run_plan": "ptxgen.driver.plans",
    "tensor_map": "ptxgen.driver.tensor_maps",
}

__all__ = [
    "Buffer",
    "CudaDevice",
    "Device",
    "DeviceArray",
    "DeviceProperties",
    "DriverError",
    "EmulatedDevice",
    "Event",
    "ExecutableGraph",
    "Finding",
    "Graph",
    "KernelAttributes",
    "LaunchConfig",
    "LoadedKernel",
    "LoadedModule",
    "MemoryPool",
    "Occupancy",
    "Pointer",
    "PoolStatistics",
    "SanitizerError",
    "Stream",
    "default_device",
    "open_device",
    "run_kernel",
    "run_plan",
    "tensor_map",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ptxgen.driver' has no attribute {name!r}")
    return getattr(import_module(home), name)
