"""What a new weight format needs: a layout with its codec, and an unpacker. Here is one, and every kernel takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder, Value
from ptxgen.isa.types import f16, f32, u8
from ptxgen.kernels import (
    BulkRing,
    Dequantize,
    EmbeddingGather,
    GateUpGemv,
    IntegerGemv,
    Kernel,
    KernelError,
    QuantGemm,
    QuantGemv,
    WarpPerRow,
)
from ptxgen.kernels.blocks.unpack import UNPACKERS, Codes, Quad, ShareForm, Unpacker, unpacks
from ptxgen.quant import BlockFormat, Struct

_BLOCK = Struct(d=f16, qs=u8[16])
_FIELDS = np.arange(4, dtype=np.uint8)[:, None]


def _encode(weights: NDArray[np.float32]) -> NDArray[Any]:
    d = (np.abs(weights).max(axis=1) / 2).astype(np.float16)
    q = np.clip(np.rint(weights / d.astype(np.float32)[:, None]) + 2, 0, 3).astype(np.uint8)
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = d
    out["qs"] = np.bitwise_or.reduce(q.reshape(-1, 4, 16) << (2 * _FIELDS), axis=1)
    return out


def _decode(blocks: NDArray[Any]) -> NDArray[np.float32]:
    q = (blocks["qs"][:, None] >> (2 * _FIELDS)) & 3
    return (q.reshape(len(blocks), -1).astype(np.float32) - 2) * blocks["d"].astype(np.float32)[:, None]


TWO_BITS = BlockFormat("TWO_BITS", 1000, 64, _BLOCK, _encode, _decode)
"""64 weights in 18 bytes: d (q - 2); bits 2i and 2i+1 of byte b are code 16 i + b."""


class TwoBits(Unpacker):
    """`span` bytes of codes: as many weights of each quarter of the block."""

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value | int, span: int) -> None:
        super().__init__(k, format, position, span)
        self.column = position * span
        self.pieces = (self.piece("d"), self.piece("qs", span))

    @classmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        quads = tuple(Quad(16 * field + word, 0) for word in range(0, span, 4) for field in range(4))
        return ShareForm(16 // span, quads, zero=2)

    def decode(self, pieces: Sequence[Any]) -> Codes:
        d, codes = pieces
        fields = [word >> 2 * field for word in codes.words(self.span // 4) for field in range(4)]
        return Codes([field & 0x03030303 for field in fields], [self.k.cvt(f32, d.half())])


@pytest.fixture
def two_bits() -> Iterator[BlockFormat]:
    unpacks("TWO_BITS")(TwoBits)
    yield TWO_BITS
    del UNPACKERS["TWO_BITS"]


K = 64 * 21
ROOT = Path(__file__).parents[2]
KNOWING = {
    "quant/q5_1.py",
    "quant/__init__.py",
    "quant/fallback.py",
    "kernels/blocks/unpack_nibbles.py",
    "kernels/gemv/presets.py",
    "kernels/gemv/integer_presets.py",
}
"""Layout, tables, routine, and presets."""

KERNELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "plain": (QuantGemv, {"n": 5, "k": K}),
    "vectorised": (QuantGemv, {"n": 5, "k": K, "strategy": WarpPerRow(rows=4)}),
    "plain, a batch": (QuantGemv, {"n": 5, "k": K, "m": 3}),
    "dp4a": (IntegerGemv, {"n": 5, "k": K}),
    "batched": (IntegerGemv, {"n": 5, "k": K, "m": 3}),
    "batched, many": (IntegerGemv, {"n": 3, "k": K, "m": 9}),
    "bulk ring": (IntegerGemv, {"n": 5, "k": K, "strategy": BulkRing()}),
    "gate and up": (GateUpGemv, {"n": 5, "k": K}),
    "dequantise": (Dequantize, {"n": 5, "k": K}),
    "embedding": (EmbeddingGather, {"m": 3, "vocab": 7, "k": K}),
    "matrix product": (QuantGemm, {"m": 17, "n": 33, "k": 512}),
}


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_takes_it(device: EmulatedDevice, two_bits: BlockFormat, name: str) -> None:
    made, options = KERNELS[name]
    kernel: Kernel = made(format=two_bits, **options)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    outputs = kernel.numbers(kernel.run(inputs, device=device))
    expected, bounds = kernel.expected(inputs), kernel.bounds(inputs)
    for output, found in outputs.items():
        assert (np.abs(found - expected[output]) <= bounds[output]).all()


def test_columns_come_back_exactly(device: EmulatedDevice, two_bits: BlockFormat) -> None:
    w = two_bits.encode(np.random.default_rng(1).standard_normal((3, 192), dtype=np.float32))
    gemv = QuantGemv(n=3, k=192, m=12, format=two_bits)
    for first in range(0, 192, 12):
        x = np.eye(192, dtype=np.float32)[first : first + 12]
        assert np.array_equal(gemv(w, x, device=device), two_bits.decode(w)[:, first : first + 12].T + 0)


def test_a_wrong_routine_is_seen(device: EmulatedDevice, two_bits: BlockFormat) -> None:
    class Wrong(TwoBits):
        def decode(self, pieces: Sequence[Any]) -> Codes:
            right = super().decode(pieces)
            return Codes([right.words[1], right.words[0], *right.words[2:]], right.scales)

    unpacks("TWO_BITS")(Wrong)
    format = attrs.evolve(two_bits)  # another one, for texts are kept
    for kernel in (QuantGemv(n=5, k=K, format=format), IntegerGemv(n=5, k=K, format=format)):
        inputs = kernel.example_inputs(np.random.default_rng(0))
        y = kernel.run(inputs, device=device)["y"]
        assert not (np.abs(y - kernel.reference(**inputs)) <= kernel.tolerance(**inputs)).all()


def test_the_documented_diff_is_that_of_the_sources() -> None:
    """Lines that it adds are in the package, and of its other files, those with names alone know the format."""
    page = (ROOT / "docs" / "formats.md").read_text().split("## A new format")[1]
    package = {path: path.read_text() for path in (ROOT / "ptxgen").rglob("*.py")}
    added = [
        line[1:]
        for diff in re.findall(r"```diff\n(.*?)```", page, re.DOTALL)
        for line in diff.splitlines()
        if line[0] == "+"
    ]
    lines = {line for text in package.values() for line in text.splitlines()}
    assert len(added) > 20
    assert set(filter(None, added)) <= lines
    knowing = {
        path.relative_to(ROOT / "ptxgen").as_posix()
        for path, text in package.items()
        if re.search(r"\bQ5_1\b", text)
    }
    assert knowing <= KNOWING


def test_without_the_routine_it_is_refused() -> None:
    with pytest.raises(KernelError, match="no kernel unpacks TWO_BITS"):
        IntegerGemv(n=5, k=K, format=TWO_BITS).emit_ptx()
