"""A model as its file holds it: metadata, and tensors in the format they are packed in, under GGUF's names."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.quant import BlockFormat


@frozen(eq=False)
class Tensor:
    """One tensor of a model.

    `shape` is slowest first, as NumPy has it (GGUF writes it the other way round): a matrix is [out, in]. `data`
    are its packed rows as bytes, [..., row bytes]; they may be a view of a mapped file.
    """

    name: str
    shape: tuple[int, ...]
    format: BlockFormat
    data: NDArray[np.uint8]

    @property
    def rows(self) -> int:
        """How many rows of `columns` weights there are."""
        return prod(self.shape[:-1])

    @property
    def columns(self) -> int:
        """Weights of one row."""
        return self.shape[-1]

    def float32(self) -> NDArray[np.float32]:
        """The weights, decoded, in `shape`."""
        return self.format.decode(self.data)


@frozen(eq=False)
class ModelFile:
    """A model file, or all parts of a split one.

    `metadata` has GGUF's keys (`general.architecture`, `llama.block_count`, `tokenizer.ggml.tokens`, ...) with Python
    numbers, strings, booleans and lists of them; files of other kinds are translated to them.
    """

    source: str
    metadata: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    @property
    def architecture(self) -> str:
        """`general.architecture`."""
        return str(self.metadata["general.architecture"])
