"""Tiny models with random weights, as files hold them: every family, format and oddity at a size that runs anywhere.

Matrices are never square, vocabularies are odd, and queries and keys are large enough that attention is peaked: a wrong
position, pairing or mask changes the logits by far more than rounding does.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from ptxgen.quant import (
    BF16,
    F16,
    F32,
    Q4_0,
    Q4_1,
    Q4_K,
    Q5_0,
    Q5_1,
    Q5_K,
    Q6_K,
    Q8_0,
    BlockFormat,
    format_for_rows,
)
from ptxgen_inference.files import ModelFile, Tensor

SMALL_BLOCKS = (Q4_0, Q5_0, Q8_0, F16, Q4_1, Q5_1, BF16, F32)
SUPER_BLOCKS = (Q4_K, Q6_K, Q5_K, Q8_0)


@frozen
class Tiny:
    """What a tiny model is made of.

    `formats` are dealt to its matrices in turn, or their fallbacks where super-blocks do not divide a row; vectors are
    F32. `peak`: how much larger than ordinary queries and keys are, each.
    """

    architecture: str
    layers: int = 2
    hidden: int = 96
    feed_forward: int = 160
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 32
    vocabulary: int = 61
    tied: bool = False
    biases: Sequence[str] = ()
    fused: bool = False
    formats: Sequence[BlockFormat] = SMALL_BLOCKS
    factors: bool = False
    peak: float = 2.0
    metadata: Mapping[str, Any] = field(factory=dict[str, Any])
    seed: int = 0

    def file(self) -> ModelFile:
        """The model, in memory."""
        rng = np.random.default_rng(self.seed)
        formats = itertools.cycle(self.formats)
        tensors: dict[str, Tensor] = {}
        for name, weights in self._weights(rng):
            format = format_for_rows(next(formats), weights.shape[-1]) if weights.ndim == 2 else F32
            tensors[name] = Tensor(name, weights.shape, format, format.encode(weights.astype(np.float32)))
        return ModelFile("tiny", self._metadata(), tensors)

    def _metadata(self) -> dict[str, Any]:
        layer_norm = self.architecture == "phi2"
        own: dict[str, Any] = {
            "block_count": self.layers,
            "context_length": 128,
            "embedding_length": self.hidden,
            "feed_forward_length": self.feed_forward,
            "attention.head_count": self.heads,
            "attention.head_count_kv": self.kv_heads,
            f"attention.layer_norm{'' if layer_norm else '_rms'}_epsilon": 1e-5,
            "rope.freq_base": 10000.0,
            **({} if self.hidden == self.heads * self.head_dim else _lengths(self.head_dim)),
            **self.metadata,
        }
        keys = {f"{self.architecture}.{key}": value for key, value in own.items() if value is not None}
        return {"general.architecture": self.architecture, **keys}

    def _weights(self, rng: np.random.Generator) -> list[tuple[str, NDArray[np.float64]]]:
        width, kv_width = self.heads * self.head_dim, self.kv_heads * self.head_dim
        phi2, gemma2 = self.architecture == "phi2", self.architecture == "gemma2"
        made: list[tuple[str, NDArray[np.float64]]] = []

        def matrix(name: str, out: int, into: int, gain: float = 1.0) -> None:
            made.append((f"{name}.weight", gain * rng.standard_normal((out, into)) / np.sqrt(into)))
            bias(name, out)

        def bias(name: str, width: int) -> None:
            if name.split(".")[-1] in self.biases:
                made.append((f"{name}.bias", 0.5 * rng.standard_normal(width)))

        def norm(name: str, width: int, gain: float = 1.0) -> None:
            made.append((f"{name}.weight", gain * (1 + 0.3 * rng.standard_normal(width))))
            bias(name, width)

        embedding = 1 / np.sqrt(self.hidden) if gemma2 else 1.0
        made.append(("token_embd.weight", embedding * rng.standard_normal((self.vocabulary, self.hidden))))
        for block in (f"blk.{i}" for i in range(self.layers)):
            norm(f"{block}.attn_norm", self.hidden)
            if self.fused:
                matrix(f"{block}.attn_qkv", width + 2 * kv_width, self.hidden, min(self.peak, 1.5))
            else:
                matrix(f"{block}.attn_q", width, self.hidden, self.peak)
                matrix(f"{block}.attn_k", kv_width, self.hidden, self.peak)
                matrix(f"{block}.attn_v", kv_width, self.hidden)
            if self.architecture == "qwen3":
                norm(f"{block}.attn_q_norm", self.head_dim)
                norm(f"{block}.attn_k_norm", self.head_dim)
            matrix(f"{block}.attn_output", self.hidden, width)
            if gemma2:
                norm(f"{block}.post_attention_norm", self.hidden, 0.5)
            if not phi2:
                norm(f"{block}.ffn_norm", self.hidden)
                matrix(f"{block}.ffn_gate", self.feed_forward, self.hidden)
            matrix(f"{block}.ffn_up", self.feed_forward, self.hidden)
            matrix(f"{block}.ffn_down", self.hidden, self.feed_forward)
            if gemma2:
                norm(f"{block}.post_ffw_norm", self.hidden, 0.5)
        norm("output_norm", self.hidden)
        if self.tied:
            # The residual stream holds the token's own embedding: by signs it is not all of the logits.
            made[-1][1][::2] *= -1
        else:
            matrix("output", self.vocabulary, self.hidden)
        if self.factors:
            made.append(("rope_freqs.weight", np.geomspace(1, 8, self.head_dim // 2)))
        return made


def _lengths(head_dim: int) -> dict[str, Any]:
    return {"attention.key_length": head_dim, "attention.value_length": head_dim}


_QKV = ("attn_q", "attn_k", "attn_v")
_PHI2_BIASES = (*_QKV, "attn_qkv", "attn_norm", "attn_output", "ffn_up", "ffn_down", "output_norm", "output")
_GEMMA2: dict[str, Any] = {
    "attention.sliding_window": 5,
    "attn_logit_softcapping": 3.0,
    "final_logit_softcapping": 2.0,
}
_YARN: dict[str, Any] = {
    "rope.scaling.type": "yarn",
    "rope.scaling.factor": 4.0,
    "rope.scaling.original_context_length": 32,
}
_PHI2 = Tiny(
    "phi2", hidden=160, feed_forward=192, heads=2, kv_heads=2, head_dim=80, biases=_PHI2_BIASES,
    metadata={"rope.dimension_count": 32, "rope.freq_base": None},
)  # fmt: skip

MODELS: dict[str, Tiny] = {
    "llama": Tiny("llama"),
    "llama-k-quants": Tiny(
        "llama", hidden=256, feed_forward=512, heads=6, kv_heads=2, head_dim=64, formats=SUPER_BLOCKS
    ),
    "llama-3": Tiny("llama", factors=True, tied=True, metadata={"rope.freq_base": 500000.0}),
    "llama-linear": Tiny(
        "llama", metadata={"rope.scaling.type": "linear", "rope.scaling.factor": 4.0}, formats=(F32,)
    ),
    "llama-biased": Tiny("llama", biases=(*_QKV, "attn_output", "ffn_down", "output")),
    "mistral": Tiny("llama", metadata={"attention.sliding_window": 5}),
    "qwen2": Tiny("qwen2", hidden=224, heads=7, kv_heads=1, tied=True, biases=_QKV, formats=SUPER_BLOCKS),
    "qwen2-yarn": Tiny("qwen2", hidden=128, biases=_QKV, metadata=_YARN, formats=(Q8_0, F32)),
    "qwen3": Tiny("qwen3", heads=3, kv_heads=1, head_dim=64),
    "phi2": evolve(_PHI2, fused=True),
    "phi2-split": evolve(_PHI2, formats=(F16, Q5_0)),
    "gemma2": Tiny("gemma2", tied=True, metadata=_GEMMA2),
}
"""Every family, with what its files may differ in."""
