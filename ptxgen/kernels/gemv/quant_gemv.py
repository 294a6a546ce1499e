"""The GEMV family: y = W x with W in a GGUF block format and activations as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, f16, f32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, limit, option, part, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.float_arrays import rounded
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemv.bounds import MOST_ROWS, check_shared, row_bounds, whole_blocks
from ptxgen.kernels.gemv.products import dynamic_bytes
from ptxgen.kernels.gemv.strategies import WarpPerRow
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_SLAB_ROWS = 256


@frozen
class QuantGemv(Kernel):
    """y = W x. Weights stay quantised in memory; scales are applied in float32, just as the decoder forms weights.

    w: [n, row bytes] uint8, rows of whole blocks in the file's layout, the first 16-byte aligned; x: [k] or [m, k]
    float32 or float16 (`activations`), 16-byte aligned; y: [n] or [m, n] float32. n is a launch-time parameter: one
    text serves every matrix of a k. With `m` = 0 there is one row of activations, [k]; otherwise each weight is read
    once for all m <= 32, and each row of y has the bits that it would have alone.

    For x = e_j the result is column j of the decoded matrix, bit for bit (a negative zero becomes positive).
    Error: see `tolerance`.
    """

    n: int = size(64)
    k: int = size(1024)
    m: int = limit()
    format: BlockFormat = weight_format(Q4_K)
    strategy: WarpPerRow = part(WarpPerRow)
    activations: Type = choice(f32, f16)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        whole_blocks(),
        at_most("m", MOST_ROWS, instead="for more rows use a GEMM"),
        at_most("n", 2**31 - 1),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        rows = ("m",) if self.m else ()
        return Signature(
            w=In(u8, "n", "row_bytes"),
            x=In(self.activations, *rows, "k"),
            y=Out(f32, *rows, "n"),
            n=Scalar(u32),
        )

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, **self.format.sizes(self.k)}

    def body(self, k: KernelBuilder, w: Pointer, x: Pointer, y: Pointer, n: Value) -> None:
        """Left to the strategy, which relies on the CTA's size."""
        k.launch_bounds(required=self.threads)
        arrays = (w.assume_aligned(self.format.alignment), x.assume_aligned(16), y)
        self.strategy.emit(k, self.format, self.k, max(self.m, 1), self.threads, arrays, n)

    def check_target(self, target: str) -> None:
        """KRN003 for a target without the kernel, KRN041 where its CTAs have too little shared memory."""
        super().check_target(target)
        check_shared(target, self.strategy.shared_bytes(self.format, self.k, max(self.m, 1), self.threads))

    def plan(self) -> Plan:
        shape = (self.format, self.k, max(self.m, 1), self.threads)
        rows_a_cta = self.threads // WARP * self.strategy.rows_a_warp(*shape)
        shared = dynamic_bytes(self.strategy.shared_bytes(*shape))
        return Plan.single(
            entry=self.name, grid=-(-self.n // rows_a_cta), block=self.threads, shared_bytes=shared
        )

    def reference(self, w: NDArray[np.uint8], x: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.concatenate([x.astype(np.float64) @ rows.T for rows in self._decoded(w)], axis=-1)

    def tolerance(self, w: NDArray[np.uint8], x: NDArray[np.float32]) -> NDArray[np.float64]:
        """2^-22 * norm2(w) * norm2(x) for each row w and each x.

        Codes are exact; a lane sums up to 32 products of codes and activations, eight at a time, then multiplies by
        the group's scale and adds, for k/32 weights in all, and five sums of lanes follow. Each addition rounds by at
        most 2^-24 of the partial sum. Were all roundings to one side, the error would reach
        (k/32 + 5) * 2^-24 * sum|w x|. They are not: it grows with the root of their number. Codes of affine formats
        are summed less a middle one. What that one and the offset make of the sum of the activations is large and
        cancels, which leaves one rounding a group: in rows of one group (k = 32) 49152 rows of normal activations used
        0.6 of the bound at most, 3072 rows of activations all of one sign 0.7.
        """
        return row_bounds(self._decoded(w), x.astype(np.float64))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        weights = rng.standard_normal((self.n, self.k), dtype=np.float32)
        x = rng.standard_normal(self.signature.arrays["x"].shape(self.sizes), dtype=np.float32)
        return {"w": self.format.encode(weights), "x": rounded(x, self.activations)}

    def cost(self) -> Cost:
        batch = max(self.m, 1)
        vectors = batch * (self.activations.bytes * self.k + 4 * self.n)
        return Cost(bytes=self.n * self.sizes["row_bytes"] + vectors, flops=2 * batch * self.n * self.k)

    def _decoded(self, w: NDArray[np.uint8]) -> Iterator[NDArray[Any]]:
        """The decoded matrix in float64, some rows at a time: all of it may not fit in memory."""
        for start in range(0, len(w), _SLAB_ROWS):
            yield self.format.decode(w[start : start + _SLAB_ROWS]).astype(np.float64)
