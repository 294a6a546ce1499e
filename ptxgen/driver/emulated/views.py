"""NumPy views of emulated memory, and the knowledge of which are still in use."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from ptxgen.driver.arrays import DeviceArray, HostArray


class Window:
    """The memory behind a view. NumPy keeps it as the base of the view and of all views made from that."""

    def __init__(self, array: DeviceArray, memory: HostArray) -> None:
        self._memory = memory
        self._array = array
        self.__array_interface__: dict[str, Any] = {
            "version": 3,
            "shape": array.shape,
            "typestr": array.dtype.str,
            "data": (memory.ctypes.data, False),
        }


class Windows:
    """All windows of a device that are still in use."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[Window] = weakref.WeakSet()

    def view(self, array: DeviceArray, memory: HostArray) -> HostArray:
        """A view of `memory`, the bytes of a device array, with its shape and dtype."""
        window = Window(array, memory)
        self._open.add(window)
        return np.asarray(window)

    def __len__(self) -> int:
        return len(self._open)
