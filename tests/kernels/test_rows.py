"""Softmax, norms and argmax: element types, model shapes, masks, special values, traffic, refusals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import (
    ArgMax,
    Kernel,
    KernelError,
    LayerNorm,
    LongSoftmax,
    MeanPool,
    PerHeadRmsNorm,
    ResidualRmsNorm,
    RmsNorm,
    Softmax,
    VectorizedRmsNorm,
    WarpRmsNorm,
    WarpSoftmax,
)
from ptxgen.kernels.float_arrays import rounded
from ptxgen.verification import compare_outputs

TYPES = (f32, f16, bf16)
HIDDEN = [896, 1536, 2048, 2560, 3584, 4096]
VOCABULARIES = [32000, 51200, 128256, 151936, 152064]


def some(values: list[int], *fast: int) -> list[Any]:
    """All values, those that are not `fast` in the slow run only."""
    return [pytest.param(v, marks=[] if v in fast else pytest.mark.slow) for v in values]


@pytest.fixture(scope="module")
def watched() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


def verify(kernel: Kernel, device: EmulatedDevice, seed: int = 1) -> None:
    inputs = kernel.example_inputs(np.random.default_rng(seed))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []


FEW = [(f16, f32), (bf16, bf16)]
ALL = [(i, o) for i in TYPES for o in TYPES if i is not f32 or o is not f32]


@pytest.mark.parametrize(
    ("kernel", "input", "output"),
    [
        pytest.param(
            kernel,
            *pair,
            marks=[] if pair in FEW or (kernel is Softmax and pair[0] is f32) else pytest.mark.slow,
        )
        for kernel in (Softmax, RmsNorm, LayerNorm, LongSoftmax)
        for pair in ALL
    ],
)
def test_element_types(device: EmulatedDevice, kernel: type[Any], input: Type, output: Type) -> None:
    """Rows of whole 16-byte pieces, and rows that are only aligned to single elements."""
    for cols in (136, 67):
        verify(kernel(rows=3, cols=cols, input=input, output=output), device)


@pytest.mark.parametrize("input", TYPES)
def test_argmax_of_element_types(device: EmulatedDevice, input: Type) -> None:
    for cols in (400, 67):
        verify(ArgMax(rows=3, cols=cols, input=input), device)


@pytest.mark.parametrize("cols", some(HIDDEN, 896, 3584))
def test_hidden_sizes(device: EmulatedDevice, cols: int) -> None:
    verify(RmsNorm(rows=2, cols=cols), device)
    verify(ResidualRmsNorm(rows=2, cols=cols), device)
    verify(LayerNorm(rows=2, cols=cols, residual=True), device)


@pytest.mark.parametrize("cols", [64, 80, 96, 128])
def test_heads(device: EmulatedDevice, cols: int) -> None:
    verify(PerHeadRmsNorm(rows=33, cols=cols), device)


@pytest.mark.parametrize("team", [1, 2, 4, 8, 16, 32, 64])
@pytest.mark.parametrize("kernel", [Softmax, LayerNorm])
def test_teams_of_any_size(watched: EmulatedDevice, kernel: type[Any], team: int) -> None:
    """Also CTAs of which some teams have no row."""
    verify(kernel(rows=67, cols=27, threads=64, team=team), watched)


@pytest.mark.parametrize("cols", some(VOCABULARIES, 152064))
def test_vocabularies(device: EmulatedDevice, cols: int) -> None:
    verify(ArgMax(rows=1, cols=cols, slices=16), device)


@pytest.mark.slow
@pytest.mark.parametrize("cols", VOCABULARIES)
def test_long_rows(device: EmulatedDevice, cols: int) -> None:
    verify(LongSoftmax(rows=2, cols=cols, slices=16), device)
    verify(ArgMax(rows=3, cols=cols, slices=7, threads=96), device)


@pytest.mark.slow
@pytest.mark.parametrize("kernel", [Softmax, RmsNorm, LayerNorm, ResidualRmsNorm])
@pytest.mark.parametrize("cols", [8192, 14336, 18944, 32768])
def test_the_longest_rows_in_registers(device: EmulatedDevice, kernel: type[Any], cols: int) -> None:
    verify(kernel(rows=2, cols=cols, threads=1024), device)


@pytest.mark.parametrize("kernel", [Softmax, ResidualRmsNorm, LayerNorm])
@pytest.mark.parametrize("cols", [32768, 32767])
def test_the_longest_rows_do_not_spill(kernel: type[Any], cols: int) -> None:
    ptxas = toolchain.find("ptxas")
    if ptxas is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    for input in (f32, f16):
        made = kernel(cols=cols, threads=1024, input=input)
        answer = toolchain.assemble(made.emit_ptx("sm_90"), "sm_90", ptxas)
        assert answer.accepted
        assert {(r.spill_stores, r.spill_loads) for r in answer.resources} == {(0, 0)}


def test_scaled_softmax(device: EmulatedDevice) -> None:
    verify(Softmax(rows=3, cols=200, scale=0.125), device)
    verify(LongSoftmax(rows=2, cols=700, scale=4.0), device)


@pytest.mark.parametrize("cols", [3, 33, 100, 1100])
def test_masked_softmax(watched: EmulatedDevice, cols: int) -> None:
    """7 queries of two heads; with 3 columns the first queries see nothing."""
    verify(Softmax(rows=14, cols=cols, queries=7, mask="causal"), watched)
    verify(Softmax(rows=14, cols=cols, queries=7, mask="additive", scale=0.3), watched)
    verify(Softmax(rows=14, cols=cols, queries=7, mask="additive", input=f16, output=f16), watched)


def test_causal_softmax_by_hand(device: EmulatedDevice) -> None:
    y = Softmax(rows=3, cols=4, queries=3, mask="causal")(np.zeros((3, 4), np.float32), device=device)
    assert y.tolist() == [[0.5, 0.5, 0, 0], [y[1, 0], y[1, 0], y[1, 0], 0], [0.25] * 4]
    assert abs(y[1, 0] - 1 / 3) < 1e-7


@pytest.mark.parametrize("cols", [3, 130, 1001])
def test_masked_long_softmax(watched: EmulatedDevice, cols: int) -> None:
    """Slices of which a row sees nothing, and parts of one."""
    for mask in ({"mask": "causal"}, {"mask": "additive", "scale": 0.3}):
        verify(LongSoftmax(rows=14, cols=cols, queries=7, slices=5, threads=32, **mask), watched)
        verify(LongSoftmax(rows=3, cols=cols, queries=3, input=f16, output=f16, **mask), watched)


@pytest.mark.parametrize("kernel", [Softmax, LongSoftmax])
def test_rows_without_a_visible_element_are_zeros(device: EmulatedDevice, kernel: type[Any]) -> None:
    x = np.full((3, 100), -np.inf, np.float32)
    x[1, 7] = 2
    x[2] = np.nan
    y = kernel(rows=3, cols=100)(x, device=device)
    assert (y[0] == 0).all()
    assert (y[1] == (np.arange(100) == 7)).all()
    assert np.isnan(y[2]).all()


def test_softmax_of_large_scores_does_not_overflow(device: EmulatedDevice) -> None:
    x = np.asarray([[3e38, 3e38, -3e38], [-3e38, -3e38, -3.4e38]], np.float32)
    for kernel in (Softmax(rows=2, cols=3), LongSoftmax(rows=2, cols=3)):
        assert kernel(x, device=device).tolist() == [[0.5, 0.5, 0.0]] * 2


def test_layer_norm_does_not_cancel(device: EmulatedDevice) -> None:
    """A mean of 4096 times the deviation: a variance from the mean of squares would be wrong in the second digit."""
    rng = np.random.default_rng(0)
    kernel = LayerNorm(rows=2, cols=512)
    inputs = kernel.example_inputs(rng)
    inputs["x"] += 4096
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert all(c.ok for c in compared)
    assert kernel.bounds(inputs)["y"].max() < 0.1
    flat = {**inputs, "x": np.full((2, 512), 3.25, np.float32)}
    assert np.array_equal(kernel.run(flat, device=device)["y"], np.tile(flat["bias"], (2, 1)))


def test_a_residual_is_updated_in_place(watched: EmulatedDevice) -> None:
    kernel = ResidualRmsNorm(rows=4, cols=33)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    outputs = kernel.run(inputs, device=watched)
    assert np.array_equal(outputs["residual"], inputs["x"] + inputs["residual"])
    alone = RmsNorm(rows=4, cols=33)(outputs["residual"], inputs["weight"], device=watched)
    assert np.array_equal(outputs["y"], alone)


@pytest.mark.parametrize("kernel", [Softmax, RmsNorm, LayerNorm])
def test_a_row_does_not_depend_on_the_others(device: EmulatedDevice, kernel: type[Any]) -> None:
    many = kernel(rows=37, cols=130)
    inputs = many.example_inputs(np.random.default_rng(0))
    whole = many(**inputs, device=device)
    one = kernel(rows=1, cols=130)(**{**inputs, "x": inputs["x"][20:21]}, device=device)
    assert np.array_equal(whole[20:21], one)


def special_rows(cols: int) -> tuple[NDArray[np.float32], list[int]]:
    """Rows of logits whose argmax is a matter of rules, and the answers."""
    rng = np.random.default_rng(0)
    x = rng.integers(-5, 5, (7, cols)).astype(np.float32)
    x[0] = np.nan
    x[1] = -np.inf
    x[1, : cols // 2] = np.nan
    x[2] = 1.0
    x[3] = -1.0
    x[3, [cols // 3, cols - 1]] = -0.0, 0.0
    x[4, cols // 5] = np.inf
    x[4, cols // 7 :: 2] = np.nan
    x[4, cols // 5] = np.inf
    x[5, cols - 1] = 77
    x[6] = np.nan
    x[6, cols - 1] = -np.inf
    return x, [0, cols // 2, 0, cols // 3, cols // 5, cols - 1, cols - 1]


@pytest.mark.parametrize("cols", [100, 3001, 9000])
@pytest.mark.parametrize("slices", [0, 1, 3, 40])
def test_argmax_by_the_rules(device: EmulatedDevice, cols: int, slices: int) -> None:
    x, answers = special_rows(cols)
    assert ArgMax(rows=7, cols=cols, slices=slices, threads=64)(x, device=device).tolist() == answers


@pytest.mark.parametrize("input", [f16, bf16])
def test_argmax_of_halves_by_the_rules(device: EmulatedDevice, input: Type) -> None:
    x, answers = special_rows(3000)
    kernel = ArgMax(rows=7, cols=3000, threads=32, input=input)
    assert kernel(rounded(x, input), device=device).tolist() == answers


MEASURED: list[Kernel] = [
    Softmax(rows=5, cols=256),
    WarpSoftmax(rows=5, cols=512, input=f16, output=f16),
    RmsNorm(rows=3, cols=896),
    VectorizedRmsNorm(rows=2, cols=3584),
    WarpRmsNorm(rows=7, cols=128),
    PerHeadRmsNorm(rows=9, cols=64),
    LayerNorm(rows=2, cols=2560),
    ArgMax(rows=2, cols=8192, slices=4),
]


@pytest.mark.parametrize("kernel", MEASURED, ids=lambda kernel: f"{kernel.name}-{kernel.cols}")
def test_rows_are_read_once_in_full_sectors(kernel: Kernel) -> None:
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    read = traffic.buffers["x"]
    assert (read.unread, read.fewest, read.most) == (0, 1, 1)
    assert traffic.conflicts == 0
    wide = [i for i in traffic.instructions if i.sectors and "v4" in i.instruction.name]
    assert wide
    assert all(i.sector_use == 1 for i in wide)


def test_long_softmax_reads_a_row_twice() -> None:
    traffic = Traffic()
    kernel = LongSoftmax(rows=2, cols=6000)
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    read = traffic.buffers["x"]
    assert (read.unread, read.fewest, read.most) == (0, 2, 2)


@pytest.mark.parametrize(
    ("kernel", "fields", "id", "message"),
    [
        (Softmax, {"team": 48}, "KRN100", "team must be a power of two up to 32, or threads"),
        (WarpSoftmax, {"cols": 2000}, "KRN101", "use threads=64 with team=0"),
        (Softmax, {"cols": 5000}, "KRN101", "use threads=256 with team=0"),
        (Softmax, {"cols": 70_000}, "KRN101", "LongSoftmax"),
        (RmsNorm, {"cols": 70_000}, "KRN101", "at most 4096 elements"),
        (Softmax, {"scale": 0.0}, "KRN102", "scale must be positive"),
        (LongSoftmax, {"scale": -1.0}, "KRN102", "scale must be positive"),
        (RmsNorm, {"eps": 0.0}, "KRN102", "eps must be positive"),
        (LongSoftmax, {"slices": 300}, "KRN001", "slices must be at most 256"),
        (Softmax, {"mask": "local"}, "KRN005", "mask must be one of"),
    ],
)
def test_refusals(kernel: type[Any], fields: dict[str, Any], id: str, message: str) -> None:
    with pytest.raises(KernelError) as caught:
        kernel(**fields)
    assert caught.value.id == id
    assert message in f"{caught.value} {caught.value.help}"


def test_the_way_out_of_a_long_row_is_one() -> None:
    assert Softmax(cols=5000, threads=256, team=0).members == 256
    assert math.isclose(LongSoftmax(cols=70_000).cost().bytes, 2 * 70_000 * 8)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(("rows", "cols", "tokens"), [(5, 33, 1), (3, 384, 17), (2, 1100, 9)])
def test_mean_pooling(watched: EmulatedDevice, rows: int, cols: int, tokens: int, normalize: bool) -> None:
    """Groups of lanes, warps and CTAs; of sequences without tokens zeros, of others lengths of one."""
    kernel = MeanPool(rows=rows, cols=cols, tokens=tokens, normalize=normalize)
    verify(kernel, watched)
    inputs = kernel.example_inputs(np.random.default_rng(2))
    inputs["lengths"] = np.array([tokens + 5, -3, *[1] * (rows - 2)], np.int32)
    inputs["x"][1:, 1:] = np.nan
    y = kernel.run(inputs, device=watched)["y"]
    assert not y[1].any()
    if normalize:
        assert np.allclose(np.linalg.norm(y, axis=1), [1, 0, *[1] * (rows - 2)])
    else:
        assert np.array_equal(y[2:], inputs["x"][2:, 0])
