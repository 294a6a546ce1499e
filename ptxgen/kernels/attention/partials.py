"""Softmax sums over parts of the keys, and how they become one.

A part is a peak, the total of the weights relative to it, and for each element of the head the sum of weighted values.
An empty part has the lowest peak and zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.online_softmax import LOWEST, OnlineSoftmax

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

SOFTMAX = OnlineSoftmax(scale=1)
"""Scores are powers of two."""


@frozen(eq=False)
class Parts:
    """Parts of some heads in shared or global memory, f32.

    sums: `head_dim` elements of part 0 of head 0, the next part `sum_stride` further on; states: (peak, total) of part
    0 of head 0, the next part `state_stride` further on. The next head follows a head's elements, and its pair.
    """

    k: KernelBuilder
    count: int
    sums: Pointer
    sum_stride: int
    states: Pointer
    state_stride: int
    head_dim: int

    def merge(self, index: Value) -> tuple[Value, Value, Value]:
        """Peak and total of all parts, and the sum, for element `index` of the heads (u32), numbered through.

        The order of additions is that of the parts.
        """
        k = self.k
        states = self.states.row(index // self.head_dim, 2)
        peak, total, sum = k.var(f32, LOWEST), k.var(f32, 0.0), k.var(f32, 0.0)
        with k.for_(0, self.count) as part:
            peak.set(k.max(peak, states.row(part, self.state_stride)[0]))
        sums = self.sums.at(index)
        with k.for_(0, self.count) as part:
            one, other = states.row(part, self.state_stride).load(vec=2)
            factor = SOFTMAX.weight(k, one, peak)
            k.fma(other, factor, total, into=total)
            k.fma(sums.row(part, self.sum_stride)[0], factor, sum, into=sum)
        return peak, total, sum


def quotient(k: KernelBuilder, sum: Value, total: Value) -> Value:
    """sum / total, or 0 where no key was seen."""
    return k.select(total == 0.0, 0.0, sum / total)
