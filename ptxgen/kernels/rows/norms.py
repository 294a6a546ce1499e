"""RMSNorm and LayerNorm of rows that fit into registers, alone or with the addition of a residual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, choice, flag, option, real, size
from ptxgen.kernels.blocks.monoid import SUM
from ptxgen.kernels.blocks.team import RegisterRow, fold
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rows.family import RowKernel
from ptxgen.launch import In, InOut, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_EPS = EPSILON[f32]
_RSQRT = 2.0**-22.9
"""Relative error of `rsqrt.approx`."""


@frozen
class Norm(RowKernel):
    """What RMSNorm and LayerNorm share: y = the row, scaled to a size of one, times weight.

    x, y: [rows, cols] in the types `input` and `output`; weight: [cols] float32. With `residual`, x is first added to
    residual: [rows, cols] float32, which keeps the sum, rounded; the sum is what is scaled.
    """

    contraction: ClassVar[str] = "always"

    eps: float = real(1e-5)
    residual: bool = flag()
    input: Type = choice(f32, f16, bf16)
    output: Type = choice(f32, f16, bf16)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.require_positive("eps")

    @property
    def vectors(self) -> tuple[str, ...]:
        """The arrays of one number for each column."""
        return ("weight",)

    @property
    def signature(self) -> Signature:
        residual = {"residual": InOut(f32, "rows", "cols")} if self.residual else {}
        vectors = {name: In(f32, "cols") for name in self.vectors}
        x, y = In(self.input, "rows", "cols"), Out(self.output, "rows", "cols")
        return Signature(x=x, **residual, **vectors, y=y, rows=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, *others: Any) -> None:
        *arrays, y, rows = others
        row, part = self.row(k, rows, self.input, self.output, f32)
        values = part.load(x.row(row, self.cols))
        if self.residual:
            residual, *arrays = arrays
            stream = residual.row(row, self.cols)
            values = [old + value for old, value in zip(part.load(stream), values, strict=True)]
            part.store(stream, values)
        values = self.normalised(k, part, values)
        weight, *bias = (part.load(array) for array in arrays)
        scaled = [value * w for value, w in zip(values, weight, strict=True)]
        if bias:
            scaled = [value + b for value, b in zip(scaled, bias[0], strict=True)]
        part.store(y.row(row, self.cols), scaled)

    def normalised(self, k: KernelBuilder, part: RegisterRow, values: Sequence[Value]) -> list[Value]:
        """A thread's values, which are 0 beyond the end of the row, brought to a size of one."""
        raise NotImplementedError

    def mean(self, k: KernelBuilder, values: Sequence[Value]) -> Value:
        """The mean of all values of the row, in every thread."""
        return self.teams.reduce(k, SUM, (fold(k, SUM, values),))[0] * (1 / self.cols)

    def summed(self, x: NDArray[Any], residual: NDArray[np.float32] | None) -> Doubles:
        """What is normalised."""
        given = numbers(x, self.input)
        return given if residual is None else given + residual.astype(np.float64)

    def outputs(self, y: Doubles, summed: Doubles) -> Any:
        """What `reference` and `tolerance` return for y and for the residual, where there is one."""
        return (summed, y) if self.residual else y

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        shape = (self.rows, self.cols)
        residual = {"residual": normal(rng, shape)} if self.residual else {}
        vectors = {name: normal(rng, (self.cols,)) for name in self.vectors}
        return {"x": normal(rng, shape, self.input), **residual, **vectors}

    def cost(self) -> Cost:
        elements = self.rows * self.cols
        a_element = self.input.bytes + self.output.bytes + 8 * self.residual
        return Cost(bytes=elements * a_element + 4 * len(self.vectors) * self.cols, flops=5 * elements)


@register(family="rows", aliases=("batched_rms_norm",))
@frozen
class RmsNorm(Norm):
    """y = x / sqrt(mean of x^2 + eps) * weight for each row; a group of lanes, a warp or a CTA a row, read once.

    x, y: [rows, cols] in the types `input` and `output`; weight: [cols] float32. With `residual`, x is first added to
    residual: [rows, cols] float32, in place. Squares must not overflow: |x| < 2^63.
    """

    def normalised(self, k: KernelBuilder, part: RegisterRow, values: Sequence[Value]) -> list[Value]:
        scale = k.rsqrt(self.mean(k, [value * value for value in values]) + self.eps, ftz=True)
        return [value * scale for value in values]

    def reference(
        self, x: NDArray[Any], weight: NDArray[np.float32], residual: NDArray[np.float32] | None = None
    ) -> Any:
        summed = self.summed(x, residual)
        size = np.sqrt(np.square(summed).mean(axis=1, keepdims=True) + self.eps)
        return self.outputs(summed / size * weight, summed)

    def tolerance(
        self, x: NDArray[Any], weight: NDArray[np.float32], residual: NDArray[np.float32] | None = None
    ) -> Any:
        """Relative, in units of 2^-24. The mean of squares is off by one for each addition and by 4 for the squares,
        1/cols, the product and eps; its root by half of that. rsqrt adds 2.2, the products 2. A residual's sum is
        rounded once, which moves the element by 1 and the root by at most 1. The output's type rounds once more.
        """
        summed = self.summed(x, residual)
        y = self.reference(x, weight, residual)
        y = y[1] if self.residual else y
        relative = ((self.additions + 4) / 2 + 2 + 2 * self.residual) * _EPS + _RSQRT
        return self.outputs(np.abs(y) * relative + rounding(y, self.output), rounding(summed, f32))


@register(family="rows")
@frozen
class LayerNorm(Norm):
    """y = (x - mean) / sqrt(variance + eps) * weight + bias for each row; a group of lanes, a warp or a CTA a row.

    x, y: [rows, cols] in the types `input` and `output`; weight and (unless `bias` is off) bias: [cols] float32. With
    `residual`, x is first added to residual: [rows, cols] float32, in place. The row is read once; the variance is that
    of the differences from the mean, so nothing cancels.
    """

    bias: bool = flag(True)

    @property
    def vectors(self) -> tuple[str, ...]:
        return ("weight", "bias") if self.bias else ("weight",)

    def normalised(self, k: KernelBuilder, part: RegisterRow, values: Sequence[Value]) -> list[Value]:
        mean = self.mean(k, values)
        differences = [value - mean for value in values]
        variance = self.mean(k, [d * d for d in part.keep(differences)])
        scale = k.rsqrt(variance + self.eps, ftz=True)
        return [d * scale for d in differences]

    def reference(
        self,
        x: NDArray[Any],
        weight: NDArray[np.float32],
        bias: NDArray[np.float32] | None = None,
        residual: NDArray[np.float32] | None = None,
    ) -> Any:
        summed = self.summed(x, residual)
        size = np.sqrt(summed.var(axis=1, keepdims=True) + self.eps)
        y = (summed - summed.mean(axis=1, keepdims=True)) / size * weight
        return self.outputs(y if bias is None else y + bias, summed)

    def tolerance(
        self,
        x: NDArray[Any],
        weight: NDArray[np.float32],
        bias: NDArray[np.float32] | None = None,
        residual: NDArray[np.float32] | None = None,
    ) -> Any:
        """With eps = 2^-24: the mean is off by eps of mean |x| for each addition, 1/cols and the product, and with a
        residual once more. All differences are off by that, and by one rounding.

        Differences add up to 0, so what is common to them moves the mean of their squares by its own square only;
        roundings move it as in `RmsNorm`. The root is off by half, rsqrt by 2^-22.9, products by one each, the bias by
        one of the result. The output's type rounds once more.
        """
        summed = self.summed(x, residual)
        y = self.reference(x, weight, bias, residual)
        y = y[1] if self.residual else y
        shift = (self.additions + 2 + self.residual) * _EPS * np.abs(summed).mean(axis=1, keepdims=True)
        differences = summed - summed.mean(axis=1, keepdims=True)
        variance = summed.var(axis=1, keepdims=True) + self.eps
        moved = np.abs(differences) * _EPS + self.residual * _EPS * np.abs(summed) + shift
        relative = (self.additions + 8) / 2 * _EPS + (
            shift + moved.mean(axis=1, keepdims=True)
        ) ** 2 / variance
        scaled = (
            np.abs(weight)
            / np.sqrt(variance)
            * (moved + np.abs(differences) * (relative + _RSQRT + 2 * _EPS))
        )
        return self.outputs(scaled + _EPS * np.abs(y) + rounding(y, self.output), rounding(summed, f32))


@register(family="rows")
@frozen
class WarpRmsNorm(RmsNorm):
    """RMSNorm with a warp a row, for rows of at most 1024 elements; else as `RmsNorm`.

    x, y: [rows, cols]; weight: [cols].
    """

    team: int = field(default=32, init=False)


@register(family="rows")
@frozen
class PerHeadRmsNorm(RmsNorm):
    """RMSNorm of each head by itself, as for queries and keys in Qwen3: as many lanes as a short row needs.

    x, y: [rows = tokens * heads, cols = head_dim]; weight: [head_dim], the same for all heads; else as `RmsNorm`.
    """

    rows: int = size(14)
    cols: int = size(64)


@register(family="rows")
@frozen
class ResidualRmsNorm(RmsNorm):
    """residual += x, then y = RMSNorm(residual): the boundary between two halves of a decoder layer, in one kernel.

    x, residual, y: [rows, cols]; weight: [cols]; else as `RmsNorm`.
    """

    residual: bool = field(default=True, init=False)


@register(family="rows", aliases=("block_rms_norm",))
@frozen
class VectorizedRmsNorm(RmsNorm):
    """RMSNorm with a CTA a row and loads of 16 bytes, for rows of up to 32 elements a thread; else as `RmsNorm`.

    x, y: [rows, cols]; weight: [cols].
    """

    rows: int = size(2)
    cols: int = size(896)
    threads: int = option(256)
    team: int = field(default=0, init=False)

    @property
    def members(self) -> int:
        """The whole CTA."""
        return self.threads
