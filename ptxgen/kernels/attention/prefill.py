"""Attention of prompts: as many keys as there are, one after the other, in arrays of the kernel's own type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import s32, u32
from ptxgen.kernels.attention.model import visible_keys
from ptxgen.kernels.attention.tiled import KeyTiles, SequenceKeys, TiledAttention
from ptxgen.kernels.base import Arrays, Cost, option, size
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.float_arrays import normal, numbers
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import In, Out, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen
class PrefillAttention(TiledAttention):
    """softmax(cap(scale * q k^T)) v for every head of `batch` sequences of one length.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim], all of `element` type,
    16-byte aligned. A token's heads lie together, as projections write them and as caches grow. q_len and kv_len are
    launch-time parameters; batch * length < 2^31. Options: see `TiledAttention`; every sequence has kv_len keys.
    """

    kv_len: int = size(70)
    batch: int = option(1)

    requires: ClassVar[tuple[Rule, ...]] = (
        *TiledAttention.requires,
        at_most("batch", 65535),
        at_most("kv_len", 2**31 - 1),
    )

    @property
    def sequence_count(self) -> int:
        return self.batch

    @property
    def most_keys(self) -> int:
        return self.kv_len

    @property
    def signature(self) -> Signature:
        queries, cache = ("batch", "q_len", "heads", "head_dim"), ("batch", "kv_len", "kv_heads", "head_dim")
        return Signature(
            q=In(self.element, *queries),
            keys=In(self.element, *cache),
            values=In(self.element, *cache),
            out=Out(self.element, *queries),
            q_len=Scalar(s32),
            kv_len=Scalar(s32),
        )

    def length(self, k: KernelBuilder, given: Mapping[str, Any]) -> Value:
        return given["kv_len"]

    def key_head(self, k: KernelBuilder, array: Pointer, kv_len: Value) -> tuple[Pointer, int]:
        """The CTA's head of key 0, and the elements from a key to the next."""
        stride = self.kv_heads * self.head_dim
        return array.row(k.ctaid.z * k.bitcast(u32, kv_len), stride).row(
            self.kv_head(k), self.head_dim
        ), stride

    def key_tiles(
        self, k: KernelBuilder, given: Mapping[str, Any], copy: TileCopy, length: Value
    ) -> KeyTiles:
        heads = {name: self.key_head(k, given[name], length) for name in ("keys", "values")}
        return _MatrixPair(
            {
                name: MatrixTiles(copy, head, length, self.head_dim, pitch=pitch)
                for name, (head, pitch) in heads.items()
            }
        )

    def sequences(self, inputs: Mapping[str, NDArray[Any]]) -> Iterator[SequenceKeys]:
        return map(SequenceKeys, *(numbers(inputs[name], self.element) for name in ("keys", "values")))

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        shapes = {
            name: array.shape(self.sizes) for name, array in self.signature.arrays.items() if array.reads
        }
        return {name: normal(rng, shape, self.element) for name, shape in shapes.items()}

    def cost(self) -> Cost:
        """Keys and values once, queries and output once; four operations for each visible pair and element."""
        tokens = 2 * self.batch * (self.q_len * self.heads + self.kv_len * self.kv_heads)
        visible = int(visible_keys(self.q_len, self.kv_len, causal=self.causal, window=self.window).sum())
        return Cost(
            bytes=tokens * self.head_dim * self.element.bytes,
            flops=4 * self.batch * self.heads * visible * self.head_dim,
        )


@frozen
class _MatrixPair:
    """Tiles of keys and values, each array a matrix for the CTA's head."""

    arrays: Mapping[str, MatrixTiles]

    def start(self, tiles: Mapping[str, Value], *, down: Value | int) -> None:
        for name, tile in tiles.items():
            self.arrays[name].start(tile, down=down)
