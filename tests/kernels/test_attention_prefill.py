"""Prefill attention against float64: every length, ratio and mask, what is read how often, and planted faults."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.errors import PtxgenError
from ptxgen.ir.builder import KernelBuilder, Value, Var
from ptxgen.ir.module import Module
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import bf16, f32
from ptxgen.kernels import FlashAttention, MmaAttention, WgmmaAttention, WmmaAttention
from ptxgen.kernels.attention import wgmma
from ptxgen.kernels.attention.fragment_softmax import FragmentSoftmax
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.prefill import PrefillAttention
from ptxgen.kernels.attention.tiled import HEAD_DIMS
from ptxgen.kernels.blocks.async_copy import TileCopy
from ptxgen.kernels.blocks.online_softmax import OnlineSoftmax
from ptxgen.quant.bfloat16 import to_bfloat16
from ptxgen.verification import compare_outputs, nmse

Array = NDArray[Any]
Runner = Callable[[PrefillAttention, Module, Mapping[str, Array]], dict[str, Array]]

LENGTHS = (1, 31, 32, 33, 127, 128, 129, 1023, 1024, 1025)
GROUPS = {"12-2": (6, 128), "14-2": (7, 64), "28-4": (7, 128), "32-32": (1, 80)}
"""Query heads of one KV head, and head_dim: Qwen2.5 1.5B, 0.5B, 7B, and Phi-2."""

KERNELS: dict[str, tuple[type[PrefillAttention], dict[str, Any], float]] = {
    "f32": (FlashAttention, {}, 1e-10),
    "mma-f16": (MmaAttention, {}, 1e-6),
    "mma-bf16": (MmaAttention, {"type": bf16}, 1e-5),
    "wmma-f16": (WmmaAttention, {}, 1e-6),
    "wmma-bf16": (WmmaAttention, {"type": bf16}, 1e-5),
    "wgmma-f16": (WgmmaAttention, {}, 1e-6),
    "wgmma-bf16": (WgmmaAttention, {"type": bf16}, 1e-5),
}
"""Kernels with the options that make them, and the NMSE that they keep."""


def each(names: Iterable[Any], quick: Mapping[str, Collection[Any]]) -> pytest.MarkDecorator:
    """Every form with every name; slow but for those that `quick` lists for the form."""
    names = list(names)
    return pytest.mark.parametrize(
        ("form", "name"),
        [
            pytest.param(
                form,
                name,
                id=f"{form}-{getattr(name, '__name__', name)}",
                marks=[] if name in quick.get(form, ()) else [pytest.mark.slow],
            )
            for form in KERNELS
            for name in names
        ],
    )


def make(form: str, **fields: Any) -> PrefillAttention:
    kernel, options, _ = KERNELS[form]
    return kernel(**options, **fields)


def check(device: EmulatedDevice, form: str, kernel: PrefillAttention, seed: int = 0) -> Array:
    """The outputs, which keep the NMSE and every element's tolerance."""
    inputs = kernel.example_inputs(np.random.default_rng(seed))
    outputs = kernel.run(inputs, device=device)
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []
    numbers = kernel.numbers(outputs)["out"]
    assert nmse(numbers, kernel.expected(inputs)["out"]) <= KERNELS[form][2]
    return numbers


@each(
    itertools.product(GROUPS, LENGTHS),
    {
        "mma-bf16": [("14-2", 33)],
        "wgmma-bf16": [("14-2", 129)],
        "f32": [("14-2", 1)],
        "mma-f16": [("14-2", 129)],
    },
)
def test_every_length_and_ratio(device: EmulatedDevice, form: str, name: tuple[str, int]) -> None:
    group, length = name
    heads, head_dim = GROUPS[group]
    check(device, form, make(form, q_len=length, kv_len=length, heads=heads, kv_heads=1, head_dim=head_dim))


@each(HEAD_DIMS, {"f32": [80], "mma-f16": [128]})
def test_every_head_dim(device: EmulatedDevice, form: str, name: int) -> None:
    check(device, form, make(form, q_len=19, kv_len=45, heads=2, kv_heads=2, head_dim=name))


MASKS: dict[str, dict[str, Any]] = {
    "all": {"causal": False},
    "causal": {"causal": True},
    "one key": {"kv_len": 1, "causal": False},
    "cached": {"q_len": 5, "kv_len": 90},
    "more queries than keys": {"q_len": 70, "kv_len": 20},
    "window": {"window": 9, "q_len": 70, "kv_len": 100},
    "window of one": {"window": 1},
    "window beyond all": {"window": 1000},
    "window, not causal": {"window": 5, "causal": False, "q_len": 40, "kv_len": 70},
    "soft cap": {"soft_cap": 3.0},
    "soft cap and window": {"soft_cap": 30.0, "window": 17},
    "scale": {"scale": 0.5},
    "batch": {"batch": 3, "heads": 4, "kv_heads": 2, "q_len": 9, "kv_len": 21},
}


@each(MASKS, {"f32": ["soft cap and window", "all"], "mma-f16": ["soft cap and window"]})
def test_every_option(device: EmulatedDevice, form: str, name: str) -> None:
    check(device, form, make(form, **{"q_len": 40, "kv_len": 40, **MASKS[name]}))


@each(MASKS, {"f32": ["cached"], "mma-f16": ["window"], "wgmma-f16": ["window"]})
def test_which_keys_are_seen(device: EmulatedDevice, form: str, name: str) -> None:
    """Queries of zeros weigh all keys that they see alike, and each value is 1 in its own column."""
    fields: dict[str, Any] = {"q_len": 40, "kv_len": 40, **MASKS[name]}
    kernel = make(form, **fields, head_dim=128)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    seen = np.eye(kernel.kv_len, 128)[None, :, None] * np.ones((kernel.batch, 1, kernel.kv_heads, 1))
    inputs = {**inputs, "q": np.zeros_like(inputs["q"]), "values": of_type(kernel, seen)}
    out = kernel.numbers(kernel.run(inputs, device=device))["out"]
    assert np.array_equal(out > 0, kernel.expected(inputs)["out"] > 0)


def of_type(kernel: PrefillAttention, numbers: Array) -> Array:
    if kernel.element is bf16:
        return to_bfloat16(numbers)
    return numbers.astype(kernel.example_inputs(np.random.default_rng(0))["q"].dtype)


@each([20], {"f32": [20], "mma-f16": [20]})
def test_queries_before_all_keys_give_zeros(device: EmulatedDevice, form: str, name: int) -> None:
    """With more queries than keys the first ones see nothing."""
    out = check(device, form, make(form, q_len=70, kv_len=name))
    assert not out[:, :50].any()
    assert out[:, 50:].any(axis=(0, 2, 3)).all()


@each([20.0], {"f32": [20.0]})
def test_large_scores_do_not_overflow(device: EmulatedDevice, form: str, name: float) -> None:
    """Scores of some hundreds: e^score is far beyond float32, and one key takes all the weight."""
    kernel = make(form, q_len=20, kv_len=40, scale=name)
    inputs = kernel.example_inputs(np.random.default_rng(3))
    outputs = kernel.run(inputs, device=device)
    assert np.isfinite(kernel.numbers(outputs)["out"]).all()
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []


@each([20], {"f32": [20], "mma-f16": [20]})
def test_nan_shows(device: EmulatedDevice, form: str, name: int) -> None:
    """A NaN among the keys that a query sees is not lost in a maximum; others do not feel it."""
    kernel = make(form, q_len=40, kv_len=40)
    inputs = kernel.example_inputs(np.random.default_rng(4))
    keys = inputs["keys"].copy()
    keys[0, name, 0, 3] = np.float32(np.nan) if keys.dtype != np.uint16 else 0x7FC0
    out = kernel.numbers(kernel.run({**inputs, "keys": keys}, device=device))["out"]
    assert np.isnan(out[0, name:]).all()
    assert np.isfinite(out[0, :name]).all()


CONFLICTS = {"f32": (80,), "wmma": (32, 80, 96), "wgmma": (32, 80, 96)}
"""Heads whose padded rows, or rows that a tensor copy leaves half empty, are stored in more wavefronts."""


@each(HEAD_DIMS, {"f32": [64], "mma-f16": [80], "wmma-f16": [64]})
def test_memory_traffic(form: str, name: int) -> None:
    """Tiles have no bank conflicts, sectors are full, and a CTA reads each key and value once."""
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel = make(form, q_len=16, kv_len=128, heads=1, kv_heads=1, head_dim=name, causal=False)
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.conflicts == 0 or name in CONFLICTS.get(form.partition("-")[0], ())
    for array in ("keys", "values"):
        assert (traffic.buffers[array].fewest, traffic.buffers[array].most) == (1, 1)
    moved = [i for i in traffic.instructions if i.space is StateSpace.GLOBAL and i.bytes]
    assert {i.sector_use for i in moved} == {1.0}


def test_tiles_beyond_the_mask_are_not_read() -> None:
    """A causal CTA stops at its diagonal, and a window of 16 leaves older tiles out."""
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel = FlashAttention(q_len=1, kv_len=1000, heads=1, kv_heads=1, window=16)
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.buffers["keys"].unread >= (1000 - 48) * 64 * 4


def fading_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The old peak is overwritten before the correction is formed, which is then 1."""
    real = OnlineSoftmax.weight

    def weight(self: OnlineSoftmax, k: KernelBuilder, score: Value, peak: Value) -> Value:
        old_peak = isinstance(score, Var) and not isinstance(peak, Var) and score.register.name in peaks
        return real(self, k, peak if old_peak else score, peak)

    start = OnlineSoftmax.start
    peaks: set[str] = set()

    def started(self: OnlineSoftmax, k: KernelBuilder) -> tuple[Var, Var]:
        made = start(self, k)
        peaks.add(made[0].register.name)
        return made

    monkeypatch.setattr(OnlineSoftmax, "start", started)
    monkeypatch.setattr(OnlineSoftmax, "weight", weight)
    monkeypatch.setattr(FragmentSoftmax, "fading", lambda self, peak, new: self.k.const(f32, 1.0))


def tail_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only whole tiles of keys are looked at."""
    real = TileMask.stop.fget
    assert real is not None
    monkeypatch.setattr(TileMask, "stop", property(lambda self: real(self) // self.keys * self.keys))


def diagonal_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Query 0 is taken to stand at key 0 although there are more keys than queries."""
    monkeypatch.setattr(TileMask, "offset", property(lambda self: self.k.const(self.q_len.type, 0)))


def diagonal_excluded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query does not see its own key."""
    real = TileMask.row
    monkeypatch.setattr(TileMask, "row", lambda self, query: real(self, query - 1))


def nothing_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole tiles are left out, but no single key."""
    monkeypatch.setattr(TileMask, "cuts", lambda self, tile: tile < 0)


def one_head_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every query head reads the first KV head."""
    monkeypatch.setattr(
        PrefillAttention, "key_head", lambda self, k, array, kv_len: (array, self.kv_heads * self.head_dim)
    )
    real = wgmma.load_box
    monkeypatch.setattr(
        wgmma, "load_box", lambda k, tile, box, at, full: real(k, tile, box, (at[0], 0, *at[2:]), full)
    )


def half_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upper half of each token's head is a copy of the lower one."""
    real = TileCopy.__init__

    def init(self: TileCopy, *args: Any) -> None:
        real(self, *args)
        for chunk in self.chunks:
            object.__setattr__(chunk, "chunk", chunk.chunk % (self.layout.chunks // 2))

    monkeypatch.setattr(TileCopy, "__init__", init)
    box = wgmma.load_box
    monkeypatch.setattr(
        wgmma, "load_box", lambda k, tile, source, at, full: box(k, tile, source, (0, *at[1:]), full)
    )


FAULTS = (
    fading_forgotten,
    tail_dropped,
    diagonal_at_the_start,
    diagonal_excluded,
    nothing_masked,
    one_head_for_all,
    half_the_head,
)


@each(FAULTS, {"f32": [fading_forgotten, tail_dropped], "mma-f16": [fading_forgotten]})
def test_planted_faults_are_found(
    device: EmulatedDevice,
    run_program: Runner,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    name: Callable[[pytest.MonkeyPatch], None],
) -> None:
    kernel = make(form, q_len=40, kv_len=300, heads=2, kv_heads=2, window=270, head_dim=128)
    inputs = kernel.example_inputs(np.random.default_rng(5))
    right = run_program(kernel, kernel.build(), inputs)
    assert nmse(kernel.numbers(right)["out"], kernel.expected(inputs)["out"]) <= KERNELS[form][2]
    name(monkeypatch)
    wrong = run_program(kernel, kernel.build(), inputs)
    assert nmse(kernel.numbers(wrong)["out"], kernel.expected(inputs)["out"]) > 100 * KERNELS[form][2]
    assert [c.ok for c in compare_outputs(kernel, inputs, wrong)] == [False]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"heads": 7, "kv_heads": 2}, "heads must be a multiple of 2"),
        ({"head_dim": 48}, "head_dim must be one of 64, 32, 80"),
        ({"window": -1}, "at least 1"),
    ],
)
def test_refusals_name_the_field(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(PtxgenError, match=message):
        FlashAttention(**fields)
