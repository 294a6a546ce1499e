"""Weights on the device: each tensor of the file goes there once, when it is first asked for, and is checked then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import define, field

from ptxgen.driver import Device, DeviceArray
from ptxgen_inference.files import Tensor
from ptxgen_inference.files.scales import check_weights

Progress = Callable[[int], None]
"""Told how many bytes more have been uploaded."""


@define(eq=False)
class DeviceWeights:
    """Tensors in device memory, by name: matrices as the file packs them, vectors as float32.

    Scales that are NaN or infinite are refused before they get there (INF023).
    """

    device: Device
    progress: Progress | None = None
    matrices: dict[str, DeviceArray] = field(factory=dict[str, DeviceArray])
    vectors: dict[str, DeviceArray] = field(factory=dict[str, DeviceArray])

    def matrix(self, tensor: Tensor) -> DeviceArray:
        """Packed rows as they are in the file: uint8."""
        if tensor.name not in self.matrices:
            check_weights(tensor)
            self.matrices[tensor.name] = self._upload(np.ascontiguousarray(tensor.data).view(np.uint8))
        return self.matrices[tensor.name]

    def vector(self, tensor: Tensor) -> DeviceArray:
        """float32, whatever the file has."""
        if tensor.name not in self.vectors:
            check_weights(tensor)
            self.vectors[tensor.name] = self._upload(np.ascontiguousarray(tensor.float32().reshape(-1)))
        return self.vectors[tensor.name]

    @property
    def bytes(self) -> int:
        """Bytes uploaded so far."""
        return sum(array.nbytes for array in (*self.matrices.values(), *self.vectors.values()))

    def _upload(self, data: np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.float32]]) -> DeviceArray:
        made = self.device.to_device(data)
        if self.progress is not None:
            self.progress(data.nbytes)
        return made
