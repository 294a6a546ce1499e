"""Attention of new tokens to a key-value cache that has them already: prompts in chunks, prefixes, padded batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import s32
from ptxgen.kernels.attention.model import visible_keys
from ptxgen.kernels.attention.tiled import KeyTiles, SequenceKeys, TiledAttention
from ptxgen.kernels.base import Arrays, Cost, choice, limit, size
from ptxgen.kernels.blocks.async_copy import TileCopy
from ptxgen.kernels.cache.arrays import CacheArrays
from ptxgen.kernels.cache.tiles import CacheTiles
from ptxgen.kernels.float_arrays import EPSILON, normal
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value


@frozen
class CachedAttention(TiledAttention):
    """softmax(cap(scale * q k^T)) v for the last `q_len` tokens of each of `seqs` sequences of a cache.

    q, out: [seqs, q_len, heads, head_dim] of `element` type, 16-byte aligned; lengths: [seqs] int32, the keys of each
    sequence, those of its new tokens included. Query i stands at position lengths[s] - q_len + i: a shorter chunk among
    others is padded in front. Lengths are read when the kernel runs; more than capacity counts as capacity.

    keys, values: [seqs, capacity, kv_heads, head_dim] in the format of `cache`: float16, float32, or uint8 with rows of
    Q8_0 blocks (head_dim / 32 * 34 bytes) in place of head_dim elements; 16-byte aligned. With a `block_size` the cache
    is paged: see `CacheArrays`; `pool` 0 stands for as many blocks as the table has entries. What the cache decodes to
    is rounded to `element` and multiplied as such. q_len and capacity are launch-time parameters. Options: see
    `TiledAttention`. With `causal` off and no cache before, this is the attention of an encoder on a padded batch.
    """

    seqs: int = size(2)
    capacity: int = size(70)
    cache: str = choice("f16", "f32", "q8_0")
    block_size: int = limit()
    pool: int = limit()

    requires: ClassVar[tuple[Rule, ...]] = (
        *TiledAttention.requires,
        at_most("capacity", 2**31 - 64),
        at_most("seqs", 65535),
    )

    @property
    def arrays(self) -> CacheArrays:
        """The cache."""
        return CacheArrays.of(self)

    @property
    def sequence_count(self) -> int:
        return self.seqs

    @property
    def most_keys(self) -> int:
        return self.capacity

    @property
    def sizes(self) -> dict[str, int]:
        return {**super().sizes, **self.arrays.sizes}

    @property
    def signature(self) -> Signature:
        queries = ("seqs", "q_len", "heads", "head_dim")
        return Signature(
            q=In(self.element, *queries), **self.arrays.parameters(), lengths=In(s32, "seqs"),
            out=Out(self.element, *queries), q_len=Scalar(s32), capacity=Scalar(s32),
        )  # fmt: skip

    @property
    def stored_error(self) -> float:
        """That of rounding to 16 bits, for numbers of at least 2^-14; none where the cache is of `element` type."""
        return 0.0 if self.arrays.format.type is self.element else EPSILON[self.element]

    def length(self, k: KernelBuilder, given: Mapping[str, Any]) -> Value:
        return self.arrays.length(k, given, k.ctaid.z)

    def key_tiles(
        self, k: KernelBuilder, given: Mapping[str, Any], copy: TileCopy, length: Value
    ) -> KeyTiles:
        format = self.arrays.format
        row = format.row_elements(self.head_dim)
        heads = {name: given[name].row(self.kv_head(k), row) for name in ("keys", "values")}
        source = self.arrays.source(k, given, k.ctaid.z)
        return CacheTiles(k, copy, format, heads, row * self.kv_heads, source, length)

    def sequences(self, inputs: Mapping[str, NDArray[Any]]) -> Iterator[SequenceKeys]:
        for s, length in enumerate(np.clip(inputs["lengths"], 0, self.capacity)):
            seen = slice(0, int(length))
            yield SequenceKeys(*(self.arrays.decoded(inputs, name, s, seen) for name in ("keys", "values")))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """The first sequence is full; the others are of any length, also shorter than the chunk."""
        lengths = rng.integers(1, self.capacity + 1, self.seqs, dtype=np.int32)
        lengths[0] = self.capacity
        shapes = {name: array.shape(self.sizes) for name, array in self.signature.arrays.items()}
        return {
            "q": normal(rng, shapes["q"], self.element),
            **self.arrays.example(rng, shapes),
            "lengths": lengths,
        }

    def cost(self) -> Cost:
        """Of full sequences: keys and values once, queries and output once; four operations for each visible pair."""
        cached = 2 * self.capacity * self.kv_heads * self.arrays.format.row_bytes(self.head_dim)
        queries = 2 * self.q_len * self.heads * self.head_dim * self.element.bytes
        visible = int(visible_keys(self.q_len, self.capacity, causal=self.causal, window=self.window).sum())
        return Cost(
            bytes=self.seqs * (cached + queries + 4),
            flops=4 * self.seqs * self.heads * visible * self.head_dim,
        )
