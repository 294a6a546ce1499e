"""`QuantGemm`: every format, tiles, tails; equal to a product with the decoded weights; no bank conflicts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, bf16, f16
from ptxgen.kernels import KernelError, MmaGemm, Q4KGemm, Q8_0Gemm, QuantGemm
from ptxgen.quant import FORMATS, Q4_K, Q5_0, Q6_K, Q8_0, BlockFormat
from ptxgen.quant.bfloat16 import to_bfloat16
from ptxgen.verification import compare_outputs

SIZES = (1, 3, 17, 31, 32, 33, 100, 257)
BLOCKS = [FORMATS[name] for name in ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K")]


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def check(device: EmulatedDevice, gemm: QuantGemm) -> None:
    inputs = gemm.example_inputs(np.random.default_rng(0))
    assert [c for c in compare_outputs(gemm, inputs, gemm.run(inputs, device=device)) if not c.ok] == []


@pytest.mark.parametrize("format", BLOCKS, ids=str)
def test_every_format_is_exact_without_bank_conflicts(format: BlockFormat) -> None:
    """Blocks with arbitrary bits: what the kernel multiplies is the decoded matrix rounded to f16, nothing else.

    a has a single 1 in each row, so a row of c is a column of the weights.
    """
    n, k, m = 52, 256, 64
    rng = np.random.default_rng(1)
    w = format.encode(rng.standard_normal((n, k), dtype=np.float32))
    columns = rng.choice(k, m)
    a = np.zeros((m, k), np.float16)
    a[np.arange(m), columns] = 1
    decoded = format.decode(w).astype(np.float16).astype(np.float32)
    traffic = Traffic()
    with EmulatedDevice(sanitize=True, observers=[traffic]) as device:
        product = QuantGemm(m=m, n=n, k=k, format=format)(a, w, device=device)
    assert np.array_equal(product, decoded.T[columns])
    assert sum(t.conflicts for t in traffic.instructions if t.space is StateSpace.SHARED) == 0
    assert traffic.buffers["b"].unread == 0


@pytest.mark.parametrize(
    ("format", "k", "type", "tile_m", "tile_n"),
    [
        (Q4_K, 768, f16, 64, 64),
        (Q6_K, 256, bf16, 64, 128),
        (Q8_0, 32, f16, 128, 128),
        (Q5_0, 288, bf16, 128, 64),
    ],
)
def test_tiles_and_tails(
    device: EmulatedDevice, format: BlockFormat, k: int, type: Type, tile_m: int, tile_n: int
) -> None:
    """More rows than a tile has, and blocks that end within a step."""
    check(
        device,
        QuantGemm(m=tile_m + 3, n=50, k=k, format=format, type=type, tile_m=tile_m, tile_n=tile_n),
    )


def test_epilogue_and_batch(device: EmulatedDevice) -> None:
    check(device, Q8_0Gemm(m=5, n=33, k=96, batch=2, bias=True, activation="silu", residual=True, out=f16))


@pytest.mark.parametrize("type", [f16, bf16], ids=str)
def test_the_same_as_a_product_with_rounded_weights(device: EmulatedDevice, type: Type) -> None:
    """The order of the sums is that of `MmaGemm`, so the bits are equal."""
    gemm = Q4KGemm(m=17, n=24, k=256, type=type)
    inputs = gemm.example_inputs(np.random.default_rng(2))
    decoded = Q4_K.decode(inputs["b"])
    rounded = decoded.astype(np.float16) if type is f16 else to_bfloat16(decoded)
    plain = MmaGemm(m=17, n=24, k=256, type=type)
    assert np.array_equal(gemm(**inputs, device=device), plain(inputs["a"], rounded, device=device))


@pytest.mark.parametrize(("tile_m", "tile_n"), [(64, 64), (128, 64), (64, 128), (128, 128)])
@pytest.mark.parametrize("format", [Q4_K, Q6_K], ids=str)
def test_no_spills(format: BlockFormat, tile_m: int, tile_n: int) -> None:
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    gemm = QuantGemm(n=128, k=1024, format=format, tile_m=tile_m, tile_n=tile_n)
    (resources,) = toolchain.assemble(gemm.emit_ptx("sm_90"), "sm_90", ptxas).resources
    assert (resources.spill_stores, resources.spill_loads) == (0, 0)


def test_rows_of_whole_blocks() -> None:
    with pytest.raises(KernelError, match="k must be a multiple of 256") as caught:
        Q4KGemm(k=500)
    assert caught.value.id == "KRN001"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("field", ["m", "n"])
@pytest.mark.parametrize("format", [Q4_K, Q8_0], ids=str)
def test_ragged(device: EmulatedDevice, format: BlockFormat, field: str, size: int) -> None:
    check(device, evolve(QuantGemm(k=256, format=format), **{field: size}))


@pytest.mark.slow
@pytest.mark.parametrize("m", [1, 17, 128])
@pytest.mark.parametrize(
    ("format", "n", "k"),
    [
        (Q8_0, 128, 896),
        (Q5_0, 128, 4864),
        (Q4_K, 256, 1536),
        (Q6_K, 128, 8960),
        (Q4_K, 192, 3584),
        (Q6_K, 128, 4096),
    ],
)
def test_model_shapes(format: BlockFormat, m: int, n: int, k: int) -> None:
    """Rows of weights are independent: some of them stand for all."""
    with EmulatedDevice(track_initialised=True) as device:
        check(device, QuantGemm(m=m, n=n, k=k, format=format, tile_n=128))
