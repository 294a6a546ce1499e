"""What the passes over memory make computes the same bits, and no sanitizer finds anything in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Kernel, registry
from ptxgen.passes import Pipeline
from ptxgen.verification.translation import TransformedDevice, optimized
from tests.corpus.files import FILES, File
from tests.corpus.running import run

MEMORY = (
    "copy-propagation,constant-folding,store-forwarding,dead-stores,array-alignment,vectorisation,"
    "barrier-removal,load-hoisting,wait-sinking,predication,copy-propagation,dce"
)
FAST = ("softmax.O3.sm_80", "reduction.O3.sm_90", "double_precision.G.sm_80", "gemm_tiled.O3.sm_80")
KERNELS = ("q8_0_gemm", "q5_1_gemv", "vectorized_q5_1_gemv", "transpose", "softmax", "rms_norm")
"""Kernels whose text is tried in the fast tests: `rms_norm` is contracted at -O2, here it is not."""


def bits(arrays: Any) -> dict[str, bytes]:
    return {name: np.asarray(array).tobytes() for name, array in arrays.items()}


def better(**options: Any) -> TransformedDevice:
    return TransformedDevice(optimized(Pipeline.parse(MEMORY)), **options)


@pytest.mark.parametrize(
    "file",
    [pytest.param(f, id=str(f), marks=() if str(f) in FAST else pytest.mark.slow) for f in FILES],
)
def test_compilers_text(file: File) -> None:
    watched = better(sanitize="collect")
    assert bits(run(file.program, file.text, EmulatedDevice())) == bits(run(file.program, file.text, watched))
    plain = EmulatedDevice(sanitize="collect")
    run(file.program, file.text, plain)
    assert {f.kind for f in watched.findings} <= {f.kind for f in plain.findings}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, id=kind.name, marks=() if kind.name in KERNELS else pytest.mark.slow)
        for kind in registry.kernels()
    ],
)
def test_kernels(kind: type[Kernel]) -> None:
    made = kind()
    inputs = made.example_inputs(np.random.default_rng(1))
    plain = made.run(inputs, device=TransformedDevice(lambda module: module))
    assert bits(plain) == bits(made.run(inputs, device=better(sanitize=True)))
