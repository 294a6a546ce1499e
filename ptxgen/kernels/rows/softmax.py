"""Softmax of rows that fit into registers: plain, scaled, and masked by an array or causally."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, s32, u32
from ptxgen.kernels.base import Arrays, Cost, choice, option, real
from ptxgen.kernels.blocks.monoid import MAX, SUM
from ptxgen.kernels.blocks.online_softmax import LOG2E, LOWEST
from ptxgen.kernels.blocks.team import RegisterRow, fold
from ptxgen.kernels.float_arrays import EPSILON, Doubles, normal, numbers, rounding
from ptxgen.kernels.registry import register
from ptxgen.kernels.rows.family import RowKernel
from ptxgen.kernels.rows.masks import MASKS, Mask
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_EPS = EPSILON[f32]


@register(family="rows", aliases=("block_softmax",))
@frozen
class Softmax(RowKernel):
    """y = softmax(scale * x + mask) of each row; a group of lanes, a warp or a CTA a row, which is read once.

    x, y: [rows, cols] in the types `input` and `output`. Row r is query r % queries of some head: the queries of a head
    follow one another. mask "additive" adds row r % queries of mask: [queries, cols] float32, where -inf hides an
    element; "causal" shows query q the first q + 1 + cols - queries elements. A row without any visible element becomes
    zeros. scale is positive.
    """

    scale: float = real(1.0)
    mask: str = choice(*MASKS)
    queries: int = option(1)
    input: Type = choice(f32, f16, bf16)
    output: Type = choice(f32, f16, bf16)

    longer: ClassVar[str] = "LongSoftmax, which takes rows of any length"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.require_positive("scale")

    @property
    def signature(self) -> Signature:
        x, y = In(self.input, "rows", "cols"), Out(self.output, "rows", "cols")
        return Signature(x=x, **self._mask.parameters, y=y, rows=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, *others: Any) -> None:
        *mask, y, rows = others
        row, part = self.row(k, rows, self.input, self.output, *(m.type for m in mask))
        scores = part.load(x.row(row, self.cols), missing=-math.inf)
        sharpness = LOG2E * self.scale
        if mask:
            hidden = part.load(mask[0].row(row % self.queries, self.cols))
            scores = [k.fma(s, self.scale, h) for s, h in zip(scores, hidden, strict=True)]
            sharpness = LOG2E
        elif self.mask == "causal":
            scores = self._causal(k, part, scores, row)
        (peak,) = self.teams.reduce(k, MAX, (fold(k, MAX, scores),))
        peak = k.max(peak, LOWEST)
        weights = [k.ex2((score - peak) * sharpness, ftz=True) for score in scores]
        (total,) = self.teams.reduce(k, SUM, (fold(k, SUM, weights),))
        inverse = k.select(total == 0.0, 0.0, k.rcp_approx(total, ftz=True))
        part.store(y.row(row, self.cols), [weight * inverse for weight in weights])

    def _causal(self, k: KernelBuilder, part: RegisterRow, scores: list[Value], row: Value) -> list[Value]:
        """-inf for the elements that come after the row's query."""
        first = self._mask.last(k, row) - k.bitcast(s32, part.first)
        return [
            k.select(first >= offset, score, -math.inf)
            for offset, score in zip(part.offsets, scores, strict=True)
        ]

    def reference(self, x: NDArray[Any], mask: NDArray[np.float32] | None = None) -> Doubles:
        scores = self._mask.scores(numbers(x, self.input), mask)
        peak = np.maximum(scores.max(axis=1, keepdims=True), LOWEST)
        weights = np.exp(scores - peak)
        return weights / np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)

    def tolerance(self, x: NDArray[Any], mask: NDArray[np.float32] | None = None) -> Doubles:
        """Relative, in units of eps = 2^-24, for an element whose score is d below the peak of its row.

        A masked score is rounded once, as is the peak. The exponent is rounded as a difference, as a product, and by
        its constant (half): 2.5 d. ex2 adds 4. The sum is as far off as its terms are on average, and one for each
        addition; rcp adds 2, the product 1. What is below 2^-126 may be 0. The output's type rounds once more.
        """
        scores = self._mask.scores(numbers(x, self.input), mask)
        exact = self.reference(x, mask)
        finite = np.where(np.isfinite(scores), scores, 0)
        peak = np.max(finite, axis=1, keepdims=True, where=np.isfinite(scores), initial=-np.inf)
        depth = np.where(np.isfinite(scores), peak - finite, 0)
        size = (
            np.abs(finite) + np.abs(np.where(np.isfinite(peak), peak, 0)) if mask is not None else 0 * finite
        )
        term = 2.5 * depth + size + 4
        mean = (exact * term).sum(axis=1, keepdims=True)
        relative = _EPS * (term + mean + self.additions + 3)
        return exact * relative + rounding(exact, self.output) + 2.0**-125

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": normal(rng, (self.rows, self.cols), self.input), **self._mask.example(rng)}

    def cost(self) -> Cost:
        elements = self.rows * self.cols
        bytes = elements * (self.input.bytes + self.output.bytes) + self._mask.bytes
        return Cost(bytes=bytes, flops=5 * elements)

    @property
    def _mask(self) -> Mask:
        return Mask(self.mask, self.queries, self.cols, self.scale)


@register(family="rows")
@frozen
class WarpSoftmax(Softmax):
    """Softmax of rows of at most 1024 elements, a warp a row.

    x, y: [rows, cols] in the types `input` and `output`; scale and masks as in `Softmax`.
    """

    team: int = field(default=32, init=False)
