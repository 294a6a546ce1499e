"""What all matrix products have in common: the operands, their layouts, and what is done to the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, flag, limit, size
from ptxgen.kernels.blocks.activations import ACTIVATIONS, activation
from ptxgen.kernels.blocks.fragments import Registers, row_and_column
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.float_arrays import normal, numbers
from ptxgen.kernels.gemm.epilogue import Epilogue, Pair
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

Doubles = NDArray[np.float64]


@frozen
class Gemm(Kernel):
    """c = activation(a b + bias) + residual, for any m, n and k.

    a: [m, k] and b: [n, k] of `type`, as weights are stored (c = a b^T), or [k, n] with `layout` "kn"; c and residual:
    [m, n] of `out`; bias: [n] float32. All are row-major and 16-byte aligned. With a `batch` of 1 or more, a, b, c and
    residual have that many matrices one after the other. m is a launch-time parameter: one text serves every m.
    """

    m: int = size(33)
    n: int = size(40)
    k: int = size(72)
    batch: int = limit()
    layout: str = choice("nk", "kn")
    out: Type = choice(f32, f16, bf16)
    bias: bool = flag()
    activation: str = activation()
    residual: bool = flag()

    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("m", 2**31 - 256),
        at_most("n", 2**31 - 256),
        at_most("k", 2**30),
        at_most("batch", 65535, instead="multiply in several calls"),
    )

    @property
    def factor(self) -> Type:
        """The element type of a."""
        return f32

    @property
    def signature(self) -> Signature:
        many: tuple[int, ...] = (self.batch,) if self.batch else ()
        params: dict[str, Any] = {"a": self.left(many), "b": self.right(many)}
        if self.bias:
            params["bias"] = In(f32, "n")
        if self.residual:
            params["residual"] = In(self.out, *many, "m", "n")
        return Signature(**params, c=Out(self.out, *many, "m", "n"), m=Scalar(u32))

    def of_batch(self, k: KernelBuilder, matrix: Pointer, rows: Value | int, columns: int) -> Pointer:
        """The CTA's matrix of those of a batch, which `ctaid.z` names."""
        return matrix.row(k.ctaid.z, rows * columns) if self.batch else matrix

    def epilogue(self, k: KernelBuilder, given: Mapping[str, Any], *, whole: bool) -> Epilogue:
        """What is done with the sums of the CTA's matrix. `given` are the entry's parameters by name.

        `whole` promises that no column is outside.
        """
        m: Value = given["m"]
        residual = given.get("residual")
        if residual is not None:
            residual = self.of_batch(k, residual, m, self.n)
        c = self.of_batch(k, given["c"], m, self.n)
        return Epilogue(k, c, m, self.n, self.activation, given.get("bias"), residual, whole)

    def store(
        self,
        k: KernelBuilder,
        given: Mapping[str, Any],
        tiles: Sequence[Sequence[Registers]],
        row: Value,
        column: Value,
        *,
        whole: bool,
    ) -> None:
        """Finish and store a warp's accumulators, 16 x 8 a tile, from (`row`, `column`) of c on: see `epilogue`."""
        epilogue = self.epilogue(k, given, whole=whole)
        lane_row, lane_column = row_and_column(k.tid.x % WARP)
        for first in range(0, len(tiles[0]), _TILES_AT_ONCE):
            some = range(first, min(first + _TILES_AT_ONCE, len(tiles[0])))
            columns = epilogue.columns(column + lane_column, [8 * j for j in some])
            for i, across in enumerate(tiles):
                for half in range(2):
                    pairs: list[Pair] = [(across[j][2 * half], across[j][2 * half + 1]) for j in some]
                    epilogue.store_row(row + lane_row + (16 * i + 8 * half), columns, pairs)

    def left(self, many: tuple[int, ...]) -> In:
        """The parameter a."""
        return In(self.factor, *many, "m", "k")

    def right(self, many: tuple[int, ...]) -> In:
        """The parameter b."""
        return In(self.factor, *many, *self.layout)

    def reference(
        self,
        a: NDArray[Any],
        b: NDArray[Any],
        bias: NDArray[np.float32] | None = None,
        residual: NDArray[Any] | None = None,
    ) -> Doubles:
        sums = self.decoded_a(a) @ self._by_columns(self.decoded_b(b))
        if bias is not None:
            sums = sums + bias
        sums = ACTIVATIONS[self.activation].exact(sums)
        return sums if residual is None else sums + numbers(residual, self.out)

    def tolerance(
        self,
        a: NDArray[Any],
        b: NDArray[Any],
        bias: NDArray[np.float32] | None = None,
        residual: NDArray[Any] | None = None,
    ) -> Doubles:
        """The error of the sums (`sum_error`), carried through the epilogue, and the rounding of the result.

        Adding the bias rounds once more (2^-24 of a number of at most |sum| + |bias|). An activation multiplies an
        error by its slope at most and adds its own (see `blocks.activations`), the worse of those at either end of
        the argument's error. Adding the residual and storing round once each, the last to the `out` type.
        """
        left, right = self.decoded_a(a), self._by_columns(self.decoded_b(b))
        sums = left @ right
        error = self.sum_error(left, right)
        if bias is not None:
            error = error + _SINGLE * (np.abs(sums) + np.abs(bias))
            sums = sums + bias
        function = ACTIVATIONS[self.activation]
        error = function.slope * error + np.maximum(
            *(function.error(sums + side * error) for side in (-1, 1))
        )
        result = function.exact(sums)
        if residual is not None:
            result = result + numbers(residual, self.out)
            error = error + _SINGLE * (np.abs(result) + error)
        return error + _ROUNDING[self.out] * (np.abs(result) + error) + _SMALLEST[self.out]

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """A bound on the error of each element of left @ right before the epilogue."""
        raise NotImplementedError(f"{type(self).__name__} has no error bound")

    def decoded_a(self, a: NDArray[Any]) -> Doubles:
        """a in float64."""
        return numbers(a, self.factor)

    def decoded_b(self, b: NDArray[Any]) -> Doubles:
        """b in float64, in its own layout."""
        return numbers(b, self.factor)

    def _by_columns(self, b: Doubles) -> Doubles:
        return b.swapaxes(-1, -2) if self.layout == "nk" else b

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        shapes = {
            name: array.shape(self.sizes) for name, array in self.signature.arrays.items() if array.reads
        }
        types = {name: self.signature.arrays[name].type for name in shapes}
        return {name: normal(rng, shape, types[name]) for name, shape in shapes.items()}

    def cost(self) -> Cost:
        arrays = self.signature.arrays.values()
        moved = sum(int(np.prod(array.shape(self.sizes))) * array.type.bytes for array in arrays)
        return Cost(bytes=moved, flops=2 * max(self.batch, 1) * self.m * self.n * self.k)


_TILES_AT_ONCE = 8
"""Tiles of 8 columns whose biases are in registers together."""
_SINGLE = 2.0**-24
_ROUNDING = {f32: 0.0, f16: 2.0**-11, bf16: 2.0**-8}
_SMALLEST = {f32: 0.0, f16: 2.0**-25, bf16: 0.0}
