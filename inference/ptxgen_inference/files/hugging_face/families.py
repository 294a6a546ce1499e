"""What sets the model families apart, as tables."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.documents import Document

SIZES = {
    "block_count": "num_hidden_layers",
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "vocab_size": "vocab_size",
}
"""Keys of GGUF, after the architecture, and the fields of `config.json` that say the same."""

_RMS, _LAYER = (
    ("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
    ("attention.layer_norm_epsilon", "layer_norm_eps"),
)


@frozen(kw_only=True)
class Family:
    """A class of models.

    `architecture` is GGUF's name for it. `activation`: what `hidden_act` must be. `epsilon`: the key of the norms'
    epsilon and its field. `permuted`: rows of queries and keys change order, from halves to pairs. `norm_offset` is
    added to the weights of norms. `window`: which layers attend within the sliding window where the configuration
    does not list them: "all", "late" (from `max_window_layers` on, if `use_sliding_window`), "even" or "".
    `caps`: keys of soft caps and their fields. `skipped`: tensors that inference has no use for, by their ends.
    """

    architecture: str
    activation: tuple[str, ...]
    epsilon: tuple[str, str]
    permuted: bool = False
    norm_offset: float = 0.0
    window: str = ""
    caps: Mapping[str, str] = {}
    skipped: tuple[str, ...] = (".rotary_emb.inv_freq", ".attention.bias", ".masked_bias")


_SILU = ("silu", "swish")
_LLAMA = Family(architecture="llama", activation=_SILU, epsilon=_RMS, permuted=True)

FAMILIES: Mapping[str, Family] = {
    "LlamaForCausalLM": _LLAMA,
    "MistralForCausalLM": Family(
        architecture="llama", activation=_SILU, epsilon=_RMS, permuted=True, window="all"
    ),
    "Qwen2ForCausalLM": Family(architecture="qwen2", activation=_SILU, epsilon=_RMS, window="late"),
    "Qwen3ForCausalLM": Family(architecture="qwen3", activation=_SILU, epsilon=_RMS, window="late"),
    "PhiForCausalLM": Family(
        architecture="phi2", activation=("gelu_new", "gelu_pytorch_tanh"), epsilon=_LAYER
    ),
    "Gemma2ForCausalLM": Family(
        architecture="gemma2",
        activation=("gelu_pytorch_tanh",),
        epsilon=_RMS,
        norm_offset=1.0,
        window="even",
        caps={
            "attn_logit_softcapping": "attn_logit_softcapping",
            "final_logit_softcapping": "final_logit_softcapping",
        },
    ),
    **dict.fromkeys(
        ("BertModel", "BertForMaskedLM", "BertForSequenceClassification"),
        Family(
            architecture="bert",
            activation=("gelu",),
            epsilon=_LAYER,
            skipped=("position_ids", "pooler.dense.weight", "pooler.dense.bias"),
        ),
    ),
}
"""By the name in `architectures` of `config.json`."""


def family(config: Document) -> Family:
    """The family of a configuration. INF027 for one that is not known."""
    names = config.items("architectures")
    found = FAMILIES.get(str(names[0])) if len(names) == 1 else None
    if found is None:
        raise config.wrong("architectures", f"one of {', '.join(FAMILIES)}", names)
    activation = config.text("hidden_activation", config.text("hidden_act", found.activation[0]))
    if activation not in found.activation:
        raise config.wrong("hidden_act", " or ".join(found.activation), activation)
    return found


def unsupported(config: Document, what: str) -> InferenceError:
    """A configuration that asks for something that GGUF files of its family do not have."""
    return InferenceError("INF027", f"{config.source}: {what} is not known here")
