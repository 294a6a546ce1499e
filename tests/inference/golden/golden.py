"""What llama.cpp said of the shipped model, as `tools/golden` wrote it down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen_inference.files import ModelFile, open_model
from ptxgen_inference.quantize import quantize

DATA = Path(__file__).parents[1] / "data"
SOURCE = DATA / "shipped-f16.gguf"
"""The shipped model before it was quantised; its weights are numbers that float16 has."""

Tokens = Sequence[int]


@cache
def document() -> dict[str, Any]:
    """`golden.json`, which belongs to the model file beside it."""
    made = json.loads((DATA / "golden.json").read_text())
    assert made["source_sha256"] == hashlib.sha256(SOURCE.read_bytes()).hexdigest(), "run tools.golden.make"
    return made


@cache
def model(type: str) -> ModelFile:
    """The model in one of the types that llama.cpp was asked about."""
    return quantize(open_model(SOURCE), type)


@frozen(eq=False)
class Window:
    """Tokens, and llama.cpp's logits behind each of them."""

    tokens: Tokens
    logits: NDArray[np.float64]


@cache
def windows(type: str) -> list[Window]:
    """Every window of a type."""
    logits = np.load(DATA / f"golden-{type}.npz")["logits"]
    given = document()["types"][type]["windows"]
    return [Window(tokens, rows.astype(np.float64)) for tokens, rows in zip(given, logits, strict=True)]


@frozen
class Greedy:
    """A prompt and the tokens that llama.cpp puts behind it."""

    text: str
    prompt: Tokens
    continuation: Tokens


def greedy() -> list[Greedy]:
    """Every prompt."""
    return [Greedy(**each) for each in document()["greedy"]]
