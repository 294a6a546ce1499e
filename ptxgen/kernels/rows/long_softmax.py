"""Softmax of rows of any length: two launches, each of which reads the row once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Entry, Kernel, choice, limit, option, real, size
from ptxgen.kernels.blocks.floats import store_floats, vector_width
from ptxgen.kernels.blocks.online_softmax import LOG2E, LOWEST, OnlineSoftmax
from ptxgen.kernels.blocks.reduce import block_reduce
from ptxgen.kernels.blocks.slices import Slices, pieces
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rows.masks import MASKS, Mask
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature, Workspace

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer

_EPS = EPSILON[f32]


@register(family="rows")
@frozen
class LongSoftmax(Kernel):
    """y = softmax(scale * x + mask) of each row, of any length: `slices` CTAs a row.

    x, y: [rows, cols] in the types `input` and `output`; scale is positive; masks are as in `Softmax`. The first launch
    finds peak and sum of each slice in one reading, the second combines them and writes: two readings and one writing.
    A row without any visible element becomes zeros. `slices` 0 stands for one for each 1024 columns, at most 128. rows
    is a launch-time parameter.
    """

    rows: int = size(2)
    cols: int = size(5000)
    threads: int = option(256)
    slices: int = limit()
    scale: float = real(1.0)
    mask: str = choice(*MASKS)
    queries: int = option(1)
    input: Type = choice(f32, f16, bf16)
    output: Type = choice(f32, f16, bf16)

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("threads", WARP),
        at_most("threads", 1024),
        at_most("slices", "threads"),
        at_most("cols", 2**31 - 1),
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.scale <= 0:
            raise KernelError("KRN102", f"{type(self).__name__}: scale must be positive, got {self.scale}")

    @property
    def signature(self) -> Signature:
        x, y = In(self.input, "rows", "cols"), Out(self.output, "rows", "cols")
        return Signature(x=x, **self._mask.parameters, y=y, rows=Scalar(u32))

    def entries(self) -> dict[str, Entry]:
        x, y, state = (
            In(self.input, "rows", "cols"),
            Out(self.output, "rows", "cols"),
            Out(f32, "rows", 1),
        )
        read = {"x": x, **self._mask.parameters}
        sums = {"peaks": state, "totals": state}
        return {
            "long_softmax_sums": Entry({**sums, **read}, self.sum_slices),
            "long_softmax_write": Entry({**sums, "y": y, **read}, self.write_slices),
        }

    def sum_slices(
        self, k: KernelBuilder, peaks: Pointer, totals: Pointer, x: Pointer, mask: Pointer | None = None
    ) -> None:
        """The peak of each slice, and the sum of exponentials relative to it."""
        k.launch_bounds(required=self.threads)
        row, begin, end = self._cut.place(k)
        state = self._softmax.start(k)
        x = x.row(row, self.cols)
        with pieces(k, x, begin, end, self.threads, self._width, missing=-np.inf) as found:
            shown = [self._mask.apply(k, mask, row, at, values, at < end) for at, values in found]
            self._softmax.add(k, state, *(value for values in shown for value in values))
        peak, total = block_reduce(k, self._softmax.monoid, state, self.threads)
        with k.if_(k.tid.x == 0):
            peaks[k.ctaid.x] = peak
            totals[k.ctaid.x] = total

    def write_slices(
        self,
        k: KernelBuilder,
        peaks: Pointer,
        totals: Pointer,
        y: Pointer,
        x: Pointer,
        mask: Pointer | None = None,
    ) -> None:
        """Every CTA combines the slices of its row by itself, then writes its own."""
        k.launch_bounds(required=self.threads)
        row, begin, end = self._cut.place(k)
        softmax = self._softmax
        state = softmax.start(k)
        with k.predicated(k.tid.x < self._cut.count):
            for variable, array in zip(state, (peaks, totals), strict=True):
                array.row(row, self._cut.count).load(k.tid.x, into=variable)
        peak, total = block_reduce(k, softmax.monoid, state, self.threads)
        inverse = k.select(total == 0.0, 0.0, k.rcp_approx(total, ftz=True))
        x, y = x.row(row, self.cols), y.row(row, self.cols)
        with pieces(k, x, begin, end, self.threads, self._width) as found:
            for column, read in found:
                values = self._mask.apply(k, mask, row, column, read, column < end)
                weights = [softmax.weight(k, value, peak) * inverse for value in values]
                store_floats(k, y, column, weights, where=column < end)

    def plan(self) -> Plan:
        ctas = self.rows * self._cut.count
        steps = [self.step(entry, grid=ctas, block=self.threads) for entry in self.entries()]
        state = Workspace(f32, (self.rows, self._cut.count))
        return Plan(steps, {"peaks": state, "totals": state})

    def reference(self, x: NDArray[Any], mask: NDArray[np.float32] | None = None) -> Doubles:
        scores = self._mask.scores(numbers(x, self.input), mask)
        weights = np.exp(scores - np.maximum(scores.max(axis=1, keepdims=True), np.finfo(np.float64).min))
        return weights / np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)

    def tolerance(self, x: NDArray[Any], mask: NDArray[np.float32] | None = None) -> Doubles:
        """Relative, in units of eps = 2^-24, for an element whose score is d below the peak of its row.

        Its exponent is rounded as in `Softmax`: 2.5 d, 4 for ex2, and the sizes of a masked score and of the peak. In
        the sum the exponents of an element, from peak to higher peak, add up to d as well, but each of its steps (turns
        of the loop, levels of the CTA's and the slices' reductions) may cost 4 for ex2, 1 for the product and 1 for the
        addition; elements of a turn are added one by one. rcp adds 2, the product 1. What is below 2^-126 may be 0. The
        output's type rounds once more.
        """
        scores = self._mask.scores(numbers(x, self.input), mask)
        exact = self.reference(x, mask)
        finite = np.isfinite(scores)
        peak = np.max(scores, axis=1, keepdims=True, where=finite, initial=-np.finfo(np.float64).max)
        depth = np.where(finite, peak - np.where(finite, scores, peak), 0)
        rounded = np.abs(np.where(finite, scores, 0)) + np.abs(np.where(peak > LOWEST, peak, 0))
        term = 2.5 * depth + (rounded if self._mask.additive else 0)
        a_thread = -(-self._cut.length // self.threads)
        levels = 2 * (self.threads.bit_length() + 4)
        mean = (exact * term).sum(axis=1, keepdims=True) + 4 + 6 * (a_thread / 4 + 1 + levels) + a_thread
        relative = _EPS * (term + 4 + mean + 3)
        return exact * relative + rounding(exact, self.output) + 2.0**-125

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": normal(rng, (self.rows, self.cols), self.input), **self._mask.example(rng)}

    def cost(self) -> Cost:
        elements = self.rows * self.cols
        bytes = elements * (self.input.bytes + self.output.bytes) + self._mask.bytes
        return Cost(bytes=bytes, flops=5 * elements)

    @property
    def _cut(self) -> Slices:
        return Slices.choose(self.cols, self.slices, min(128, self.threads))

    @property
    def _width(self) -> int:
        return vector_width(
            self.cols, self.input, self.output, *(p.type for p in self._mask.parameters.values())
        )

    @property
    def _softmax(self) -> OnlineSoftmax:
        return OnlineSoftmax(LOG2E if self._mask.additive else LOG2E * self.scale)

    @property
    def _mask(self) -> Mask:
        return Mask(self.mask, self.queries, self.cols, self.scale)
