"""BERT in float64, and tiny random encoders: as files hold them, and as folders of `transformers` do."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.inference.reference.parts import layer_norm, linear

Doubles = NDArray[np.float64]
WORDS = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "light",
    "dark",
    "##ness",
    "the",
    "of",
    "day",
    ".",
    "night",
)


@frozen
class Tiny:
    """Sizes of a random encoder; the vocabulary is `WORDS` and rows that no word has."""

    hidden: int = 96
    heads: int = 3
    layers: int = 2
    feed_forward: int = 160
    vocabulary: int = 37
    context: int = 40
    seed: int = 3

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """By the names of `transformers`."""
        rng = np.random.default_rng(self.seed)
        made: dict[str, Doubles] = {}

        def dense(name: str, out: int, into: int) -> None:
            # Attention is peaked, so that a wrong mask or head shows.
            gain = 2.0 if name.endswith(("query", "key")) else 1.0
            made[f"{name}.weight"] = gain * rng.standard_normal((out, into)) / math.sqrt(into)
            made[f"{name}.bias"] = 0.5 * rng.standard_normal(out)

        def norm(name: str) -> None:
            made[f"{name}.weight"] = 1 + 0.3 * rng.standard_normal(self.hidden)
            made[f"{name}.bias"] = 0.3 * rng.standard_normal(self.hidden)

        for name, rows in (("word", self.vocabulary), ("position", self.context), ("token_type", 2)):
            made[f"embeddings.{name}_embeddings.weight"] = rng.standard_normal((rows, self.hidden))
        norm("embeddings.LayerNorm")
        for layer in (f"encoder.layer.{i}" for i in range(self.layers)):
            for role in ("query", "key", "value"):
                dense(f"{layer}.attention.self.{role}", self.hidden, self.hidden)
            dense(f"{layer}.attention.output.dense", self.hidden, self.hidden)
            norm(f"{layer}.attention.output.LayerNorm")
            dense(f"{layer}.intermediate.dense", self.feed_forward, self.hidden)
            dense(f"{layer}.output.dense", self.hidden, self.feed_forward)
            norm(f"{layer}.output.LayerNorm")
        return {name: array.astype(np.float32) for name, array in made.items()}

    def write(self, folder: Path, **config: Any) -> Path:
        """The folder that `transformers` would have written."""
        save_file(self.weights(), folder / "model.safetensors", metadata={"format": "pt"})
        sizes = {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "type_vocab_size": 2,
            "hidden_act": "gelu",
            "hidden_size": self.hidden,
            "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers,
            "intermediate_size": self.feed_forward,
            "max_position_embeddings": self.context,
            "layer_norm_eps": 1e-12,
            "vocab_size": self.vocabulary,
        }
        (folder / "config.json").write_text(json.dumps({**sizes, **config}))
        words = [*WORDS, *(f"unused{i}" for i in range(self.vocabulary - len(WORDS)))]
        special = [{"id": id, "content": word, "special": True} for id, word in enumerate(WORDS[:5])]
        tokenizer = {
            "added_tokens": special,
            "normalizer": {"type": "BertNormalizer", "lowercase": True},
            "model": {"type": "WordPiece", "vocab": {word: id for id, word in enumerate(words)}},
        }
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        named = {f"{word[1:-1].lower()}_token": word for word in WORDS[:5]}
        (folder / "tokenizer_config.json").write_text(json.dumps(named))
        return folder


def gguf_names(names: Iterable[str], layers: int) -> dict[str, str]:
    """GGUF's names by those of `transformers`, as the `gguf` package has them."""
    known = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, layers)
    return {name: str(known.get_name(name, try_suffixes=(".weight", ".bias"))) for name in names}


def embedding(weights: dict[str, NDArray[np.float32]], tiny: Tiny, ids: Sequence[int]) -> Doubles:
    """[hidden]: of one text, without padding, in float64."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}

    def dense(x: Doubles, name: str) -> Doubles:
        return linear(x, w[f"{name}.weight"], w[f"{name}.bias"])

    def norm(x: Doubles, name: str) -> Doubles:
        return layer_norm(x, w[f"{name}.weight"], w[f"{name}.bias"], 1e-12)

    tables = (w[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type"))
    rows = (np.array(ids), np.arange(len(ids)), np.zeros(len(ids), int))
    x = norm(
        np.sum([table[at] for table, at in zip(tables, rows, strict=True)], axis=0), "embeddings.LayerNorm"
    )
    for layer in (f"encoder.layer.{i}" for i in range(tiny.layers)):
        q, k, v = (dense(x, f"{layer}.attention.self.{role}") for role in ("query", "key", "value"))
        mixed = dense(_attention(q, k, v, tiny.heads), f"{layer}.attention.output.dense")
        x = norm(x + mixed, f"{layer}.attention.output.LayerNorm")
        y = _gelu(dense(x, f"{layer}.intermediate.dense"))
        x = norm(x + dense(y, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    mean = x.mean(axis=0)
    return mean / np.sqrt((mean**2).sum())


def _gelu(x: Doubles) -> Doubles:
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def _attention(q: Doubles, k: Doubles, v: Doubles, heads: int) -> Doubles:
    """Every token sees all of the text."""
    out: list[Doubles] = []
    for qh, kh, vh in zip(*(np.split(x, heads, axis=1) for x in (q, k, v)), strict=True):
        scores = qh @ kh.T / math.sqrt(qh.shape[1])
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        out.append(shares / shares.sum(axis=1, keepdims=True) @ vh)
    return np.concatenate(out, axis=1)
