"""The Q4_K GEMVs against the decoder of the `gguf` package and float64: sizes, one-hot vectors, planted faults."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from gguf import GGMLQuantizationType, quants
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.ir.builder import KernelBuilder, Pointer, Value
from ptxgen.isa.types import f32, u8, u32
from ptxgen.kernels import Q4KGemv, QuantGemv, VectorizedQ4KGemv, WarpPerRow, size
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import Q4_K

ROWS = (1, 3, 17, 32, 33, 100, 257, 4096)
COLUMNS = (256, 512, 1536, 4096, 18944)
SIZES = [
    pytest.param(n, k, marks=pytest.mark.slow if n * k > 4_000_000 else [])
    for n, k in itertools.product(ROWS, COLUMNS)
]
OUT_OF_BOUNDS = r"out of bounds"
Runner = Callable[[QuantGemv, str, dict[str, Any]], dict[str, NDArray[np.float32]]]
KERNELS = pytest.mark.parametrize("kernel", [Q4KGemv, VectorizedQ4KGemv])


@lru_cache(maxsize=4)
def matrix(n: int, k: int) -> NDArray[np.uint8]:
    """Encoded normal weights. Large matrices repeat their first rows, with the blocks of each row moved round."""
    distinct = min(n, max(1, 2_000_000 // k))
    rows = Q4_K.encode(np.random.default_rng(n * k).standard_normal((distinct, k), dtype=np.float32))
    tiled = np.resize(rows, (n, rows.shape[1]))
    for row in range(distinct, n):
        tiled[row] = np.roll(tiled[row], 144 * (row // distinct))
    return tiled


def oracle(w: NDArray[np.uint8]) -> NDArray[np.float32]:
    return quants.dequantize(w, GGMLQuantizationType.Q4_K)


def assert_close(y: NDArray[np.float32], w: NDArray[np.uint8], x: NDArray[np.float32]) -> None:
    """|y - ref| <= 2^-22 * norm2(w) * norm2(x) in each row: a single wrong code is several times that."""
    assert y.shape == (len(w),)
    for start in range(0, len(w), 256):
        rows = oracle(w[start : start + 256]).astype(np.float64)
        bound = 2.0**-22 * np.linalg.norm(rows, axis=1) * np.linalg.norm(x.astype(np.float64))
        error = np.abs(y[start : start + 256] - rows @ x.astype(np.float64))
        assert (error <= bound).all(), (
            f"row {start + int((error / bound).argmax())}: {error.max()} > {bound.min()}"
        )


def one_hot(k: int, column: int) -> NDArray[np.float32]:
    x = np.zeros(k, np.float32)
    x[column] = 1
    return x


def columns(k: int) -> list[int]:
    """64 columns: one in each sub-block of the first and of the last super-block, and others everywhere."""
    rng = np.random.default_rng(k)
    edges = [base + 32 * sub + int(rng.integers(32)) for base in (0, k - 256) for sub in range(8)]
    others = rng.permutation(np.setdiff1d(np.arange(k), edges))[: 64 - len(set(edges))]
    return sorted({*edges, *map(int, others)})


@KERNELS
@pytest.mark.parametrize(("n", "k"), SIZES)
def test_close_to_float64(device: EmulatedDevice, kernel: type[QuantGemv], n: int, k: int) -> None:
    w, x = matrix(n, k), np.random.default_rng(k).standard_normal(k, dtype=np.float32)
    assert_close(kernel(n=n, k=k)(w, x, device=device), w, x)


def batched(kernel: type[QuantGemv]) -> type[QuantGemv]:
    """The kernel's own body for many vectors in one launch: CTAs along y of the grid take one vector each."""

    @frozen
    class Batched(kernel):  # type: ignore[misc, valid-type]
        batch: int = size(64)

        signature = Signature(
            w=In(u8, "n", "row_bytes"), x=In(f32, "batch", "k"), y=Out(f32, "batch", "n"), n=Scalar(u32)
        )

        def body(self, k: KernelBuilder, w: Pointer, x: Pointer, y: Pointer, n: Value) -> None:
            super().body(k, w, x.row(k.ctaid.y, self.k), y.row(k.ctaid.y, n), n)

        def plan(self) -> Plan:
            config = super().plan().launches[0].config
            return Plan.single(entry=self.name, grid=(config.grid[0], self.batch), block=config.block)

    return Batched


def assert_columns(y: NDArray[np.float32], w: NDArray[np.uint8], chosen: list[int]) -> None:
    """y[i] is column chosen[i] of the decoded matrix, bit for bit. A zero loses its sign, which a sum cannot keep."""
    expected = oracle(w)[:, chosen].T + np.float32(0)
    assert np.array_equal(y.view(np.uint32), np.ascontiguousarray(expected).view(np.uint32))


@KERNELS
@pytest.mark.parametrize(
    ("n", "k"),
    [(33, 512), (3, 256), (5, 1536), (100, 512), (1, 4096), pytest.param(257, 18944, marks=pytest.mark.slow)],
)
def test_one_hot_columns(device: EmulatedDevice, kernel: type[QuantGemv], n: int, k: int) -> None:
    """Every column at n=33, k=512; 64 columns elsewhere."""
    chosen = list(range(k)) if (n, k) == (33, 512) else columns(k)
    assert len(chosen) >= 64
    x = np.stack([one_hot(k, column) for column in chosen])
    w = matrix(n, k)
    assert_columns(batched(kernel)(n=n, k=k, batch=len(chosen))(w, x, device=device), w, chosen)


@KERNELS
@pytest.mark.parametrize(
    ("n", "k", "few"),
    [
        (33, 512, True),
        pytest.param(33, 512, False, marks=pytest.mark.slow),
        pytest.param(3, 4096, False, marks=pytest.mark.slow),
        pytest.param(17, 18944, False, marks=pytest.mark.slow),
    ],
)
def test_one_hot_columns_of_the_shipped_text(
    device: EmulatedDevice, kernel: type[QuantGemv], n: int, k: int, few: bool
) -> None:
    """The same without the batching around it, one launch a column."""
    w, gemv = matrix(n, k), kernel(n=n, k=k)
    chosen = columns(k)[::4] if few else list(range(k)) if k == 512 else columns(k)
    assert_columns(np.stack([gemv(w, one_hot(k, c), device=device) for c in chosen]), w, chosen)


@KERNELS
def test_weights_of_any_bytes(device: EmulatedDevice, kernel: type[QuantGemv]) -> None:
    """Random bytes: every scale, negative and subnormal d and dmin."""
    n, k = 9, 512
    rng = np.random.default_rng(11)
    w = rng.integers(0, 256, (n, Q4_K.row_bytes(k)), dtype=np.uint8)
    blocks = w.reshape(-1).view(Q4_K.block.dtype)
    for member in ("d", "dmin"):
        blocks[member][~np.isfinite(blocks[member])] = -1
    gemv = batched(kernel)(n=n, k=k, batch=k)
    assert_columns(gemv(w, np.eye(k, dtype=np.float32), device=device), w, list(range(k)))
    x = rng.standard_normal(k, dtype=np.float32)
    assert_close(kernel(n=n, k=k)(w, x, device=device), w, x)


@settings(max_examples=25)
@given(
    n=st.integers(1, 70),
    blocks=st.integers(1, 11),
    warps=st.integers(1, 8),
    load_bytes=st.sampled_from([4, 16]),
    rows=st.sampled_from([1, 2, 4, 8]),
)
def test_any_shape_and_strategy(
    device: EmulatedDevice, n: int, blocks: int, warps: int, load_bytes: int, rows: int
) -> None:
    k = 256 * blocks
    gemv = QuantGemv(n=n, k=k, threads=32 * warps, strategy=WarpPerRow(load_bytes, rows))
    w, x = matrix(n, k), np.random.default_rng(blocks).standard_normal(k, dtype=np.float32)
    assert_close(gemv(w, x, device=device), w, x)


@KERNELS
def test_rounding_to_one_side(device: EmulatedDevice, kernel: type[QuantGemv]) -> None:
    """All products positive: partial sums grow steadily, the worst case for a chain of additions."""
    n, k = 4, 18944
    rng = np.random.default_rng(3)
    w = Q4_K.encode(1 + rng.random((n, k), dtype=np.float32))
    x = 1 + rng.random(k, dtype=np.float32)
    assert_close(kernel(n=n, k=k)(w, x, device=device), w, x)


@KERNELS
@pytest.mark.parametrize("threads", [32, 256, 1024])
def test_every_cta_size(device: EmulatedDevice, kernel: type[QuantGemv], threads: int) -> None:
    w, x = matrix(33, 512), np.random.default_rng(6).standard_normal(512, dtype=np.float32)
    assert_close(kernel(n=33, k=512, threads=threads)(w, x, device=device), w, x)


@KERNELS
def test_it_writes_its_rows_and_nothing_else(device: EmulatedDevice, kernel: type[QuantGemv]) -> None:
    """y is the first part of a larger array: the guard of the last rows shows behind it."""
    n, k = 37, 256
    gemv, w = kernel(n=n, k=k), matrix(n, k)
    y = device.to_device(np.full(64, 7, np.float32))
    arguments = [device.to_device(w), device.to_device(one_hot(k, 3)), y, np.uint32(n)]
    launch = gemv.plan().launches[0]
    device.load_module(gemv.build()).get_kernel(launch.entry).launch(launch.config, arguments)
    assert np.array_equal(y.to_host()[:n], oracle(w)[:, 3])
    assert (y.to_host()[n:] == 7).all()


@pytest.mark.parametrize("k", [512, 18944])
def test_rows_are_addressed_with_64_bits(k: int) -> None:
    """32-bit offsets would end at 4 GiB: every multiplication by the bytes of a row must be a wide one."""
    for kernel in (Q4KGemv, VectorizedQ4KGemv):
        gemv = kernel(k=k)
        row_bytes = gemv.sizes["row_bytes"]
        products = [line.split()[0] for line in gemv.emit_ptx().splitlines() if f", {row_bytes}, " in line]
        assert set(products) == {"mad.wide.u32"}
        assert len(products) >= gemv.strategy.rows


class TestPlantedFaults:
    """The comparison must notice what the predecessors of this kernel got wrong."""

    n, k = 5, 512

    def assert_caught(self, run_program: Runner, program: str) -> None:
        gemv = VectorizedQ4KGemv(n=self.n, k=self.k)
        w, x = matrix(self.n, self.k), np.random.default_rng(1).standard_normal(self.k, dtype=np.float32)
        assert_close(run_program(gemv, gemv.emit_ptx(), {"w": w, "x": x})["y"], w, x)
        assert program != gemv.emit_ptx()
        y = run_program(gemv, program, {"w": w, "x": x})["y"]
        with pytest.raises(AssertionError, match="row"):
            assert_close(y, w, x)

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            pytest.param(", 240, ", ", 15, ", id="high nibbles read as low"),
            pytest.param(" 29761;", " 29760;", id="both sub-blocks with the scales of the first"),
            pytest.param("808464432", "269488144", id="a high bit of the upper scales lost"),
            pytest.param("1061109567", "522133279", id="five bits of the lower scales"),
            pytest.param("+128]", "+64]", id="interleaved instead of separated halves"),
            pytest.param("0fCB000000;", "0fCB000001;", id="a wrong magic number"),
            pytest.param("neg.f32", "mov.f32", id="minima added"),
            pytest.param("setp.ge.u32 %p1", "setp.gt.u32 %p1", id="sub-blocks 4 and 5 with the lower scales"),
            pytest.param(", 8, 31, ", ", 16, 31, ", id="a lane counted twice in the sum"),
        ],
    )
    def test_arithmetic(self, run_program: Runner, right: str, wrong: str) -> None:
        program = VectorizedQ4KGemv(n=self.n, k=self.k).emit_ptx()
        self.assert_caught(run_program, program.replace(right, wrong))

    def test_one_wrong_code_is_outside_the_bound(self) -> None:
        """The smallest fault there is: the last bit of one code of a row."""
        w, x = matrix(self.n, 4096).copy(), np.random.default_rng(2).standard_normal(4096, dtype=np.float32)
        right = oracle(w).astype(np.float64) @ x
        w[2, 16] ^= 1
        with pytest.raises(AssertionError, match="row 2"):
            assert_close(right.astype(np.float32), w, x)

    @KERNELS
    def test_a_dropped_row_guard_is_out_of_bounds(self, run_program: Runner, kernel: type[QuantGemv]) -> None:
        gemv, w = kernel(n=self.n, k=self.k), matrix(self.n, self.k)
        text = gemv.emit_ptx()
        guard = text[text.index("    setp.ge.u32 %p0") : text.index("$endif_0:")]
        with pytest.raises(PtxgenError, match=OUT_OF_BOUNDS):
            run_program(gemv, text.replace(guard, ""), {"w": w, "x": one_hot(self.k, 0)})

    def test_a_dropped_store_guard_is_out_of_bounds(self, run_program: Runner) -> None:
        """The vectorized kernel alone needs one: its last warp may have fewer rows than others."""
        gemv = VectorizedQ4KGemv(n=3, k=self.k, threads=32)
        text = gemv.emit_ptx()
        assert "and.pred" in text
        mutant = text.replace("and.pred", "or.pred")
        with pytest.raises(PtxgenError, match=OUT_OF_BOUNDS):
            run_program(gemv, mutant, {"w": matrix(3, self.k), "x": one_hot(self.k, 0)})
