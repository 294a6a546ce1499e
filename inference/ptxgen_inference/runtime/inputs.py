"""What a step reads besides weights and cache: a few small arrays in device memory, filled before it runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.driver import Device, DeviceArray

Ints = NDArray[np.int32]


@frozen(eq=False)
class StepInputs:
    """int32 arrays by name, all in one buffer, so that one copy brings all of them.

    tokens, positions, sequences: [tokens]; lengths: [sequences], keys of each sequence with this step's; last:
    [sequences], rows of their last tokens; block_table: [sequences, blocks] where the cache is paged; types: [tokens],
    segments of an encoder's input.
    """

    host: Ints
    device: DeviceArray
    places: Mapping[str, tuple[int, tuple[int, ...]]]

    @staticmethod
    def make(device: Device, shapes: Mapping[str, tuple[int, ...]]) -> StepInputs:
        """Arrays of these shapes, zeros at first."""
        places: dict[str, tuple[int, tuple[int, ...]]] = {}
        start = 0
        for name, shape in shapes.items():
            places[name] = (start, shape)
            # The next array begins at a multiple of 16 bytes.
            start += -(-int(np.prod(shape)) // 4) * 4
        host = device.pinned(start, np.int32)
        host[:] = 0
        return StepInputs(host, device.to_device(host), places)

    def array(self, name: str) -> DeviceArray:
        """The array on the device."""
        start, shape = self.places[name]
        return self.device.slice(start, start + int(np.prod(shape))).reshape(*shape)

    def fill(self, arrays: Mapping[str, Ints]) -> None:
        """Give arrays these numbers, in the current stream; the others keep theirs."""
        for name, numbers in arrays.items():
            start, shape = self.places[name]
            self.host[start : start + numbers.size] = numbers.reshape(shape).reshape(-1)
        self.device.copy_from(self.host)
