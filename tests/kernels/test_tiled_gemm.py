"""`TiledGemm` in its layouts, tiles and epilogues; exact where float32 is; no bank conflicts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.kernels import TiledGemm
from ptxgen.verification import compare_outputs
from tests.kernels.conftest import Runner

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def check(device: EmulatedDevice, gemm: TiledGemm) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(0))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []


@pytest.mark.parametrize(
    "gemm",
    [
        TiledGemm(m=70, n=67, k=37, layout="kn", bias=True),
        TiledGemm(m=130, n=140, k=50, tile=128, batch=2, residual=True),
        TiledGemm(m=30, n=128, k=48, tile=128, layout="kn", activation="gelu"),
        TiledGemm(m=1, n=1, k=1),
    ],
    ids=range(4),
)
def test_layouts_tiles_and_epilogues(device: EmulatedDevice, gemm: TiledGemm) -> None:
    check(device, gemm)


@pytest.mark.parametrize("layout", ["nk", "kn"])
def test_sums_that_float32_can_hold_are_exact(device: EmulatedDevice, layout: str) -> None:
    """Integers of 10 and 4 bits, with a power of two for each row and column: nothing is rounded."""
    rng = np.random.default_rng(1)
    a = (rng.integers(-1000, 1000, (33, 20)) * 2.0 ** rng.integers(-8, 8, (33, 1))).astype(np.float32)
    b = (rng.integers(-8, 8, (40, 20)) * 2.0 ** rng.integers(-8, 8, (40, 1))).astype(np.float32)
    gemm = TiledGemm(m=33, n=40, k=20, layout=layout)
    got = gemm(a, b if layout == "nk" else np.ascontiguousarray(b.T), device=device)
    assert np.array_equal(got, a.astype(np.float64) @ b.T.astype(np.float64))


@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("tile", [64, 128])
def test_tiles_have_no_bank_conflicts(layout: str, tile: int) -> None:
    traffic = Traffic()
    gemm = TiledGemm(m=128, n=128, k=32, layout=layout, tile=tile)
    with EmulatedDevice(observers=[traffic]) as device:
        gemm.run(gemm.example_inputs(np.random.default_rng(0)), device=device)
    seen = traffic.instructions
    assert sum(t.conflicts for t in seen if t.space is StateSpace.SHARED) == 0
    loads = [t for t in seen if t.space is StateSpace.GLOBAL and not t.write]
    assert {t.sector_use for t in loads} == {1.0}
    assert {(t.fewest, t.most) for t in traffic.buffers.values()} == {(128 // tile, 128 // tile)}


def test_a_missing_barrier_is_noticed(device: EmulatedDevice, run_program: Runner) -> None:
    from ptxgen.driver import SanitizerError

    gemm = TiledGemm()
    text = gemm.emit_ptx()
    inputs = gemm.example_inputs(np.random.default_rng(0))
    run_program(gemm, text, inputs)
    with pytest.raises(SanitizerError):
        run_program(gemm, text.replace("bar.sync 0;", ""), inputs)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n", "k"])
def test_ragged(device: EmulatedDevice, layout: str, size: int, field: str) -> None:
    check(device, evolve(TiledGemm(layout=layout, bias=True), **{field: size}))
