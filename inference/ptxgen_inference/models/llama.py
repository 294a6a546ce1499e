"""Llama, TinyLlama, Mistral and Qwen2: RMSNorm, rotary grouped-query attention, SwiGLU.

Llama 3 stretches its rotary embedding by factors; Mistral sees a window of keys; Qwen2 has biases on queries, keys and
values; small models have no output matrix of their own. All of that is in the file.
"""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.models.hyper import Traits
from ptxgen_inference.models.model import Family, Model
from ptxgen_inference.models.roles import Bound, matrix, projection, projection_bias, rms_norm, vector
from ptxgen_inference.runtime.model_parts import RmsNorm, Weight
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value


@frozen(eq=False)
class Ends(Bound):
    """Embedding, last norm and output."""

    embedding: Weight = matrix("token_embd", "vocabulary", "hidden")
    norm: RmsNorm = rms_norm("output_norm")
    output: Weight = matrix("output", "vocabulary", "hidden", tied="token_embd.weight")
    output_bias: Weight | None = vector("output.bias", "vocabulary", optional=True)
    rope_factors: Weight | None = vector("rope_freqs.weight", "pairs", optional=True)


@frozen(eq=False)
class Layer(Bound):
    """Attention and feed-forward of one layer."""

    attn_norm: RmsNorm = rms_norm("attn_norm")
    q: Weight = projection("attn_q", "q")
    k: Weight = projection("attn_k", "kv", "q")
    v: Weight = projection("attn_v", "kv", "q", "kv")
    q_bias: Weight | None = projection_bias("attn_q", "q", optional=True)
    k_bias: Weight | None = projection_bias("attn_k", "kv", "q", optional=True)
    v_bias: Weight | None = projection_bias("attn_v", "kv", "q", "kv", optional=True)
    o: Weight = matrix("attn_output", "hidden", "q")
    o_bias: Weight | None = vector("attn_output.bias", "hidden", optional=True)
    ffn_norm: RmsNorm = rms_norm("ffn_norm")
    gate: Weight = matrix("ffn_gate", "feed_forward", "hidden")
    up: Weight = matrix("ffn_up", "feed_forward", "hidden")
    down: Weight = matrix("ffn_down", "hidden", "feed_forward")
    down_bias: Weight | None = vector("ffn_down.bias", "hidden", optional=True)

    @property
    def biases(self) -> tuple[Weight, Weight, Weight] | None:
        """Of queries, keys and values: all, or none."""
        if self.q_bias is None or self.k_bias is None or self.v_bias is None:
            return None
        return self.q_bias, self.k_bias, self.v_bias


@frozen(eq=False)
class BiasedLayer(Layer):
    """A layer of Qwen2, whose files must have the biases."""

    q_bias: Weight = projection_bias("attn_q", "q")
    k_bias: Weight = projection_bias("attn_k", "kv", "q")
    v_bias: Weight = projection_bias("attn_v", "kv", "q", "kv")


def forward(model: Model[Ends, Layer], s: Step) -> Value:
    """Logits of the wanted rows."""
    hyper, ends = model.hyper, model.ends
    x = s.mark("embd", s.embed(ends.embedding))
    for i, w in enumerate(model.layers):
        q, k, v = s.qkv(x, weights=(w.q, w.k, w.v), biases=w.biases, norm=w.attn_norm)
        heads = s.attend(
            i, q, k, v, heads=hyper.heads, rope=model.rope, window=hyper.windows[i], scale=hyper.scale
        )
        s.mark(f"blk.{i}.heads", heads)
        x = s.mark(f"blk.{i}.attn", s.linear(heads, w.o, bias=w.o_bias, residual=x))
        y = s.gated(x, gate=w.gate, up=w.up, activation="silu", norm=w.ffn_norm)
        x = s.mark(f"blk.{i}", s.linear(y, w.down, bias=w.down_bias, residual=x))
    return s.linear(s.last(x), ends.output, bias=ends.output_bias, norm=ends.norm)


LLAMA = Family("llama", Traits(rope="norm"), Ends, Layer, forward)
QWEN2 = Family("qwen2", Traits(rope="neox"), Ends, BiasedLayer, forward)
