"""Writes a checkpoint as GGUF: `python -m tools.train.export build/model shipped.gguf`.

The weights are the mean of those at the ends of the last two cycles: the last cycle alone knows the first chapter too
well. They are rounded to F16 once, here; the model is what they are then. So the F16 file holds it exactly at half the
size, and F32 is the same numbers wider.
"""

import argparse
import json
from itertools import accumulate
from pathlib import Path

import gguf
import numpy as np
import torch

from tools.train import corpus, vocabulary
from tools.train.model import Shape
from tools.train.train import CYCLES

NAME = "ptxgen KJV 5M"
DESCRIPTION = "A 5M-parameter Llama-architecture model trained on the King James Bible alone"


def _describe(writer: gguf.GGUFWriter, shape: Shape, kind: gguf.LlamaFileType) -> None:
    writer.add_name(NAME)
    writer.add_description(DESCRIPTION)
    writer.add_license("apache-2.0")
    writer.add_string("general.source.text.sha256", corpus.SHA256)
    writer.add_file_type(kind)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)


def _tokens(writer: gguf.GGUFWriter, path: Path) -> None:
    model = json.loads(path.read_text())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    control = {vocabulary.BOS, vocabulary.EOS}
    kinds = [gguf.TokenType.CONTROL if token in control else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(
        [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    )
    writer.add_bos_token_id(tokens.index(vocabulary.BOS))
    writer.add_eos_token_id(tokens.index(vocabulary.EOS))
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)


def mean(model: Path) -> dict[str, torch.Tensor]:
    """The mean of the weights at the ends of the last two cycles."""
    steps = [*accumulate(cycle.steps for cycle in CYCLES)][-2:]
    first, second = (torch.load(model / f"step-{step}.pt", map_location="cpu") for step in steps)
    return {name: (first[name] + second[name]) / 2 for name in first}


def export(weights: dict[str, torch.Tensor], tokenizer: Path, out: Path, kind: gguf.LlamaFileType) -> None:
    """One file; matrices in F16 or F32, norms in F32, all of them numbers that F16 has."""
    writer = gguf.GGUFWriter(out, "llama")
    _describe(writer, Shape(), kind)
    _tokens(writer, tokenizer)
    for name, weight in weights.items():
        exact = weight.half().numpy()
        narrow = kind is gguf.LlamaFileType.MOSTLY_F16 and exact.ndim == 2
        writer.add_tensor(name, exact if narrow else exact.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    """Writes one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="the folder that training wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", choices=("f16", "f32"), default="f16")
    options = parser.parse_args()
    kind = {"f16": gguf.LlamaFileType.MOSTLY_F16, "f32": gguf.LlamaFileType.ALL_F32}[options.type]
    export(mean(options.model), options.model / "tokenizer.json", options.out, kind)


if __name__ == "__main__":
    main()
