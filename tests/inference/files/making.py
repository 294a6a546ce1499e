"""GGUF bytes made by hand, so that every field can be wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ptxgen.quant import FORMATS, BlockFormat
from ptxgen_inference.files import ModelFile, Tensor

UINT32, BOOL, STRING, ARRAY = 4, 7, 8, 9


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def key(name: str | bytes, type: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", type) + value


ARCHITECTURE = key("general.architecture", STRING, text("llama"))


def entry(name: str | bytes, dims: Sequence[int], type: int, offset: int) -> bytes:
    sizes = struct.pack(f"<I{len(dims)}Q", len(dims), *dims)
    return text(name) + sizes + struct.pack("<IQ", type, offset)


def file(
    keys: Sequence[bytes] = (ARCHITECTURE,),
    entries: Sequence[bytes] = (),
    data: bytes = b"",
    *,
    magic: bytes = b"GGUF",
    version: bytes = struct.pack("<I", 3),
    counts: tuple[int, int] | None = None,
    alignment: int = 32,
) -> bytes:
    tensors, pairs = counts if counts is not None else (len(entries), len(keys))
    head = magic + version + struct.pack("<QQ", tensors, pairs) + b"".join(keys) + b"".join(entries)
    return head + bytes(-len(head) % alignment) + data if data else head


def tensor(name: str, shape: tuple[int, ...], format: BlockFormat, seed: int = 0) -> Tensor:
    weights = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    return Tensor(name, shape, format, format.encode(weights))


def every_format() -> list[Tensor]:
    """A tensor in each format and of each number of dimensions."""
    made = [tensor(f"blk.{i}.weight", (3, 256), format, i) for i, format in enumerate(FORMATS.values())]
    return [
        *made,
        tensor("norm.weight", (5,), FORMATS["F32"]),
        tensor("cube.weight", (2, 3, 64), FORMATS["Q8_0"]),
        tensor("four.weight", (2, 1, 3, 32), FORMATS["BF16"]),
    ]


METADATA: dict[str, Any] = {
    "general.architecture": "llama",
    "general.name": "tiny",
    "llama.block_count": 2,
    "llama.rope.freq_base": 10000.0,
    "llama.attention.layer_norm_rms_epsilon": float(np.float32(1e-5)),
    "tokenizer.ggml.tokens": ["<s>", "é", "", "long " * 20, "\U0001f600"],
    "tokenizer.ggml.scores": [0.0, -1.0, -2.5, -3.0, 4.0],
    "tokenizer.ggml.token_type": [3, 1, 1, 6, 1],
    "tokenizer.ggml.add_bos_token": True,
    "some.flags": [True, False, True],
    "some.negative": -7,
    "some.large": 1 << 40,
    "some.mixed": [-1, 1 << 33],
}


def same(one: ModelFile, other: ModelFile) -> bool:
    """Whether two models have the same metadata, tensors, and order of both."""
    return list(one.metadata.items()) == list(other.metadata.items()) and same_tensors(one, other)


def same_tensors(one: ModelFile, other: ModelFile) -> bool:
    return list(one.tensors) == list(other.tensors) and all(
        (t.shape, t.format) == (o.shape, o.format) and np.array_equal(t.data, o.data)
        for t, o in zip(one.tensors.values(), other.tensors.values(), strict=True)
    )


def put(folder: Path, content: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path
