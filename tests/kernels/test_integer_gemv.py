"""GEMVs on 8-bit activations: every format and number of rows, against models that share nothing with the kernels."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen import toolchain
from ptxgen.driver import EmulatedDevice
from ptxgen.errors import PtxgenError
from ptxgen.kernels import (
    BulkRing,
    Dp4a,
    Dp4aQ4KGemv,
    GateUpGemv,
    IntegerGemv,
    KernelError,
    QuantizeQ8_1,
    RingQ4KGemv,
)
from ptxgen.kernels.gemv.integer_presets import INTEGER_FORMATS
from ptxgen.quant import BF16, Q4_0, Q4_K, Q5_0, Q6_K, Q8_1, BlockFormat
from ptxgen.verification import nmse

FORMATS = pytest.mark.parametrize("format", INTEGER_FORMATS, ids=str)
FEW_FORMATS = pytest.mark.parametrize(
    "format",
    [pytest.param(f, marks=[] if f in (Q5_0, Q6_K) else pytest.mark.slow) for f in INTEGER_FORMATS],
    ids=str,
)
"""The two whose blocks are the most awkward; the others in the slow sweep."""

Floats = NDArray[np.float32]


@lru_cache(maxsize=32)
def weights(format: BlockFormat, n: int, k: int) -> NDArray[np.uint8]:
    return format.encode(np.random.default_rng(n * k).standard_normal((n, k), dtype=np.float32))


def activations(*shape: int) -> Floats:
    return np.random.default_rng(sum(shape)).standard_normal(shape, dtype=np.float32)


def multiply(
    device: EmulatedDevice, format: BlockFormat, w: NDArray[np.uint8], x: Any, **options: Any
) -> Floats:
    columns = w.shape[1] // format.bytes * format.weights
    m = x.shape[0] if x.ndim == 2 else 0
    gemv = IntegerGemv(n=len(w), k=columns, m=m, format=format, **options)
    return gemv(w, x, device=device)  # type: ignore[no-any-return]


def random_blocks(format: BlockFormat, n: int, k: int) -> NDArray[np.uint8]:
    """Random bytes: every code and scale, f16 scales of both signs and moderate size."""
    rng = np.random.default_rng(k)
    w = rng.integers(0, 256, (n, format.row_bytes(k)), dtype=np.uint8)
    blocks = w.reshape(-1).view(format.block.dtype)
    for member in {"d", "m", "dmin"} & set(format.block.members):
        blocks[member] = rng.normal(size=len(blocks))
    return w


class TestQuantize:
    def test_blocks_are_those_of_the_encoder(self, device: EmulatedDevice) -> None:
        """Ties, zeros, tiny and huge groups, and lanes that have nothing to do."""
        x = activations(6, 288)
        x[1] *= np.float32(1e-30)
        x[2, :32] = 0
        x[3] = np.tile(np.append(np.arange(-15.5, 15.5), 127).astype(np.float32), 9)
        x[4] *= np.float32(1e-42)
        x[5] *= np.float32(3e3)
        made = QuantizeQ8_1(m=6, k=288)(x, device=device)
        assert np.array_equal(made, Q8_1.encode(x))
        ties = made[3].view(Q8_1.block.dtype)["qs"][0]
        assert ties[:3].tolist() == [-16, -15, -14]
        assert ties[15] == -1

    def test_halves_are_rounded_away_by_the_smallest_margin(self, device: EmulatedDevice) -> None:
        x = np.zeros((1, 32), np.float32)
        below = np.nextafter(np.float32(0.5), np.float32(0))
        x[0, :5] = 127, below, -below, 0.5, -0.5
        codes = QuantizeQ8_1(m=1, k=32)(x, device=device).reshape(-1).view(Q8_1.block.dtype)["qs"][0]
        assert codes[:5].tolist() == [127, 0, 0, 1, -1]


class TestArithmetic:
    @FORMATS
    def test_equals_the_integer_model_on_its_own_blocks(
        self, device: EmulatedDevice, format: BlockFormat
    ) -> None:
        """Tier A: NMSE <= 1e-9, where one code off by one is 1e-7. Tier B: <= 1e-4 of float64 on the activations."""
        w, x = weights(format, 33, 1280), activations(1280)
        y = multiply(device, format, w, x)
        blocks = QuantizeQ8_1(m=1, k=1280)(x[None], device=device)[0]
        decoded = format.decode(w).astype(np.float64)
        assert nmse(y, decoded @ Q8_1.decode(blocks).astype(np.float64)) <= 1e-9
        assert nmse(y, decoded @ x.astype(np.float64)) <= 1e-4
        assert np.array_equal(y, multiply(device, format, w, blocks, activations="q8_1"))

    @FORMATS
    def test_random_bytes(self, device: EmulatedDevice, format: BlockFormat) -> None:
        w, x = random_blocks(format, 17, 768), activations(768)
        y = multiply(device, format, w, x)
        exact = format.decode(w).astype(np.float64) @ Q8_1.decode(Q8_1.encode(x)).astype(np.float64)
        assert nmse(y, exact) <= 1e-9

    @FEW_FORMATS
    @pytest.mark.parametrize(
        "columns", [pytest.param(None, marks=pytest.mark.slow), "some"], ids=["all", "some"]
    )
    def test_one_hot(self, device: EmulatedDevice, format: BlockFormat, columns: str | None) -> None:
        """127 * e_k gives 127 times column k, in the roundings of the kernel's own formula."""
        k, n = 512, 5
        w = random_blocks(format, n, k)
        chosen = np.arange(k) if columns is None else np.arange(0, k, 8) + np.arange(k // 8) * 5 % 8
        expected = one_hot_model(format, w)[:, chosen].T
        for some in np.split(np.arange(len(chosen)), len(chosen) // 8):
            x = np.zeros((8, k), np.float32)
            x[np.arange(8), chosen[some]] = 127
            assert np.array_equal(multiply(device, format, w, x), expected[some] + np.float32(0))

    @FORMATS
    def test_integer_activations(self, device: EmulatedDevice, format: BlockFormat) -> None:
        """Quantising loses nothing where each group has 127 or -127: then the bound is that of float32 kernels."""
        k = 1024
        rng = np.random.default_rng(5)
        x = rng.integers(-127, 128, k).astype(np.float32)
        x[np.arange(0, k, 32) + rng.integers(0, 32, k // 32)] = rng.choice([-127, 127], k // 32)
        w = weights(format, 32, k)
        decoded = format.decode(w).astype(np.float64)
        bound = 2.0**-22 * np.linalg.norm(decoded, axis=1) * np.linalg.norm(x)
        assert (np.abs(multiply(device, format, w, x) - decoded @ x) <= bound).all()

    @FEW_FORMATS
    def test_batched_equals_single(self, device: EmulatedDevice, format: BlockFormat) -> None:
        w, x = weights(format, 9, 1280), activations(5, 1280)
        y = multiply(device, format, w, x)
        for row, found in zip(x, y, strict=True):
            assert np.array_equal(found, multiply(device, format, w, row))

    @FEW_FORMATS
    @pytest.mark.parametrize("m", [pytest.param(m, marks=pytest.mark.slow) for m in range(2, 33)] + [1])
    def test_number_of_rows(self, device: EmulatedDevice, format: BlockFormat, m: int) -> None:
        k = 256
        w, x = weights(format, 5, k), activations(m, k)
        gemv = IntegerGemv(n=5, k=k, m=m, format=format)
        y = gemv(w, x, device=device)
        assert (np.abs(y - gemv.reference(w, x)) <= gemv.tolerance(w, x)).all()

    @FEW_FORMATS
    def test_normalised_activations(self, device: EmulatedDevice, format: BlockFormat) -> None:
        x, gain = activations(3, 512), 1 + activations(512) / 8
        gemv = IntegerGemv(n=9, k=512, m=3, format=format, activations="rms_norm", bias=True, residual=True)
        inputs = {"w": weights(format, 9, 512), "x": 100 * x, "gain": gain}
        inputs |= {"bias": activations(9), "residual": activations(3, 9)}
        y = gemv.run(inputs, device=device)["y"]
        assert (np.abs(y - gemv.reference(**inputs)) <= gemv.tolerance(**inputs)).all()


def one_hot_model(format: BlockFormat, w: NDArray[np.uint8]) -> Floats:
    """127 times each weight as the kernels form it: 127*d*sc*(q - zero) rounded, then 127*dmin*m taken off, rounded.

    The integers come from the decoder, with d, m and dmin replaced by one or zero: products of integers are exact.
    """
    blocks = w.reshape(-1).view(format.block.dtype)

    def integers(ones: str) -> NDArray[np.float64]:
        changed = blocks.copy()
        for member in {"d", "m", "dmin"} & set(format.block.members):
            changed[member] = member in ones.split()
        decoded = format.decode(changed.view(np.uint8).reshape(w.shape)).astype(np.float64)
        return decoded.reshape(len(blocks), format.weights)

    scaled = (127 * blocks["d"].astype(np.float64)[:, None] * integers("d")).astype(np.float32)
    for offset in {"m", "dmin"} & set(format.block.members):
        moved = 127 * blocks[offset].astype(np.float64)[:, None] * integers(offset)
        scaled = (scaled.astype(np.float64) + moved).astype(np.float32)
    return scaled.reshape(len(w), -1)


@FEW_FORMATS
def test_tiles_of_activations_make_no_difference(device: EmulatedDevice, format: BlockFormat) -> None:
    """12 rows have one step in shared memory at a time, in three turns and a rest; one row has all of it."""
    k = 3328
    w, x = weights(format, 3, k), activations(12, k)
    y = multiply(device, format, w, x)
    for row in (0, 11):
        assert np.array_equal(y[row], multiply(device, format, w, x[row]))


@FEW_FORMATS
@pytest.mark.parametrize(("rows", "stages"), [(1, 2), (4, 2), (1, 4)])
def test_every_shape_of_the_strategy(
    device: EmulatedDevice, format: BlockFormat, rows: int, stages: int
) -> None:
    """Rows and stages change the order of nothing that is added up."""
    w, x = weights(format, 9, 6400), activations(6400)
    y = multiply(device, format, w, x, strategy=Dp4a(rows, stages))
    assert np.array_equal(y, multiply(device, format, w, x))


@pytest.mark.parametrize("n", [64, 65, 100, 1000])
def test_groups_of_rows_in_turn(device: EmulatedDevice, n: int) -> None:
    """CTAs that keep their activations for several groups of 16 rows, all nearly as many."""
    w, x = weights(Q4_K, n, 256), activations(256)
    few, many = (IntegerGemv(n=n, k=256, strategy=Dp4a(ctas=ctas)) for ctas in (3, 528))
    grids = [gemv.plan().launches[0].config.grid[0] for gemv in (few, many)]
    groups = math.ceil(n / 16)
    assert grids == [math.ceil(groups / math.ceil(groups / 3)), groups]
    assert few.emit_ptx() == many.emit_ptx()
    assert np.array_equal(few(w, x, device=device), many(w, x, device=device))


@FEW_FORMATS
@pytest.mark.parametrize("blocks", [3, 24])
def test_targets_without_asynchronous_copies(
    device: EmulatedDevice, format: BlockFormat, blocks: int
) -> None:
    """The text for sm_75 brings weights through registers; the results are the same bits."""
    k = blocks * 32 if format.weights == 32 else blocks * 256
    gemv = IntegerGemv(n=5, k=k, format=format)
    text = gemv.emit_ptx("sm_75")
    assert "cp.async" not in text
    assert "cp.async" in gemv.emit_ptx("sm_80")
    with EmulatedDevice("sm_75") as turing:
        w, x = weights(format, 5, k), activations(k)
        assert np.array_equal(gemv(w, x, device=turing), gemv(w, x, device=device))


def test_too_little_shared_memory_is_refused_by_target() -> None:
    gemv = IntegerGemv(k=4096, m=32, format=Q6_K, threads=256)
    assert gemv.emit_ptx("sm_86")
    with pytest.raises(KernelError, match="a CTA of sm_75 has at most 65536") as caught:
        gemv.emit_ptx("sm_75")
    assert caught.value.id == "KRN041"
    assert "threads=128" in caught.value.help


@pytest.mark.parametrize("format", INTEGER_FORMATS, ids=str)
def test_every_target_takes_every_number_of_rows(format: BlockFormat) -> None:
    """Unless it is told how many threads a CTA has, a kernel takes no more warps than there is room for."""
    for m in range(33):
        for activations in ("f32", "q8_1", "rms_norm"):
            for kernel in (
                IntegerGemv(k=4096, m=m, format=format, activations=activations),
                GateUpGemv(k=4096, m=m, format=format, activations=activations),
            ):
                kernel.check_target("sm_75")
                # The sums of a prologue come besides.
                assert kernel.shared_bytes() <= 63 * 1024
                assert kernel.block == kernel.plan().launches[0].config.block[0]


def test_warps_for_which_there_is_room(device: EmulatedDevice) -> None:
    """Three warps for 32 rows of activations: each row has the bits that it would have alone."""
    gemv = IntegerGemv(n=7, k=512, m=32, format=Q6_K)
    assert gemv.block == 96
    w, x = weights(Q6_K, 7, 512), activations(32, 512)
    with EmulatedDevice("sm_75", sanitize=True) as turing:
        y = gemv(w, x, device=turing)
    for row in (0, 31):
        assert np.array_equal(y[row], multiply(device, Q6_K, w, x[row]))


@pytest.mark.slow
def test_32_rows_and_several_tiles(device: EmulatedDevice) -> None:
    w, x = weights(Q4_K, 3, 1280), activations(32, 1280)
    y = multiply(device, Q4_K, w, x)
    for row in (0, 17, 31):
        assert np.array_equal(y[row], multiply(device, Q4_K, w, x[row]))


@pytest.mark.parametrize("format", [f for f in INTEGER_FORMATS if f.alignment == 2], ids=str)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_rows_that_begin_between_words(device: EmulatedDevice, format: BlockFormat, n: int) -> None:
    """An odd number of blocks a row puts every second row 2 bytes off; the last row ends where the buffer ends."""
    k = 3 * format.weights
    w, x = weights(format, n, k), activations(k)
    exact = format.decode(w).astype(np.float64) @ Q8_1.decode(Q8_1.encode(x)).astype(np.float64)
    assert nmse(multiply(device, format, w, x), exact) <= 1e-9


@pytest.mark.slow
@FORMATS
@pytest.mark.parametrize("k", [896, 1536, 2048, 3584, 4864, 5632, 8960, 11008, 18944])
def test_model_shapes(device: EmulatedDevice, format: BlockFormat, k: int) -> None:
    if k % format.weights:
        pytest.skip("rows of this length are kept in a format with blocks of 32")
    for m in (0, 4):
        gemv = IntegerGemv(n=19, k=k, m=m, format=format)
        inputs = gemv.example_inputs(np.random.default_rng(k))
        y = gemv.run(inputs, device=device)["y"]
        assert (np.abs(y - gemv.reference(**inputs)) <= gemv.tolerance(**inputs)).all()


class TestPlantedFaults:
    """What must not pass: the text is changed, and the check of tier A sees it."""

    n, k = 5, 1280

    def assert_caught(self, run_program: Any, gemv: IntegerGemv, right: str, wrong: str) -> None:
        text = gemv.emit_ptx()
        assert right in text
        w, x = random_blocks(gemv.format, self.n, self.k), activations(self.k)
        exact = gemv.format.decode(w).astype(np.float64) @ Q8_1.decode(Q8_1.encode(x)).astype(np.float64)
        assert nmse(run_program(gemv, text, {"w": w, "x": x})["y"], exact) <= 1e-9
        assert nmse(run_program(gemv, text.replace(right, wrong), {"w": w, "x": x})["y"], exact) > 1e-9

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            ("4042322160", "252645135"),
            ("0f3D800000", "0f3D000000"),
            ("21520", "21536"),
            ("808464432", "269488144"),
            ("neg.f32", "mov.f32"),
            ("1056964608", "1048576000"),
            ("16843009", "65793"),
        ],
        ids=[
            "high nibbles read as low",
            "a scale of high nibbles halved",
            "another sub-block's minimum",
            "a high bit of the upper scales lost",
            "minima added",
            "codes rounded down",
            "a sum without its last code",
        ],
    )
    def test_q4_k(self, run_program: Any, right: str, wrong: str) -> None:
        self.assert_caught(run_program, IntegerGemv(n=self.n, k=self.k), right, wrong)

    @pytest.mark.parametrize(
        ("format", "right", "wrong"),
        [
            (Q4_0, ", -8;", ", -7;"),
            (Q4_0, "21554", "21555"),
            (Q5_0, "269488144", "134744072"),
            (Q5_0, "33818640", "33818624"),
        ],
        ids=["the offset", "words put together wrongly", "fifth bits worth half", "one fifth bit in four"],
    )
    def test_formats_of_32(self, run_program: Any, format: BlockFormat, right: str, wrong: str) -> None:
        self.assert_caught(run_program, IntegerGemv(n=self.n, k=self.k, format=format), right, wrong)

    def test_a_dropped_store_guard_is_out_of_bounds(self, run_program: Any) -> None:
        gemv = IntegerGemv(n=3, k=256)
        text = gemv.emit_ptx()
        assert "and.pred" in text
        inputs = {"w": weights(Q4_K, 3, 256), "x": activations(256)}
        with pytest.raises(PtxgenError, match="out of bounds"):
            run_program(gemv, text.replace("and.pred", "or.pred"), inputs)


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"k": 896}, "blocks of 32"),
            ({"m": 33}, "GEMM"),
            ({"threads": 48}, "multiple of 32"),
        ],
    )
    def test_sizes_name_the_alternative(self, options: dict[str, Any], says: str) -> None:
        with pytest.raises(KernelError) as caught:
            Dp4aQ4KGemv(**options) if "m" not in options else IntegerGemv(**options)
        assert caught.value.id == "KRN001"
        assert says in str(caught.value) + caught.value.help

    def test_a_format_without_an_integer_dot(self) -> None:
        with pytest.raises(KernelError) as caught:
            IntegerGemv(n=3, k=256, format=BF16).emit_ptx()
        assert caught.value.id == "KRN020"


@pytest.mark.parametrize(
    ("format", "m"),
    [
        pytest.param(format, m, marks=[] if (format, m) in ((Q4_K, 32), (Q5_0, 8)) else pytest.mark.slow)
        for format, m in itertools.product(INTEGER_FORMATS, (0, 4, 8, 16, 32))
    ],
)
def test_no_spills_at_the_size_of_a_model(format: BlockFormat, m: int) -> None:
    found = toolchain.find("ptxas")
    if found is None:
        pytest.skip("ptxas is not installed (extra `toolchain`)")
    gemv = IntegerGemv(n=4096, k=4096, m=m, format=format)
    (used,) = toolchain.assemble(gemv.emit_ptx("sm_90"), "sm_90", found).resources
    assert (used.spill_stores, used.spill_loads) == (0, 0)


class TestBulkRing:
    @FEW_FORMATS
    @pytest.mark.parametrize(
        ("n", "blocks", "m"),
        [
            pytest.param(5, 1, 0, marks=pytest.mark.slow),
            (3, 129, 0),
            pytest.param(9, 35, 2, marks=pytest.mark.slow),
            pytest.param(4, 300, 0, marks=pytest.mark.slow),
            pytest.param(33, 64, 0, marks=pytest.mark.slow),
        ],
    )
    def test_equals_the_kernel_without_copies(
        self, device: EmulatedDevice, format: BlockFormat, n: int, blocks: int, m: int
    ) -> None:
        """Bit for bit: fewer chunks than stages, several rounds and a rest, ends of matrices within a span."""
        k = 256 * -(-blocks // 8) if format.weights == 256 else 32 * blocks
        w, x = weights(format, n, k), activations(*((m, k) if m else (k,)))
        for strategy in (BulkRing(), BulkRing(rows=1, stages=3)):
            assert np.array_equal(
                multiply(device, format, w, x, strategy=strategy), multiply(device, format, w, x)
            )

    def test_too_many_activations_name_the_other_strategy(self) -> None:
        with pytest.raises(KernelError, match="the 231424 bytes") as caught:
            IntegerGemv(k=8192, m=32, strategy=BulkRing()).emit_ptx("sm_90")
        assert caught.value.id == "KRN041"
        assert "Dp4a" in caught.value.help

    def test_older_targets_are_refused(self) -> None:
        with pytest.raises(KernelError, match="BulkRing needs sm_90") as caught:
            IntegerGemv(strategy=BulkRing()).emit_ptx("sm_80")
        assert caught.value.id == "KRN003"
        assert RingQ4KGemv.default_target() == "sm_90"
