"""The mean of the tokens of each sequence: sentence embeddings from the last layer of an encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, s32, u32
from ptxgen.kernels.base import Arrays, Cost, choice, flag, size
from ptxgen.kernels.blocks.monoid import SUM
from ptxgen.kernels.blocks.team import fold
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers
from ptxgen.kernels.registry import register
from ptxgen.kernels.rows.family import RowKernel
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_EPS = EPSILON[f32]
_SMALLEST_NORM = 1e-12
"""What a shorter mean is divided by: that of PyTorch's `normalize`."""
_RSQRT = 2.0**-22.9
"""Relative error of `rsqrt.approx`."""


@register(family="rows")
@frozen
class MeanPool(RowKernel):
    """y[r] = the mean of the first lengths[r] tokens of sequence r, and brought to length 1 where `normalize` is set.

    x: [rows, tokens, cols] of type `input`; lengths: [rows] int32, read when the kernel runs, more than tokens counts
    as tokens; y: [rows, cols] float32. A sequence of no tokens gives zeros. Tokens behind a sequence's length are not
    read. rows and tokens are launch-time parameters.
    """

    tokens: int = size(7)
    normalize: bool = flag()
    input: Type = choice(f32, f16, bf16)

    @property
    def signature(self) -> Signature:
        return Signature(
            x=In(self.input, "rows", "tokens", "cols"), lengths=In(s32, "rows"), y=Out(f32, "rows", "cols"),
            rows=Scalar(u32), tokens=Scalar(u32),
        )  # fmt: skip

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        x, lengths, y, rows, tokens = parameters
        row, part = self.row(k, rows, self.input, f32)
        count = self._count(k, lengths, k.min(row, rows - 1), tokens)
        sums = [k.var(f32, 0.0) for _ in part.offsets]
        first = x.row(row * tokens, self.cols)
        with k.for_(0, count) as token:
            for sum, value in zip(sums, part.load(first.row(token, self.cols)), strict=True):
                sum += value
        values: list[Value] = [sum.get() for sum in sums]
        share = 1.0 / k.max(k.cvt(f32, count), 1.0)
        means = [value * share for value in values]
        if self.normalize:
            (square,) = self.teams.reduce(k, SUM, (fold(k, SUM, [mean * mean for mean in means]),))
            inverse = k.rsqrt(k.max(square, _SMALLEST_NORM**2), ftz=True)
            means = [mean * inverse for mean in means]
        part.store(y.row(row, self.cols), means)

    def _count(self, k: KernelBuilder, lengths: Pointer, row: Value, tokens: Value) -> Value:
        """Tokens of a row (u32)."""
        return k.bitcast(u32, k.max(k.min(lengths.load(row), k.bitcast(s32, tokens)), 0))

    def reference(self, x: NDArray[Any], lengths: NDArray[np.int32]) -> Doubles:
        means = self._sums(numbers(x, self.input), lengths) / self._counts(lengths)
        if not self.normalize:
            return means
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), _SMALLEST_NORM)

    def tolerance(self, x: NDArray[Any], lengths: NDArray[np.int32]) -> Doubles:
        """In units of eps = 2^-24: a sum is off by one of the sum of magnitudes for each of its n additions, the mean
        by a whole one then; 1/n and the product add one each. A mean that is off by d moves its length by |d| at most,
        and the quotient by both; the sum of squares adds half of one for each addition and square, rsqrt 2^-22.9, the
        product one.
        """
        given = numbers(x, self.input)
        counts = self._counts(lengths)
        means = self._sums(given, lengths) / counts
        moved = _EPS * (self._sums(np.abs(given), lengths) + 2 * np.abs(means))
        if not self.normalize:
            return moved + 2.0**-149
        size = np.maximum(np.linalg.norm(means, axis=1, keepdims=True), _SMALLEST_NORM)
        length = np.linalg.norm(moved, axis=1, keepdims=True) / size
        relative = length + (self.additions + 2) / 2 * _EPS + _RSQRT + _EPS
        return moved / size + np.abs(means) / size * relative + 2.0**-149

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """The first sequence has all its tokens, the last of several none."""
        lengths = rng.integers(1, self.tokens + 1, self.rows, dtype=np.int32)
        lengths[0] = self.tokens
        if self.rows > 2:
            lengths[-1] = 0
        return {"x": normal(rng, (self.rows, self.tokens, self.cols), self.input), "lengths": lengths}

    def cost(self) -> Cost:
        read = self.rows * self.tokens * self.cols
        return Cost(bytes=read * self.input.bytes + 4 * self.rows * (self.cols + 1), flops=read)

    def _counts(self, lengths: NDArray[np.int32]) -> Doubles:
        return np.maximum(np.clip(lengths, 0, self.tokens), 1)[:, None].astype(np.float64)

    def _sums(self, x: Doubles, lengths: NDArray[np.int32]) -> Doubles:
        inside = np.arange(self.tokens) < lengths[:, None]
        return np.where(inside[:, :, None], x, 0).sum(axis=1)
