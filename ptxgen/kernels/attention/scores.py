"""Scores in powers of two: what becomes of q . k before it enters the softmax."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.kernels.blocks.activations import SCALED_TANH_ERROR, scaled_tanh
from ptxgen.kernels.blocks.online_softmax import LOG2E

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value


@frozen
class Scores:
    """score = log2(e) * cap(scale * dot), so that 2^(score - peak) are the weights of the softmax.

    cap(s) = c tanh(s / c) with c = `soft_cap`, or s where that is 0.
    """

    scale: float
    soft_cap: float

    def of(self, k: KernelBuilder, dot: Value) -> Value:
        """The score of one product."""
        if not self.soft_cap:
            return dot * (self.scale * LOG2E)
        return scaled_tanh(k, dot, self.scale / self.soft_cap, self.soft_cap * LOG2E)

    def error(self) -> float:
        """What the cap adds to the absolute error of scale * dot in units of one."""
        return self.soft_cap * SCALED_TANH_ERROR


def default_scale(scale: float, head_dim: int) -> float:
    """`scale`, or 1 / sqrt(head_dim) where it is 0."""
    return scale or 1 / math.sqrt(head_dim)
