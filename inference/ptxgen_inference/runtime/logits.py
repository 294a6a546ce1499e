"""Logits on the device, and what is computed of them there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen.driver import DeviceArray
from ptxgen.kernels import ArgMax, Kernel, LongSoftmax, Softmax, TopK
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.recording import Recording, Workbench, record
from ptxgen_inference.runtime.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHORT = 8192
"""Rows of up to so many logits are one CTA's work; longer ones are shared by several."""


@define(eq=False)
class LogitsBuffer:
    """The memory that a recording leaves its logits in, and the recordings of what follows them."""

    bench: Workbench
    array: DeviceArray
    writes: int = 0
    readers: dict[str, Recording] = field(factory=dict[str, Recording])

    def reader(self, kernel: Kernel) -> Recording:
        """A kernel that takes all rows, recorded now if it was not before."""
        key = f"{kernel}"
        if key not in self.readers:
            trace = Trace()
            made = trace.call(kernel, x=self.array)
            names = kernel.signature.outputs
            self.readers[key] = record(self.bench, trace, dict(zip(names, made, strict=True)))
        return self.readers[key]

    def read(self, kernel: Kernel) -> Mapping[str, NDArray[Any]]:
        """What a kernel makes of all rows."""
        recording = self.reader(kernel)
        recording.replay()
        return {name: array.to_host() for name, array in recording.outputs.items()}


@frozen(eq=False)
class Logits:
    """The logits of one step: [rows, vocabulary] float32, until the next step of the same kind overwrites them.

    The step computed them in the last `rows` of `buffer`.
    """

    buffer: LogitsBuffer
    rows: int
    write: int

    def host(self) -> NDArray[np.float32]:
        """A copy of them."""
        self._require_current()
        array = self.buffer.array
        return array.slice(array.shape[0] - self.rows, array.shape[0]).to_host()

    def argmax(self) -> NDArray[np.uint32]:
        """[rows]: the most probable token of each row, the lowest of equal ones."""
        rows, columns = self._shape()
        return self._last(self.buffer.read(ArgMax(rows=rows, cols=columns))["index"])

    def top(self, k: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
        """[rows, k]: the largest logits of each row in descending order, and their tokens."""
        rows, columns = self._shape()
        made = self.buffer.read(TopK(rows=rows, cols=columns, k=min(k, columns)))
        return self._last(made["values"]), self._last(made["index"])

    def probabilities(self) -> NDArray[np.float32]:
        """[rows, vocabulary]: softmax of each row."""
        rows, columns = self._shape()
        kind = Softmax if columns <= _SHORT else LongSoftmax
        return self._last(self.buffer.read(kind(rows=rows, cols=columns))["y"])

    def _shape(self) -> tuple[int, int]:
        self._require_current()
        rows, columns = self.buffer.array.shape
        return rows, columns

    def _last(self, array: NDArray[Any]) -> NDArray[Any]:
        return array[len(array) - self.rows :]

    def _require_current(self) -> None:
        if self.buffer.writes != self.write:
            raise InferenceError(
                "INF066",
                "these logits are no longer there: another step has overwritten them",
                help="take what you need of them, with host(), argmax() or top(), before the next step",
            )
