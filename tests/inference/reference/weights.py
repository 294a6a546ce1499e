"""A model's numbers in float64, decoded by the `gguf` package."""

from __future__ import annotations

from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from ptxgen_inference.files import ModelFile, Tensor

Doubles = NDArray[np.float64]


def decoded(tensor: Tensor) -> Doubles:
    """The weights of one tensor, in its shape."""
    kind = gguf.GGMLQuantizationType(tensor.format.ggml_type)
    data: NDArray[Any] = np.ascontiguousarray(tensor.data)
    if kind in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
        data = data.view(np.float32 if kind == gguf.GGMLQuantizationType.F32 else np.float16)
    return gguf.quants.dequantize(data, kind).astype(np.float64).reshape(tensor.shape)


class Numbers:
    """Tensors by their GGUF name, and metadata by the part of the key after the architecture."""

    def __init__(self, file: ModelFile) -> None:
        self.metadata = file.metadata
        self.architecture: str = file.metadata["general.architecture"]
        self.tensors = {name: decoded(tensor) for name, tensor in file.tensors.items()}

    def __getitem__(self, name: str) -> Doubles:
        return self.tensors[name]

    def get(self, name: str) -> Doubles | None:
        return self.tensors.get(name)

    def hyper(self, key: str, default: Any = None) -> Any:
        value = self.metadata.get(f"{self.architecture}.{key}", default)
        assert value is not None, key
        return value
