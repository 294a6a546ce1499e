"""The model that comes with the package, and the text that it has not seen."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, open_model

__all__ = ["held_out", "model", "path"]

NAME = "kjv-5m-q4_k_m.gguf"


def path() -> Path:
    """The GGUF file: a Llama-architecture model of 5 million weights, Q4_K_M. INF080: this installation has none."""
    found = Path(str(files(__name__))) / NAME
    if not found.exists():
        raise InferenceError(
            "INF080", "this installation of ptxgen comes without a model", help="name one: --model FILE.gguf"
        )
    return found


def model() -> ModelFile:
    """The model, mapped."""
    return open_model(path())


def held_out() -> str:
    """Chapters of the King James Bible that were kept out of the training."""
    return (files(__name__) / "held-out.txt").read_text(encoding="utf-8")
