"""A folder with `config.json`, `*.safetensors` and `tokenizer.json` as a model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ptxgen_inference.files.documents import Document
from ptxgen_inference.files.hugging_face import configuration
from ptxgen_inference.files.hugging_face.families import family
from ptxgen_inference.files.hugging_face.tensors import translate
from ptxgen_inference.files.hugging_face.vocabulary import vocabulary
from ptxgen_inference.files.model import ModelFile
from ptxgen_inference.files.safetensors import read_file, read_folder

FILE_TYPES = {"F32": 0, "F16": 1, "BF16": 32}
"""`general.file_type` by the format that most matrices have."""

POOLINGS = {"pooling_mode_mean_tokens": 1, "pooling_mode_cls_token": 2, "pooling_mode_lasttoken": 3}
"""`pooling_type` by the field of a sentence-transformers model that says so."""


def open_folder(path: Path) -> ModelFile:
    """The model of a folder, or of one *.safetensors file in it. Raises INF025 to INF030."""
    folder = path if path.is_dir() else path.parent
    config = Document.read(folder / "config.json")
    kind = family(config)
    metadata = configuration.metadata(config, kind)
    stored = read_folder(folder) if path.is_dir() else read_file(path)
    tensors = translate(stored.values(), config, kind)
    most = Counter(t.format.name for t in tensors.values() if len(t.shape) > 1).most_common(1)
    metadata |= {
        "general.name": folder.resolve().name,
        "general.file_type": FILE_TYPES[most[0][0]] if most else 0,
    }
    if kind.architecture == "bert":
        metadata |= _pooling(folder)
        metadata["tokenizer.ggml.token_type_count"] = config.integer("type_vocab_size", 1)
    return ModelFile(str(path), metadata | vocabulary(folder, config), tensors)


def _pooling(folder: Path) -> dict[str, Any]:
    """How a sentence-transformers model makes one vector of many, and of how many at most."""
    fields = Document.read_if_there(folder / "1_Pooling" / "config.json")
    chosen = [number for name, number in POOLINGS.items() if fields.flag(name, False)]
    if len(chosen) > 1:
        raise fields.wrong("pooling_mode", "one kind of pooling", sorted(chosen))
    longest = Document.read_if_there(folder / "sentence_bert_config.json").integer("max_seq_length", 0)
    return {
        **({"bert.pooling_type": chosen[0]} if chosen else {}),
        **({"ptxgen.encoder.longest_text": longest} if longest else {}),
    }
