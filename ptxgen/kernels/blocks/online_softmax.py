"""Softmax in one reading: a running maximum, and the sum of exponentials relative to it.

Milakov and Gimelshein, "Online normalizer calculation for softmax" (arXiv 1805.02867).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.monoid import Monoid, State

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

LOG2E = 1 / math.log(2)

LOWEST = -3.4028234663852886e38
"""The least finite float32: the peak of nothing. Unlike -inf it can be subtracted from itself."""


@frozen
class OnlineSoftmax:
    """States (peak, total): the largest score so far, and the sum of 2^(scale * (score - peak)), both f32.

    With the default `scale` the powers are those of e. Attention folds log2(e) into its scores and takes 1.

    Scores of -inf are masked: they add nothing. A row of nothing else has the total 0 and a finite peak, so that no
    difference of peaks is NaN. A score of +inf makes the total NaN.
    """

    scale: float = LOG2E

    def start(self, k: KernelBuilder) -> tuple[Var, Var]:
        """Variables that have seen no score."""
        return k.var(f32, LOWEST), k.var(f32, 0.0)

    def weight(self, k: KernelBuilder, score: Value, peak: Value) -> Value:
        """2^(scale * (score - peak)): for `score` at most `peak` between 0 and 1; below 2^-126 it is 0.

        Relative error: 2 ulp of `ex2.approx`, and two roundings of the exponent, each 2^-24 of its size.
        """
        distance = score - peak
        return k.ex2(distance if self.scale == 1 else distance * self.scale, ftz=True)

    def combine(self, k: KernelBuilder, a: State, b: State) -> State:
        """The state of both sequences, with one exponential; the same bits whichever is first."""
        (peak, total), (other_peak, other_total) = a, b
        first = peak >= other_peak
        larger, smaller = k.max(peak, other_peak), k.min(peak, other_peak)
        kept, scaled = k.select(first, total, other_total), k.select(first, other_total, total)
        return larger, k.fma(scaled, self.weight(k, smaller, larger), kept)

    def add(self, k: KernelBuilder, state: tuple[Var, Var], *scores: Value) -> Value:
        """Add scores to a state in place. Returns what old totals (and sums of weighted values) were multiplied by."""
        peak, total = state
        new = peak.get()
        for score in scores:
            new = k.max(new, score)
        correction = self.weight(k, peak, new)
        total.set(total * correction)
        for score in scores:
            total.set(total + self.weight(k, score, new))
        peak.set(new)
        return correction

    @property
    def monoid(self) -> Monoid:
        """The operation for `warp_reduce` and `block_reduce`."""
        return Monoid(self.combine, (LOWEST, 0.0))
