"""What decode kernels have in common: one new token a sequence against a cache whose lengths are in device memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import f32, s32
from ptxgen.kernels.attention.cache import FORMATS, CacheFormat
from ptxgen.kernels.attention.model import Doubles, HeadModel, attend
from ptxgen.kernels.attention.prefill import HEAD_DIMS
from ptxgen.kernels.attention.scores import Scores, default_scale
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, limit, option, real, size
from ptxgen.kernels.errors import KernelError
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Parameter, Scalar, Signature

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
    is paged: [pool, block_size, kv_heads, head_dim], and key j of sequence s is in row j % block_size of block
    block_table[s, j // block_size]; block_table: [seqs, ceil(capacity / block_size)] int32. `pool` 0 stands for as many
    blocks as the table has entries. capacity is a launch-time parameter.

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

    def __attrs_post_init__(self) -> None:
        if self.cache == "q8_0" and self.head_dim % 32:
            raise KernelError(
                "KRN080",
                f"{type(self).__name__}: a q8_0 cache has blocks of 32 elements, which head_dim {self.head_dim} is "
                "no multiple of",
                help='use cache="f16"',
            )
        super().__attrs_post_init__()

    @property
    def format(self) -> CacheFormat:
        """How the cache holds heads."""
        return FORMATS[self.cache]

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
        """The fields, blocks of the pool, and array elements of a cached head."""
        entries = -(-self.capacity // self.block_size) if self.block_size else 0
        return {
            **super().sizes,
            "pool_blocks": self.pool or self.seqs * entries,
            "row": self.format.row_elements(self.head_dim),
        }

    @property
    def signature(self) -> Signature:
        tokens = ("pool_blocks", "block_size") if self.block_size else ("seqs", "capacity")
        params: dict[str, Parameter] = {
            "q": In(f32, "seqs", "heads", "head_dim"),
            "keys": In(self.format.type, *tokens, "kv_heads", "row"),
            "values": In(self.format.type, *tokens, "kv_heads", "row"),
            "lengths": In(s32, "seqs"),
        }
        if self.block_size:
            params["block_table"] = In(s32, "seqs", "(capacity + block_size - 1) // block_size")
        return Signature(**params, out=Out(f32, "seqs", "heads", "head_dim"), capacity=Scalar(s32))

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
        for name in ("keys", "values"):
            numbers = rng.standard_normal((*shapes[name][:-1], self.head_dim), dtype=np.float32)
            made[name] = self.format.encode(numbers)
        if self.block_size:
            blocks = rng.permutation(shapes["keys"][0]).astype(np.int32)
            made["block_table"] = np.resize(blocks, shapes["block_table"])
        return made

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
            keys, values = (self._cached(inputs, name, s, seen) for name in ("keys", "values"))
            visible = np.ones((group, len(keys)), bool)
            for h in range(self.kv_heads):
                heads = slice(h * group, (h + 1) * group)
                model = attend(
                    q[s, heads], keys[:, h], values[:, h], visible, self.scores.scale, self.soft_cap
                )
                out[s, heads] = of(model)
        return out

    def _cached(self, inputs: dict[str, NDArray[Any]], name: str, sequence: int, seen: slice) -> Doubles:
        """[keys, kv_heads, head_dim] of one sequence, decoded."""
        cache = inputs[name]
        if not self.block_size:
            return self.format.decode(cache[sequence, seen])
        blocks = cache[inputs["block_table"][sequence, : -(-seen.stop // self.block_size)]]
        return self.format.decode(blocks.reshape(-1, *cache.shape[2:])[seen])
