"""Decode attention against float64: lengths, ratios, caches, pages, chunks; what is read how often; planted faults."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.errors import PtxgenError
from ptxgen.isa.spaces import StateSpace
from ptxgen.kernels import FlashDecoding, IncrementalAttention
from ptxgen.kernels.attention.decode import DecodeAttention
from ptxgen.kernels.attention.tiled import HEAD_DIMS
from ptxgen.verification import compare_outputs, nmse

Array = NDArray[Any]

LENGTHS = (1, 31, 32, 33, 127, 128, 129, 1023, 1024, 1025)
GROUPS = {"12-2": (6, 128), "14-2": (7, 64), "28-4": (7, 128), "32-32": (1, 80)}
"""Query heads of one KV head, and head_dim: Qwen2.5 1.5B, 0.5B, 7B, and Phi-2."""
CACHES = ("f16", "f32", "q8_0")
BOUND = 1e-10
"""NMSE for every cache, against the numbers that it decodes to: all arithmetic is float32."""


def each(values: Iterable[Any], quick: Iterable[Any]) -> pytest.MarkDecorator:
    """All values as `case`; slow but for the quick ones."""
    few = list(quick)
    return pytest.mark.parametrize(
        "case", [pytest.param(v, marks=[] if v in few else [pytest.mark.slow], id=str(v)) for v in values]
    )


def check(device: EmulatedDevice, kernel: DecodeAttention, lengths: Iterable[int] | None = None) -> Array:
    """The output, which keeps the NMSE and every element's tolerance."""
    inputs = kernel.example_inputs(np.random.default_rng(0))
    if lengths is not None:
        inputs = {**inputs, "lengths": np.array(list(lengths), np.int32)}
    outputs = kernel.run(inputs, device=device)
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []
    assert nmse(outputs["out"], kernel.expected(inputs)["out"]) <= BOUND
    return outputs["out"]


@each(itertools.product(GROUPS, CACHES), [("14-2", "f16"), ("14-2", "q8_0")])
def test_every_length(device: EmulatedDevice, case: tuple[str, str]) -> None:
    """Ten sequences in one launch, each of another length, none of them as long as the cache."""
    (heads, head_dim), cache = GROUPS[case[0]], case[1]
    if cache == "q8_0" and head_dim == 80:
        head_dim = 96
    shape: dict[str, Any] = {"heads": heads, "kv_heads": 1, "head_dim": head_dim, "cache": cache}
    lengths = LENGTHS if case != ("14-2", "q8_0") else LENGTHS[:7]
    check(device, IncrementalAttention(seqs=len(lengths), capacity=max(lengths) + 7, **shape), lengths)


@each(itertools.product((1, 2, 3, 5, 33, 40), ("last", "kernel")), [(5, "last"), (40, "kernel")])
def test_any_number_of_chunks_is_as_good_as_one(device: EmulatedDevice, case: tuple[int, str]) -> None:
    """Fewer and more chunks than tiles of keys; chunks that get nothing; an empty sequence."""
    chunks, combine = case
    fields: dict[str, Any] = {"seqs": 4, "capacity": 1025, "heads": 6, "kv_heads": 2}
    split = FlashDecoding(**fields, chunks=chunks, combine=combine)
    lengths = (1025, 0, 33, 500)
    out = check(device, split, lengths)
    whole = check(device, IncrementalAttention(**fields), lengths)
    assert nmse(out, whole) <= BOUND
    assert not out[1].any()


@pytest.mark.parametrize(
    ("seqs", "kv_heads", "capacity", "chunks"),
    [
        (1, 4, 32768, 29),  # 116 of 132 SMs: 33 would fill them all
        (1, 2, 32768, 57),
        (64, 2, 32768, 1),  # as many CTAs as SMs already
        (1, 4, 500, 1),  # four tiles
        (8, 4, 4096, 4),  # 128 CTAs
    ],
)
def test_chunks_for_a_device(seqs: int, kv_heads: int, capacity: int, chunks: int) -> None:
    kernel = FlashDecoding(seqs=seqs, heads=7 * kv_heads, kv_heads=kv_heads, capacity=capacity, head_dim=128)
    assert kernel.chunks_for(sms=132) == chunks


@each(itertools.product(HEAD_DIMS, CACHES), [(80, "f16")])
def test_every_head_dim(device: EmulatedDevice, case: tuple[int, str]) -> None:
    head_dim, cache = case
    if cache == "q8_0" and head_dim == 80:
        with pytest.raises(PtxgenError, match="blocks of 32 elements") as caught:
            IncrementalAttention(head_dim=head_dim, cache=cache)
        assert caught.value.id == "KRN080"
        return
    check(device, IncrementalAttention(head_dim=head_dim, cache=cache, heads=4, kv_heads=2, capacity=45))


OPTIONS: dict[str, dict[str, Any]] = {
    "window": {"window": 9},
    "window of one": {"window": 1},
    "window beyond all": {"window": 1000},
    "soft cap": {"soft_cap": 3.0},
    "scale": {"scale": 0.5},
    "sixteen heads of one": {"heads": 32, "kv_heads": 2},
    "pages of 16": {"block_size": 16},
    "pages of 1": {"block_size": 1},
    "pages of 32, q8_0": {"block_size": 32, "cache": "q8_0"},
    "pages, window and soft cap": {"block_size": 5, "window": 40, "soft_cap": 20.0},
}


@each(
    itertools.product((IncrementalAttention, FlashDecoding), OPTIONS),
    [(FlashDecoding, "pages, window and soft cap")],
)
def test_every_option(device: EmulatedDevice, case: tuple[type[DecodeAttention], str]) -> None:
    kernel, name = case
    fields: dict[str, Any] = {"seqs": 3, "capacity": 100, **OPTIONS[name]}
    check(device, kernel(**fields))


@pytest.mark.parametrize("block_size", [0, pytest.param(16, marks=pytest.mark.slow)])
def test_which_keys_are_seen(device: EmulatedDevice, block_size: int) -> None:
    """A query of zeros weighs all keys that it sees alike, and each value is 1 in its own column."""
    kernel = FlashDecoding(
        seqs=5, capacity=100, head_dim=128, cache="f32", heads=1, kv_heads=1, window=70, block_size=block_size
    )
    inputs = kernel.example_inputs(np.random.default_rng(0))
    lengths = np.array([100, 0, 33, 71, 96], np.int32)
    values = np.zeros_like(inputs["values"])
    for sequence, key in np.ndindex(5, 100):
        if block_size:
            block = inputs["block_table"][sequence, key // block_size]
            values[block, key % block_size, 0, key] = 1
        else:
            values[sequence, key, 0, key] = 1
    given = {**inputs, "q": np.zeros_like(inputs["q"]), "values": values, "lengths": lengths}
    out = kernel.run(given, device=device)["out"][:, 0]
    seen = [(key < length) & (key >= length - 70) for length in lengths for key in [np.arange(128)]]
    assert np.array_equal(out > 0, np.stack(seen))


def test_a_paged_cache_is_called_without_its_capacity(device: EmulatedDevice) -> None:
    kernel = IncrementalAttention(seqs=1, capacity=20, block_size=16)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    assert compare_outputs(kernel, inputs, {"out": kernel(**inputs, device=device)})[0].ok


def test_lengths_beyond_the_cache_and_below_zero(device: EmulatedDevice) -> None:
    out = check(device, IncrementalAttention(seqs=3, capacity=40), (1000, -5, 40))
    assert not out[1].any()


def test_memory_beyond_the_length_is_not_read(device: EmulatedDevice) -> None:
    """NaN in every row that no key has yet."""
    kernel = IncrementalAttention(seqs=2, capacity=70)
    inputs = kernel.example_inputs(np.random.default_rng(1))
    lengths = np.array([40, 7], np.int32)
    for name in ("keys", "values"):
        for sequence, length in enumerate(lengths):
            inputs[name][sequence, length:] = np.nan
    assert np.isfinite(kernel.run({**inputs, "lengths": lengths}, device=device)["out"]).all()


@each(itertools.product(CACHES, (64, 128, 256)), [("f16", 128), ("q8_0", 256)])
def test_memory_traffic(case: tuple[Any, Any]) -> None:
    """A pack of heads reads each key and value once, in full sectors where rows are whole sectors, without conflicts.

    But for q8_0, of which 128 elements are more than 32 words: a warp takes these in one wavefront more.
    """
    cache, head_dim = case
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel = FlashDecoding(
            seqs=1, capacity=96, heads=4, kv_heads=1, head_dim=head_dim, cache=cache, chunks=3
        )
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    for name in ("keys", "values"):
        read = traffic.buffers[name]
        assert (read.fewest, read.most) == (1, 1)
    copies = [
        i for i in traffic.instructions if i.space is StateSpace.GLOBAL and "cp.async" in i.instruction.name
    ]
    assert copies
    if cache != "q8_0":
        assert {i.sector_use for i in copies} == {1.0}
    allowed = int(cache == "q8_0" and head_dim > 64)
    assert all(i.conflicts <= allowed * i.requests for i in traffic.instructions)


RACES = {
    "published without a release": ("atom.acq_rel.gpu.global.inc", "atom.relaxed.gpu.global.inc"),
    "tiles used before they arrive": ("cp.async.wait_all;", ""),
    "weights used before they are stored": ("bar.warp.sync", "// bar.warp.sync"),
}


@each(RACES, ["published without a release"])
def test_planted_races_are_found(case: str) -> None:
    kernel = FlashDecoding(capacity=70, seqs=1)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    text = kernel.emit_ptx()
    assert RACES[case][0] in text
    assert not findings(kernel, text, inputs)
    assert findings(kernel, text.replace(*RACES[case]), inputs)


def findings(kernel: DecodeAttention, text: str, inputs: dict[str, Array]) -> Any:
    """What the sanitizers say of a run."""
    with EmulatedDevice(sanitize="collect", track_initialised=True) as device:
        run_text(device, kernel, text, inputs)
        return device.findings


def run_text(device: EmulatedDevice, kernel: DecodeAttention, text: str, inputs: dict[str, Array]) -> Array:
    """The output of a text in the place of the kernel's own."""
    from ptxgen.driver import run_plan

    signature = kernel.signature
    arrays = {name: device.to_device(array) for name, array in inputs.items()}
    out = device.empty(signature.arrays["out"].shape(kernel.sizes), np.float32)
    given = {**arrays, "out": out, "capacity": kernel.capacity}
    run_plan(device, device.load_module(text), kernel.plan(), signature, given)
    return out.to_host()


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


def fault(plant: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
    FAULTS[plant.__name__] = plant
    return plant


@fault
def tail_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys behind the last whole tile are not looked at."""
    from ptxgen.kernels.attention.decode_cta import DecodeCta

    real = DecodeCta.seen

    def seen(self: DecodeCta) -> Any:
        start, stop = real(self)
        return start, stop // 32 * 32

    monkeypatch.setattr(DecodeCta, "seen", seen)


@fault
def peaks_ignored_in_the_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are added as if all had the same peak."""
    from ptxgen.isa.types import f32
    from ptxgen.kernels.attention import partials

    class Flat(type(partials.SOFTMAX)):  # type: ignore[misc]
        def weight(self, k: Any, score: Any, peak: Any) -> Any:
            return k.const(f32, 1.0)

    monkeypatch.setattr(partials, "SOFTMAX", Flat(scale=1))


@fault
def pages_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The block table is ignored."""
    from ptxgen.kernels.cache.key_source import KeySource

    def slot(self: KeySource, key: Any) -> Any:
        return self.k.bitcast(self.first.type, key)

    monkeypatch.setattr(KeySource, "slot", slot)


@fault
def one_head_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pack reads the keys of its own number, not of its KV head."""
    monkeypatch.setattr(DecodeAttention, "kv_head", lambda self, pack: pack * 0, raising=True)


@each(
    ("tail_dropped", "peaks_ignored_in_the_merge", "pages_in_order", "one_head_for_all"),
    ["peaks_ignored_in_the_merge"],
)
def test_planted_faults_are_found(device: EmulatedDevice, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    kernel = FlashDecoding(seqs=2, capacity=150, heads=4, kv_heads=2, block_size=16, scale=1.0)
    inputs = kernel.example_inputs(np.random.default_rng(5))
    expected = kernel.expected(inputs)["out"]
    assert nmse(run_text(device, kernel, kernel.build().to_ptx(), inputs), expected) <= BOUND
    FAULTS[case](monkeypatch)
    wrong = run_text(device, kernel, kernel.build().to_ptx(), inputs)
    assert nmse(wrong, expected) > 100 * BOUND
    assert [c.ok for c in compare_outputs(kernel, inputs, {"out": wrong})] == [False]
