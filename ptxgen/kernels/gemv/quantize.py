"""Activations to 8-bit codes: Q8_1, as integer dot products take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f16, f32, s32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.blocks.q8_codes import GROUP, WORDS, quantise
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Signature
from ptxgen.quant import Q8_1

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@register(family="gemv", aliases=("q8_quantize",))
@frozen
class QuantizeQ8_1(Kernel):
    """Rows of activations to blocks of Q8_1, bit for bit as `ptxgen.quant.Q8_1.encode` makes them.

    x: [m, k] float32, 16-byte aligned; y: [m, k/32*36] uint8. d = amax/127, codes are x/d rounded to nearest, ties away
    from zero, with that d; d and s = d * sum of codes are stored as f16. A thread takes four columns, eight threads a
    block. m is a launch-time parameter.
    """

    m: int = size(3)
    k: int = size(544)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("k", GROUP, instead="pad x with zeros"),
        at_most("m", 65535, instead="quantise in several calls"),
        multiple("threads", WARP),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(x=In(f32, "m", "k"), y=Out(u8, "m", "row_bytes"))

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and the bytes of a row of blocks."""
        return {**super().sizes, "row_bytes": -(-self.k // GROUP) * Q8_1.bytes}

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer) -> None:
        """Lanes behind the end of a row compute its last word once more, and store nothing."""
        k.launch_bounds(required=self.threads)
        words = self.k // 4
        index = k.ctaid.x * self.threads + k.tid.x
        inside = index < words
        index = k.min(index, words - 1)
        values = x.assume_aligned(16).row(k.ctaid.y, self.k).row(index, 4).load(vec=4)
        d, codes = quantise(k, values)
        total: Value = k.op("dp4a.s32.s32", codes, 0x01010101, k.const(s32, 0))
        for distance in (1, 2, 4):
            total = total + k.shfl_bfly(total, distance)
        block = y.assume_aligned(4).row(k.ctaid.y, self.sizes["row_bytes"]).row(index >> 3, Q8_1.bytes)
        word = index & (WORDS - 1)
        with k.if_(inside):
            block.at(Q8_1.block.qs.offset).row(word, 4).cast(u32)[0] = codes
            with k.if_(word == 0):
                halves = k.cvt(f16, d), k.cvt(f16, d * k.cvt(f32, total))
                block.cast(f16).store(0, halves)

    def plan(self) -> Plan:
        return Plan.single(
            entry=self.name, grid=(-(-self.k // (4 * self.threads)), self.m), block=self.threads
        )

    def reference(self, x: NDArray[np.float32]) -> NDArray[np.uint8]:
        return Q8_1.encode(x)

    def tolerance(self, x: NDArray[np.float32]) -> float:
        """None: the kernel divides and rounds as the encoder does."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": rng.standard_normal((self.m, self.k), dtype=np.float32)}

    def cost(self) -> Cost:
        return Cost(bytes=self.m * (4 * self.k + self.sizes["row_bytes"]), flops=2 * self.m * self.k)
