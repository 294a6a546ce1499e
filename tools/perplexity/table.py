"""Perplexity by weight format: `python -m tools.perplexity.table tests/inference/data/shipped-f16.gguf`.

Prints a Markdown table. The logits are those of the float64 reference of the tests on the decoded weights, which the
engine agrees with; `--engine` asks the engine itself, for machines with a GPU: in the emulator it takes hours.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ptxgen_inference import shipped
from ptxgen_inference.engine import Engine
from ptxgen_inference.files import ModelFile, open_model
from ptxgen_inference.perplexity import Score, score
from ptxgen_inference.quantize import quantize
from ptxgen_inference.text import Tokenizer
from tests.inference.reference.forward import forward

BOUNDS = {"f32": 0.0, "q4_k_m": 0.01, "q5_k_m": 0.005, "q8_0": 0.0005}
"""How much larger the perplexity may be than with F32."""


@attrs.frozen(eq=False)
class Reference:
    """The float64 forward, with the surface of an engine."""

    file: ModelFile
    context: int

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """[tokens, vocabulary]."""
        return forward(self.file, tokens)["logits"].astype(np.float32)


def measured(file: ModelFile, ids: Sequence[int], with_engine: bool) -> Score:
    """The score of a model on a text's tokens."""
    tokenizer = Tokenizer.of(file.metadata)
    if not with_engine:
        return score(Reference(file, int(file.metadata["llama.context_length"])), tokenizer, ids)
    with Engine.open(file, cache="f32", activations="f32") as engine:
        return score(engine, tokenizer, ids)


def rows(source: ModelFile, ids: Sequence[int], with_engine: bool) -> list[dict[str, Any]]:
    """Of each type: its score and its size."""
    made: list[dict[str, Any]] = []
    for type in BOUNDS:
        file = quantize(source, type)
        size = sum(tensor.data.nbytes for tensor in file.tensors.values())
        made.append({"type": type, "bytes": size, "score": measured(file, ids, with_engine)})
    return made


def main() -> None:
    """Prints the table; ends with 1 if a type is beyond its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--tokens", type=int, help="of the held-out text (all of it)")
    parser.add_argument("--engine", action="store_true")
    options = parser.parse_args()
    source = open_model(options.source)
    ids = Tokenizer.of(source.metadata).encode(shipped.held_out(), special=False)[: options.tokens]
    found = rows(source, ids, options.engine)
    exact = found[0]["score"].perplexity
    print(f"{found[0]['score'].tokens} tokens, {found[0]['score'].bytes} bytes\n")
    print("| weights | MB | perplexity | against F32 | bound | bits per byte |")
    print("|---|---|---|---|---|---|")
    beyond = False
    for row in found:
        more, bound = row["score"].perplexity / exact - 1, BOUNDS[row["type"]]
        beyond |= more > bound
        print(
            f"| {row['type'].upper()} | {row['bytes'] / 1e6:.2f} | {row['score'].perplexity:.4f} "
            f"| {more:+.3%} | {bound:.2%} | {row['score'].bits_per_byte:.4f} |"
        )
    raise SystemExit(int(beyond))


if __name__ == "__main__":
    main()
