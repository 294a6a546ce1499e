"""`IntegerGemm`: every format against the decoded matrices; sums that float32 holds are exact; no bank conflicts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import f16
from ptxgen.kernels import IntegerGemm, KernelError, QuantizeQ8_1
from ptxgen.quant import FORMATS, Q4_K, Q5_0, Q6_K, Q8_0, Q8_1, BlockFormat
from ptxgen.verification import compare_outputs

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)
BLOCKS = [FORMATS[name] for name in ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K")]


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def check(device: EmulatedDevice, gemm: IntegerGemm) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(0))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []


@pytest.mark.parametrize("format", BLOCKS, ids=str)
def test_every_format(device: EmulatedDevice, format: BlockFormat) -> None:
    """More than a tile each way, and for blocks of 32 rows that end within a step."""
    k = 512 if format.weights == 256 else 288
    check(device, IntegerGemm(m=66, n=67, k=k, format=format, bias=True))


def test_epilogue_and_batch(device: EmulatedDevice) -> None:
    check(
        device,
        IntegerGemm(
            m=5, n=33, k=96, format=Q8_0, batch=2, bias=True, activation="silu", residual=True, out=f16
        ),
    )


@pytest.mark.parametrize("format", [Q8_0, Q5_0], ids=str)
def test_codes_with_scales_of_one_are_multiplied_exactly(device: EmulatedDevice, format: BlockFormat) -> None:
    """A byte in the wrong place, or one borrowed from its neighbour, shows."""
    rng = np.random.default_rng(2)
    edge = 127 if format is Q8_0 else -16
    x, w = rng.integers(-127, 128, (20, 96)), rng.integers(-16, 16, (24, 96))
    x[:, ::32], w[:, ::32] = 127, edge
    stored = format.encode(w), Q8_1.encode(x)
    assert np.array_equal(format.decode(stored[0]), w)
    gemm = IntegerGemm(m=20, n=24, k=96, format=format)
    assert np.array_equal(gemm(stored[1], stored[0], device=device), x @ w.T)


def test_after_the_quantiser(device: EmulatedDevice) -> None:
    """Float32 activations to blocks, and on: within what quantising costs, about a percent of the largest."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((7, 256), dtype=np.float32)
    w = rng.standard_normal((10, 256), dtype=np.float32)
    blocks = QuantizeQ8_1(m=7, k=256)(x, device=device)
    weights = Q6_K.encode(w)
    got = IntegerGemm(m=7, n=10, k=256, format=Q6_K)(blocks, weights, device=device)
    exact = x.astype(np.float64) @ Q6_K.decode(weights).T
    assert np.linalg.norm(got - exact) <= 0.01 * np.linalg.norm(exact)


@pytest.mark.parametrize("format", BLOCKS, ids=str)
def test_no_bank_conflicts_and_activations_in_full_sectors(format: BlockFormat) -> None:
    """Activations are copied, and each byte is read once; weights are read in words of their blocks."""
    traffic = Traffic()
    gemm = IntegerGemm(m=64, n=64, k=256, format=format)
    with EmulatedDevice(observers=[traffic]) as device:
        gemm.run(gemm.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.conflicts == 0
    moved = [t for t in traffic.instructions if t.space is StateSpace.GLOBAL and t.bytes]
    others = [t for t in moved if not t.instruction.name.startswith("ld.global.nc")]
    assert {t.sector_use for t in others} == {1.0}
    assert (traffic.buffers["a"].fewest, traffic.buffers["a"].most) == (1, 1)
    assert traffic.buffers["b"].unread == 0


@pytest.mark.parametrize("format", [Q4_K, Q6_K, Q8_0], ids=str)
@pytest.mark.parametrize("target", ["sm_80", "sm_90"])
def test_no_spills(format: BlockFormat, target: str) -> None:
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    gemm = IntegerGemm(n=128, k=1024, format=format)
    (resources,) = toolchain.assemble(gemm.emit_ptx(target), target, ptxas).resources
    assert (resources.spill_stores, resources.spill_loads) == (0, 0)


def test_rows_of_whole_blocks() -> None:
    with pytest.raises(KernelError, match="k must be a multiple of 256"):
        IntegerGemm(k=500)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n"])
@pytest.mark.parametrize("format", [Q4_K, Q8_0], ids=str)
def test_ragged(device: EmulatedDevice, format: BlockFormat, field: str, size: int) -> None:
    check(device, evolve(IntegerGemm(k=256, format=format), **{field: size}))


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 17, 128])
@pytest.mark.parametrize(
    ("format", "n", "k"),
    [(Q8_0, 128, 896), (Q5_0, 64, 4864), (Q4_K, 128, 1536), (Q6_K, 64, 8960), (Q4_K, 128, 3584)],
)
def test_model_shapes(format: BlockFormat, m: int, n: int, k: int) -> None:
    """Rows of weights are independent: some of them stand for all."""
    with EmulatedDevice(track_initialised=True) as device:
        check(device, IntegerGemm(m=m, n=n, k=k, format=format))
