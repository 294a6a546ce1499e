"""The same comparisons on a GPU: what is right in the emulator must be right there, and bit-equal where promised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from gguf import GGMLQuantizationType, quants

from ptxgen.driver import Device, EmulatedDevice, open_device
from ptxgen.kernels import Kernel, Q4KGemv, QuantGemv, VectorizedQ4KGemv, registry
from ptxgen.verification import compare_outputs

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def gpu() -> Iterator[Device]:
    with open_device("cuda") as made:
        yield made


@pytest.mark.parametrize("kernel", registry.kernels(), ids=lambda kernel: kernel.name)
def test_gpu_and_emulator_agree(gpu: Device, device: EmulatedDevice, kernel: type[Kernel]) -> None:
    """Both are within the tolerance of float64; kernels that say so have the same bits on both."""
    made = kernel()
    inputs = made.example_inputs(np.random.default_rng(0))
    there, here = made.run(inputs, device=gpu), made.run(inputs, device=device)
    for outputs in (there, here):
        assert [c for c in compare_outputs(made, inputs, outputs) if not c.ok] == []
    assert not made.bitwise or all(np.array_equal(there[name], here[name]) for name in here)


@pytest.mark.parametrize("kernel", [Q4KGemv, VectorizedQ4KGemv])
@pytest.mark.parametrize(("n", "k"), [(1, 256), (33, 512), (257, 1536), (4096, 4096), (257, 18944)])
def test_gemv(gpu: Device, kernel: type[QuantGemv], n: int, k: int) -> None:
    gemv = kernel(n=n, k=k)
    inputs = gemv.example_inputs(np.random.default_rng(n))
    y = gemv.run(inputs, device=gpu)["y"]
    assert (np.abs(y - gemv.expected(inputs)["y"]) <= gemv.bounds(inputs)["y"]).all()
    decoded = quants.dequantize(inputs["w"], GGMLQuantizationType.Q4_K)
    for column in np.random.default_rng(k).choice(k, 64, replace=False):
        x = np.zeros(k, np.float32)
        x[column] = 1
        assert np.array_equal(gemv.run({"w": inputs["w"], "x": x}, device=gpu)["y"], decoded[:, column])
