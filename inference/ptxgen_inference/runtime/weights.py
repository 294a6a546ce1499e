"""Weights on the device: all tensors of a model go there when it is opened, each once, and none is uploaded later."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from attrs import define, field

from ptxgen.driver import Device, DeviceArray
from ptxgen_inference.files import Tensor
from ptxgen_inference.files.scales import check_weights

Progress = Callable[[int], None]
"""Told how many bytes of the file more have been uploaded."""


@define(eq=False)
class DeviceWeights:
    """Tensors in device memory, by name."""

    device: Device
    arrays: dict[str, DeviceArray] = field(factory=dict[str, DeviceArray])

    @staticmethod
    def upload(device: Device, tensors: Iterable[Tensor], progress: Progress | None = None) -> DeviceWeights:
        """Bring tensors to a device. Two of one name (tied ones) are one.

        INF023 for scales that are NaN or infinite. They are looked for here because it is the one place that reads
        every byte of a file which is mapped into memory.
        """
        weights = DeviceWeights(device)
        for tensor in tensors:
            if tensor.name not in weights.arrays:
                check_weights(tensor)
                weights.arrays[tensor.name] = device.to_device(_packed(tensor))
                if progress is not None:
                    progress(tensor.data.nbytes)
        return weights

    def array(self, tensor: Tensor) -> DeviceArray:
        """A matrix as packed rows of uint8, as they are in the file; a vector as float32, whatever the file has."""
        return self.arrays[tensor.name]

    @property
    def bytes(self) -> int:
        """Bytes on the device."""
        return sum(array.nbytes for array in self.arrays.values())


def _packed(tensor: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.float32]]:
    if len(tensor.shape) == 1:
        return np.ascontiguousarray(tensor.float32())
    return np.ascontiguousarray(tensor.data).view(np.uint8)
