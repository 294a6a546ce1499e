"""`MmaGemm` in its layouts, types, tiles, epilogues and pieces; its tiles have no bank conflicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice, SanitizerError
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import KernelError, MmaGemm
from ptxgen.verification import compare_outputs
from tests.kernels.conftest import Runner

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def check(device: EmulatedDevice, gemm: MmaGemm, seed: int = 0) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(seed))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []


@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize(("tile_m", "tile_n", "tile_k"), [(64, 128, 64), (128, 128, 32)])
def test_tiles_and_layouts(
    device: EmulatedDevice, layout: str, tile_m: int, tile_n: int, tile_k: int
) -> None:
    """More than one tile each way, and more steps than stages."""
    check(
        device,
        MmaGemm(m=70, n=136, k=136, layout=layout, tile_m=tile_m, tile_n=tile_n, tile_k=tile_k, stages=2),
    )


@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("size", [36, 38, 39], ids=["8 bytes", "4 bytes", "2 bytes"])
def test_rows_that_start_anywhere(device: EmulatedDevice, layout: str, size: int) -> None:
    check(device, MmaGemm(m=5, n=size, k=size, layout=layout))


@pytest.mark.parametrize(
    ("type", "out", "n"), [(f16, f32, 37), (f16, f16, 40), (f16, bf16, 37), (bf16, bf16, 64), (bf16, f32, 64)]
)
def test_epilogues(device: EmulatedDevice, type: Type, out: Type, n: int) -> None:
    check(device, MmaGemm(m=9, n=n, k=32, type=type, out=out, bias=True, activation="silu", residual=True))


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_activations_without_bias(device: EmulatedDevice, activation: str) -> None:
    check(device, MmaGemm(m=9, n=8, k=32, activation=activation))


@pytest.mark.parametrize("layout", ["nk", "kn"])
def test_a_batch_is_its_products_one_by_one(device: EmulatedDevice, layout: str) -> None:
    batch = MmaGemm(m=7, n=24, k=40, batch=3, layout=layout, residual=True)
    single = MmaGemm(m=7, n=24, k=40, layout=layout, residual=True)
    inputs = batch.example_inputs(np.random.default_rng(1))
    (whole,) = batch.run(inputs, device=device).values()
    for i in range(3):
        (one,) = single.run({name: array[i] for name, array in inputs.items()}, device=device).values()
        assert np.array_equal(whole[i], one)


@pytest.mark.parametrize("type", [f16, bf16], ids=str)
def test_integers_are_exact(device: EmulatedDevice, type: Type) -> None:
    """A wrong index anywhere shows: every element is compared, without a tolerance."""
    gemm = MmaGemm(m=65, n=67, k=70, type=type)
    rng = np.random.default_rng(3)
    a, b = (rng.integers(-8, 9, (rows, 70)).astype(np.float32) for rows in (65, 67))
    stored = [
        x.astype(np.float16) if type is f16 else (x.view(np.uint32) >> 16).astype(np.uint16) for x in (a, b)
    ]
    assert np.array_equal(gemm(*stored, device=device), a @ b.T)


def test_one_text_serves_every_m() -> None:
    assert MmaGemm(m=1).emit_ptx() == MmaGemm(m=1000).emit_ptx()


def test_more_products_than_a_grid_has_planes() -> None:
    with pytest.raises(KernelError, match="batch must be at most 65535") as caught:
        MmaGemm(batch=70000)
    assert "several calls" in caught.value.help


def test_stages_that_do_not_fit() -> None:
    with pytest.raises(KernelError, match="shared_bytes must be at most 101376, got 163840") as caught:
        MmaGemm(tile_m=128, tile_n=128, tile_k=64, stages=5)
    assert caught.value.id == "KRN001"


@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("tile_k", [32, 64])
def test_tiles_have_no_bank_conflicts_and_full_sectors(layout: str, tile_k: int) -> None:
    traffic = Traffic()
    gemm = MmaGemm(m=128, n=128, k=128, layout=layout, tile_k=tile_k)
    with EmulatedDevice(observers=[traffic]) as device:
        gemm.run(gemm.example_inputs(np.random.default_rng(0)), device=device)
    seen = traffic.instructions
    assert sum(t.conflicts for t in seen if t.space is StateSpace.SHARED) == 0
    assert {t.sector_use for t in seen if t.space is StateSpace.GLOBAL} == {1.0}
    # Two tiles of c in each direction: each element of a and b is read twice.
    assert {(t.fewest, t.most) for t in traffic.buffers.values()} == {(2, 2)}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(".x4.trans", ".x4"), ("cp.async.wait_group 1", "cp.async.wait_group 2"), ("bar.sync 0;", "")],
)
def test_a_planted_fault_is_noticed(
    device: EmulatedDevice, run_program: Runner, right: str, wrong: str
) -> None:
    """B by rows not transposed; a stage used before its copies are there; no barrier between the two."""
    gemm = MmaGemm(m=16, n=16, k=128, layout="kn")
    inputs = gemm.example_inputs(np.random.default_rng(0))
    text = gemm.emit_ptx()
    assert right in text
    assert passes(run_program, gemm, text, inputs)
    assert not passes(run_program, gemm, text.replace(right, wrong), inputs)


def passes(run_program: Runner, gemm: MmaGemm, text: str, inputs: dict[str, NDArray[Any]]) -> bool:
    """Whether a program runs without a finding and gives what the kernel should."""
    try:
        outputs = run_program(gemm, text, inputs)
    except SanitizerError:
        return False
    return all(c.ok for c in compare_outputs(gemm, inputs, outputs))


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["nk", "kn"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n", "k"])
def test_ragged(device: EmulatedDevice, layout: str, size: int, field: str) -> None:
    check(device, evolve(MmaGemm(layout=layout, bias=True), **{field: size}))


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 17, 128])
@pytest.mark.parametrize(("n", "k"), [(896, 896), (128, 4864), (256, 1536), (192, 3584), (128, 4096)])
def test_model_shapes(device: EmulatedDevice, m: int, n: int, k: int) -> None:
    """Rows of b are independent: some of them stand for all."""
    check(device, MmaGemm(m=m, n=n, k=k, tile_n=128, tile_k=64))
