"""The key-value cache is written where the attention kernels read it, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator.traffic import Traffic
from ptxgen.kernels import IncrementalAttention, KernelError, KvScatter
from ptxgen.verification import compare_outputs

CACHES = ("f16", "f32", "q8_0")


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


@pytest.mark.parametrize("cache", CACHES)
@pytest.mark.parametrize("block_size", [0, 16])
@pytest.mark.parametrize(("heads", "head_dim"), [(1, 32), (3, 96)])
def test_every_format(device: EmulatedDevice, cache: str, block_size: int, heads: int, head_dim: int) -> None:
    kernel = KvScatter(
        tokens=17, seqs=4, capacity=33, kv_heads=heads, head_dim=head_dim, cache=cache, block_size=block_size
    )
    inputs = kernel.example_inputs(np.random.default_rng(6))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []
    assert not np.array_equal(kernel.expected(inputs)["keys"], inputs["keys"])


@pytest.mark.parametrize("pool", [1, 3, 50])
def test_a_pool_of_another_size_than_the_table(device: EmulatedDevice, pool: int) -> None:
    """The examples write no place twice: entries without a block leave their tokens out."""
    kernel = KvScatter(tokens=40, seqs=3, capacity=64, kv_heads=1, head_dim=32, block_size=16, pool=pool)
    inputs = kernel.example_inputs(np.random.default_rng(6))
    compared = compare_outputs(kernel, inputs, kernel.run(inputs, device=device))
    assert [c for c in compared if not c.ok] == []
    assert np.count_nonzero(inputs["block_table"] >= 0) == min(pool, 12)


@pytest.mark.parametrize("head_dim", [4, 80])
def test_heads_that_no_block_divides(device: EmulatedDevice, head_dim: int) -> None:
    kernel = KvScatter(head_dim=head_dim, kv_heads=1)
    inputs = kernel.example_inputs(np.random.default_rng(6))
    assert all(c.ok for c in compare_outputs(kernel, inputs, kernel.run(inputs, device=device)))
    with pytest.raises(KernelError, match="blocks of 32") as caught:
        KvScatter(head_dim=head_dim, cache="q8_0")
    assert caught.value.id == "KRN080"


def test_blocks_of_extreme_numbers(device: EmulatedDevice) -> None:
    """Zeros, numbers that vanish as f16, one large among small, halves between codes: the codec's bytes."""
    heads = np.zeros((6, 1, 32), np.float32)
    heads[1] = np.ldexp(np.float32(1), -135)
    heads[2, 0, 3], heads[2, 0, 4] = 1000.0, 1e-3
    heads[3, 0] = np.arange(32) + 0.5
    heads[3, 0, 0] = 127
    heads[4, 0] = -np.arange(32) - 0.5
    heads[4, 0, 0] = 127
    heads[5] = -np.linspace(1e-6, 3e-6, 32)
    kernel = KvScatter(tokens=6, seqs=1, capacity=6, kv_heads=1, head_dim=32, cache="q8_0")
    inputs = kernel.example_inputs(np.random.default_rng(0))
    inputs |= {"new_keys": heads, "positions": np.arange(6, dtype=np.int32)}
    inputs |= {"sequences": np.zeros(6, np.int32)}
    keys = kernel.run(inputs, device=device)["keys"]
    assert np.array_equal(keys[0], kernel.arrays.format.encode(heads))


@pytest.mark.parametrize("cache", CACHES)
@pytest.mark.parametrize("block_size", [0, 8])
def test_places_out_of_range_are_left_out(device: EmulatedDevice, cache: str, block_size: int) -> None:
    kernel = KvScatter(tokens=6, seqs=2, capacity=20, cache=cache, block_size=block_size)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    inputs["positions"] = np.asarray([20, -1, 3, 2**31 - 1, 5, 9], np.int32)
    inputs["sequences"] = np.asarray([0, 0, 2, 1, -(2**31), 1], np.int32)
    if block_size:
        inputs["block_table"][0] = -1
    outputs = kernel.run(inputs, device=device)
    assert all(c.ok for c in compare_outputs(kernel, inputs, outputs))
    changed = (outputs["keys"] != inputs["keys"]).any(axis=(-1, -2))
    assert changed.sum() == 1
    if block_size:
        inputs["block_table"][1] = [7, 6, 5]
        assert np.array_equal(kernel.run(inputs, device=device)["keys"], inputs["keys"])


@pytest.mark.parametrize("block_size", [0, 8])
def test_attention_sees_what_was_written(device: EmulatedDevice, block_size: int) -> None:
    """A sequence written token by token in two launches, then attended to, is the attention over all of it."""
    rng = np.random.default_rng(0)
    new = rng.standard_normal((2, 11, 1, 64)).astype(np.float32)
    attention = IncrementalAttention(
        seqs=1, capacity=16, heads=2, kv_heads=1, head_dim=64, block_size=block_size
    )
    given = attention.example_inputs(rng)
    given["lengths"] = np.asarray([11], np.int32)
    for first, last in ((0, 8), (8, 11)):
        count = last - first
        scatter = KvScatter(tokens=count, seqs=1, capacity=16, kv_heads=1, head_dim=64, block_size=block_size)
        names = ("keys", "values", *(["block_table"] if block_size else []))
        written = scatter.run(
            {
                "new_keys": new[0, first:last],
                "new_values": new[1, first:last],
                "positions": np.arange(first, last, dtype=np.int32),
                "sequences": np.zeros(count, np.int32),
                **{name: given[name] for name in names},
            },
            device=device,
        )
        given |= written
    out = attention.run(given, device=device)["out"]
    keys, values = new.astype(np.float16).astype(np.float64)[:, :, 0]
    scores = given["q"][0].astype(np.float64) @ keys.T / 8
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    assert np.abs(out[0] - weights / weights.sum(axis=1, keepdims=True) @ values).max() < 1e-5


def test_writes_are_full_sectors() -> None:
    traffic = Traffic()
    kernel = KvScatter(tokens=4, head_dim=128)
    with EmulatedDevice(observers=[traffic]) as device:
        kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)
    assert all(i.sector_use == 1 for i in traffic.instructions if i.write)
    read = traffic.buffers["new_keys"]
    assert (read.unread, read.most) == (0, 1)
