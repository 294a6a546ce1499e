"""Perplexity by weight format, computed by the float64 reference or by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen_inference.engine import Engine
from ptxgen_inference.files import ModelFile
from ptxgen_inference.perplexity import Score, score
from ptxgen_inference.quantize import quantize
from ptxgen_inference.text import Tokenizer
from tests.inference.reference.forward import forward

BOUNDS = {"f32": 0.0, "q4_k_m": 0.01, "q5_k_m": 0.005, "q8_0": 0.0005}
"""How much larger the perplexity may be than with F32."""


@frozen(eq=False)
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
    # A window is one chunk: the whole text then needs no cache, and the emulator likes few large launches.
    context = int(file.metadata["llama.context_length"])
    with Engine.open(file, cache="f32", activations="f32", chunk=context) as engine:
        return score(engine, tokenizer, ids)


def rows(source: ModelFile, ids: Sequence[int], with_engine: bool) -> list[dict[str, Any]]:
    """Of each type: its score and its size."""
    made: list[dict[str, Any]] = []
    for type in BOUNDS:
        file = quantize(source, type)
        size = sum(tensor.data.nbytes for tensor in file.tensors.values())
        made.append({"type": type, "bytes": size, "score": measured(file, ids, with_engine)})
    return made
