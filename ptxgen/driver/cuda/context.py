"""The primary context of a GPU, shared with torch, CuPy and the CUDA runtime; current only while it is needed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ptxgen.driver.cuda.bindings import Bindings
from ptxgen.driver.errors import DriverError


class Context:
    """A retained primary context. Every block `with context:` leaves the thread's current context as it was."""

    def __init__(self, cu: Bindings, ordinal: int) -> None:
        count = int(cu("cuDeviceGetCount"))
        if ordinal >= count:
            raise DriverError(
                "DEV002",
                f"there is no GPU {ordinal}: the driver finds {count}",
                help="GPUs count from 0; CUDA_VISIBLE_DEVICES hides some",
            )
        self.cu = cu
        self.device: Any = cu("cuDeviceGet", ordinal)
        self._handle: Any = cu("cuDevicePrimaryCtxRetain", self.device)
        self.released = False

    @contextmanager
    def current(self) -> Generator[Bindings]:
        """The driver API with this context current, and the former one afterwards."""
        cu = self.cu
        if int(cu("cuCtxGetCurrent")) == int(self._handle):
            yield cu
            return
        cu("cuCtxPushCurrent", self._handle)
        try:
            yield cu
        finally:
            cu("cuCtxPopCurrent")

    def attribute(self, name: str) -> int:
        """A device attribute by its name without the prefix: `WARP_SIZE`."""
        attribute = getattr(self.cu.api.CUdevice_attribute, f"CU_DEVICE_ATTRIBUTE_{name}")
        return int(self.cu("cuDeviceGetAttribute", attribute, self.device))

    def destroy(self, function: str, raw: Any) -> None:
        """Destroy a driver object from a finalizer; after `release`, it went with the context."""
        if not self.released:
            with self.current() as cu:
                cu(function, raw)

    def release(self) -> None:
        """Let go of the primary context, once."""
        if not self.released:
            self.released = True
            self.cu("cuDevicePrimaryCtxRelease", self.device)
