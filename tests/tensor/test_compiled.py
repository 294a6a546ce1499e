"""What nvcc makes of a `wmma` product with asynchronous copies (`tests/text/corpus/sources/mma.cu`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ptxgen.driver import Device, LaunchConfig

CORPUS = Path(__file__).parents[1] / "text" / "corpus"


@pytest.mark.parametrize("k", [16, 64, 112])
def test_wmma_from_cuda(device: Device, k: int) -> None:
    """C = the sum of A_i * B_i over tiles of 16 x 16 that lie one behind the other, those of B by columns."""
    rng = np.random.default_rng(k)
    a, b = rng.integers(-8, 9, (2, k // 16, 16, 16)).astype(np.float16)
    c = device.to_device(np.zeros((16, 16), np.float32))
    entry = device.load_module((CORPUS / "mma.sm_90.ptx").read_text("utf-8")).get_kernel(
        "_Z4gemmPK6__halfS1_Pfi"
    )
    entry.launch(LaunchConfig(1, 32), [device.to_device(a), device.to_device(b), c, np.int32(k)])
    wanted = np.matmul(a.astype(np.float64), b.transpose(0, 2, 1)).sum(axis=0)
    assert np.array_equal(c.to_host(), wanted)
