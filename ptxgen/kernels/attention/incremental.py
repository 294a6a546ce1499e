"""Decode attention with one CTA for all keys of a sequence and KV head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.kernels.attention.decode import DecodeAttention
from ptxgen.kernels.attention.decode_cta import DecodeCta
from ptxgen.kernels.attention.decode_warp import DecodeLayout
from ptxgen.kernels.attention.partials import quotient
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder

_WARPS = 8
"""Warps of a CTA at most: one CTA has all keys of a sequence."""


@register(family="attention")
@frozen
class IncrementalAttention(DecodeAttention):
    """Attention of one new token a sequence, one CTA for each pack of query heads of a KV head; f16, f32 or q8_0 cache.

    q, out: [seqs, heads, head_dim] float32; keys, values: [seqs, capacity, kv_heads, head_dim], or paged;
    lengths: [seqs] int32 on the device. Best for short contexts or many sequences; for few long ones see
    `FlashDecoding`. Options: see `DecodeAttention`. Error: see `tolerance`.
    """

    @property
    def layout(self) -> DecodeLayout:
        """Shared memory and warps of a CTA."""
        return DecodeLayout.of(self, _WARPS)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        given = dict(zip(self.signature.params, parameters, strict=True))
        layout = self.layout
        k.launch_bounds(required=layout.threads, min_ctas=1)
        cta = DecodeCta(self, k, layout, given, k.ctaid.x, k.ctaid.y)
        parts = cta.attend(*cta.seen())
        out = given["out"].row(cta.first_head, self.head_dim)
        with cta.outputs() as index:
            _, total, sum = parts.merge(index)
            out[index] = quotient(k, sum, total)

    def plan(self) -> Plan:
        grid = (self.heads // self.pack, self.seqs)
        return Plan.single(
            entry=self.name, grid=grid, block=self.layout.threads, shared_bytes=self.layout.bytes
        )
