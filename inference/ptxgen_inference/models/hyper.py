"""Hyper-parameters: what a model's metadata says about its layers, checked against itself."""

from __future__ import annotations

import math
from typing import Any

from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.models.metadata import Metadata
from ptxgen_inference.runtime.model_parts import Heads, Rope

ROPE_BASE = 10000.0
"""What `rope.freq_base` is in files that do not say (GGUF's description of the key)."""

_ROPE_SCALINGS = ("none", "linear", "yarn")
_NEUTRAL = {
    "attention.causal": True,
    "attention.clamp_kqv": 0,
    "attention.max_alibi_bias": 0,
    "expert_count": 0,
    "embedding_scale": 1,
    "residual_scale": 1,
    "logit_scale": 1,
    "rope.scaling.attn_factor": 1,
    "rope.scaling.yarn_attn_factor": 1,
    "rope.scaling.yarn_ext_factor": 1,
    "rope.scaling.yarn_log_multiplier": 0,
}
_NO_CAPS = {"attn_logit_softcapping": 0, "final_logit_softcapping": 0}


@frozen(kw_only=True)
class Traits:
    """What an architecture's name says and no key of the file does.

    `rope`: the style of its rotary embedding. `epsilon`: the key of the norms' epsilon. `scaled_embedding`: embeddings
    are multiplied by sqrt(hidden). `capped`: attention scores and logits have soft caps. `window_period`: of so many
    layers the last one attends to everything, the others within the window; 0: all layers have the window.
    `hidden_scale_layers`: the model of so many layers scales scores by 1/sqrt(hidden / heads).
    """

    rope: str
    epsilon: str = "attention.layer_norm_rms_epsilon"
    scaled_embedding: bool = False
    capped: bool = False
    window_period: int = 0
    hidden_scale_layers: int = 0


@frozen(kw_only=True)
class Hyper:
    """The sizes and constants of a decoder.

    `windows`: of each layer how many positions back keys are seen, 0 for all. `scale`: what scores are multiplied by.
    `attention_cap`, `logit_cap`: c of c tanh(x / c), 0 for none. `rope` lacks its factors, which are a tensor.
    """

    architecture: str
    vocabulary: int
    context: int
    layers: int
    hidden: int
    feed_forward: int
    heads: Heads
    epsilon: float
    rope: Rope
    windows: tuple[int, ...]
    scale: float
    embedding_scale: float
    attention_cap: float
    logit_cap: float

    @property
    def sizes(self) -> dict[str, int]:
        """What the shapes of tensors are made of, by name."""
        return {
            "vocabulary": self.vocabulary,
            "hidden": self.hidden,
            "feed_forward": self.feed_forward,
            "q": self.heads.q_width,
            "kv": self.heads.kv_width,
            "head": self.heads.dim,
            "pairs": self.rope.dims // 2,
        }


def read(metadata: Metadata, traits: Traits, vocabulary: int, most_layers: int) -> Hyper:
    """The hyper-parameters of a file whose embedding has `vocabulary` rows.

    INF071: a key is missing. INF072: a value cannot be. INF073: values contradict one another, or the tensors.
    INF074: the file asks for something that is not done here.
    """
    for key, neutral in (_NEUTRAL if traits.capped else _NEUTRAL | _NO_CAPS).items():
        metadata.expect(key, neutral)
    layers, hidden = metadata.integer("block_count"), metadata.integer("embedding_length")
    if layers > most_layers:
        raise _contradiction(metadata, "block_count", layers, f"the file has {most_layers} tensors")
    _vocabulary(metadata, vocabulary)
    heads = _heads(metadata, hidden)
    return Hyper(
        architecture=metadata.architecture,
        vocabulary=vocabulary,
        context=metadata.integer("context_length"),
        layers=layers,
        hidden=hidden,
        feed_forward=metadata.integer("feed_forward_length"),
        heads=heads,
        epsilon=metadata.real(traits.epsilon, above=0),
        rope=_rope(metadata, traits.rope, heads),
        windows=_windows(metadata, layers, traits.window_period),
        scale=_scale(metadata, heads, hidden if layers == traits.hidden_scale_layers else 0),
        embedding_scale=math.sqrt(hidden) if traits.scaled_embedding else 1.0,
        attention_cap=_cap(metadata, "attn_logit_softcapping", traits),
        logit_cap=_cap(metadata, "final_logit_softcapping", traits),
    )


def _vocabulary(metadata: Metadata, rows: int) -> None:
    tokens: Any = metadata.values.get("tokenizer.ggml.tokens")
    if tokens is not None and not isinstance(tokens, list):
        raise InferenceError("INF072", f"tokenizer.ggml.tokens must be a list, got {tokens!r}")
    if tokens is not None and len(tokens) != rows:
        raise InferenceError(
            "INF073", f"tokenizer.ggml.tokens has {len(tokens)} tokens, but the embedding has {rows} rows"
        )
    if metadata.integer("vocab_size", rows) != rows:
        raise _contradiction(
            metadata, "vocab_size", metadata.integer("vocab_size"), f"the embedding has {rows} rows"
        )


def _heads(metadata: Metadata, hidden: int) -> Heads:
    q = metadata.integer("attention.head_count")
    kv = metadata.integer("attention.head_count_kv", q)
    if q % kv:
        raise _contradiction(
            metadata, "attention.head_count_kv", kv, f"it does not divide the {q} query heads"
        )
    dim = metadata.integer("attention.key_length", hidden // q if hidden % q == 0 else 0, least=0)
    if dim == 0:
        raise _contradiction(
            metadata,
            "attention.head_count",
            q,
            f"it does not divide the width {hidden}, and no key_length is given",
        )
    values = metadata.integer("attention.value_length", dim)
    if values != dim:
        raise _contradiction(metadata, "attention.value_length", values, f"keys have {dim} elements")
    return Heads(q, kv, dim)


def _rope(metadata: Metadata, style: str, heads: Heads) -> Rope:
    dims = metadata.integer("rope.dimension_count", heads.dim)
    if dims % 2 or dims > heads.dim:
        raise _contradiction(
            metadata,
            "rope.dimension_count",
            dims,
            f"it is even and at most the {heads.dim} elements of a head",
        )
    factor = metadata.real(
        "rope.scaling.factor", metadata.values.get(metadata.key("rope.scale_linear"), 1.0), above=0
    )
    scaling = metadata.text("rope.scaling.type", "none" if factor == 1 else "linear")
    if scaling not in _ROPE_SCALINGS:
        raise InferenceError(
            "INF074",
            f"{metadata.key('rope.scaling.type')} is {scaling!r}; known are {', '.join(_ROPE_SCALINGS)}",
        )
    yarn: dict[str, Any] = {}
    if scaling == "yarn":
        yarn = {
            "context": metadata.integer(
                "rope.scaling.original_context_length", metadata.integer("context_length")
            ),
            "beta_fast": metadata.real("rope.scaling.yarn_beta_fast", 32.0, above=0),
            "beta_slow": metadata.real("rope.scaling.yarn_beta_slow", 1.0, above=0),
        }
    base = metadata.real("rope.freq_base", ROPE_BASE, above=1)
    factor = 1.0 if scaling == "none" else factor
    return Rope(style=style, dims=dims, base=base, scaling=scaling, factor=factor, **yarn)


def _windows(metadata: Metadata, layers: int, period: int) -> tuple[int, ...]:
    window = metadata.integer("attention.sliding_window", None if period else 0, least=0)
    pattern: Any = metadata.values.get(metadata.key("attention.sliding_window_pattern"), period)
    if isinstance(pattern, list):
        each: list[Any] = pattern
        if len(each) != layers:
            raise _contradiction(
                metadata, "attention.sliding_window_pattern", each, f"the model has {layers} layers"
            )
        return tuple(window if sliding else 0 for sliding in each)
    period = metadata.integer("attention.sliding_window_pattern", period, least=0)
    return tuple(0 if period and (i + 1) % period == 0 else window for i in range(layers))


def _scale(metadata: Metadata, heads: Heads, hidden: int) -> float:
    """`attention.scale`, where 0 stands for what follows from the sizes."""
    squared = hidden // heads.q if hidden else heads.dim
    return metadata.real("attention.scale", 0.0) or 1 / math.sqrt(squared)


def _cap(metadata: Metadata, key: str, traits: Traits) -> float:
    cap = metadata.real(key, None if traits.capped else 0.0)
    if cap < 0:
        raise InferenceError("INF072", f"{metadata.key(key)} must be 0 (no cap) or above, got {cap}")
    return cap


def _contradiction(metadata: Metadata, name: str, value: Any, because: str) -> InferenceError:
    return InferenceError("INF073", f"{metadata.key(name)} is {value!r}, but {because}")
