"""What kernels for tiles of queries have in common: options, the mask, bounds of the error, the model of each head."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, f32, s32, u32
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.model import Doubles, HeadModel, attend, visible_keys
from ptxgen.kernels.attention.scores import Scores, default_scale
from ptxgen.kernels.base import Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.blocks.tiles import TileLayout
from ptxgen.kernels.float_arrays import EPSILON, SMALLEST, numbers
from ptxgen.kernels.rules import Rule, at_most, multiple

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

HEAD_DIMS = (32, 64, 80, 96, 128, 256)
"""Elements of a head: those of the models that people run."""


class KeyTiles(Protocol):
    """One thread's share of copying tiles of keys and of values of the CTA's head."""

    def start(self, tiles: Mapping[str, Value], *, down: Value | int) -> None:
        """Start copying tiles of "keys", "values" or both, from key `down` on, to shared addresses by these names."""
        ...


@frozen
class SequenceKeys:
    """What one sequence has in memory, float64. keys, values: [n, kv_heads, head_dim]."""

    keys: Doubles
    values: Doubles


@frozen
class TiledAttention(Kernel):
    """softmax(cap(scale * q k^T)) v for `q_len` queries of each sequence and every head.

    Query i stands at position i + n - q_len of its sequence's n keys. causal: it sees keys up to there; window: only
    the `window` last of these (0: all); a query that sees none gets zeros. soft_cap: scores become c tanh(s / c) (0:
    they do not); scale: 0 stands for 1 / sqrt(head_dim). Query head h reads KV head h // (heads / kv_heads).

    A subclass says where keys are: `length`, `key_tiles`, `sequences`; and how many there are.
    """

    q_len: int = size(33)
    heads: int = option(2)
    kv_heads: int = option(1)
    head_dim: int = choice(64, *(d for d in HEAD_DIMS if d != 64))
    causal: bool = flag(True)
    window: int = limit()
    soft_cap: float = real(0.0)
    scale: float = real(0.0)

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("heads", "kv_heads"),
        at_most("heads", 65535),
        at_most("q_len", 2**31 - 1),
        at_most("window", 2**31 - 1),
    )

    @property
    def element(self) -> Type:
        """Of q and out, and of the numbers that are multiplied."""
        return f32

    @property
    @abstractmethod
    def sequence_count(self) -> int:
        """Sequences of a launch."""

    @property
    @abstractmethod
    def most_keys(self) -> int:
        """Keys that a query sees at most."""

    @abstractmethod
    def length(self, k: KernelBuilder, given: Mapping[str, Any]) -> Value:
        """The number of keys of the CTA's sequence, number ctaid.z (s32)."""

    @abstractmethod
    def key_tiles(
        self, k: KernelBuilder, given: Mapping[str, Any], copy: TileCopy, length: Value
    ) -> KeyTiles:
        """Tiles of keys and values of the CTA's head, number ctaid.y."""

    @abstractmethod
    def sequences(self, inputs: Mapping[str, NDArray[Any]]) -> Iterator[SequenceKeys]:
        """What the reference takes the keys of each sequence to be."""

    @property
    def scores(self) -> Scores:
        """From products to scores."""
        return Scores(default_scale(self.scale, self.head_dim), self.soft_cap)

    def mask(self, k: KernelBuilder, queries: int, keys: int, q_len: Value, length: Value) -> TileMask:
        """The mask of the CTA's `queries` queries. Causal tiles are taken from the last, which sees most keys."""
        tile = k.nctaid.x - 1 - k.ctaid.x if self.causal else k.ctaid.x
        first = k.bitcast(s32, tile * queries)
        return TileMask(k, self.causal, self.window, queries, keys, first, q_len, length)

    def query_head(self, k: KernelBuilder, array: Pointer, q_len: Value) -> tuple[Pointer, int]:
        """The CTA's head of token 0 of q or out, and the elements from a token to the next."""
        stride = self.heads * self.head_dim
        return array.row(k.ctaid.z * k.bitcast(u32, q_len), stride).row(k.ctaid.y, self.head_dim), stride

    def query_tiles(
        self, k: KernelBuilder, given: Mapping[str, Any], layout: TileLayout, threads: int
    ) -> MatrixTiles:
        """One thread's share of copying the CTA's queries."""
        head, pitch = self.query_head(k, given["q"], given["q_len"])
        copy = TileCopy(k, layout, k.tid.x, threads)
        return MatrixTiles(copy, head, given["q_len"], self.head_dim, pitch=pitch)

    def kv_head(self, k: KernelBuilder) -> Value:
        """The KV head that the CTA's head reads (u32)."""
        return k.ctaid.y // (self.heads // self.kv_heads)

    def reference(self, **inputs: NDArray[Any]) -> Doubles:
        return self._each_head(inputs, lambda head: head.out)

    @property
    def dot_error(self) -> float:
        """What a product q . k may be off by, relative to |q||k|.

        It is a chain of roundings, each 2^-24 of a partial sum; these are about sqrt(i / head_dim) of |q||k|, and the
        errors have either sign.
        """
        return 2.0**-22

    @property
    def sum_error(self) -> float:
        """What sums of weights and of weighted values may be off by, relative to sums of magnitudes."""
        return 2.0**-23 * np.sqrt(self.most_keys)

    @property
    def stored_error(self) -> float:
        """What the numbers that are multiplied may be off by, relative to those that memory stands for."""
        return 0.0

    def tolerance(self, **inputs: NDArray[Any]) -> Doubles:
        """Relative to the weighted mean of |v|, which bounds what a relative error of the weights does to the output.

        A score is off by `dot_error` of `reach`; scaling it and subtracting the peak are three roundings of at most
        that size; the soft cap adds its own. 2^score is good to 2^-22. A relative error d of each weight makes one of
        2 d of the quotient of two sums, to which both add `sum_error`. In 16 bits, weights are rounded (but not in the
        sum that they are divided by), and so is the output. Keys and values that are off by `stored_error` move scores
        by so much of `reach`, and the output by so much of the mean.
        """
        unit, tiny = EPSILON[self.element], SMALLEST[self.element]
        rounded, lost = (0.0, 0.0) if self.element is f32 else (unit, tiny * np.sqrt(self.most_keys))

        def bound(head: HeadModel) -> Doubles:
            scores = (self.dot_error + self.stored_error + 3 * 2.0**-24) * head.reach
            weights = scores + self.scores.error() + 2.0**-22
            relative = 2 * weights + 2 * self.sum_error + 2.0**-21 + rounded + self.stored_error
            return relative * head.mass + unit * np.abs(head.out) + lost + tiny

        return self._each_head(inputs, bound)

    def _each_head(self, inputs: Mapping[str, NDArray[Any]], of: Callable[[HeadModel], Doubles]) -> Doubles:
        """[sequences, q_len, heads, head_dim] of what `of` takes from the model of each head."""
        q = numbers(inputs["q"], self.element)
        group = self.heads // self.kv_heads
        out = np.empty(q.shape)
        for s, given in enumerate(self.sequences(inputs)):
            visible = visible_keys(self.q_len, len(given.keys), causal=self.causal, window=self.window)
            for h in range(self.heads):
                keys, values = given.keys[:, h // group], given.values[:, h // group]
                head = attend(q[s, :, h], keys, values, visible, self.scores.scale, self.soft_cap)
                out[s, :, h] = of(head)
        return out
