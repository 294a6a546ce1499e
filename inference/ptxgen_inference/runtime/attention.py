"""Attention of a step: rotary embedding, the way into the cache, and the kernel that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from ptxgen.isa.types import Type, f16, f32
from ptxgen.kernels import (
    CachedFlashAttention,
    CachedMmaAttention,
    FlashAttention,
    FlashDecoding,
    IncrementalAttention,
    Kernel,
    KvScatter,
    MmaAttention,
    RopeNeox,
    RopeNeoxScatter,
    RopeNorm,
    RopeNormScatter,
    WgmmaAttention,
    WmmaAttention,
)
from ptxgen.kernels.cache.scatter import PIECE
from ptxgen_inference.runtime.model_parts import Heads, Rope
from ptxgen_inference.runtime.values import Operand, Value

if TYPE_CHECKING:
    from ptxgen_inference.runtime.cache import KvCache
    from ptxgen_inference.runtime.selection import Machine
    from ptxgen_inference.runtime.step import Step

_ROPE = {"norm": RopeNorm, "neox": RopeNeox}
_PREFILL: dict[str, Callable[..., Kernel]] = {
    "wgmma": WgmmaAttention,
    "mma": MmaAttention,
    "wmma": WmmaAttention,
}
_ROPE_SCATTER = {"norm": RopeNormScatter, "neox": RopeNeoxScatter}


@frozen
class Options:
    """What a family says about its attention. A `scale` of 0 stands for 1 / sqrt(head_dim)."""

    heads: Heads
    window: int
    soft_cap: float
    scale: float
    causal: bool

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that all attention kernels have."""
        heads = {"heads": self.heads.q, "kv_heads": self.heads.kv, "head_dim": self.heads.dim}
        return {**heads, "window": self.window, "soft_cap": self.soft_cap, "scale": self.scale}


def attend(
    step: Step, layer: int, q: Value, k: Value, v: Value, rope: Rope | None, options: Options
) -> Value:
    """On the cache where the step has one, else among the step's own tokens."""
    q, k, v = (step.cast(x, f32) for x in (q, k, v))
    if not step.shape.cached:
        out = _among_themselves(step, *_turned(step, q, k, rope, options.heads), v, options)
    elif step.cache is None:
        raise TypeError("a cached step needs a cache")
    else:
        q = _into_cache(step, step.cache, layer, (q, k, v), rope, options.heads)
        run = _decode if step.shape.decode else _chunk
        out = run(step, step.cache, layer, q, options)
    return out.of_rows(step.shape.tokens)


def _rope_fields(rope: Rope) -> dict[str, Any]:
    names = ("base", "scaling", "factor", "context", "low_factor", "high_factor", "beta_fast", "beta_slow")
    fields = {name: getattr(rope, name) for name in names}
    return {**fields, "rotary_dims": rope.dims, "factors": rope.factors is not None}


def _factors(step: Step, rope: Rope) -> dict[str, Operand]:
    return {} if rope.factors is None else {"factors": step.weights.array(rope.factors)}


def _turned(step: Step, q: Value, k: Value, rope: Rope | None, heads: Heads) -> tuple[Value, Value]:
    """Queries and keys with their rotary embedding."""
    if rope is None:
        return q, k
    kernel = _ROPE[rope.style](
        tokens=step.shape.tokens,
        heads=heads.q,
        key_heads=heads.kv,
        head_dim=heads.dim,
        **_rope_fields(rope),
    )
    positions = step.inputs.array("positions")
    q, k = step.trace.call(kernel, x=q, keys=k, positions=positions, **_factors(step, rope))
    return q, k


def _into_cache(
    step: Step,
    cache: KvCache,
    layer: int,
    qkv: tuple[Value, Value, Value],
    rope: Rope | None,
    heads: Heads,
) -> Value:
    """Keys and values go to the layer's cache; the queries, turned."""
    q, k, v = qkv
    held = {**cache.arrays(layer), **cache.table(step.inputs)}
    places = {name: step.inputs.array(name) for name in ("positions", "sequences")}
    fields: dict[str, Any] = {"tokens": step.shape.tokens, **cache.fields(step.shape.sequences)}
    if rope is None or rope.dims % (2 * PIECE):
        # The fused kernel turns whole pieces of a head; a part of another size is turned before.
        q, k = _turned(step, q, k, rope, heads)
        step.trace.call(KvScatter(**fields), new_keys=k, new_values=v, **places, **held)
        return q
    kernel = _ROPE_SCATTER[rope.style](heads=heads.q, **fields, **_rope_fields(rope))
    new = {"new_keys": k, "new_values": v}
    return step.trace.one(kernel, q=q, **new, **places, **held, **_factors(step, rope))


def _decode(step: Step, cache: KvCache, layer: int, q: Value, options: Options) -> Value:
    """One token of each sequence: keys are split among CTAs where that keeps more of the device busy."""
    warps = step.machine.decode_warps(cache.shape.context)
    fields: dict[str, Any] = {**cache.fields(step.shape.sequences), **options.fields, "warps": warps}
    split = FlashDecoding(**fields)
    chunks = split.chunks_for(step.machine.sms)
    kernel = IncrementalAttention(**fields) if chunks == 1 else attrs.evolve(split, chunks=chunks)
    lengths = step.inputs.array("lengths")
    return step.trace.one(kernel, q=q, lengths=lengths, **cache.arrays(layer), **cache.table(step.inputs))


def _chunk(step: Step, cache: KvCache, layer: int, q: Value, options: Options) -> Value:
    """Several tokens of one sequence."""
    sequences = step.shape.sequences
    fields: dict[str, Any] = {
        "q_len": step.shape.tokens // sequences,
        "causal": options.causal,
        **cache.fields(sequences),
        **options.fields,
    }
    rounded = not step.machine.exact and cache.format != "f32"
    kernel = CachedMmaAttention(**fields) if rounded else CachedFlashAttention(**fields)
    lengths = step.inputs.array("lengths")
    held = {**cache.arrays(layer), **cache.table(step.inputs)}
    return step.trace.one(kernel, q=step.cast(q, f16 if rounded else f32), lengths=lengths, **held)


def _among_themselves(step: Step, q: Value, k: Value, v: Value, options: Options) -> Value:
    """Tokens of sequences that have no cache; where they see what comes later, padding is left out by `lengths`."""
    sequences = step.shape.sequences
    tokens = step.shape.tokens // sequences
    fields: dict[str, Any] = {"q_len": tokens, "causal": options.causal, **options.fields}
    if not options.causal:
        padded = CachedFlashAttention(**fields, seqs=sequences, capacity=tokens, cache="f32")
        return step.trace.one(padded, q=q, keys=k, values=v, lengths=step.inputs.array("lengths"))
    kernel, type = _prefill_kernel(step.machine)
    made = kernel(**fields, kv_len=tokens, batch=sequences)
    return step.trace.one(made, **{n: step.cast(x, type) for n, x in (("q", q), ("keys", k), ("values", v))})


def _prefill_kernel(machine: Machine) -> tuple[Callable[..., Kernel], Type]:
    return (FlashAttention, f32) if machine.exact else (_PREFILL[machine.instructions], f16)
