"""Perplexity by weight format, computed by the float64 reference or by the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen_inference.engine import Engine
from ptxgen_inference.files import ModelFile
from ptxgen_inference.perplexity import Score, score, text_bytes, window_nats, windows
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


@define(eq=False)
class Kept:
    """What windows were found to be, a JSON line each, so that a measurement that was interrupted can go on."""

    path: Path | None = None
    known: dict[str, float] = field(factory=dict[str, float])

    def __attrs_post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            lines = map(json.loads, self.path.read_text(encoding="utf-8").splitlines())
            self.known.update({line["window"]: line["nats"] for line in lines})

    def nats(self, window: str, measure: Callable[[], float]) -> float:
        """Of a window: what is known, or else is measured now."""
        if window not in self.known:
            self.known[window] = measure()
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"window": window, "nats": self.known[window]}) + "\n")
        return self.known[window]


def identity(file: ModelFile, ids: Sequence[int]) -> str:
    """Of a model's weights and the tokens that it is asked about."""
    state = hashlib.sha256(json.dumps([*ids]).encode())
    for name, tensor in file.tensors.items():
        state.update(name.encode() + np.ascontiguousarray(tensor.data).tobytes())
    return state.hexdigest()[:16]


def measured(file: ModelFile, ids: Sequence[int], with_engine: bool, kept: Kept | None = None) -> Score:
    """The score of a model on a text's tokens."""
    tokenizer = Tokenizer.of(file.metadata)
    if not with_engine:
        return score(Reference(file, int(file.metadata["llama.context_length"])), tokenizer, ids)
    # A window is one chunk: the whole text then needs no cache, and the emulator likes few large launches.
    context = int(file.metadata["llama.context_length"])
    kept, name = kept or Kept(), identity(file, ids)
    with Engine.open(file, cache="f32", activations="f32", chunk=context) as engine:
        nats = 0.0
        for window in windows(len(ids), context):
            nats += kept.nats(f"{name} {window}", lambda w=window: window_nats(engine, ids, *w))
    return Score(len(ids) - 1, nats, text_bytes(tokenizer, ids))


def rows(
    source: ModelFile, ids: Sequence[int], with_engine: bool, kept: Kept | None = None
) -> list[dict[str, Any]]:
    """Of each type: its score and its size."""
    made: list[dict[str, Any]] = []
    for type in BOUNDS:
        file = quantize(source, type)
        size = sum(tensor.data.nbytes for tensor in file.tensors.values())
        made.append({"type": type, "bytes": size, "score": measured(file, ids, with_engine, kept)})
    return made
