"""The k largest elements of each row in descending order, for sampling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32, u64
from ptxgen.kernels.base import Arrays, Cost, Entry, Kernel, choice, limit, option, size
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.blocks.ordered_keys import NO_KEY, key_index, ordered_key
from ptxgen.kernels.blocks.slices import Slices
from ptxgen.kernels.blocks.top_keys import TopKeys
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.float_arrays import normal, numbers
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature, Workspace

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@register(family="rows")
@frozen
class TopK(Kernel):
    """The k largest elements of each row and their columns, largest first; in two launches, the first of `slices` CTAs.

    x: [rows, cols] in the type `input`; values: [rows, k] in the same type, index: [rows, k] uint32. Equal elements
    come in the order of their columns (-0 equals +0), NaN after all numbers. k is at most 128. `slices` 0 stands for
    one for each 1024 columns, at most 32. rows is a launch-time parameter.
    """

    rows: int = size(2)
    cols: int = size(300)
    k: int = option(10)
    threads: int = option(64)
    slices: int = limit()
    input: Type = choice(f32, f16, bf16)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("k", 128),
        at_most("k", "cols"),
        multiple("threads", WARP),
        at_most("threads", 512),
        at_most("cols", 2**31 - 1),
    )

    @property
    def signature(self) -> Signature:
        outputs = {"values": Out(self.input, "rows", "k"), "index": Out(u32, "rows", "k")}
        return Signature(x=In(self.input, "rows", "cols"), **outputs, rows=Scalar(u32))

    def entries(self) -> dict[str, Entry]:
        arrays = self.signature.arrays
        keys = Out(u64, "rows", "k")
        return {
            "top_k_slices": Entry({"x": arrays["x"], "keys": keys}, self.best_of_slices),
            "top_k_rows": Entry({**arrays, "keys": keys}, self.best_of_rows),
        }

    def best_of_slices(self, k: KernelBuilder, x: Pointer, keys: Pointer) -> None:
        """The k largest of each slice, a CTA each, as keys in descending order."""
        k.launch_bounds(required=self.threads)
        row, begin, end = self._cut.place(k)
        top = TopKeys(k, self.k)
        x = x.row(row, self.cols)
        with k.stride(begin, end, self.threads) as first:
            column = first + k.tid.x
            exists = column < end
            (value,) = load_floats(k, x, column, 1, where=exists)
            top.offer(k.select(exists, ordered_key(k, value, column), NO_KEY))
        top.gather(self.threads)
        keys = keys.row(k.ctaid.x, self.k)
        top.each(keys.__setitem__)

    def best_of_rows(
        self, k: KernelBuilder, x: Pointer, values: Pointer, index: Pointer, keys: Pointer
    ) -> None:
        """The k largest of all slices of a row, a CTA each. The elements are read once more, as they were."""
        k.launch_bounds(required=self.threads)
        row, candidates = k.ctaid.x, self._cut.count * self.k
        top = TopKeys(k, self.k)
        keys = keys.row(row, candidates)
        with k.for_(0, -(-candidates // self.threads)) as turn:
            key = k.var(u64, NO_KEY)
            place = turn * self.threads + k.tid.x
            with k.predicated(place < candidates):
                keys.load(place, into=key)
            top.offer(key)
        top.gather(self.threads)
        x, values, index = x.row(row, self.cols), values.row(row, self.k), index.row(row, self.k)

        def write(place: Value, key: Value) -> None:
            column = key_index(k, key)
            index[place] = column
            values[place] = x[column]

        top.each(write)

    def plan(self) -> Plan:
        slices = self.step("top_k_slices", grid=self.rows * self._cut.count, block=self.threads)
        rows = self.step("top_k_rows", grid=self.rows, block=self.threads)
        return Plan([slices, rows], {"keys": Workspace(u64, (self.rows, self._cut.count, self.k))})

    def reference(self, x: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        given = numbers(x, self.input)
        order = np.argsort(-given, axis=1, kind="stable")[:, : self.k]  # NaN comes last
        return np.take_along_axis(given, order, axis=1), order.astype(np.float64)

    def tolerance(self, x: NDArray[Any]) -> tuple[float, float]:
        """None: elements are copied."""
        return 0.0, 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": normal(rng, (self.rows, self.cols), self.input)}

    def cost(self) -> Cost:
        moved = self.rows * (self.cols * self.input.bytes + self.k * (self.input.bytes + 4))
        return Cost(bytes=moved, flops=self.rows * self.cols)

    @property
    def _cut(self) -> Slices:
        return Slices.choose(self.cols, self.slices, 32)
