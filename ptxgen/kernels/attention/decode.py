"""What decode kernels have in common: one new token a sequence against a cache whose lengths are in device memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, s32
from ptxgen.kernels.attention.model import Doubles, HeadModel, attend
from ptxgen.kernels.attention.scores import Scores, default_scale
from ptxgen.kernels.attention.tiled import HEAD_DIMS
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, limit, option, real, size
from ptxgen.kernels.cache.arrays import CacheArrays
from ptxgen.kernels.cache.formats import CacheFormat
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptxgen.ir.builder import Value

MOST_HEADS = 8
"""Query heads that a CTA treats together at most: so many use a key and a value that was read once."""
_PACKED_ELEMENTS = 1024
"""Elements of all heads of a CTA at most: a lane keeps a 32nd of their sums in registers."""


@frozen
class DecodeAttention(Kernel):
    """softmax(cap(scale * q k^T)) v for one token of each of `seqs` sequences, the last one of its cache.

    q, out: [seqs, heads, head_dim] float32; lengths: [seqs] int32, the keys of each sequence, its own included. Lengths
    are read when the kernel runs, so that a recorded graph can be replayed; 0 gives zeros, more than `capacity` counts
    as capacity.

    keys, values: [seqs, capacity, kv_heads, head_dim] in the format of `cache`: float16, float32, or uint8 with rows of
    Q8_0 blocks (head_dim / 32 * 34 bytes) in place of head_dim elements; 16-byte aligned. With a `block_size` the cache
    is paged: see `CacheArrays`; `pool` 0 stands for as many blocks as the table has entries. capacity is a launch-time
    parameter.

    window: only the last `window` keys are seen (0: all); soft_cap: scores become c tanh(s / c) (0: they do not);
    scale: 0 stands for 1 / sqrt(head_dim). Arithmetic is float32 on the numbers that the cache decodes to.

    Query head h reads KV head h // (heads / kv_heads). Up to eight heads of one KV head (four where
    head_dim is 256) share a CTA: the largest divisor of their number; a key is read once for each such pack.
    """

    seqs: int = size(2)
    capacity: int = size(70)
    heads: int = option(2)
    kv_heads: int = option(1)
    head_dim: int = choice(64, *(d for d in HEAD_DIMS if d != 64))
    cache: str = choice("f16", "f32", "q8_0")
    block_size: int = limit()
    pool: int = limit()
    window: int = limit()
    soft_cap: float = real(0.0)
    scale: float = real(0.0)
    warps: int = limit()

    minimum_sm: ClassVar[int] = 80
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("heads", "kv_heads"),
        at_most("capacity", 2**31 - 64),
        at_most("seqs", 65535),
        at_most("window", 2**31 - 1),
    )

    @property
    def arrays(self) -> CacheArrays:
        """The cache."""
        return CacheArrays.of(self)

    @property
    def format(self) -> CacheFormat:
        """How the cache holds heads."""
        return self.arrays.format

    @property
    def pack(self) -> int:
        """Query heads of a CTA, all of one KV head."""
        group = self.heads // self.kv_heads
        most = min(MOST_HEADS, _PACKED_ELEMENTS // self.head_dim)
        return max(size for size in range(1, most + 1) if group % size == 0)

    def kv_head(self, pack: Value) -> Value:
        """The KV head of a pack (u32)."""
        return pack // (self.heads // self.kv_heads // self.pack)

    @property
    def scores(self) -> Scores:
        """From products to scores."""
        return Scores(default_scale(self.scale, self.head_dim), self.soft_cap)

    @property
    def sizes(self) -> dict[str, int]:
        """The fields and those of the cache."""
        return {**super().sizes, **self.arrays.sizes}

    @property
    def signature(self) -> Signature:
        heads = ("seqs", "heads", "head_dim")
        return Signature(
            q=In(f32, *heads), **self.arrays.parameters(), lengths=In(s32, "seqs"), out=Out(f32, *heads),
            capacity=Scalar(s32),
        )  # fmt: skip

    def reference(self, **inputs: NDArray[Any]) -> Doubles:
        return self._each_sequence(inputs, lambda head: head.out)

    def tolerance(self, **inputs: NDArray[Any]) -> Doubles:
        """As of `PrefillAttention` in float32: the weights' relative error, and those of sums, of the mean of |v|.

        Parts of the keys are joined by one more multiplication and addition each: they count as keys.
        """

        def bound(head: HeadModel) -> Doubles:
            weights = 2 * (2.0**-21 * head.reach + self.scores.error() + 2.0**-22)
            sums = 2.0**-22 * (2 + np.sqrt(self.capacity))
            return (weights + sums) * head.mass + 2.0**-24 * np.abs(head.out) + 2.0**-150

        return self._each_sequence(inputs, bound)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """The first sequence is full, the second empty where there are more than two, the others of any length."""
        shapes = {name: array.shape(self.sizes) for name, array in self.signature.arrays.items()}
        lengths = rng.integers(1, self.capacity + 1, self.seqs, dtype=np.int32)
        lengths[0] = self.capacity
        if self.seqs > 2:
            lengths[1] = 0
        made: Arrays = {"q": rng.standard_normal(shapes["q"], dtype=np.float32), "lengths": lengths}
        return {**made, **self.arrays.example(rng, shapes)}

    def cost(self) -> Cost:
        """Of full sequences: the keys and values that are seen once for each KV head, q and out."""
        seen = min(self.capacity, self.window or self.capacity)
        cached = 2 * self.seqs * seen * self.kv_heads * self.format.row_bytes(self.head_dim)
        return Cost(
            bytes=cached + 8 * self.seqs * self.heads * self.head_dim + 4 * self.seqs,
            flops=4 * self.seqs * self.heads * seen * self.head_dim,
        )

    def _each_sequence(self, inputs: dict[str, NDArray[Any]], of: Callable[[HeadModel], Doubles]) -> Doubles:
        q = inputs["q"].astype(np.float64)
        out = np.zeros(q.shape)
        group = self.heads // self.kv_heads
        for s, length in enumerate(np.clip(inputs["lengths"], 0, self.capacity)):
            seen = slice(max(0, length - self.window) if self.window else 0, length)
            keys, values = (self.arrays.decoded(inputs, name, s, seen) for name in ("keys", "values"))
            visible = np.ones((group, len(keys)), bool)
            for h in range(self.kv_heads):
                heads = slice(h * group, (h + 1) * group)
                model = attend(
                    q[s, heads], keys[:, h], values[:, h], visible, self.scores.scale, self.soft_cap
                )
                out[s, heads] = of(model)
        return out
