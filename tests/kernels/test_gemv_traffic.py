"""How GEMVs read their weights: every byte, as few times as the alignment of blocks allows, in full sectors."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import SECTOR, Traffic
from ptxgen.kernels import DenseGemv, Kernel, QuantGemv, VectorizedQ4KGemv, registry
from ptxgen.quant import FORMATS

REQUESTED = {"Q4_K": 1.3, "Q5_K": 1.3}
"""Sectors that requests ask for, of those that the weights fill. A header is a request of its own, in the same sectors.

Of other formats, whose blocks are not aligned to loads of 16 bytes, the words of a sector are asked for one by one, and
the first-level cache puts the requests together.
"""


def watch(kernel: Kernel) -> tuple[Traffic, float]:
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    weights = [read for read in traffic.instructions if ".nc" in str(read.instruction)]
    sectors = SECTOR * sum(read.sectors for read in weights)
    return traffic, sectors / traffic.buffers["w"].nbytes


DENSE = [kernel for kernel in registry.kernels() if issubclass(kernel, DenseGemv)]
QUANTISED = [kernel for kernel in registry.kernels() if issubclass(kernel, QuantGemv)]


@pytest.mark.parametrize("kernel", DENSE, ids=lambda kernel: kernel.name)
def test_dense_weights_are_read_once_in_full_sectors(kernel: type[DenseGemv]) -> None:
    traffic, sectors = watch(kernel(n=3, k=2048))
    weights = traffic.buffers["w"]
    assert (weights.unread, weights.fewest, weights.most) == (0, 1, 1)
    assert sectors == 1


@pytest.mark.parametrize("kernel", QUANTISED, ids=lambda kernel: kernel.name)
def test_each_byte_of_a_block_is_asked_for_once(kernel: type[QuantGemv]) -> None:
    """Twice where a lane's first word, at an odd half, has the last half of its neighbour's."""
    made = kernel(n=4, k=2048)
    traffic, sectors = watch(made)
    weights = traffic.buffers["w"]
    aligned = made.format.alignment >= 4
    assert (weights.unread, weights.fewest, weights.most) == (0, 1, 1 if aligned else 2)
    assert sectors <= REQUESTED.get(made.format.name, 6)
    assert set(REQUESTED) < set(FORMATS)


def test_wide_loads_of_q4_k_ask_for_whole_lines() -> None:
    traffic, _ = watch(VectorizedQ4KGemv(n=8, k=4096))
    widest = max(traffic.instructions, key=lambda read: read.sectors_per_request)
    assert widest.sectors_per_request >= 16
