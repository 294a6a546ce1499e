"""What prefill kernels have in common: sizes and options, parameters, the model, bounds of the error, the cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, f32, s32, u32
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.model import Doubles, HeadModel, as_doubles, attend, visible_keys
from ptxgen.kernels.attention.scores import Scores, default_scale
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, flag, limit, option, real, size
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Scalar, Signature
from ptxgen.quant.bfloat16 import to_bfloat16

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

HEAD_DIMS = (32, 64, 80, 96, 128, 256)
"""Elements of a head: those of the models that people run."""

_UNIT = {f32: 2.0**-24, f16: 2.0**-11, bf16: 2.0**-8}
"""The largest relative error of one rounding."""

_TINY = {f32: 2.0**-150, f16: 2.0**-25, bf16: 2.0**-134}
"""The largest error of a rounding among subnormals."""


@frozen
class PrefillAttention(Kernel):
    """softmax(cap(scale * q k^T)) v for every head of `batch` sequences of one length.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim], all of `element` type,
    16-byte aligned. A token's heads lie together, as projections write them and as caches grow. Query head h reads
    head h // (heads / kv_heads) of the cache. q_len and kv_len are launch-time parameters; batch * length < 2^31.

    Query i stands at position i + kv_len - q_len of the keys. causal: it sees keys up to there; window: only the
    `window` last of these (0: all); a query that sees none gets zeros. soft_cap: scores become c tanh(s / c) (0: they
    do not); scale: 0 stands for 1 / sqrt(head_dim).
    """

    q_len: int = size(33)
    kv_len: int = size(70)
    heads: int = option(2)
    kv_heads: int = option(1)
    head_dim: int = choice(64, *(d for d in HEAD_DIMS if d != 64))
    batch: int = option(1)
    causal: bool = flag(True)
    window: int = limit()
    soft_cap: float = real(0.0)
    scale: float = real(0.0)

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("heads", "kv_heads"),
        at_most("heads", 65535),
        at_most("batch", 65535),
        at_most("q_len", 2**31 - 1),
        at_most("kv_len", 2**31 - 1),
        at_most("window", 2**31 - 1),
    )

    @property
    def element(self) -> Type:
        """Of q, keys, values and out."""
        return f32

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

    @property
    def scores(self) -> Scores:
        """From products to scores."""
        return Scores(default_scale(self.scale, self.head_dim), self.soft_cap)

    def mask(self, k: KernelBuilder, queries: int, keys: int, q_len: Value, kv_len: Value) -> TileMask:
        """The mask of the CTA's `queries` queries. Causal tiles are taken from the last, which sees most keys."""
        tile = k.nctaid.x - 1 - k.ctaid.x if self.causal else k.ctaid.x
        first = k.bitcast(s32, tile * queries)
        return TileMask(k, self.causal, self.window, queries, keys, first, q_len, kv_len)

    def query_head(self, k: KernelBuilder, array: Pointer, q_len: Value) -> tuple[Pointer, int]:
        """The CTA's head of token 0 of q or out, and the elements from a token to the next."""
        stride = self.heads * self.head_dim
        return array.row(k.ctaid.z * k.bitcast(u32, q_len), stride).row(k.ctaid.y, self.head_dim), stride

    def key_head(self, k: KernelBuilder, array: Pointer, kv_len: Value) -> tuple[Pointer, int]:
        """The same for keys or values."""
        stride = self.kv_heads * self.head_dim
        head = k.ctaid.y // (self.heads // self.kv_heads)
        return array.row(k.ctaid.z * k.bitcast(u32, kv_len), stride).row(head, self.head_dim), stride

    def reference(self, q: NDArray[Any], keys: NDArray[Any], values: NDArray[Any]) -> Doubles:
        return self._each_head(q, keys, values, lambda head: head.out)

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
        return 2.0**-23 * math.sqrt(self.kv_len)

    def tolerance(self, q: NDArray[Any], keys: NDArray[Any], values: NDArray[Any]) -> Doubles:
        """Relative to the weighted mean of |v|, which bounds what a relative error of the weights does to the output.

        A score is off by `dot_error` of `reach`; scaling it and subtracting the peak are three roundings of at most
        that size; the soft cap adds its own. 2^score is good to 2^-22. A relative error d of each weight makes one of
        2 d of the quotient of two sums, to which both add `sum_error`. In 16 bits, weights are rounded (but not in the
        sum that they are divided by), and so is the output.
        """
        unit, tiny = _UNIT[self.element], _TINY[self.element]
        rounded, lost = (0.0, 0.0) if self.element is f32 else (unit, tiny * math.sqrt(self.kv_len))

        def bound(head: HeadModel) -> Doubles:
            weights = (self.dot_error + 3 * 2.0**-24) * head.reach + self.scores.error() + 2.0**-22
            relative = 2 * weights + 2 * self.sum_error + 2.0**-21 + rounded
            return relative * head.mass + unit * np.abs(head.out) + lost + tiny

        return self._each_head(q, keys, values, bound)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        shapes = {name: array.shape(self.sizes) for name, array in self.signature.arrays.items()}
        return {name: self._random(rng, shapes[name]) for name in ("q", "keys", "values")}

    def cost(self) -> Cost:
        """Keys and values once, queries and output once; four operations for each visible pair and element."""
        tokens = 2 * self.batch * (self.q_len * self.heads + self.kv_len * self.kv_heads)
        visible = int(visible_keys(self.q_len, self.kv_len, causal=self.causal, window=self.window).sum())
        return Cost(
            bytes=tokens * self.head_dim * self.element.bytes,
            flops=4 * self.batch * self.heads * visible * self.head_dim,
        )

    def _random(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
        numbers = rng.standard_normal(shape, dtype=np.float32)
        if self.element is bf16:
            return to_bfloat16(numbers)
        return numbers.astype(np.float16 if self.element is f16 else np.float32)

    def _each_head(self, q: NDArray[Any], keys: NDArray[Any], values: NDArray[Any], of: Any) -> Doubles:
        """[batch, q_len, heads, head_dim] of what `of` takes from the model of each head."""
        queries, cached, stored = as_doubles(q), as_doubles(keys), as_doubles(values)
        visible = visible_keys(self.q_len, self.kv_len, causal=self.causal, window=self.window)
        group = self.heads // self.kv_heads
        out = np.empty(queries.shape)
        for b, h in np.ndindex(self.batch, self.heads):
            head = attend(
                queries[b, :, h],
                cached[b, :, h // group],
                stored[b, :, h // group],
                visible,
                self.scores.scale,
                self.soft_cap,
            )
            out[b, :, h] = of(head)
        return out
