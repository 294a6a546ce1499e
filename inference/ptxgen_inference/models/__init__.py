"""Decoder models: one readable forward for each family, and how a file's tensors and metadata become one.

`load(file)` gives the model. Architectures are those of GGUF files (`general.architecture`).
"""

from __future__ import annotations

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile
from ptxgen_inference.models.gemma2 import GEMMA2
from ptxgen_inference.models.hyper import Hyper
from ptxgen_inference.models.llama import LLAMA, QWEN2
from ptxgen_inference.models.model import AnyFamily, AnyModel, Family, Model
from ptxgen_inference.models.phi2 import PHI2
from ptxgen_inference.models.qwen3 import QWEN3

FAMILIES: dict[str, AnyFamily] = {
    family.architecture: family for family in (LLAMA, QWEN2, QWEN3, PHI2, GEMMA2)
}
"""By architecture. Mistral and TinyLlama files have the architecture llama."""


def load(file: ModelFile) -> AnyModel:
    """The model of a file. Errors INF070 to INF077."""
    architecture = file.metadata.get("general.architecture")
    family = FAMILIES.get(architecture) if isinstance(architecture, str) else None
    if family is None:
        raise InferenceError(
            "INF070",
            f"general.architecture is {architecture!r}; known are {', '.join(FAMILIES)}",
            help="Mistral and TinyLlama are of architecture llama; mixtures of experts are not known",
        )
    return family.load(file)


__all__ = ["FAMILIES", "AnyModel", "Family", "Hyper", "Model", "load"]
