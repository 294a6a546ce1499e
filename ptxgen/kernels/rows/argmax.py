"""The index of the largest element of each row, such as the next token of a greedy decoder."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32, u64
from ptxgen.kernels.base import Arrays, Cost, Entry, Kernel, choice, limit, option, size
from ptxgen.kernels.blocks.floats import vector_width
from ptxgen.kernels.blocks.monoid import ARGMAX, NO_INDEX
from ptxgen.kernels.blocks.ordered_keys import LARGEST_KEY, NO_KEY, key_index, ordered_key
from ptxgen.kernels.blocks.reduce import block_reduce
from ptxgen.kernels.blocks.slices import Slices, pieces
from ptxgen.kernels.blocks.warp import WARP, warp_reduce
from ptxgen.kernels.float_arrays import normal, numbers
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature, Workspace

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer


@register(family="rows")
@frozen
class ArgMax(Kernel):
    """index[r] = the lowest column of the largest element of row r; in two launches, of `slices` CTAs and a warp a row.

    x: [rows, cols] in the type `input`; index: [rows] uint32, always below cols. NaN never wins; a row of nothing but
    NaN has the index 0. -0 equals +0. `slices` 0 stands for one for each 1024 columns, at most 128. rows is a
    launch-time parameter.
    """

    rows: int = size(3)
    cols: int = size(5000)
    threads: int = option(256)
    slices: int = limit()
    input: Type = choice(f32, f16, bf16)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("threads", WARP),
        at_most("threads", 1024),
        at_most("cols", 2**31 - 1),
    )

    @property
    def signature(self) -> Signature:
        return Signature(x=In(self.input, "rows", "cols"), index=Out(u32, "rows"), rows=Scalar(u32))

    def entries(self) -> dict[str, Entry]:
        x, keys = In(self.input, "rows", "cols"), Out(u64, "rows", 1)
        return {
            "argmax_slices": Entry({"x": x, "keys": keys}, self.best_of_slices),
            "argmax_rows": Entry({"keys": keys, "index": Out(u32, "rows")}, self.best_of_rows),
        }

    def best_of_slices(self, k: KernelBuilder, x: Pointer, keys: Pointer) -> None:
        """The best of each slice, a CTA each."""
        k.launch_bounds(required=self.threads)
        row, begin, end = self._cut.place(k)
        best = (k.var(f32, -math.inf), k.var(u32, NO_INDEX))
        x, width = x.row(row, self.cols), vector_width(self.cols, self.input)
        with pieces(k, x, begin, end, self.threads, width, missing=math.nan) as found:
            for column, elements in found:
                for i, element in enumerate(elements):
                    ARGMAX.update(k, best, (element, column + i if i else column))
        (key,) = block_reduce(k, LARGEST_KEY, (ordered_key(k, *best),), self.threads)
        with k.if_(k.tid.x == 0):
            keys[k.ctaid.x] = key

    def best_of_rows(self, k: KernelBuilder, keys: Pointer, index: Pointer) -> None:
        """The best of the slices of each row, a warp each."""
        k.launch_bounds(required=WARP)
        best = k.var(u64, NO_KEY)
        with k.stride(k.tid.x, self._cut.count, WARP) as slice:
            best.set(k.max(best, keys.row(k.ctaid.x, self._cut.count)[slice]))
        (key,) = warp_reduce(k, LARGEST_KEY, (best,))
        winner = key_index(k, key)
        with k.if_(k.tid.x == 0):
            index[k.ctaid.x] = k.select(winner < self.cols, winner, 0)

    def plan(self) -> Plan:
        slices = self.step("argmax_slices", grid=self.rows * self._cut.count, block=self.threads)
        rows = self.step("argmax_rows", grid=self.rows, block=WARP)
        return Plan([slices, rows], {"keys": Workspace(u64, (self.rows, self._cut.count))})

    def reference(self, x: NDArray[Any]) -> NDArray[np.float64]:
        given = numbers(x, self.input)
        largest = np.where(np.isnan(given), -np.inf, given).max(axis=1, keepdims=True)
        return np.argmax(given == largest, axis=1).astype(np.float64)

    def tolerance(self, x: NDArray[Any]) -> float:
        """None: the index is exact."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": normal(rng, (self.rows, self.cols), self.input)}

    def cost(self) -> Cost:
        return Cost(bytes=self.rows * (self.cols * self.input.bytes + 4), flops=self.rows * self.cols)

    @property
    def _cut(self) -> Slices:
        return Slices.choose(self.cols, self.slices, 128)
