"""Modules and kernels on a GPU."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from ptxgen.driver.arguments import Packed
from ptxgen.driver.buffers import Buffer
from ptxgen.driver.contract import EntryLimits
from ptxgen.driver.cuda.launching import launch
from ptxgen.driver.errors import DriverError
from ptxgen.driver.kernels import LoadedKernel, LoadedModule, no_such_global, no_such_kernel
from ptxgen.driver.parameters import ParameterBlock, of_entry, of_sizes
from ptxgen.driver.properties import KernelAttributes, Occupancy
from ptxgen.driver.source import Source
from ptxgen.ir.module import Function
from ptxgen.launch import LaunchConfig

if TYPE_CHECKING:
    from ptxgen.driver.cuda.device import CudaDevice
    from ptxgen.driver.streams import Stream

_NOT_FOUND = "CUDA_ERROR_NOT_FOUND"


class CudaModule(LoadedModule):
    """A `CUmodule`, unloaded when nothing refers to it."""

    device: CudaDevice

    def __init__(self, device: CudaDevice, source: Source, cubin: bytes) -> None:
        super().__init__(device, source)
        self._lock = threading.Lock()
        self._kernels: dict[str, CudaKernel] = {}
        with device.context.current() as cu:
            self.raw: Any = cu("cuModuleLoadData", cubin)
        weakref.finalize(self, device.context.destroy, "cuModuleUnload", self.raw).atexit = False

    @property
    def kernels(self) -> tuple[str, ...]:
        tree = self.source.module
        return tuple(entry.name for entry in tree.entries) if tree is not None else ()

    def get_kernel(self, name: str) -> CudaKernel:
        with self._lock:
            if name not in self._kernels:
                self._kernels[name] = self._find(name)
            return self._kernels[name]

    def _find(self, name: str) -> CudaKernel:
        try:
            with self.device.context.current() as cu:
                raw = cu("cuModuleGetFunction", self.raw, name.encode())
        except DriverError as error:
            if error.code != _NOT_FOUND:
                raise
            raise no_such_kernel(self.name, name, ", ".join(self.kernels) or "not known") from error
        tree = self.source.module
        entry = next((e for e in tree.entries if e.name == name), None) if tree is not None else None
        return CudaKernel(self, name, raw, entry)

    def get_global(self, name: str) -> Buffer:
        try:
            with self.device.context.current() as cu:
                address, nbytes = cu("cuModuleGetGlobal", self.raw, name.encode())
        except DriverError as error:
            if error.code != _NOT_FOUND:
                raise
            tree = self.source.module
            known = ", ".join(v.name for v in tree.globals) if tree is not None else "not known"
            raise no_such_global(self.name, name, known or "none") from error
        return Buffer(self.device, int(address), int(nbytes), owner=self)


class CudaKernel(LoadedKernel):
    """A `CUfunction`. It keeps its module loaded."""

    device: CudaDevice

    def __init__(self, module: CudaModule, name: str, raw: Any, entry: Function | None) -> None:
        block = of_entry(entry) if entry is not None else _layout(module.device, name, raw)
        limits = EntryLimits.of_entry(entry) if entry is not None else EntryLimits()
        super().__init__(module.device, name, block, limits)
        self.module = module
        self.raw = raw
        self._lock = threading.Lock()
        self._attributes = self._read_attributes()
        self._granted = max(0, self.machine.shared_per_cta - self._attributes.shared_bytes)
        self._large_clusters = False

    @property
    def attributes(self) -> KernelAttributes:
        return self._attributes

    def _read_attributes(self) -> KernelAttributes:
        with self.device.context.current() as cu:
            names = cu.api.CUfunction_attribute

            def get(name: str) -> int:
                return int(cu("cuFuncGetAttribute", getattr(names, f"CU_FUNC_ATTRIBUTE_{name}"), self.raw))

            static = get("SHARED_SIZE_BYTES")
            return KernelAttributes(
                registers=get("NUM_REGS"),
                shared_bytes=static,
                local_bytes=get("LOCAL_SIZE_BYTES"),
                constant_bytes=get("CONST_SIZE_BYTES"),
                max_threads=get("MAX_THREADS_PER_BLOCK"),
                max_dynamic_shared_bytes=max(0, self.machine.shared_per_cta_optin - static),
            )

    def occupancy(self, block_threads: int, shared_bytes: int = 0) -> Occupancy:
        self._grant(shared_bytes)
        with self.device.context.current() as cu:
            ctas = int(
                cu("cuOccupancyMaxActiveBlocksPerMultiprocessor", self.raw, block_threads, shared_bytes)
            )
        return Occupancy(ctas, ctas * block_threads / self.machine.threads_per_sm)

    def _launch(self, config: LaunchConfig, packed: Packed, stream: Stream) -> None:
        target = self.device.own(stream)
        target.require_open()
        if config.cta_threads > self._attributes.max_threads:
            raise DriverError(
                "DEV050",
                f"{self.name!r} can have {self._attributes.max_threads} threads a CTA, got {config.cta_threads}",
                help="its registers do not suffice for more; use smaller CTAs, or .maxntid to compile for more",
            )
        self._grant(config.shared_bytes)
        self._allow_cluster(config)
        with self.device.context.current() as cu:
            launch(cu, self.raw, config, packed.values, self._block, target.raw)
        borrowed = tuple(b for b in packed.buffers if b.borrowed)
        if target.kept is not None:
            target.keep(self, *packed.buffers)
        elif borrowed:
            target.keep(*borrowed)

    def _grant(self, shared_bytes: int) -> None:
        """Ask for dynamic shared memory beyond what every kernel may use, once for each new maximum."""
        with self._lock:
            if shared_bytes > self._granted:
                self._set("MAX_DYNAMIC_SHARED_SIZE_BYTES", shared_bytes)
                self._granted = shared_bytes

    def _allow_cluster(self, config: LaunchConfig) -> None:
        cluster = config.cluster
        with self._lock:
            if cluster is not None and cluster[0] * cluster[1] * cluster[2] > 8 and not self._large_clusters:
                self._set("NON_PORTABLE_CLUSTER_SIZE_ALLOWED", 1)
                self._large_clusters = True

    def _set(self, name: str, value: int) -> None:
        with self.device.context.current() as cu:
            attribute = getattr(cu.api.CUfunction_attribute, f"CU_FUNC_ATTRIBUTE_{name}")
            cu("cuFuncSetAttribute", self.raw, attribute, value)


def _layout(device: CudaDevice, name: str, raw: Any) -> ParameterBlock:
    """The sizes of the parameters of code that was not parsed (CUDA 12.4 and later tell them)."""
    layout: list[tuple[int, int]] = []
    with device.context.current() as cu:
        while True:
            try:
                offset, size = cu("cuFuncGetParamInfo", raw, len(layout))
            except DriverError as error:
                if error.code != "CUDA_ERROR_INVALID_VALUE":
                    raise
                return of_sizes(name, layout)
            layout.append((int(offset), int(size)))
