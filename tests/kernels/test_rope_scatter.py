"""The fused way into the cache writes the bits of its two halves, in every format, style and scaling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.types import bf16, f16
from ptxgen.kernels import KernelError, RopeNeoxScatter, RopeNormScatter, RopeScatter
from ptxgen.kernels.blocks import rotary
from ptxgen.kernels.cache import rope_scatter
from ptxgen.verification import compare_outputs

PRESETS = (RopeNormScatter, RopeNeoxScatter)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


OPTIONS: dict[str, dict[str, Any]] = {
    "f32": {"cache": "f32", "tokens": 9, "kv_heads": 3, "heads": 3},
    "q8_0 in pages": {"cache": "q8_0", "block_size": 8, "head_dim": 96},
    "phi 2": {"head_dim": 80, "rotary_dims": 32, "heads": 2, "kv_heads": 2},
    "16 dims in a block of q8_0": {"rotary_dims": 16, "cache": "q8_0"},
    "yarn": {"scaling": "yarn", "factor": 4.0, "context": 4096},
    "llama 3 with factors": {"scaling": "llama3", "factor": 8.0, "factors": True, "block_size": 16},
    "one token, seven heads": {"tokens": 1, "heads": 7, "kv_heads": 1, "base": 1e6},
}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize("name", OPTIONS)
def test_the_bits_of_rope_and_scatter(device: EmulatedDevice, preset: type[RopeScatter], name: str) -> None:
    """Positions in the cache, sequences and places out of range included."""
    kernel = preset(**OPTIONS[name])
    inputs = kernel.example_inputs(np.random.default_rng(0))
    if kernel.tokens > 2:
        inputs["positions"][1], inputs["sequences"][2] = kernel.capacity, -1
    outputs = kernel.run(inputs, device=device)
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []
    angles = {array: inputs[array] for array in ("positions", "factors") if array in inputs}
    q = kernel.rope.run({"x": inputs["q"], **angles}, device=device)["x"]
    of_keys = attrs.evolve(kernel.rope, heads=kernel.kv_heads)
    keys = of_keys.run({"x": inputs["new_keys"], **angles}, device=device)["x"]
    given = {array: inputs[array] for array in kernel.scatter.signature.inputs if array in inputs}
    cache = kernel.scatter.run({**given, "new_keys": keys}, device=device)
    assert np.array_equal(outputs["q"], q)
    for array in ("keys", "values"):
        assert np.array_equal(outputs[array], cache[array])
        assert not np.array_equal(outputs[array], inputs[array])


@pytest.mark.parametrize("type", [f16, bf16], ids=str)
@pytest.mark.parametrize("cache", ["f16", "f32", "q8_0"])
def test_narrow_inputs(device: EmulatedDevice, type: Any, cache: str) -> None:
    kernel = RopeNeoxScatter(type=type, cache=cache)
    inputs = kernel.example_inputs(np.random.default_rng(1))
    assert all(c.ok for c in compare_outputs(kernel, inputs, kernel.run(inputs, device=device)))


def test_memory_traffic() -> None:
    """The cache is written in full sectors; new keys and values are read once, partners in the cache's place twice."""
    traffic = Traffic()
    kernel = RopeNormScatter(tokens=4, head_dim=128)
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert all(i.sector_use == 1 for i in traffic.instructions if i.write)
    assert {traffic.buffers[name].most for name in ("q", "new_keys", "new_values")} == {1}


@pytest.mark.parametrize("style", PRESETS, ids=lambda preset: preset.name)
def test_a_wrong_sign_is_found(
    device: EmulatedDevice, monkeypatch: pytest.MonkeyPatch, style: type[RopeScatter]
) -> None:
    kernel = style(head_dim=128, base=500.0)
    inputs = kernel.example_inputs(np.random.default_rng(2))
    monkeypatch.setattr(
        rope_scatter, "rotate", lambda k, x, y, cosine, sine: rotary.rotate(k, x, y, cosine, -sine)
    )
    compared = {c.output: c.ok for c in compare_outputs(kernel, inputs, kernel.run(inputs, device=device))}
    assert compared == {"q": True, "keys": False, "values": True}


def test_pieces_must_divide_halves() -> None:
    with pytest.raises(KernelError, match="dims must be a multiple of 8"):
        RopeNeoxScatter(rotary_dims=12)
