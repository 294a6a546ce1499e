"""Phi-2: one LayerNorm before attention and feed-forward side by side, GELU, part of each head turned, biases."""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.models.hyper import Traits
from ptxgen_inference.models.model import Family, Model
from ptxgen_inference.models.roles import Bound, layer_norm, matrix, projection, projection_bias, vector
from ptxgen_inference.runtime.model_parts import LayerNorm, Weight
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value


@frozen(eq=False)
class Ends(Bound):
    """Embedding, last norm and output."""

    embedding: Weight = matrix("token_embd", "vocabulary", "hidden")
    norm: LayerNorm = layer_norm("output_norm")
    output: Weight = matrix("output", "vocabulary", "hidden")
    output_bias: Weight = vector("output.bias", "vocabulary")


@frozen(eq=False)
class Layer(Bound):
    """Attention and feed-forward of one layer."""

    norm: LayerNorm = layer_norm("attn_norm")
    q: Weight = projection("attn_q", "q")
    k: Weight = projection("attn_k", "kv", "q")
    v: Weight = projection("attn_v", "kv", "q", "kv")
    q_bias: Weight = projection_bias("attn_q", "q")
    k_bias: Weight = projection_bias("attn_k", "kv", "q")
    v_bias: Weight = projection_bias("attn_v", "kv", "q", "kv")
    o: Weight = matrix("attn_output", "hidden", "q")
    o_bias: Weight = vector("attn_output.bias", "hidden")
    up: Weight = matrix("ffn_up", "feed_forward", "hidden")
    up_bias: Weight = vector("ffn_up.bias", "feed_forward")
    down: Weight = matrix("ffn_down", "hidden", "feed_forward")
    down_bias: Weight = vector("ffn_down.bias", "hidden")


def forward(model: Model[Ends, Layer], s: Step) -> Value:
    """Logits of the wanted rows."""
    hyper, ends = model.hyper, model.ends
    x = s.mark("embd", s.embed(ends.embedding))
    for i, w in enumerate(model.layers):
        shared = s.norm(x, w.norm)
        q, k, v = s.qkv(shared, weights=(w.q, w.k, w.v), biases=(w.q_bias, w.k_bias, w.v_bias))
        heads = s.attend(
            i, q, k, v, heads=hyper.heads, rope=model.rope, window=hyper.windows[i], scale=hyper.scale
        )
        s.mark(f"blk.{i}.heads", heads)
        x = s.mark(f"blk.{i}.attn", s.linear(heads, w.o, bias=w.o_bias, residual=x))
        y = s.linear(shared, w.up, bias=w.up_bias, activation="gelu")
        x = s.mark(f"blk.{i}", s.linear(y, w.down, bias=w.down_bias, residual=x))
    return s.linear(s.last(x), ends.output, bias=ends.output_bias, norm=ends.norm)


PHI2 = Family("phi2", Traits(rope="neox", epsilon="attention.layer_norm_epsilon"), Ends, Layer, forward)
