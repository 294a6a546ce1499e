"""Torch beside a kernel: the same numbers, from the same arrays. Needs torch; a GPU is not needed for that."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from ptxgen.bench.peers import PEERS
from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Kernel, registry


def test_every_peer_stands_beside_a_kernel() -> None:
    assert set(PEERS) <= {kernel.name for kernel in registry.kernels()}


@pytest.mark.peer
@pytest.mark.parametrize("name", sorted(PEERS))
def test_the_peer_computes_the_same(name: str) -> None:
    """The references are the judge, so the peer may compute in the kernel's own narrow type."""
    torch: Any = pytest.importorskip("torch")
    kernel = _comparable(registry.get(name))
    inputs = kernel.example_inputs(np.random.default_rng(0))
    with EmulatedDevice() as device:
        arrays = {n: device.to_device(inputs[n]).numpy() for n in kernel.signature.arrays if n in inputs}
        work = PEERS[name].work(torch, kernel, arrays)
        assert work is not None
        out = work()
    found = out if isinstance(out, tuple) else (out,)
    for tensor, expected in zip(found, kernel.expected(inputs).values(), strict=False):
        there = tensor.to(torch.float64).numpy()
        if kernel.family == "attention":  # torch's heads come before its tokens
            there = there.transpose(0, 2, 1, 3).reshape(expected.shape)
        assert there.shape == expected.shape
        assert np.abs(there - expected).max() <= 2e-2 * np.abs(expected).max()


def _comparable(kernel: type[Kernel]) -> Kernel:
    """Sizes and options that torch's operation has, too."""
    names = {field.name for field in attrs.fields(kernel)}
    if "q_len" in names:
        return kernel(q_len=33, kv_len=33)
    return kernel(seqs=1) if "seqs" in names else kernel()
