"""GEMVs with weights that are floats: y = W x, a warp or a CTA a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, flag, option, size
from ptxgen.kernels.blocks.floats import load_floats, vector_width
from ptxgen.kernels.blocks.reduce import block_sum
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.float_arrays import numbers, rounded
from ptxgen.kernels.gemv.bounds import row_bounds
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_WIDEST_LOAD = 16


@frozen
class DenseGemv(Kernel):
    """y = W x with float weights, summed in float32.

    w: [n, k] of type `weights`, row-major; x: [k] of type `activations`; y: [n] float32; w and x 16-byte aligned. n is
    a launch-time parameter. Any k; loads are as wide as the alignment of a row of k weights allows, at most 16 bytes.

    A warp computes a row; with `split_k` all warps of a CTA share one, which keeps more loads in flight where there are
    few rows. `in_flight` loads of weights are started before the first is used.
    """

    n: int = size(64)
    k: int = size(1024)
    weights: Type = choice(f32, f16, bf16)
    activations: Type = choice(f32, f16, bf16)
    split_k: bool = flag()
    in_flight: int = option(4)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("n", 2**31 - 1),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(
            w=In(self.weights, "n", "k"), x=In(self.activations, "k"), y=Out(f32, "n"), n=Scalar(u32)
        )

    def body(self, k: KernelBuilder, w: Pointer, x: Pointer, y: Pointer, n: Value) -> None:
        k.launch_bounds(required=self.threads)
        w, x = w.assume_aligned(_WIDEST_LOAD), x.assume_aligned(_WIDEST_LOAD)
        if self.split_k:
            total = self._dot(k, w.row(k.ctaid.x, self.k), x, k.tid.x, self.threads)
            total = block_sum(k, total, self.threads)
            with k.if_(k.tid.x == 0):
                y[k.ctaid.x] = total
            return
        row = k.ctaid.x * (self.threads // WARP) + k.tid.x // WARP
        with k.if_(row >= n):
            k.ret()
        lane = k.tid.x % WARP
        total = warp_sum(k, self._dot(k, w.row(row, self.k), x, lane, WARP))
        with k.if_(lane == 0):
            y[row] = total

    def _dot(self, k: KernelBuilder, row: Pointer, x: Pointer, worker: Value, workers: int) -> Value:
        """The worker's part of row times x: every `workers`-th vector."""
        width = vector_width(self.k, self.weights)
        step = width * workers
        totals = [k.var(f32, 0.0) for _ in range(self.in_flight)]
        row, x = (pointer.row(worker, width).cursor() for pointer in (row, x))

        def add(count: int) -> None:
            loaded = [load_floats(k, row, step * i, width, read_only=True) for i in range(count)]
            for i, weights in enumerate(loaded):
                _accumulate(k, totals[i], weights, _activations(k, x, step * i, width))

        vectors, rest = divmod(self.k // width, workers)
        steps, others = divmod(vectors, self.in_flight)
        if steps:
            with k.for_(0, steps):
                add(self.in_flight)
                row.advance(step * self.in_flight)
                x.advance(step * self.in_flight)
        if others:
            add(others)
        if rest:
            row.advance(step * others)
            x.advance(step * others)
            with k.if_(worker < rest):
                add(1)
        return _tree_sum(totals)

    def plan(self) -> Plan:
        rows_a_cta = 1 if self.split_k else self.threads // WARP
        return Plan.single(entry=self.name, grid=-(-self.n // rows_a_cta), block=self.threads)

    def reference(self, w: NDArray[Any], x: NDArray[Any]) -> NDArray[np.float64]:
        return numbers(w, self.weights) @ numbers(x, self.activations)

    def tolerance(self, w: NDArray[Any], x: NDArray[Any]) -> NDArray[np.float64]:
        """2^-22 * norm2(w) * norm2(x) for each row.

        Weights and activations are exact in float32. A worker adds k/workers products, each addition with one rounding
        of 2^-24 of a partial sum; `in_flight` partial sums and those of the workers follow. Were all roundings to one
        side, the error would reach their number times 2^-24 * sum|w x|; it grows with the root of their number.
        """
        return row_bounds([numbers(w, self.weights)], numbers(x, self.activations))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        w, x = (rng.standard_normal(shape, dtype=np.float32) for shape in ((self.n, self.k), self.k))
        return {"w": rounded(w, self.weights), "x": rounded(x, self.activations)}

    def cost(self) -> Cost:
        weights = self.n * self.k * self.weights.bytes
        return Cost(bytes=weights + self.k * self.activations.bytes + 4 * self.n, flops=2 * self.n * self.k)


def _activations(k: KernelBuilder, x: Pointer, first: int, count: int) -> list[Value]:
    """As many as a load of weights has; where they are wider than those, by several loads."""
    width = min(count, _WIDEST_LOAD // x.type.bytes)
    return [value for at in range(0, count, width) for value in load_floats(k, x, first + at, width)]


def _accumulate(k: KernelBuilder, total: Var, weights: Sequence[Value], activations: Sequence[Value]) -> None:
    for weight, activation in zip(weights, activations, strict=True):
        k.fma(weight, activation, total, into=total)


def _tree_sum(values: Sequence[Value]) -> Value:
    """Neighbours first, so that no sum of many meets a single one."""
    while len(values) > 1:
        pairs = [a + b for a, b in zip(values[::2], values[1::2], strict=False)]
        values = [*pairs, *values[2 * len(pairs) :]]
    return values[0]


@register(family="gemv")
@frozen
class F32Gemv(DenseGemv):
    """y = W x with W in float32, a warp a row. w: [n, k] float32; x: [k]; y: [n] float32; any n and k."""

    weights: Type = field(default=f32, init=False)


@register(family="gemv")
@frozen
class F16Gemv(DenseGemv):
    """y = W x with W in float16, a warp a row. w: [n, k] float16; x: [k]; y: [n] float32; any n and k."""

    weights: Type = field(default=f16, init=False)


@register(family="gemv")
@frozen
class Bf16Gemv(DenseGemv):
    """y = W x with W in bfloat16, a warp a row. w: [n, k] bfloat16; x: [k]; y: [n] float32; any n and k."""

    weights: Type = field(default=bf16, init=False)


@register(family="gemv")
@frozen
class F32SplitKGemv(F32Gemv):
    """y = W x with W in float32, a CTA a row. w: [n, k] float32; x: [k]; y: [n] float32; any n and k."""

    split_k: bool = field(default=True, init=False)


@register(family="gemv")
@frozen
class F16SplitKGemv(F16Gemv):
    """y = W x with W in float16, a CTA a row. w: [n, k] float16; x: [k]; y: [n] float32; any n and k."""

    split_k: bool = field(default=True, init=False)


@register(family="gemv")
@frozen
class Bf16SplitKGemv(Bf16Gemv):
    """y = W x with W in bfloat16, a CTA a row. w: [n, k] bfloat16; x: [k]; y: [n] float32; any n and k."""

    split_k: bool = field(default=True, init=False)
