"""Rows of a weight matrix by number: the embeddings of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, s32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.float_arrays import numbers, rounded
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.kernels.weights.rows import decode_row
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@register(family="weights", aliases=("get_rows",))
@frozen
class EmbeddingGather(Kernel):
    """y[i] = row ids[i] of W as numbers, from every weight format, a CTA a row.

    w: [vocab, row bytes] uint8, rows of whole blocks in the file's layout, the first 16-byte aligned; ids: [m] int32;
    y: [m, k] float32, float16 or bfloat16 (`to`), 16-byte aligned. vocab and m are launch-time parameters.

    An id below 0 or not below vocab gives a row of zeros (`out_of_range` "zeros"), or stops the kernel with a trap,
    which ends the CUDA context ("trap"). Rows are exact: see `Dequantize`.
    """

    m: int = size(8)
    vocab: int = size(100)
    k: int = size(512)
    format: BlockFormat = weight_format(Q4_K)
    to: Type = choice(f32, f16, bf16)
    out_of_range: str = choice("zeros", "trap")
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    minimum_sm: ClassVar[int] = 80  # conversion to bfloat16
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("k", "block_weights"),
        at_most("m", 2**31 - 1),
        at_most("vocab", 2**31 - 1),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(
            w=In(u8, "vocab", "row_bytes"), ids=In(s32, "m"), y=Out(self.to, "m", "k"), vocab=Scalar(u32)
        )

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, **self.format.sizes(self.k)}

    def body(self, k: KernelBuilder, w: Pointer, ids: Pointer, y: Pointer, vocab: Value) -> None:
        k.launch_bounds(required=self.threads)
        id = k.bitcast(u32, ids[k.ctaid.x])  # a negative one becomes larger than any vocabulary
        target = y.assume_aligned(16).row(k.ctaid.x, self.k)
        with k.if_(id < vocab):
            source = w.assume_aligned(16).row(id, self.sizes["row_bytes"])
            decode_row(k, self.format, source, target, self.k, self.threads)
        with k.else_():
            if self.out_of_range == "trap":
                k.trap()
            else:
                with k.stride(k.tid.x, self.k, self.threads) as i:
                    target[i] = 0.0

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.m, block=self.threads)

    def reference(self, w: NDArray[np.uint8], ids: NDArray[np.int32]) -> NDArray[np.float64]:
        inside = (ids >= 0) & (ids < len(w))
        rows = self.format.decode(w[np.where(inside, ids, 0)])
        with np.errstate(over="ignore"):
            return np.where(inside[:, None], numbers(rounded(rows, self.to), self.to), 0.0)

    def tolerance(self, w: NDArray[np.uint8], ids: NDArray[np.int32]) -> float:
        """None: every weight is rounded as the decoder rounds it."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        weights = rng.standard_normal((self.vocab, self.k), dtype=np.float32)
        return {
            "w": self.format.encode(weights),
            "ids": rng.integers(0, self.vocab, self.m).astype(np.int32),
        }

    def cost(self) -> Cost:
        a_row = 4 + self.sizes["row_bytes"] + self.k * self.to.bytes
        return Cost(bytes=self.m * a_row, flops=2 * self.m * self.k)
