"""A BERT encoder from a folder as `transformers` and `sentence-transformers` write it, under GGUF's names.

Only `config.json`, `tokenizer.json`, `model.safetensors` and the small JSON files of `sentence-transformers` are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from ptxgen.quant import F32
from ptxgen_inference.encoder.bert import ARCHITECTURE, MEAN
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor, open_model
from ptxgen_inference.text.vocabulary import TokenType

_ENDS = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}
_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_UNUSED = ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias")
"""Tensors that sentence embeddings have no use for."""
_SPECIAL = {"[CLS]": "cls", "[SEP]": "seperator", "[UNK]": "unknown", "[PAD]": "padding", "[MASK]": "mask"}
_SUPPORTED = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


def open_encoder(path: str | PathLike[str]) -> ModelFile:
    """An encoder from a folder, or from a GGUF file of architecture `bert`.

    INF090: a file of the folder is missing or unreadable. INF091: the folder holds another kind of model.
    """
    folder = Path(path)
    if not folder.is_dir():
        return open_model(folder)
    config = _json(folder / "config.json")
    for key, known in _SUPPORTED.items():
        if config.get(key, known) != known:
            raise InferenceError(
                "INF091", f"{folder / 'config.json'}: {key} is {config[key]!r}, known is {known!r}"
            )
    metadata = {**_sizes(folder, config), **_vocabulary(_json(folder / "tokenizer.json"))}
    return ModelFile(str(folder), metadata, _tensors(folder / "model.safetensors"))


def _json(path: Path, default: Any = None) -> Any:
    if default is not None and not path.exists():
        return default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InferenceError:
    return InferenceError(
        "INF090",
        f"cannot read {path}: {error}",
        help="`ptxgen-infer embed --fetch` brings an encoder that is known",
    )


def _sizes(folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    pooling = _json(folder / "1_Pooling" / "config.json", default={"pooling_mode_mean_tokens": True})
    modes = [name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True]
    if modes != ["pooling_mode_mean_tokens"]:
        raise InferenceError("INF091", f"{folder}: expected pooling by the mean of the tokens, found {modes}")
    longest = _json(folder / "sentence_bert_config.json", default={}).get("max_seq_length")
    keys = {
        "context_length": "max_position_embeddings",
        "embedding_length": "hidden_size",
        "feed_forward_length": "intermediate_size",
        "block_count": "num_hidden_layers",
        "attention.head_count": "num_attention_heads",
        "attention.layer_norm_epsilon": "layer_norm_eps",
    }
    missing = [theirs for theirs in keys.values() if theirs not in config]
    if missing:
        raise InferenceError("INF091", f"{folder / 'config.json'} lacks {', '.join(missing)}")
    return {
        "general.architecture": ARCHITECTURE,
        **{f"{ARCHITECTURE}.{ours}": config[theirs] for ours, theirs in keys.items()},
        f"{ARCHITECTURE}.pooling_type": MEAN,
        f"{ARCHITECTURE}.attention.causal": False,
        LONGEST: min(longest or config["max_position_embeddings"], config["max_position_embeddings"]),
    }


LONGEST = "ptxgen.encoder.longest_text"
"""The key of the tokens of a text at most, which may be fewer than there are positions."""


def _vocabulary(tokenizer: Mapping[str, Any]) -> dict[str, Any]:
    """WordPiece in GGUF's form: the start of a word is marked, not what goes on with one."""
    kind, lower = (
        tokenizer["model"].get("type", "WordPiece"),
        (tokenizer.get("normalizer") or {}).get("lowercase"),
    )
    if kind != "WordPiece" or lower is not True:
        raise InferenceError(
            "INF091",
            f"tokenizer.json: expected WordPiece of lower-cased text, found {kind}, lowercase {lower}",
        )
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    special = {token["content"] for token in tokenizer.get("added_tokens", []) if token.get("special")}
    texts = sorted(vocabulary, key=vocabulary.__getitem__)
    kinds = {"[UNK]": TokenType.UNKNOWN, **dict.fromkeys(special - {"[UNK]"}, TokenType.CONTROL)}
    ids = {
        f"tokenizer.ggml.{name}_token_id": vocabulary[text]
        for text, name in _SPECIAL.items()
        if text in vocabulary
    }
    return {
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": [text if text in kinds else _marked(text) for text in texts],
        "tokenizer.ggml.token_type": [int(kinds.get(text, TokenType.NORMAL)) for text in texts],
        **ids,
    }


def _marked(text: str) -> str:
    return text.removeprefix("##") if text.startswith("##") else f"▁{text}"


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        loaded = load_file(path)
    except (OSError, SafetensorError) as error:
        raise _unreadable(path, error) from None
    tensors: dict[str, Tensor] = {}
    for name, array in loaded.items():
        if name.removeprefix("bert.") in _UNUSED:
            continue
        ours = gguf_name(name.removeprefix("bert."))
        numbers = np.ascontiguousarray(array, np.float32)
        tensors[ours] = Tensor(ours, numbers.shape, F32, numbers.view(np.uint8))
    return tensors


def gguf_name(name: str) -> str:
    """GGUF's name of a tensor; one that is not known keeps its own, and is named when the model is loaded."""
    stem, _, kind = name.rpartition(".")
    if stem in _ENDS:
        return f"{_ENDS[stem]}.{kind}"
    parts = stem.split(".", 3)
    if parts[:2] == ["encoder", "layer"] and len(parts) == 4 and parts[3] in _LAYER:
        return f"blk.{parts[2]}.{_LAYER[parts[3]]}.{kind}"
    return name
