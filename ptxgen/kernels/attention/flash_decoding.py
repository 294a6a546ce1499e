"""Decode attention with the keys of a sequence split among CTAs, whose parts are then combined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32, s32, u32
from ptxgen.kernels.attention.decode import DecodeAttention
from ptxgen.kernels.attention.decode_cta import DecodeCta
from ptxgen.kernels.attention.decode_warp import DecodeLayout
from ptxgen.kernels.attention.partials import Parts, quotient
from ptxgen.kernels.attention.splitting import best_chunks
from ptxgen.kernels.base import Entry, choice, option
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import InOut, Plan, Workspace

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_WARPS = 4
"""Warps of a CTA at most."""

_COMBINE = "combine_attention"
"""The entry of the second launch, where there is one."""


@register(family="attention")
@frozen
class FlashDecoding(DecodeAttention):
    """Decode attention with split keys: `chunks` CTAs for each pack of query heads and sequence; f16, f32, q8_0 cache.

    q, out: [seqs, heads, head_dim] float32; keys, values: [seqs, capacity, kv_heads, head_dim], or paged;
    lengths: [seqs] int32 on the device. A sequence's keys are split evenly, in multiples of 32, whatever its length is;
    chunks that get none cost a launch of their CTA. `combine`: "last": the CTA that finishes last combines the parts,
    found by an atomic counter; "kernel": a second launch does. Dao et al., "Flash-Decoding" (2023). Options: see
    `DecodeAttention`. Error: see `tolerance`.
    """

    chunks: int = option(3)
    combine: str = choice("last", "kernel")

    requires: ClassVar[tuple[Rule, ...]] = (*DecodeAttention.requires, at_most("chunks", 65535))

    @property
    def layout(self) -> DecodeLayout:
        """Shared memory and warps of a CTA."""
        return DecodeLayout.of(self, _WARPS)

    @property
    def workspace(self) -> dict[str, Workspace]:
        """Sums and states of the parts of each pack, and how many of its CTAs have finished."""
        packs = self.heads // self.pack
        parts = (self.seqs, packs, self.chunks, self.pack)
        made = {"sums": Workspace(f32, (*parts, self.head_dim)), "states": Workspace(f32, (*parts, 2))}
        if self.combine == "last":
            made["arrived"] = Workspace(u32, (self.seqs, packs), zeroed=True)
        return made

    def chunks_for(self, sms: int) -> int:
        """The number of chunks for full sequences on a device with so many SMs: see `best_chunks`."""
        seen = min(self.capacity, self.window or self.capacity)
        tiles = -(-seen // self.layout.threads)
        return best_chunks(self.seqs * (self.heads // self.pack), tiles, sms)

    def entries(self) -> dict[str, Entry]:
        parts = {"sums": InOut(f32), "states": InOut(f32)}
        if self.combine == "last":
            return {self.name: Entry({**self.signature.params, **parts, "arrived": InOut(u32)}, self.body)}
        out = self.signature.params["out"]
        first = {name: p for name, p in self.signature.params.items() if name != "out"}
        return {
            self.name: Entry({**first, **parts}, self.body),
            _COMBINE: Entry({**parts, "out": out}, self._combine_body),
        }

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        given = dict(zip(self.entries()[self.name].parameters, parameters, strict=True))
        layout = self.layout
        k.launch_bounds(required=layout.threads, min_ctas=1)
        chunk, seq = k.ctaid.x, k.ctaid.z
        cta = DecodeCta(self, k, layout, given, k.ctaid.y, seq)
        parts = cta.attend(*self._chunk(k, chunk, *cta.seen()))
        place = seq * (self.heads // self.pack) + k.ctaid.y
        elements = self.pack * self.head_dim
        sums = given["sums"].row(place * self.chunks + chunk, elements)
        states = given["states"].row(place * self.chunks + chunk, 2 * self.pack)
        with cta.outputs() as index:
            peak, total, sum = parts.merge(index)
            sums[index] = sum
            with k.if_(index % self.head_dim == 0):
                states.row(index // self.head_dim, 2).store(0, (peak, total))
        if self.combine == "last":
            with k.if_(self._is_last(k, given["arrived"].at(place))):
                self._combine(k, given["sums"], given["states"], given["out"], place)

    def plan(self) -> Plan:
        packs = self.heads // self.pack
        block = self.layout.threads
        launches = [
            self.step(
                self.name,
                grid=(self.chunks, packs, self.seqs),
                block=block,
                shared_bytes=self.layout.bytes,
            )
        ]
        if self.combine == "kernel":
            launches.append(self.step(_COMBINE, grid=(packs, self.seqs), block=block))
        return Plan(launches, self.workspace)

    def _chunk(self, k: KernelBuilder, chunk: Value, start: Value, stop: Value) -> tuple[Value, Value]:
        """The CTA's keys of those from `start` to `stop`: as many tiles as any other CTA's, or what is left."""
        step = self.chunks * WARP
        keys = (stop - start + (step - 1)) // step * WARP
        first = start + k.bitcast(s32, chunk) * keys
        return first, k.min(first + keys, stop)

    def _is_last(self, k: KernelBuilder, arrived: Pointer) -> Value:
        """Whether all other CTAs of the pack have written their parts, which this one may then read.

        The CTA's writes come before its barrier, thread 0's release and the last one's acquire, and that before the
        last one's second barrier (PTX ISA 9.0, section 8: causality order). The counter wraps to 0 for the next run.
        """
        count = k.shared("count", u32)
        k.bar_sync()
        with k.if_(k.tid.x == 0):
            count[0] = k.atom_inc(u32, arrived, self.chunks - 1, sem="acq_rel", scope="gpu")
        k.bar_sync()
        return count[0] == self.chunks - 1

    def _combine_body(self, k: KernelBuilder, sums: Pointer, states: Pointer, out: Pointer) -> None:
        k.launch_bounds(required=self.layout.threads)
        self._combine(k, sums, states, out, k.ctaid.y * (self.heads // self.pack) + k.ctaid.x)

    def _combine(self, k: KernelBuilder, sums: Pointer, states: Pointer, out: Pointer, place: Value) -> None:
        """The outputs of pack `place` of all sequences, from its parts."""
        elements = self.pack * self.head_dim
        parts = Parts(
            k,
            self.chunks,
            sums.row(place, self.chunks * elements),
            elements,
            states.row(place, self.chunks * 2 * self.pack),
            2 * self.pack,
            self.head_dim,
        )
        out = out.row(place, elements)
        with k.for_(k.tid.x, elements, self.layout.threads) as index:
            _, total, sum = parts.merge(index)
            out[index] = quotient(k, sum, total)
