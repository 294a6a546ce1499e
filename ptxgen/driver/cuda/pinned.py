"""Page-locked host memory as NumPy arrays."""

from __future__ import annotations

import ctypes
import math
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen.driver.arrays import HostArray

if TYPE_CHECKING:
    from ptxgen.driver.cuda.device import CudaDevice
    from ptxgen.driver.device import Shape


def pinned(device: CudaDevice, shape: Shape, dtype: np.dtype[Any]) -> HostArray:
    """An uninitialised page-locked array; its memory is returned with the last view of it."""
    extents = (shape,) if isinstance(shape, int) else tuple(shape)
    nbytes = max(1, math.prod(extents) * dtype.itemsize)
    with device.context.current() as cu:
        address = int(cu("cuMemHostAlloc", nbytes, 0))
    memory = (ctypes.c_byte * nbytes).from_address(address)
    weakref.finalize(memory, device.context.destroy, "cuMemFreeHost", address).atexit = False
    return np.ndarray(extents, dtype, memoryview(memory).cast("B"))
