"""Quantised GEMVs against the decoder of the `gguf` package and float64: sizes, one-hot vectors, planted faults."""

from __future__ import annotations

import re
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
from ptxgen.isa.types import f16, f32, u8, u32
from ptxgen.kernels import (
    KernelError,
    Q4KGemv,
    QuantGemv,
    VectorizedQ4KGemv,
    WarpPerRow,
    registry,
    size,
)
from ptxgen.launch import In, Out, Plan, Scalar, Signature
from ptxgen.quant import FORMATS, Q4_0, Q4_K, Q5_0, Q6_K, Q8_0, BlockFormat
from ptxgen.verification import compare_outputs

MODELS = [
    (896, (1, 33, 896)), (1536, (3, 256)), (2048, (17,)), (2560, (5,)), (3584, (9,)), (4096, (32, 257)),
    (4864, (7,)), (5632, (4,)), (8192, (2,)), (8960, (5,)), (10240, (3,)), (14336, (4,)), (18944, (1, 17)),
]  # fmt: skip
"""Hidden and feed-forward sizes of real models; rows are independent of each other, so a few of them do."""

QUANTISED = [format for format in FORMATS.values() if format.weights > 1]
PRESETS = [
    kernel
    for kernel in registry.kernels()
    if issubclass(kernel, QuantGemv) and type(kernel().strategy) is WarpPerRow
]
KERNELS = pytest.mark.parametrize("kernel", PRESETS, ids=lambda kernel: kernel.name)
VECTORISED = pytest.mark.parametrize(
    "kernel", [kernel for kernel in PRESETS if kernel().strategy.rows > 1], ids=lambda kernel: kernel.name
)
Runner = Callable[[QuantGemv, str, dict[str, Any]], dict[str, NDArray[np.float32]]]


def test_every_format_has_a_plain_and_a_vectorised_preset() -> None:
    formats = [kernel().format for kernel in PRESETS]
    assert {(f, formats.count(f)) for f in formats} == {(f, 2) for f in QUANTISED}


@pytest.mark.parametrize("one_sign", [False, True])
@pytest.mark.parametrize("format", ["Q4_1", "Q5_1"])
def test_rows_of_one_block_whose_offset_cancels(device: EmulatedDevice, format: str, one_sign: bool) -> None:
    """Codes are positive, an offset takes their mean away: summed as they are, these rows would break the bound."""
    kernel = QuantGemv(format=FORMATS[format], n=2048, k=32, strategy=WarpPerRow(1))
    inputs = kernel.example_inputs(np.random.default_rng({"Q4_1": 44, "Q5_1": 14}[format]))
    if one_sign:
        inputs["x"] = np.abs(inputs["x"])
    outputs = kernel.run(inputs, device=device)
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []


@lru_cache(maxsize=64)
def matrix(format: BlockFormat, n: int, k: int) -> NDArray[np.uint8]:
    """Encoded normal weights. Large matrices repeat their first rows, with the blocks of each row moved round."""
    distinct = min(n, max(1, 400_000 // k))
    rows = format.encode(np.random.default_rng(n * k).standard_normal((distinct, k), dtype=np.float32))
    tiled = np.resize(rows, (n, rows.shape[1]))
    for row in range(distinct, n):
        tiled[row] = np.roll(tiled[row], format.bytes * (row // distinct))
    return tiled


def any_bytes(format: BlockFormat, n: int, k: int) -> NDArray[np.uint8]:
    """Random bytes: every code and scale, negative and subnormal ones; infinities and NaN replaced."""
    w = np.random.default_rng(11).integers(0, 256, (n, format.row_bytes(k)), dtype=np.uint8)
    blocks = w.reshape(-1).view(format.block.dtype)
    for member in format.block:
        if member.type is f16:
            blocks[member.name][~np.isfinite(blocks[member.name])] = -1
    return w


def vector(k: int) -> NDArray[np.float32]:
    return np.random.default_rng(k).standard_normal(k, dtype=np.float32)


def oracle(format: BlockFormat, w: NDArray[np.uint8]) -> NDArray[np.float32]:
    return quants.dequantize(w, GGMLQuantizationType[format.name])


def assert_close(
    format: BlockFormat, y: NDArray[np.float32], w: NDArray[np.uint8], x: NDArray[np.floating[Any]]
) -> None:
    """|y - ref| <= 2^-22 * norm2(w) * norm2(x) in each row: a single wrong code is several times that."""
    assert y.shape == (len(w),)
    rows, x = oracle(format, w).astype(np.float64), x.astype(np.float64)
    bound = 2.0**-22 * np.linalg.norm(rows, axis=1) * np.linalg.norm(x)
    error = np.abs(y - rows @ x)
    assert (error <= bound).all(), f"row {int((error / bound).argmax())}: {error.max()} > {bound.min()}"


def one_hot(k: int, column: int) -> NDArray[np.float32]:
    x = np.zeros(k, np.float32)
    x[column] = 1
    return x


@pytest.mark.slow
@KERNELS
@pytest.mark.parametrize(("n", "blocks"), [(1, 31), (3, 17), (17, 33), (32, 1), (33, 3), (100, 2), (257, 1)])
def test_close_to_float64_on_ragged_sizes(
    device: EmulatedDevice, kernel: type[QuantGemv], n: int, blocks: int
) -> None:
    """Rows and blocks that divide neither warps nor steps."""
    format, k = kernel().format, blocks * kernel().format.weights
    w, x = matrix(format, n, k), vector(k)
    assert_close(format, kernel(n=n, k=k)(w, x, device=device), w, x)


@pytest.mark.slow
@KERNELS
@pytest.mark.parametrize(("k", "rows"), MODELS)
def test_close_to_float64_on_the_shapes_of_models(
    device: EmulatedDevice, kernel: type[QuantGemv], k: int, rows: tuple[int, ...]
) -> None:
    format = kernel().format
    for n in rows if k % format.weights == 0 else ():
        w = matrix(format, n, k)
        assert_close(format, kernel(n=n, k=k)(w, vector(k), device=device), w, vector(k))


def batched(kernel: QuantGemv, count: int) -> QuantGemv:
    """The kernel's own body for many vectors in one launch: CTAs along y of the grid take one vector each."""

    @frozen
    class Batched(QuantGemv):
        batch: int = size(64)

        @property
        def signature(self) -> Signature:
            return Signature(
                w=In(u8, "n", "row_bytes"),
                x=In(self.activations, "batch", "k"),
                y=Out(f32, "batch", "n"),
                n=Scalar(u32),
            )

        def body(self, k: KernelBuilder, w: Pointer, x: Pointer, y: Pointer, n: Value) -> None:
            super().body(k, w, x.row(k.ctaid.y, self.k), y.row(k.ctaid.y, n), n)

        def plan(self) -> Plan:
            config = super().plan().launches[0].config
            return Plan.single(entry=self.name, grid=(config.grid[0], self.batch), block=config.block)

    return Batched(
        n=kernel.n, k=kernel.k, format=kernel.format, strategy=kernel.strategy, activations=kernel.activations,
        batch=count,
    )  # fmt: skip


def assert_columns(
    kernel: QuantGemv, y: NDArray[np.float32], w: NDArray[np.uint8], chosen: list[int]
) -> None:
    """y[i] is column chosen[i] of the decoded matrix, bit for bit. A zero loses its sign, which a sum cannot keep."""
    expected = oracle(kernel.format, w)[:, chosen].T + np.float32(0)
    assert np.array_equal(y.view(np.uint32), np.ascontiguousarray(expected).view(np.uint32))


@pytest.mark.parametrize(
    ("kernel", "data"),
    [
        pytest.param(kernel, data, marks=[] if (kernel().strategy.rows > 1) == wide else pytest.mark.slow)
        for kernel in PRESETS
        for data, wide in (("normal", False), ("any bytes", True))
    ],
)
def test_one_hot_vectors_return_every_column(
    device: EmulatedDevice, kernel: type[QuantGemv], data: str
) -> None:
    """With float16 activations the same as with float32 ones."""
    format = kernel().format
    n, k = 3, 256 + (format.weights if format.weights < 256 else 0)
    w = matrix(format, n, k) if data == "normal" else any_bytes(format, n, k)
    made = QuantGemv(
        n=n, k=k, format=format, strategy=kernel().strategy, activations=f32 if data == "normal" else f16
    )
    x = np.eye(k, dtype=np.float32 if data == "normal" else np.float16)
    assert_columns(made, batched(made, k)(w, x, device=device), w, list(range(k)))


@pytest.mark.slow
@KERNELS
def test_one_hot_vectors_with_the_shipped_text(device: EmulatedDevice, kernel: type[QuantGemv]) -> None:
    """The same without the batching around it, one launch a column."""
    k = 768
    w, gemv = matrix(kernel().format, 5, k), kernel(n=5, k=k)
    chosen = sorted(int(c) for c in np.random.default_rng(0).permutation(k)[:4])
    y = np.stack([gemv(w, one_hot(k, c), device=device) for c in chosen])
    assert_columns(gemv, y, w, chosen)


@settings(max_examples=10)
@given(
    format=st.sampled_from(QUANTISED),
    n=st.integers(1, 40),
    blocks=st.integers(1, 40),
    warps=st.integers(1, 8),
    rows=st.sampled_from([1, 2, 4, 8]),
    activations=st.sampled_from([f32, f16]),
)
def test_any_shape_and_strategy(
    device: EmulatedDevice,
    format: BlockFormat,
    n: int,
    blocks: int,
    warps: int,
    rows: int,
    activations: Any,
) -> None:
    k = format.weights * (blocks if format.weights < 256 else 1 + blocks // 4)
    gemv = QuantGemv(
        n=n,
        k=k,
        format=format,
        threads=32 * warps,
        strategy=WarpPerRow(rows),
        activations=activations,
    )
    w, x = matrix(format, n, k), vector(k).astype(np.float16 if activations is f16 else np.float32)
    assert_close(format, gemv(w, x, device=device), w, x)


@KERNELS
@pytest.mark.parametrize("m", [3, *(pytest.param(m, marks=pytest.mark.slow) for m in (1, 2, 8, 17, 31, 32))])
def test_rows_of_a_batch_are_what_they_are_alone(
    device: EmulatedDevice, kernel: type[QuantGemv], m: int
) -> None:
    """Bit for bit."""
    format, n = kernel().format, 5
    k = 256 + (96 if format.weights == 32 else 0)
    w = matrix(format, n, k)
    x = np.random.default_rng(m).standard_normal((m, k), dtype=np.float32)
    y = kernel(n=n, k=k, m=m)(w, x, device=device)
    assert y.shape == (m, n)
    for row in {0, m // 2, m - 1}:
        assert np.array_equal(y[row], kernel(n=n, k=k)(w, x[row], device=device))
        assert_close(format, y[row], w, x[row])


def test_more_rows_than_32_are_for_gemms() -> None:
    with pytest.raises(KernelError, match="m must be at most 32, got 33") as caught:
        Q4KGemv(m=33)
    assert "GEMM" in caught.value.help
    with pytest.raises(KernelError, match="multiple of 256") as caught:
        Q4KGemv(k=896)
    assert "Q5_0" in caught.value.help


@VECTORISED
@pytest.mark.parametrize("signs", [pytest.param("one side", marks=pytest.mark.slow), "cancelling"])
def test_sums_that_grow(device: EmulatedDevice, kernel: type[QuantGemv], signs: str) -> None:
    """All activations positive, the worst case for a chain of additions: codes of affine formats add up unsigned."""
    format, n, k = kernel().format, 4, 4096
    rng = np.random.default_rng(3)
    weights = 1 + rng.random((n, k), dtype=np.float32)
    if signs == "cancelling":
        weights = rng.standard_normal((n, k), dtype=np.float32)
    w, x = format.encode(weights), 1 + rng.random(k, dtype=np.float32)
    assert_close(format, kernel(n=n, k=k)(w, x, device=device), w, x)


@pytest.mark.parametrize("kernel", [Q4KGemv, VectorizedQ4KGemv])
def test_it_writes_its_rows_and_nothing_else(device: EmulatedDevice, kernel: type[QuantGemv]) -> None:
    """y is the first part of a larger array: the guard of the last rows shows behind it."""
    n, k = 37, 256
    gemv, w = kernel(n=n, k=k), matrix(kernel().format, n, k)
    y = device.to_device(np.full(64, 7, np.float32))
    arguments = [device.to_device(w), device.to_device(one_hot(k, 3)), y, np.uint32(n)]
    launch = gemv.plan().launches[0]
    device.load_module(gemv.build()).get_kernel(launch.entry).launch(launch.config, arguments)
    assert np.array_equal(y.to_host()[:n], oracle(gemv.format, w)[:, 3])
    assert (y.to_host()[n:] == 7).all()


@VECTORISED
def test_rows_are_addressed_with_64_bits(kernel: type[QuantGemv]) -> None:
    """32-bit offsets would end at 4 GiB: every multiplication by the bytes of a row must be a wide one."""
    gemv = kernel(k=18944)
    row_bytes = gemv.sizes["row_bytes"]
    products = [line.split()[0] for line in gemv.emit_ptx().splitlines() if f", {row_bytes}, " in line]
    assert set(products) - {"sub.u32"} == {"mad.wide.u32"}
    shape = (gemv.format, gemv.k, 1, gemv.threads)
    assert products.count("mad.wide.u32") >= gemv.strategy.rows_a_warp(*shape)


def assert_caught(run_program: Runner, gemv: QuantGemv, program: str) -> None:
    """A program that gave the right rows gives wrong ones."""
    w, x = matrix(gemv.format, gemv.n, gemv.k), vector(gemv.k)
    assert_close(gemv.format, run_program(gemv, gemv.emit_ptx(), {"w": w, "x": x})["y"], w, x)
    assert program != gemv.emit_ptx()
    y = run_program(gemv, program, {"w": w, "x": x})["y"]
    with pytest.raises(AssertionError, match="row"):
        assert_close(gemv.format, y, w, x)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param(" 252645135;", " 117901063;", id="three bits of a code"),
        pytest.param(" 30273;", " 30272;", id="second bytes read as first ones"),
        pytest.param("808464432", "269488144", id="a high bit of the upper scales lost"),
        pytest.param("1061109567", "522133279", id="five bits of the lower scales"),
        pytest.param("+128]", "+64]", id="interleaved instead of separated halves"),
        pytest.param("0fCB000000;", "0fCB000001;", id="a wrong magic number"),
        pytest.param("neg.f32", "mov.f32", id="minima added"),
        pytest.param("setp.ge.u32 %p1", "setp.gt.u32 %p1", id="sub-blocks 4 and 5 with the lower scales"),
        pytest.param(", 8, 31, ", ", 16, 31, ", id="a lane counted twice in the sum"),
    ],
)
def test_planted_faults_of_q4_k(run_program: Runner, right: str, wrong: str) -> None:
    gemv = QuantGemv(n=5, k=512, strategy=WarpPerRow())
    assert_caught(run_program, gemv, gemv.emit_ptx().replace(right, wrong))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param(" 21554;", " 12816;", id="codes half a word off in every second block"),
        pytest.param("33818640", "33818624", id="the fifth bit of one code in four"),
        pytest.param("269488144", "269488128", id="fifth bits masked away"),
        pytest.param("0fCB000010;", "0fCB000008;", id="the zero point of four bits"),
    ],
)
def test_planted_faults_of_q5_0(run_program: Runner, right: str, wrong: str) -> None:
    gemv = QuantGemv(n=5, k=512, format=Q5_0, strategy=WarpPerRow())
    assert_caught(run_program, gemv, gemv.emit_ptx().replace(right, wrong))


def test_one_wrong_code_is_outside_the_bound() -> None:
    """The smallest fault there is: the last bit of one code of a row."""
    w, x = matrix(Q4_K, 5, 4096).copy(), vector(4096)
    right = oracle(Q4_K, w).astype(np.float64) @ x
    w[2, 16] ^= 1
    with pytest.raises(AssertionError, match="row 2"):
        assert_close(Q4_K, right.astype(np.float32), w, x)


@pytest.mark.parametrize("kernel", [Q4KGemv, VectorizedQ4KGemv])
def test_a_dropped_row_guard_is_out_of_bounds(run_program: Runner, kernel: type[QuantGemv]) -> None:
    gemv, w = kernel(n=5, k=512), matrix(Q4_K, 5, 512)
    text = gemv.emit_ptx()
    guard = text[text.index("    setp.ge.u32 %p0") : text.index("$endif_0:")]
    with pytest.raises(PtxgenError, match="out of bounds"):
        run_program(gemv, text.replace(guard, ""), {"w": w, "x": one_hot(512, 0)})


def test_a_dropped_store_guard_is_out_of_bounds(run_program: Runner) -> None:
    """The vectorized kernel alone needs one: its last warp may have fewer rows than others."""
    gemv = VectorizedQ4KGemv(n=3, k=512, threads=32)
    text = gemv.emit_ptx()
    assert "and.pred" in text
    with pytest.raises(PtxgenError, match="out of bounds"):
        run_program(
            gemv, text.replace("and.pred", "or.pred"), {"w": matrix(Q4_K, 3, 512), "x": one_hot(512, 0)}
        )


@pytest.mark.parametrize("format", [Q4_0, Q8_0, Q6_K], ids=str)
def test_words_of_rows_that_begin_between_words_are_misaligned(
    run_program: Runner, format: BlockFormat
) -> None:
    """What the realignment is for: without it the device faults, here as there."""
    k = 3 * format.weights
    gemv = QuantGemv(n=3, k=k, format=format)
    text = gemv.emit_ptx()
    rounded = re.sub(r"(and\.b32 %r\d+, %r\d+), 2;", r"\1, 0;", text)
    assert rounded != text
    with pytest.raises(PtxgenError, match="not a multiple of 4"):
        run_program(gemv, rounded, {"w": matrix(format, 3, k), "x": one_hot(k, 0)})
