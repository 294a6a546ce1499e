"""Whole decoders in float64, from a model file alone: nothing here knows the engine.

`forward(file, tokens)` gives the logits of all positions and the activations of each layer by name: `embd`, then for
layer i `blk.i.heads` (what attention gives, before its projection), `blk.i.attn` and `blk.i` (the residual stream
behind attention and behind the layer), `norm` and `logits`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ptxgen_inference.files import ModelFile
from tests.inference.reference.parts import (
    attention,
    gelu,
    layer_norm,
    linear,
    rms_norm,
    rotated,
    silu,
)
from tests.inference.reference.weights import Doubles, Numbers

Trace = dict[str, Doubles]


def forward(file: ModelFile, tokens: Sequence[int]) -> Trace:
    """Activations of a fresh sequence, [tokens, width] each."""
    model = Numbers(file)
    trace: Trace = {"embd": model["token_embd.weight"][list(tokens)]}
    FAMILIES[model.architecture](model, trace)
    return trace


def qkv(model: Numbers, x: Doubles, i: int) -> tuple[Doubles, Doubles, Doubles]:
    """Projections [tokens, heads, dim], with the biases that the file has."""
    heads = model.hyper("attention.head_count")
    kv_heads = model.hyper("attention.head_count_kv", heads)
    dim = model.hyper("attention.key_length", x.shape[-1] // heads)
    if model.get(f"blk.{i}.attn_qkv.weight") is not None:
        both = linear(x, model[f"blk.{i}.attn_qkv.weight"], model.get(f"blk.{i}.attn_qkv.bias"))
        split = np.split(both, [heads * dim, (heads + kv_heads) * dim], axis=1)
    else:
        split = [
            linear(x, model[f"blk.{i}.attn_{name}.weight"], model.get(f"blk.{i}.attn_{name}.bias"))
            for name in "qkv"
        ]
    q, k, v = split
    return q.reshape(-1, heads, dim), k.reshape(-1, kv_heads, dim), v.reshape(-1, kv_heads, dim)


def turned(model: Numbers, x: Doubles) -> Doubles:
    dims = model.hyper("rope.dimension_count", x.shape[-1])
    return rotated(x, np.arange(len(x), dtype=np.float64), model, dims)


def llama(model: Numbers, trace: Trace) -> None:
    """Llama, Mistral, Qwen2; Qwen3 where the file has norms of heads."""
    epsilon = model.hyper("attention.layer_norm_rms_epsilon")
    layers, window = model.hyper("block_count"), model.hyper("attention.sliding_window", 0)
    sliding = model.hyper("attention.sliding_window_pattern", [True] * layers)
    x = trace["embd"]
    for i in range(layers):
        block = f"blk.{i}"
        q, k, v = qkv(model, rms_norm(x, model[f"{block}.attn_norm.weight"], epsilon), i)
        if model.architecture == "qwen3":
            q = rms_norm(q, model[f"{block}.attn_q_norm.weight"], epsilon)
            k = rms_norm(k, model[f"{block}.attn_k_norm.weight"], epsilon)
        scale = 1 / math.sqrt(q.shape[-1])
        heads = attention(turned(model, q), turned(model, k), v, scale, window if sliding[i] else 0)
        trace[f"{block}.heads"] = heads
        x = x + linear(heads, model[f"{block}.attn_output.weight"], model.get(f"{block}.attn_output.bias"))
        trace[f"{block}.attn"] = x
        y = rms_norm(x, model[f"{block}.ffn_norm.weight"], epsilon)
        y = silu(linear(y, model[f"{block}.ffn_gate.weight"])) * linear(y, model[f"{block}.ffn_up.weight"])
        x = x + linear(y, model[f"{block}.ffn_down.weight"], model.get(f"{block}.ffn_down.bias"))
        trace[block] = x
    trace["norm"] = rms_norm(x, model["output_norm.weight"], epsilon)
    trace["logits"] = linear(trace["norm"], head(model), model.get("output.bias"))


def phi2(model: Numbers, trace: Trace) -> None:
    epsilon = model.hyper("attention.layer_norm_epsilon")
    x = trace["embd"]
    for i in range(model.hyper("block_count")):
        block = f"blk.{i}"
        y = layer_norm(x, model[f"{block}.attn_norm.weight"], model[f"{block}.attn_norm.bias"], epsilon)
        q, k, v = qkv(model, y, i)
        heads = attention(turned(model, q), turned(model, k), v, 1 / math.sqrt(q.shape[-1]))
        trace[f"{block}.heads"] = heads
        attended = linear(heads, model[f"{block}.attn_output.weight"], model[f"{block}.attn_output.bias"])
        trace[f"{block}.attn"] = x + attended
        y = gelu(linear(y, model[f"{block}.ffn_up.weight"], model[f"{block}.ffn_up.bias"]))
        x = x + attended + linear(y, model[f"{block}.ffn_down.weight"], model[f"{block}.ffn_down.bias"])
        trace[block] = x
    trace["norm"] = layer_norm(x, model["output_norm.weight"], model["output_norm.bias"], epsilon)
    trace["logits"] = linear(trace["norm"], model["output.weight"], model["output.bias"])


def gemma2(model: Numbers, trace: Trace) -> None:
    epsilon = model.hyper("attention.layer_norm_rms_epsilon")
    layers, hidden = model.hyper("block_count"), model.hyper("embedding_length")
    x = trace["embd"] = trace["embd"] * math.sqrt(hidden)
    for i in range(layers):
        block = f"blk.{i}"
        q, k, v = qkv(model, rms_norm(x, model[f"{block}.attn_norm.weight"], epsilon), i)
        squared = hidden // q.shape[1] if layers == 46 else q.shape[2]
        window = model.hyper("attention.sliding_window") if i % 2 == 0 else 0
        scale, cap = (
            model.hyper("attention.scale", 1 / math.sqrt(squared)),
            model.hyper("attn_logit_softcapping"),
        )
        heads = attention(turned(model, q), turned(model, k), v, scale, window, cap)
        trace[f"{block}.heads"] = heads
        y = linear(heads, model[f"{block}.attn_output.weight"])
        x = x + rms_norm(y, model[f"{block}.post_attention_norm.weight"], epsilon)
        trace[f"{block}.attn"] = x
        y = rms_norm(x, model[f"{block}.ffn_norm.weight"], epsilon)
        y = gelu(linear(y, model[f"{block}.ffn_gate.weight"])) * linear(y, model[f"{block}.ffn_up.weight"])
        y = linear(y, model[f"{block}.ffn_down.weight"])
        x = x + rms_norm(y, model[f"{block}.post_ffw_norm.weight"], epsilon)
        trace[block] = x
    trace["norm"] = rms_norm(x, model["output_norm.weight"], epsilon)
    logits = linear(trace["norm"], head(model))
    cap = model.hyper("final_logit_softcapping")
    trace["logits"] = cap * np.tanh(logits / cap)


def head(model: Numbers) -> Doubles:
    """The output matrix; the embedding's where the file has none."""
    own = model.get("output.weight")
    return model["token_embd.weight"] if own is None else own


FAMILIES: dict[str, Callable[[Numbers, Trace], None]] = {
    "llama": llama,
    "qwen2": llama,
    "qwen3": llama,
    "phi2": phi2,
    "gemma2": gemma2,
}
