"""Qwen3: as Llama, with an RMSNorm of each head of queries and keys before they turn."""

from __future__ import annotations

from attrs import frozen

from ptxgen_inference.models import llama
from ptxgen_inference.models.hyper import Traits
from ptxgen_inference.models.llama import Ends
from ptxgen_inference.models.model import Family, Model
from ptxgen_inference.models.roles import vector
from ptxgen_inference.runtime.model_parts import Weight
from ptxgen_inference.runtime.step import Step
from ptxgen_inference.runtime.values import Value


@frozen(eq=False)
class Layer(llama.Layer):
    """A layer with norms of heads."""

    q_norm: Weight = vector("attn_q_norm.weight", "head")
    k_norm: Weight = vector("attn_k_norm.weight", "head")


def forward(model: Model[Ends, Layer], s: Step) -> Value:
    """Logits of the wanted rows."""
    hyper, ends, heads = model.hyper, model.ends, model.hyper.heads
    x = s.mark("embd", s.embed(ends.embedding))
    for i, w in enumerate(model.layers):
        q, k, v = s.qkv(x, weights=(w.q, w.k, w.v), biases=w.biases, norm=w.attn_norm)
        q = s.head_norm(q, w.q_norm, hyper.epsilon, heads.q)
        k = s.head_norm(k, w.k_norm, hyper.epsilon, heads.kv)
        y = s.attend(i, q, k, v, heads=heads, rope=model.rope, window=hyper.windows[i], scale=hyper.scale)
        s.mark(f"blk.{i}.heads", y)
        x = s.mark(f"blk.{i}.attn", s.linear(y, w.o, bias=w.o_bias, residual=x))
        y = s.gated(x, gate=w.gate, up=w.up, activation="silu", norm=w.ffn_norm)
        x = s.mark(f"blk.{i}", s.linear(y, w.down, bias=w.down_bias, residual=x))
    return s.linear(s.last(x), ends.output, bias=ends.output_bias, norm=ends.norm)


QWEN3 = Family("qwen3", Traits(rope="neox"), Ends, Layer, forward)
