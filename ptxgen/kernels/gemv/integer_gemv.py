"""The GEMV family on 8-bit activations: y = W x by integer dot products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, flag, size
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemv.activations import OnQ8Activations, Reals
from ptxgen.kernels.gemv.rows import Cta, Matrix
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Value


@frozen
class IntegerGemv(OnQ8Activations):
    """y = W x (+ bias) (+ residual), W in a block format, x as 8-bit codes; sums of products are integers.

    w: [n, row bytes] uint8, rows of whole blocks in the file's layout, 16-byte aligned; x: [k] or [m, k], see
    `OnQ8Activations`; with `rms_norm` gain: [k] float32; bias: [n] and residual: like y, float32; y: [n] or [m, n]
    float32. n is a launch-time parameter.
    """

    n: int = size(40)
    format: BlockFormat = weight_format(Q4_K)
    bias: bool = flag()
    residual: bool = flag()

    requires: ClassVar[tuple[Rule, ...]] = (*OnQ8Activations.requires, at_most("n", 2**31 - 1))

    @property
    def weight_formats(self) -> tuple[BlockFormat, ...]:
        return (self.format,)

    @property
    def signature(self) -> Signature:
        addends = {"bias": In(f32, "n")} if self.bias else {}
        addends |= {"residual": In(f32, *self.batch_dims, "n")} if self.residual else {}
        return Signature(
            w=In(u8, "n", "row_bytes"),
            **self.prologue.parameters(*self.batch_dims),
            **addends,
            y=Out(f32, *self.batch_dims, "n"),
            n=Scalar(u32),
        )

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and those of the format's rows."""
        return {**super().sizes, **self.format.sizes(self.k)}

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        """Products of rows, with the addends added in the lane that writes."""
        p = dict(zip(self.signature.params, parameters, strict=True))

        def finish(m: int, row: Value, products: Sequence[Value]) -> None:
            value = products[0]
            if self.bias:
                value = value + p["bias"][row]
            if self.residual:
                value = value + p["residual"].row(m, p["n"])[row]
            p["y"].row(m, p["n"])[row] = value

        Cta.open(k, self, p).rows(k, [Matrix(p["w"], self.format)], p["n"], finish)

    def plan(self) -> Plan:
        return self.plan_of(self.n)

    def reference(self, w: NDArray[np.uint8], x: NDArray[Any], **others: NDArray[np.float32]) -> Reals:
        y = self.product(self.format, w, self.exact(x, others.get("gain")))
        for addend in self._addends(others):
            y = y + addend
        return y

    def tolerance(self, w: NDArray[np.uint8], x: NDArray[Any], **others: NDArray[np.float32]) -> Reals:
        """See `product_bound`; each addend costs a rounding more, of the sum."""
        exact = self.exact(x, others.get("gain"))
        bound = self.product_bound(self.format, w, exact)
        addends = self._addends(others)
        if addends:
            sizes = np.abs(self.product(self.format, w, exact)) + sum(np.abs(a) for a in addends)
            bound = bound + len(addends) * 2.0**-24 * sizes
        return bound

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        weights = rng.standard_normal((self.n, self.k), dtype=np.float32)
        inputs: Arrays = {"w": self.format.encode(weights), **self.example_activations(rng)}
        for name in ("bias", "residual"):
            if name in self.signature.params:
                shape = self.signature.arrays[name].shape(self.sizes)
                inputs[name] = rng.standard_normal(shape, dtype=np.float32)
        return inputs

    def cost(self) -> Cost:
        outputs = self.batch * self.n * (2 if self.residual else 1) + (self.n if self.bias else 0)
        return Cost(
            bytes=self.n * self.sizes["row_bytes"] + self.activation_bytes() + 4 * outputs,
            flops=2 * self.batch * self.n * self.k,
        )

    def _addends(self, others: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        return [others[name] for name in ("bias", "residual") if name in others]
