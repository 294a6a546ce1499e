"""A GGUF file with one quantised matrix, written and read by the `gguf` package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ptxgen.quant import BlockFormat


def write_matrix(path: Path, name: str, data: NDArray[np.uint8], format: BlockFormat) -> None:
    """Write rows of blocks, uint8 [n, row bytes], as the one tensor of a GGUF file."""
    from gguf import GGMLQuantizationType, GGUFWriter

    writer = GGUFWriter(path, arch="llama")
    writer.add_name("ptxgen demo")
    writer.add_tensor(name, data, raw_dtype=GGMLQuantizationType(format.ggml_type))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_matrix(path: Path, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The blocks of a tensor, uint8 [n, row bytes], and its weights as the `gguf` package decodes them, [n, k]."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    tensor = next(t for t in GGUFReader(path).tensors if t.name == name)
    data = np.array(tensor.data)  # a copy: the reader maps the file, which may go away
    return data, dequantize(data, tensor.tensor_type)
