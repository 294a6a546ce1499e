"""A whole matrix of weights as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, u8
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.float_arrays import numbers, rounded
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.kernels.weights.rows import decode_row
from ptxgen.launch import In, Out, Plan, Signature
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer


@register(family="weights", aliases=("dequantise",))
@frozen
class Dequantize(Kernel):
    """y = W as numbers, from every weight format, a CTA a row.

    w: [n, row bytes] uint8, rows of whole blocks in the file's layout, the first 16-byte aligned; y: [n, k] float32,
    float16 or bfloat16 (`to`), 16-byte aligned. n is the grid: one text serves every matrix of a k.

    As the format's decoder computes it, then rounded once to the type of y: exact. A zero may have the other sign.
    """

    n: int = size(64)
    k: int = size(1024)
    format: BlockFormat = weight_format(Q4_K)
    to: Type = choice(f32, f16, bf16)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    minimum_sm: ClassVar[int] = 80  # conversion to bfloat16
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("k", "block_weights"),
        at_most("n", 2**31 - 1),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(w=In(u8, "n", "row_bytes"), y=Out(self.to, "n", "k"))

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, **self.format.sizes(self.k)}

    def body(self, k: KernelBuilder, w: Pointer, y: Pointer) -> None:
        k.launch_bounds(required=self.threads)
        source = w.assume_aligned(16).row(k.ctaid.x, self.sizes["row_bytes"])
        target = y.assume_aligned(16).row(k.ctaid.x, self.k)
        decode_row(k, self.format, source, target, self.k, self.threads)

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.n, block=self.threads)

    def reference(self, w: NDArray[np.uint8]) -> NDArray[np.float64]:
        with np.errstate(over="ignore"):
            return numbers(rounded(self.format.decode(w), self.to), self.to)

    def tolerance(self, w: NDArray[np.uint8]) -> float:
        """None: every weight is rounded as the decoder rounds it."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"w": self.format.encode(rng.standard_normal((self.n, self.k), dtype=np.float32))}

    def cost(self) -> Cost:
        written = self.n * self.k * self.to.bytes
        return Cost(bytes=self.n * self.sizes["row_bytes"] + written, flops=2 * self.n * self.k)
