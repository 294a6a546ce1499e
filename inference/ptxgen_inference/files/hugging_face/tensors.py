"""Tensors under GGUF's names and in its order of rows."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from ptxgen.quant import F32
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.documents import Document
from ptxgen_inference.files.hugging_face.configuration import head_size, rope_fields, rope_type
from ptxgen_inference.files.hugging_face.families import Family
from ptxgen_inference.files.model import Tensor
from ptxgen_inference.files.safetensors import Stored

ROPE_FACTORS = "rope_freqs.weight"


def translate(stored: Iterable[Stored], config: Document, family: Family) -> dict[str, Tensor]:
    """Tensors by GGUF's names. Raises INF026, and INF028 for one that the family has no place for."""
    from gguf import MODEL_ARCH, get_tensor_name_map

    architecture = next(a for a in MODEL_ARCH if a.name.lower() == family.architecture)
    names = get_tensor_name_map(architecture, config.integer("num_hidden_layers"))
    tied = config.flag("tie_word_embeddings", False)
    found: dict[str, Tensor] = {}
    for each in stored:
        if each.name.endswith(family.skipped) or (tied and each.name == "lm_head.weight"):
            continue
        name = names.get_name(each.name.removeprefix("bert."), try_suffixes=(".weight", ".bias"))
        if name is None or name in found:
            what = f"tensors of {family.architecture} once each"
            raise InferenceError("INF028", f"{config.source}: expected {what}, got {each.name!r}")
        found[name] = _arranged(each.tensor(name), config, family)
    if family.architecture != "bert" and rope_type(rope_fields(config)) == "llama3":
        factors = rope_factors(config)
        found[ROPE_FACTORS] = Tensor(ROPE_FACTORS, factors.shape, F32, F32.encode(factors))
    return found


def _arranged(tensor: Tensor, config: Document, family: Family) -> Tensor:
    """Vectors as float32, norms with their offset, queries and keys in pairs."""
    if len(tensor.shape) == 1:
        offset = family.norm_offset if tensor.name.endswith("_norm.weight") else 0.0
        tensor = evolve(tensor, format=F32, data=F32.encode(tensor.float32() + np.float32(offset)))
    role = tensor.name.split(".")[-2]
    if not family.permuted or role not in ("attn_q", "attn_k"):
        return tensor
    heads = config.integer("num_attention_heads")
    heads = heads if role == "attn_q" else config.integer("num_key_value_heads", heads)
    out = tensor.columns if len(tensor.shape) == 1 else tensor.rows
    if heads == 0 or out % (2 * heads):
        expected = f"rows for {heads} heads of an even size"
        raise InferenceError("INF028", f"{config.source}: {tensor.name}: expected {expected}, got {out}")
    return evolve(tensor, data=in_pairs(tensor.data.reshape(out, -1), heads).reshape(tensor.data.shape))


def in_pairs(rows: NDArray[np.uint8], heads: int) -> NDArray[np.uint8]:
    """Rows of heads with element i of a head beside element i + half: halves become pairs.

    The rotary embedding of arch `llama` turns pairs (2i, 2i + 1); Hugging Face's turns (i, i + half).
    """
    width = rows.shape[-1]
    return np.ascontiguousarray(rows.reshape(heads, 2, -1, width).swapaxes(1, 2)).reshape(-1, width)


def rope_factors(config: Document) -> NDArray[np.float32]:
    """What Llama 3.1 divides its rotary frequencies by, [head size / 2].

    Long wavelengths by the whole factor, short ones by 1, between them smoothly.
    """
    fields = rope_fields(config)
    factor, low, high = (fields.real(name) for name in ("factor", "low_freq_factor", "high_freq_factor"))
    context = fields.integer("original_max_position_embeddings")
    if not (factor > 0 and 0 < low < high and context):
        raise fields.wrong(
            "factor", "positive factors, low_freq_factor below high_freq_factor", dict(fields.values)
        )
    dim = head_size(config)
    frequency = 1.0 / fields.real("rope_theta") ** (np.arange(0, dim, 2, dtype=np.float64) / dim)
    turns = context * frequency / (2 * math.pi)
    smooth = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return (1.0 / ((1 - smooth) / factor + smooth)).astype(np.float32)
