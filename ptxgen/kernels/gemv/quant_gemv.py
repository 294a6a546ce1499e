"""The GEMV family: y = W x with W in a GGUF block format and float32 activations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_ROUNDING = 2.0**-22
_SLAB_ROWS = 256


@frozen
class QuantGemv(Kernel):
    """y = W x. Weights stay quantised in memory and become float32 in registers, just as the decoder forms them.

    w: [n, row bytes] uint8, rows of whole blocks in the file's layout, 16-byte aligned;
    x: [k] float32, 16-byte aligned; y: [n] float32. n is a launch-time parameter: one text serves every matrix of a k.

    For x = e_j the result is column j of the decoded matrix, bit for bit (a negative zero becomes positive).
    Error: see `tolerance`.
    """

    n: int = size(64)
    k: int = size(1024)
    format: BlockFormat = Q4_K
    strategy: WarpPerRow = field(factory=WarpPerRow)
    threads: int = option(128)

    signature: ClassVar[Signature] = Signature(
        w=In(u8, "n", "row_bytes"), x=In(f32, "k"), y=Out(f32, "n"), n=Scalar(u32)
    )
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("k", "block_weights"),
        at_most("n", 2**31 - 1),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, the weights of a block, and the bytes of a row (rounded up where k is no multiple)."""
        blocks = -(-self.k // self.format.weights)
        return {
            **super().sizes,
            "block_weights": self.format.weights,
            "row_bytes": blocks * self.format.bytes,
        }

    def body(self, k: KernelBuilder, w: Pointer, x: Pointer, y: Pointer, n: Value) -> None:
        """Left to the strategy, which relies on the CTA's size."""
        k.launch_bounds(required=self.threads)
        arrays = (w.assume_aligned(self.format.alignment), x.assume_aligned(16), y)
        self.strategy.emit(k, self.format, self.k, self.threads, arrays, n)

    def plan(self) -> Plan:
        rows_a_cta = self.threads // WARP * self.strategy.rows
        return Plan.single(entry=self.name, grid=-(-self.n // rows_a_cta), block=self.threads)

    def reference(self, w: NDArray[np.uint8], x: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.concatenate([rows @ x.astype(np.float64) for rows in self._decoded(w)])

    def tolerance(self, w: NDArray[np.uint8], x: NDArray[np.float32]) -> NDArray[np.float64]:
        """2^-22 * norm2(w) * norm2(x) for each row.

        A weight is formed with one rounding (2^-24 of its larger term), and each product enters a sum with one more. A
        lane adds k/64 products to each of two totals, and six sums of totals follow. Were all roundings to the same
        side, the error would reach (k/64 + 7) * 2^-24 * sum|w x|. They are not: it grows with the root of their number.
        """
        norms = np.concatenate([np.linalg.norm(rows, axis=1) for rows in self._decoded(w)])
        return _ROUNDING * norms * float(np.linalg.norm(x.astype(np.float64)))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        weights = rng.standard_normal((self.n, self.k), dtype=np.float32)
        return {"w": self.format.encode(weights), "x": rng.standard_normal(self.k, dtype=np.float32)}

    def cost(self) -> Cost:
        return Cost(bytes=self.n * self.sizes["row_bytes"] + 4 * (self.k + self.n), flops=2 * self.n * self.k)

    def _decoded(self, w: NDArray[np.uint8]) -> Iterator[NDArray[Any]]:
        """The decoded matrix in float64, some rows at a time: all of it may not fit in memory."""
        for start in range(0, len(w), _SLAB_ROWS):
            yield self.format.decode(w[start : start + _SLAB_ROWS]).astype(np.float64)


@register(family="gemv", aliases=("q4k_gemv",))
@frozen
class Q4KGemv(QuantGemv):
    """Q4_K GEMV, the plain one: a warp a row, 4-byte loads of codes, one block a step.

    w: [n, k/256*144] uint8; x: [k] float32; y: [n] float32; k % 256 == 0.
    """

    format: BlockFormat = field(default=Q4_K, init=False)
    strategy: WarpPerRow = field(default=WarpPerRow(load_bytes=4), init=False)


@register(family="gemv", aliases=("vectorized_q4k_gemv", "q4k_gemv_vectorized"))
@frozen
class VectorizedQ4KGemv(QuantGemv):
    """Q4_K GEMV with 16-byte loads: four blocks of each of four rows in flight in a warp.

    Eight lanes share a block: its header comes once, as one 16-byte load, and its codes as eight that are contiguous.
    w: [n, k/256*144] uint8; x: [k] float32; y: [n] float32; k % 256 == 0, any n.
    """

    format: BlockFormat = field(default=Q4_K, init=False)
    strategy: WarpPerRow = field(default=WarpPerRow(load_bytes=16, rows=4), init=False)
