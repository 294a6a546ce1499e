"""`WgmmaGemm` in its layouts, types, tiles and epilogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.errors import PtxgenError
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import bf16, f16, f32
from ptxgen.kernels import KernelError, MmaGemm, WgmmaGemm
from ptxgen.verification import compare_outputs
from tests.kernels.conftest import Runner

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)
SMALL = WgmmaGemm(m=33, n=40, k=72, tile_m=64, tile_n=64, type=f16)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def check(device: EmulatedDevice, gemm: WgmmaGemm) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(0))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []


@pytest.mark.parametrize(("layout", "tile_m", "tile_n"), [("nk", 64, 128), ("kn", 128, 64)])
def test_tiles_and_layouts(device: EmulatedDevice, layout: str, tile_m: int, tile_n: int) -> None:
    """More than one tile, and more steps than stages: every barrier is used again."""
    check(device, WgmmaGemm(m=70, n=136, k=200, layout=layout, tile_m=tile_m, tile_n=tile_n, stages=2))


@pytest.mark.parametrize("layout", ["nk", "kn"])
def test_tiles_have_no_bank_conflicts_and_full_sectors(layout: str) -> None:
    """Of what is documented: `wgmma` reads shared memory in an order of its own."""
    traffic = Traffic()
    gemm = WgmmaGemm(m=128, n=64, k=64, tile_m=64, tile_n=64, layout=layout)
    with EmulatedDevice(observers=[traffic]) as device:
        gemm.run(gemm.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.conflicts == 0
    assert {t.sector_use for t in traffic.instructions if t.space is StateSpace.GLOBAL} == {1.0}
    assert [(traffic.buffers[name].fewest, traffic.buffers[name].most) for name in "ab"] == [(1, 1), (2, 2)]


def test_wide_tiles_hand_registers_over(device: EmulatedDevice) -> None:
    gemm = WgmmaGemm(m=65, n=200, k=72, tile_n=256, bias=True)
    assert "setmaxnreg.inc" in gemm.emit_ptx()
    check(device, gemm)


@pytest.mark.parametrize(
    "gemm",
    [
        evolve(SMALL, bias=True, activation="gelu", residual=True, out=f16),
        evolve(SMALL, type=bf16, out=bf16, batch=2, residual=True),
        evolve(SMALL, n=37, out=f32, batch=2, layout="nk", bias=True),
        evolve(SMALL, m=1, n=8, k=8, layout="kn"),
    ],
    ids=range(4),
)
def test_epilogues_and_batches(device: EmulatedDevice, gemm: WgmmaGemm) -> None:
    check(device, gemm)


def test_equal_to_mma_within_the_bounds_of_both(device: EmulatedDevice) -> None:
    other = MmaGemm(m=33, n=40, k=72)
    inputs = SMALL.example_inputs(np.random.default_rng(1))
    bound = SMALL.bounds(inputs)["c"] + other.bounds(inputs)["c"]
    assert (np.abs(SMALL(**inputs, device=device) - other(**inputs, device=device)) <= bound).all()


@pytest.mark.parametrize("sizes", [{"k": 100}, {"n": 100, "layout": "kn"}], ids=["k", "n"])
def test_rows_that_a_tensor_map_cannot_describe(sizes: dict[str, Any]) -> None:
    with pytest.raises(KernelError, match="must be a multiple of 8, got 100") as caught:
        WgmmaGemm(**sizes)
    assert caught.value.help == "use 96 or 104, or MmaGemm, which copies rows of any length"


@pytest.mark.parametrize(
    "line",
    [
        "mbarrier.arrive.shared.b64",  # no stage is ever released
        "bar.warp.sync",
        "mbarrier.arrive.expect_tx.shared.b64",
    ],
)
def test_a_missing_step_of_the_pipeline_is_noticed(
    device: EmulatedDevice, run_program: Runner, line: str
) -> None:
    gemm = evolve(SMALL, k=136, stages=2)
    text = gemm.emit_ptx()
    start = text.index(line)
    end = text.index(";", start) + 1
    with pytest.raises(PtxgenError) as caught:
        run_program(gemm, text[:start] + text[end:], gemm.example_inputs(np.random.default_rng(0)))
    assert caught.value.id.startswith(("SAN", "EMU"))


@pytest.mark.parametrize(("tile_m", "tile_n"), [(64, 64), (128, 128), (128, 256), (64, 256)])
def test_no_spills_and_no_warnings(tile_m: int, tile_n: int) -> None:
    """ptxas warns where it must serialise products."""
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    gemm = WgmmaGemm(n=256, k=256, tile_m=tile_m, tile_n=tile_n, bias=True, residual=True, activation="silu")
    answer = toolchain.assemble(gemm.emit_ptx(), "sm_90a", ptxas)
    assert (answer.accepted, answer.diagnostics) == (True, ())
    assert (answer.resources[0].spill_stores, answer.resources[0].spill_loads) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n"])
def test_ragged(device: EmulatedDevice, size: int, field: str) -> None:
    check(device, evolve(SMALL, **{field: size}))


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 17, 128])
@pytest.mark.parametrize(("n", "k"), [(896, 896), (128, 4864), (256, 1536), (192, 3584), (128, 4096)])
def test_model_shapes(m: int, n: int, k: int) -> None:
    """Rows of b are independent: some of them stand for all."""
    with EmulatedDevice(track_initialised=True) as device:
        check(device, WgmmaGemm(m=m, n=n, k=k))
