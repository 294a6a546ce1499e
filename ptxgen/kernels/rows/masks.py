"""What rows of scores may see: all, what an array of addends leaves, or the past."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, s32
from ptxgen.kernels.base import Arrays
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.float_arrays import Doubles
from ptxgen.launch import In

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

MASKS = ("none", "additive", "causal")


@frozen
class Mask:
    """Row r is query r % queries of some head: the queries of a head follow one another.

    "additive" adds row r % queries of mask: [queries, columns] float32, where -inf hides an element; "causal" shows
    query q the first q + 1 + columns - queries elements.
    """

    kind: str
    queries: int
    columns: int
    scale: float

    @property
    def additive(self) -> bool:
        """Whether there is an array; the products with `scale` must then be rounded before they are summed with it."""
        return self.kind == "additive"

    @property
    def parameters(self) -> dict[str, In]:
        """The array, where there is one."""
        return {"mask": In(f32, "queries", "cols")} if self.additive else {}

    @property
    def bytes(self) -> int:
        """Bytes of it."""
        return 4 * self.queries * self.columns if self.additive else 0

    def example(self, rng: np.random.Generator) -> Arrays:
        """One that hides three elements of ten."""
        if not self.additive:
            return {}
        mask = rng.standard_normal((self.queries, self.columns), dtype=np.float32)
        return {"mask": np.where(rng.random(mask.shape) < 0.3, np.float32(-np.inf), mask)}

    def scores(self, x: Doubles, mask: NDArray[np.float32] | None) -> Doubles:
        """scale * x + mask, and -inf for what comes after a row's query."""
        scores = self.scale * x
        query = np.arange(len(x)) % self.queries
        if mask is not None:
            scores = scores + mask.astype(np.float64)[query]
        if self.kind == "causal":
            beyond = np.arange(self.columns) > query[:, None] + self.columns - self.queries
            scores = np.where(beyond, -np.inf, scores)
        return scores

    def last(self, k: KernelBuilder, row: Value) -> Value:
        """The last column that a row sees of the past: s32."""
        return k.bitcast(s32, row % self.queries) + (self.columns - self.queries)

    def apply(
        self,
        k: KernelBuilder,
        mask: Pointer | None,
        row: Value,
        column: Value,
        values: list[Value],
        where: Value,
    ) -> list[Value]:
        """Neighbouring scores of a row from `column` on, masked; with an array they are multiplied by `scale`, too."""
        if mask is not None:
            of_row = mask.row(row % self.queries, self.columns)
            hidden = load_floats(k, of_row, column, len(values), where=where)
            return [k.fma(s, self.scale, h) for s, h in zip(values, hidden, strict=True)]
        if self.kind == "causal":
            visible = self.last(k, row) - k.bitcast(s32, column)
            return [k.select(visible >= i, value, -math.inf) for i, value in enumerate(values)]
        return values
