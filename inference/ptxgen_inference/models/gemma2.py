"""Gemma 2: scaled embeddings, norms before and behind each half of a layer, GEGLU, soft caps, a window in every second.

The norms' weights are 1 + w in GGUF files already.
"""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.models import llama
from ptxgen_inference.models.hyper import Traits
from ptxgen_inference.models.llama import Ends
from ptxgen_inference.models.model import Family, Model
from ptxgen_inference.models.roles import rms_norm
from ptxgen_inference.runtime.model_parts import RmsNorm
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value


@frozen(eq=False)
class Layer(llama.Layer):
    """A layer with norms behind attention and feed-forward."""

    post_attn_norm: RmsNorm = rms_norm("post_attention_norm")
    post_ffn_norm: RmsNorm = rms_norm("post_ffw_norm")


def forward(model: Model[Ends, Layer], s: Step) -> Value:
    """Logits of the wanted rows."""
    hyper, ends = model.hyper, model.ends
    x = s.mark("embd", s.embed(ends.embedding, scale=hyper.embedding_scale))
    for i, w in enumerate(model.layers):
        q, k, v = s.qkv(x, weights=(w.q, w.k, w.v), biases=w.biases, norm=w.attn_norm)
        heads = s.attend(
            i, q, k, v, heads=hyper.heads, rope=model.rope, window=hyper.windows[i],
            soft_cap=hyper.attention_cap, scale=hyper.scale,
        )  # fmt: skip
        s.mark(f"blk.{i}.heads", heads)
        y = s.norm(s.linear(heads, w.o, bias=w.o_bias), w.post_attn_norm)
        x = s.mark(f"blk.{i}.attn", s.add(x, y))
        y = s.gated(x, gate=w.gate, up=w.up, activation="gelu", norm=w.ffn_norm)
        y = s.norm(s.linear(y, w.down, bias=w.down_bias), w.post_ffn_norm)
        x = s.mark(f"blk.{i}", s.add(x, y))
    logits = s.linear(s.last(x), ends.output, bias=ends.output_bias, norm=ends.norm)
    return s.soft_cap(logits, hyper.logit_cap) if hyper.logit_cap else logits


GEMMA2 = Family(
    "gemma2",
    Traits(rope="neox", scaled_embedding=True, capped=True, window_period=2, hidden_scale_layers=46),
    Ends,
    Layer,
    forward,
)
