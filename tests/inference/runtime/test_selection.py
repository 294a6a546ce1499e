"""Which kernels a step takes: by device and options. Nothing is compiled or run."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from ptxgen.driver import EmulatedDevice
from ptxgen.quant import BF16, F16, Q4_K
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.coverage import used
from ptxgen_inference.runtime.shapes import Shape
from tests.inference.tiny import MODELS

FLOATS = evolve(MODELS["llama"], layers=1, formats=(F16, BF16)).file()
BLOCKS = evolve(MODELS["llama-k-quants"], layers=1, formats=(Q4_K,), metadata={"context_length": 4096}).file()
TEXT, PROMPT, TOKEN = Shape(40, cached=False, wanted="every"), Shape(40), Shape(1)


def taken(file: Any, shape: Shape, device: EmulatedDevice | None = None, **options: Any) -> set[str]:
    with Engine.open(file, device or EmulatedDevice(), **options) as engine:
        return used(call.kernel for call in engine.player.traced(shape)[0].trace.calls)


@pytest.mark.parametrize(
    ("target", "prefer", "expected"),
    [
        ("sm_90a", [], {"WgmmaGemm", "WgmmaAttention"}),
        ("sm_90a", ["mma"], {"MmaGemm", "MmaAttention"}),
        ("sm_80", [], {"MmaGemm", "MmaAttention"}),
        ("sm_90a", ["wmma"], {"WmmaGemm", "MmaGemm", "WmmaAttention"}),
    ],
)
def test_instructions_of_tensor_cores(target: str, prefer: list[str], expected: set[str]) -> None:
    """`wmma` has no kernel for bfloat16."""
    names = taken(FLOATS, TEXT, EmulatedDevice(target), prefer=prefer)
    assert {name for name in names if "mma" in name.lower() and "Cached" not in name} == expected


def test_blocks_are_decoded_where_products_go_by_wmma() -> None:
    assert "QuantGemm" in taken(BLOCKS, PROMPT)
    assert {"Dequantize", "WmmaGemm"} <= taken(BLOCKS, PROMPT, prefer=["wmma"])
    assert "IntegerGemm" in taken(BLOCKS, PROMPT, activations="q8_1")
    assert {"Dequantize", "TiledGemm"} <= taken(BLOCKS, PROMPT, activations="f32", prefer=["wmma"])


def test_how_weights_travel() -> None:
    assert "IntegerGemv (Dp4a)" in taken(BLOCKS, TOKEN)
    assert "IntegerGemv (BulkRing)" in taken(BLOCKS, TOKEN, prefer=["bulk-ring"])
    assert "IntegerGemv (Dp4a)" in taken(BLOCKS, TOKEN, EmulatedDevice("sm_80"), prefer=["bulk-ring"])


def test_keys_are_split_where_that_keeps_multiprocessors_busy() -> None:
    assert "IncrementalAttention" in taken(BLOCKS, TOKEN)
    assert "FlashDecoding" in taken(BLOCKS, TOKEN, EmulatedDevice(sm_count=132))


@pytest.mark.parametrize(
    ("device", "options", "match"),
    [("sm_75", {}, "needs sm_80"), ("sm_90a", {"prefer": ["tcgen05"]}, "prefer is one of")],
)
def test_refused(device: str, options: dict[str, Any], match: str) -> None:
    with pytest.raises(InferenceError, match=match) as caught:
        Engine.open(BLOCKS, EmulatedDevice(device), **options)
    assert caught.value.id == "INF065"
