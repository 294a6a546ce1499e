"""`config.json` as the metadata of a GGUF file."""

from __future__ import annotations

import math
from typing import Any

from ptxgen_inference.files.documents import Document
from ptxgen_inference.files.hugging_face.families import SIZES, Family, unsupported

MOST_LAYERS = 1024


def metadata(config: Document, family: Family) -> dict[str, Any]:
    """The keys of the architecture. Raises INF027."""
    arch = family.architecture
    said: dict[str, Any] = {key: config.integer(field) for key, field in SIZES.items()}
    if not 0 < said["block_count"] <= MOST_LAYERS or not said["attention.head_count"]:
        raise unsupported(config, f"a model of {said['block_count']} layers")
    key, field = family.epsilon
    said[key] = config.real(field)
    said |= _encoder(config) if arch == "bert" else _decoder(config, family)
    return {"general.architecture": arch, "general.type": "model"} | {
        f"{arch}.{k}": v for k, v in said.items()
    }


def _encoder(config: Document) -> dict[str, Any]:
    if config.text("position_embedding_type", "absolute") != "absolute":
        raise unsupported(config, "position_embedding_type other than absolute")
    return {"attention.causal": False}


def _decoder(config: Document, family: Family) -> dict[str, Any]:
    heads = config.integer("num_attention_heads")
    said: dict[str, Any] = {"attention.head_count_kv": config.integer("num_key_value_heads", heads)}
    dim = head_size(config)
    if "head_dim" in config:
        said |= {"attention.key_length": dim, "attention.value_length": dim}
    said |= rope(config, dim)
    said |= _windows(config, family)
    said |= {key: config.real(field, 0.0) for key, field in family.caps.items()}
    if "query_pre_attn_scalar" in config:
        scalar = config.real("query_pre_attn_scalar")
        if scalar <= 0:
            raise config.wrong("query_pre_attn_scalar", "a positive number", scalar)
        said["attention.scale"] = scalar**-0.5
    return said


def head_size(config: Document) -> int:
    """Elements of a head."""
    return config.integer("head_dim", config.integer("hidden_size") // config.integer("num_attention_heads"))


def rope_fields(config: Document) -> Document:
    """The fields of the rotary embedding: `rope_parameters`, or of older files `rope_scaling` and the rest."""
    if "rope_parameters" in config:
        return config.inner("rope_parameters")
    theta = {"rope_theta": config.real("rope_theta", 10000.0)}
    scaling = config.inner("rope_scaling")
    return Document(scaling.source, theta | dict(scaling.values))


def rope_type(fields: Document) -> str:
    """How positions are scaled."""
    return fields.text("rope_type", fields.text("type", "default"))


def rope(config: Document, dim: int) -> dict[str, Any]:
    """Keys of the rotary embedding. Llama 3's scaling is a tensor instead; see `tensors.rope_factors`."""
    fields = rope_fields(config)
    share = fields.real("partial_rotary_factor", config.real("partial_rotary_factor", 1.0))
    said: dict[str, Any] = {
        "rope.dimension_count": int(share * dim),
        "rope.freq_base": fields.real("rope_theta"),
    }
    match rope_type(fields):
        case "default" | "llama3":
            return said
        case "linear":
            return said | {"rope.scaling.type": "linear", "rope.scaling.factor": fields.real("factor")}
        case "yarn":
            return said | _yarn(config, fields)
        case other:
            raise unsupported(config, f"the rotary embedding's rope_type {other!r}")


def _yarn(config: Document, fields: Document) -> dict[str, Any]:
    factor = fields.real("factor")
    usual = 0.1 * math.log(factor) + 1 if factor > 1 else 1.0
    if not math.isclose(fields.real("attention_factor", usual), usual) or not fields.flag("truncate", True):
        raise unsupported(config, "YaRN with an attention_factor of its own, or not truncated,")
    if "mscale" in fields or "mscale_all_dim" in fields:
        raise unsupported(config, "YaRN with mscale")
    context = fields.integer("original_max_position_embeddings", config.integer("max_position_embeddings"))
    said: dict[str, Any] = {
        "rope.scaling.type": "yarn",
        "rope.scaling.factor": factor,
        "rope.scaling.original_context_length": context,
    }
    betas = {f"rope.scaling.yarn_{name}": name for name in ("beta_fast", "beta_slow")}
    return said | {key: fields.real(name) for key, name in betas.items() if name in fields}


def _windows(config: Document, family: Family) -> dict[str, Any]:
    layers = config.integer("num_hidden_layers")
    sliding = _sliding(config, family, layers)
    if "sliding_window" not in config or not any(sliding):
        return {}
    said: dict[str, Any] = {"attention.sliding_window": config.integer("sliding_window")}
    usual = [True] * layers if family.window != "even" else _even(layers)
    return said if sliding == usual else said | {"attention.sliding_window_pattern": sliding}


def _sliding(config: Document, family: Family, layers: int) -> list[bool]:
    """Which layers attend within the window only."""
    types = config.items("layer_types")
    if types:
        if len(types) != layers or not set(map(str, types)) <= {"full_attention", "sliding_attention"}:
            raise config.wrong("layer_types", "full_attention or sliding_attention for each layer", types)
        return [type == "sliding_attention" for type in types]
    match family.window:
        case "all":
            return [True] * layers
        case "even":
            return _even(layers)
        case "late" if config.flag("use_sliding_window", False):
            first = config.integer("max_window_layers", 0)
            return [layer >= first for layer in range(layers)]
        case _:
            return [False] * layers


def _even(layers: int) -> list[bool]:
    return [layer % 2 == 0 for layer in range(layers)]
