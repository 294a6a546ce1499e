"""Attention of new tokens to a cache: every format, pages, chunks of prompts, padded batches; planted faults."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.errors import PtxgenError
from ptxgen.ir.module import Module
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import bf16, f16, f32
from ptxgen.kernels import (
    CachedFlashAttention,
    CachedMmaAttention,
    FlashAttention,
    IncrementalAttention,
    KvScatter,
)
from ptxgen.kernels.attention.cached import CachedAttention
from ptxgen.kernels.attention.tiled import HEAD_DIMS
from ptxgen.kernels.cache.arrays import CacheArrays
from ptxgen.kernels.cache.key_source import KeySource
from ptxgen.verification import compare_outputs, nmse

Array = NDArray[Any]
Runner = Callable[[CachedAttention, Module, Mapping[str, Array]], dict[str, Array]]

CACHES = ("f16", "f32", "q8_0")
KERNELS: dict[str, tuple[type[CachedAttention], dict[str, Any], float]] = {
    "f32": (CachedFlashAttention, {}, 1e-10),
    "f16": (CachedMmaAttention, {}, 1e-6),
    "bf16": (CachedMmaAttention, {"type": bf16}, 1e-5),
}
"""Kernels with the NMSE that they keep, but for what `bound_of` adds."""

ROUNDING = {f32: 0.0, f16: 2.0**-12, bf16: 2.0**-9}
"""The largest relative error of an element that was rounded to nearest."""


def bound_of(form: str, kernel: CachedAttention) -> float:
    """Of a cache of another type keys and values are rounded: by errors within e, evenly spread, whose square is e^2/3.

    That of values moves outputs by as much, that of keys a score by as much of its size, scale^2 head_dim on average
    of normal numbers squared, and weights with it.
    """
    if kernel.arrays.format.type is kernel.element:
        return KERNELS[form][2]
    moved = 1 + kernel.scores.scale**2 * kernel.head_dim
    return KERNELS[form][2] + moved * ROUNDING[kernel.element] ** 2 / 3


def each(values: Iterable[Any], quick: Iterable[Any]) -> pytest.MarkDecorator:
    """All values as `case`; slow but for the quick ones."""
    few = list(quick)
    return pytest.mark.parametrize(
        "case", [pytest.param(v, marks=[] if v in few else [pytest.mark.slow], id=name_of(v)) for v in values]
    )


def name_of(value: Any) -> str:
    return "-".join(str(getattr(part, "__name__", part)) for part in value)


def make(form: str, **fields: Any) -> CachedAttention:
    kernel, options, _ = KERNELS[form]
    return kernel(**options, **fields)


def check(
    device: EmulatedDevice, form: str, kernel: CachedAttention, lengths: Iterable[int] | None = None
) -> Array:
    """The outputs, which keep the NMSE and every element's tolerance."""
    inputs = kernel.example_inputs(np.random.default_rng(0))
    if lengths is not None:
        inputs["lengths"] = np.array(list(lengths), np.int32)
    outputs = kernel.run(inputs, device=device)
    assert [c for c in compare_outputs(kernel, inputs, outputs) if not c.ok] == []
    numbers = kernel.numbers(outputs)["out"]
    assert nmse(numbers, kernel.expected(inputs)["out"]) <= bound_of(form, kernel)
    return numbers


@each(
    itertools.product(KERNELS, CACHES, (0, 16)),
    [("f32", "q8_0", 16), ("f16", "q8_0", 0), ("f16", "f16", 16), ("bf16", "f16", 0)],
)
def test_every_cache(device: EmulatedDevice, case: tuple[str, str, int]) -> None:
    """Six sequences: full, empty, shorter than the chunk, its length, and others."""
    form, cache, block_size = case
    lengths = (100, 0, 5, 20, 33, 64)
    kernel = make(
        form, seqs=6, q_len=20, capacity=100, heads=4, kv_heads=2, cache=cache, block_size=block_size
    )
    out = check(device, form, kernel, lengths)
    assert not out[1].any()
    assert not out[2, :15].any()
    assert out[2, 15:].any(axis=(1, 2)).all()


@each(itertools.product(KERNELS, HEAD_DIMS, CACHES), [("f16", 80, "f32")])
def test_every_head_dim(device: EmulatedDevice, case: tuple[str, int, str]) -> None:
    form, head_dim, cache = case
    fields: dict[str, Any] = {"head_dim": head_dim, "cache": cache, "q_len": 19, "capacity": 45}
    if cache == "q8_0" and head_dim == 80:
        with pytest.raises(PtxgenError, match="blocks of 32 elements") as caught:
            make(form, **fields)
        assert caught.value.id == "KRN080"
        return
    check(device, form, make(form, **fields))


OPTIONS: dict[str, dict[str, Any]] = {
    "encoder": {"causal": False, "q_len": 100},
    "window": {"window": 9},
    "window before the chunk": {"window": 60, "q_len": 10},
    "soft cap": {"soft_cap": 3.0},
    "scale": {"scale": 0.5},
    "pages of 5, window and soft cap": {"block_size": 5, "window": 40, "soft_cap": 20.0},
    "pages of 1": {"block_size": 1},
    "one query": {"q_len": 1},
    "seven heads of one": {"heads": 7, "kv_heads": 1, "q_len": 3},
}


@each(
    itertools.product(KERNELS, OPTIONS),
    [("f32", "pages of 5, window and soft cap"), ("f16", "encoder")],
)
def test_every_option(device: EmulatedDevice, case: tuple[str, str]) -> None:
    form, name = case
    fields: dict[str, Any] = {"seqs": 3, "capacity": 100, "q_len": 40, **OPTIONS[name]}
    check(device, form, make(form, **fields))


@pytest.mark.parametrize("block_size", [0, 16])
def test_chunks_are_as_good_as_the_whole_prompt(device: EmulatedDevice, block_size: int) -> None:
    """A prompt written and attended to in three chunks, against one pass over all of it."""
    rng = np.random.default_rng(1)
    q, keys, values = rng.standard_normal((3, 1, 50, 1, 64), dtype=np.float32)
    whole = FlashAttention(q_len=50, kv_len=50, heads=1).run(
        {"q": q, "keys": keys, "values": values}, device=device
    )["out"]
    shape: dict[str, Any] = {
        "seqs": 1,
        "capacity": 64,
        "kv_heads": 1,
        "head_dim": 64,
        "cache": "f32",
        "block_size": block_size,
    }
    cached = CachedFlashAttention(**shape).example_inputs(rng)
    names = [name for name in ("keys", "values", "block_table") if name in cached]
    given = {name: cached[name] for name in names}
    parts: list[Array] = []
    for first, last in ((0, 17), (17, 18), (18, 50)):
        count = last - first
        new: dict[str, Any] = {
            "new_keys": keys[0, first:last],
            "new_values": values[0, first:last],
            "positions": np.arange(first, last, dtype=np.int32),
            "sequences": np.zeros(count, np.int32),
        }
        given |= KvScatter(tokens=count, **shape).run({**given, **new}, device=device)
        chunk = CachedFlashAttention(q_len=count, heads=1, **shape)
        lengths = np.array([last], np.int32)
        parts.append(chunk.run({"q": q[:, first:last], "lengths": lengths, **given}, device=device)["out"])
    assert nmse(np.concatenate(parts, axis=1), whole) <= 1e-10


@each(itertools.product(KERNELS, CACHES), [("f32", "q8_0"), ("f16", "f16")])
def test_pages_change_no_bit(device: EmulatedDevice, case: tuple[str, str]) -> None:
    form, cache = case
    fields: dict[str, Any] = {"seqs": 2, "capacity": 64, "q_len": 9, "cache": cache}
    plain, paged = make(form, **fields), make(form, **fields, block_size=16)
    inputs = plain.example_inputs(np.random.default_rng(2))
    table = np.random.default_rng(3).permutation(8).astype(np.int32).reshape(2, 4)
    blocks = {name: np.empty_like(inputs[name]).reshape(8, 16, 1, -1) for name in ("keys", "values")}
    for name, pool in blocks.items():
        pool[table] = inputs[name].reshape(2, 4, 16, 1, -1)
    ours = plain.run(inputs, device=device)["out"]
    assert np.array_equal(paged.run({**inputs, **blocks, "block_table": table}, device=device)["out"], ours)


def test_one_query_is_decoding(device: EmulatedDevice) -> None:
    """The last token alone, by the kernel for tiles of queries and by that for single ones."""
    fields: dict[str, Any] = {"seqs": 3, "capacity": 70, "heads": 4, "kv_heads": 2, "window": 30}
    decode = IncrementalAttention(**fields)
    inputs = decode.example_inputs(np.random.default_rng(4))
    inputs["lengths"] = np.array([70, 0, 33], np.int32)
    one = CachedFlashAttention(**fields, q_len=1)
    out = one.run({**inputs, "q": inputs["q"][:, None]}, device=device)["out"][:, 0]
    assert nmse(out, decode.run(inputs, device=device)["out"]) <= 1e-10


@each(itertools.product(KERNELS, (0, 8)), [("f32", 8), ("f16", 0)])
def test_memory_beyond_the_length_does_no_harm(device: EmulatedDevice, case: tuple[str, int]) -> None:
    """NaN in every row that no key has yet, and no block where there are no keys."""
    form, block_size = case
    kernel = make(form, seqs=3, capacity=64, q_len=6, cache="f32", block_size=block_size)
    inputs = kernel.example_inputs(np.random.default_rng(5))
    inputs["lengths"] = np.array([40, 7, 0], np.int32)
    for name in ("keys", "values"):
        array = inputs[name]
        kept = np.zeros(array.shape[:2], bool)
        for s, length in enumerate(inputs["lengths"]):
            for key in range(length):
                table = inputs.get("block_table")
                place = (s, key) if table is None else (table[s, key // 8], key % 8)
                kept[place] = True
        array[~kept] = np.nan
    if block_size:
        used = np.arange(8) < -(-inputs["lengths"][:, None] // 8)
        inputs["block_table"] = np.where(used, inputs["block_table"], -1).astype(np.int32)
    out = kernel.numbers(kernel.run(inputs, device=device))["out"]
    assert np.isfinite(out).all()
    assert not out[2].any()


@each(itertools.product(KERNELS, CACHES), [("f16", "f16"), ("f32", "q8_0")])
def test_memory_traffic(case: tuple[str, str]) -> None:
    """Tiles have no bank conflicts; a CTA reads each key and value once, and heads of its own type in full sectors."""
    form, cache = case
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        kernel = make(form, seqs=1, q_len=16, capacity=64, heads=1, head_dim=128, cache=cache, block_size=16)
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert traffic.conflicts == 0
    for array in ("keys", "values"):
        read = traffic.buffers[array]
        assert (read.unread, read.fewest) == (0, 1)
        assert read.most == 1 or cache == "q8_0"  # lanes share the factor of a block
    copies = [
        i for i in traffic.instructions if i.space is StateSpace.GLOBAL and "cp.async" in i.instruction.name
    ]
    assert {i.sector_use for i in copies if i.bytes} == {1.0}


def pages_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The block table is ignored."""
    monkeypatch.setattr(KeySource, "slot", lambda self, key: self.k.bitcast(self.first.type, key))


def always_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sequence is taken to fill its capacity."""
    monkeypatch.setattr(CacheArrays, "length", lambda self, k, given, seq: given["capacity"])


def one_head_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CachedAttention, "kv_head", lambda self, k: k.ctaid.y * 0)


@each(
    itertools.product(("f32", "f16"), (pages_in_order, always_full, one_head_for_all)),
    [("f32", pages_in_order), ("f16", always_full)],
)
def test_planted_faults_are_found(
    device: EmulatedDevice,
    run_program: Runner,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, Callable[[pytest.MonkeyPatch], None]],
) -> None:
    form, plant = case
    kernel = make(form, seqs=2, q_len=10, capacity=96, heads=2, kv_heads=2, block_size=16)
    inputs = kernel.example_inputs(np.random.default_rng(6))
    inputs["lengths"] = np.array([90, 41], np.int32)
    bound = bound_of(form, kernel)
    right = run_program(kernel, kernel.build(), inputs)
    assert nmse(kernel.numbers(right)["out"], kernel.expected(inputs)["out"]) <= bound
    plant(monkeypatch)
    wrong = run_program(kernel, kernel.build(), inputs)
    assert nmse(kernel.numbers(wrong)["out"], kernel.expected(inputs)["out"]) > 100 * bound
    assert [c.ok for c in compare_outputs(kernel, inputs, wrong)] == [False]
