"""`WmmaGemm` in its layouts, sizes and epilogues."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import bf16, f16
from ptxgen.kernels import KernelError, MmaGemm, WmmaGemm
from ptxgen.verification import compare_outputs

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


@pytest.mark.parametrize(
    "gemm",
    [
        WmmaGemm(m=70, n=67, k=37, layout="kn", bias=True),
        WmmaGemm(m=70, n=140, k=50, batch=2, residual=True, out=f16),
        WmmaGemm(m=30, n=128, k=100, layout="kn", activation="gelu"),
        WmmaGemm(m=3, n=64, k=64, activation="silu", bias=True, residual=True),
    ],
    ids=range(4),
)
def test_layouts_and_epilogues(device: EmulatedDevice, gemm: WmmaGemm) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(0))
    outputs = gemm.run(inputs, device=device)
    assert [c for c in compare_outputs(gemm, inputs, outputs) if not c.ok] == []


def test_the_same_bits_as_mma(device: EmulatedDevice) -> None:
    """The emulator adds 16 products to a sum at a time in both."""
    wmma = WmmaGemm(m=33, n=40, k=72)
    inputs = wmma.example_inputs(np.random.default_rng(1))
    assert np.array_equal(wmma(**inputs, device=device), MmaGemm(m=33, n=40, k=72)(**inputs, device=device))


@pytest.mark.parametrize("layout", ["nk", "kn"])
def test_tiles_have_no_bank_conflicts_and_full_sectors(layout: str) -> None:
    """As far as it is known: in which order `wmma` reads and writes shared memory is not documented."""
    traffic = Traffic()
    gemm = WmmaGemm(m=128, n=128, k=128, layout=layout)
    with EmulatedDevice(observers=[traffic]) as device:
        gemm.run(gemm.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.conflicts == 0
    assert {t.sector_use for t in traffic.instructions if t.space is StateSpace.GLOBAL} == {1.0}
    assert {(t.fewest, t.most) for t in traffic.buffers.values()} == {(2, 2)}


@pytest.mark.parametrize("target", ["sm_75", "sm_90"])
def test_no_spills(target: str) -> None:
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    gemm = WmmaGemm(n=256, k=256, out=f16, bias=True, residual=True, activation="silu")
    (resources,) = toolchain.assemble(gemm.emit_ptx(target), target, ptxas).resources
    assert (resources.spill_stores, resources.spill_loads) == (0, 0)


def test_bf16_results_are_refused() -> None:
    with pytest.raises(KernelError, match="out must be one of f32, f16, got bf16"):
        WmmaGemm(out=bf16)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n", "k"])
def test_ragged(device: EmulatedDevice, layout: str, size: int, field: str) -> None:
    gemm = evolve(WmmaGemm(layout=layout, bias=True), **{field: size})
    inputs = gemm.example_inputs(np.random.default_rng(0))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []
