"""Bulk copies: rings of tiles between producers and consumers, bulk groups, and planted faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import EmulatorError, Limits
from ptxgen.launch import LaunchConfig
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute

Array = np.ndarray[Any, Any]
Launch = Callable[..., list[Array]]
Fails = Callable[..., EmulatorError]

TILES, STAGES, TILE = 8, 3, 512

RING = f"""
    .shared .align 16 .b8 ring[{STAGES * TILE}]; .shared .align 8 .b64 full[{STAGES}];
    .shared .align 8 .b64 empty[{STAGES}];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, ring; mov.u32 %r2, full; mov.u32 %r3, empty; mov.u32 %r20, %ctaid.x;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r2], 1; mbarrier.init.shared::cta.b64 [%r2+8], 1;
    mbarrier.init.shared::cta.b64 [%r2+16], 1;
    mbarrier.init.shared::cta.b64 [%r3], 128; mbarrier.init.shared::cta.b64 [%r3+8], 128;
    mbarrier.init.shared::cta.b64 [%r3+16], 128;
    fence.mbarrier_init.release.cluster;
    fence.proxy.async.shared::cta;
    READY:
    bar.sync 0;
    mov.u32 %r4, 0; mov.u32 %r5, 0; mov.u32 %r6, 0;
    setp.lt.u32 %p1, %r0, 128;
    @%p1 bra CONSUMER;
    setp.ne.u32 %p2, %r0, 128;
    @%p2 bra DONE;
    mul.lo.u32 %r21, %r20, {TILES * TILE};
    cvt.u64.u32 %rd5, %r21;
    add.u64 %rd0, %rd0, %rd5;
    PRODUCER:
    mad.lo.u32 %r7, %r5, 8, %r3;
    xor.b32 %r8, %r6, 1;
    WAIT_EMPTY:
    mbarrier.try_wait.parity.acquire.cta.shared::cta.b64 %p3, [%r7], %r8;
    @!%p3 bra WAIT_EMPTY;
    mad.lo.u32 %r9, %r5, 8, %r2;
    mad.lo.u32 %r10, %r5, {TILE}, %r1;
    EXPECT
    cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r10], [%rd0], SIZE, [%r9];
    add.u64 %rd0, %rd0, {TILE};
    add.u32 %r4, %r4, 1;
    add.u32 %r5, %r5, 1;
    setp.eq.u32 %p4, %r5, {STAGES};
    @%p4 mov.u32 %r5, 0;
    @%p4 xor.b32 %r6, %r6, 1;
    setp.lt.u32 %p5, %r4, {TILES};
    @%p5 bra PRODUCER;
    bra DONE;
    CONSUMER:
    mov.u32 %r11, 0;
    CONSUME:
    mad.lo.u32 %r9, %r5, 8, %r2;
    WAIT_FULL
    mad.lo.u32 %r10, %r5, {TILE}, %r1;
    xor.b32 %r12, %r0, 127;
    mad.lo.u32 %r10, %r12, 4, %r10;
    ld.shared.u32 %r13, [%r10];
    mad.lo.u32 %r11, %r11, 31, %r13;
    mad.lo.u32 %r7, %r5, 8, %r3;
    mbarrier.arrive.shared::cta.b64 _, [%r7];
    add.u32 %r4, %r4, 1;
    add.u32 %r5, %r5, 1;
    setp.eq.u32 %p4, %r5, {STAGES};
    @%p4 mov.u32 %r5, 0;
    @%p4 xor.b32 %r6, %r6, 1;
    setp.lt.u32 %p5, %r4, {TILES};
    @%p5 bra CONSUME;
    mad.lo.u32 %r14, %r20, 128, %r0;
    mad.wide.u32 %rd4, %r14, 4, %rd1;
    st.global.u32 [%rd4], %r11;
    DONE:
    ret;
"""
EXPECT = f"mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%r9], {TILE};"
WAIT_FULL = """TRY: mbarrier.try_wait.parity.acquire.cta.shared::cta.b64 %p3, [%r9], %r6;
    @!%p3 bra TRY;"""


def ring(expect: str = EXPECT, wait: str = WAIT_FULL, size: str = str(TILE)) -> str:
    text = RING.replace("EXPECT\n", expect + "\n").replace("WAIT_FULL\n", wait + "\n").replace("SIZE", size)
    return kernel(text)


def tiles(ctas: int) -> tuple[Array, Array]:
    """Tiles for each CTA, and what its threads make of them."""
    source = np.random.default_rng(3).integers(0, 1 << 32, (ctas, TILES, 128), dtype=np.uint32)
    expected = np.zeros((ctas, 128), np.uint32)
    for tile in range(TILES):
        expected = expected * np.uint32(31) + source[:, tile, ::-1]
    return source, expected


@pytest.mark.parametrize("ctas", [1, 5])
def test_a_ring_of_tiles_between_a_producer_and_consumers(launch: Launch, ctas: int) -> None:
    source, expected = tiles(ctas)
    _, found = launch(ring(), source, np.zeros((ctas, 128), np.uint32), grid=ctas, block=160)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_warps_gives_the_same(seed: int) -> None:
    source, expected = tiles(3)
    with EmulatedDevice(schedule=seed, sanitize=True) as device:
        found = device.zeros((3, 128), np.uint32)
        entry = device.load_module(ring()).get_kernel("k")
        entry.launch(LaunchConfig(3, 160), [device.to_device(source), found])
        np.testing.assert_array_equal(found.to_host(), expected)


def test_ctas_that_run_in_several_batches() -> None:
    """Nothing of one batch is left for the next."""
    source, expected = tiles(5)
    arrays = [source, np.zeros((5, 128), np.uint32)]
    result = execute(ring(), arrays, grid=5, block=160, limits=Limits(batch_lanes=400))
    assert result.statistics.batches == 3
    np.testing.assert_array_equal(result.array(1, np.uint32).reshape(5, 128), expected)


def test_a_missing_wait_is_told_by_the_barrier(fails: Fails) -> None:
    """Consumers that never look at `full` free the stages early, and the producer arrives in an unfinished phase."""
    source, _ = tiles(1)
    fails(
        "EMU015", "arrive.expect_tx", ring(wait=""), source, np.zeros(128, np.uint32), block=160, track=False
    )


def test_a_missing_wait_reads_stale_tiles() -> None:
    """One tile, no wait: the consumers read what was there before."""
    text = ring(wait="").replace(f"%r4, {TILES};", "%r4, 1;")
    source, _ = tiles(1)
    result = execute(text, [source, np.zeros(128, np.uint32)], block=160, track=False)
    np.testing.assert_array_equal(result.array(1, np.uint32), np.zeros(128))


def test_planted_faults_of_a_ring_are_reported(fails: Fails) -> None:
    source, _ = tiles(1)
    arrays = (source, np.zeros(128, np.uint32))
    copy = "cp.async.bulk.shared::cluster"
    forgotten = ring("mbarrier.arrive.shared::cta.b64 _, [%r9];")
    fails("EMU016", copy, forgotten, *arrays, block=160, track=False)
    more = ring(EXPECT.replace(str(TILE), str(2 * TILE)))
    error = fails("EMU011", "TRY:", more, *arrays, block=160)
    assert any(f"lacks 0 of 1 arrivals and {TILE} bytes" in note for note in error.fault.notes)
    never = ring(f"mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r9], {TILE};")
    fails("EMU011", "TRY:", never, *arrays, block=160)
    flipped = ring(wait=WAIT_FULL.replace("%r6", "%r8").replace("TRY", "xor.b32 %r8, %r6, 1;\nTRY", 1))
    with pytest.raises(EmulatorError):
        execute(flipped, arrays, block=160)
    odd = ring(size="500")
    fails("EMU017", copy, odd, *arrays, block=160)
    misplaced = ring().replace("[%r10], [%rd0]", "[%r10], [%rd0+8]")
    fails("EMU002", copy, misplaced, *arrays, block=160)
    past = ring().replace("[%r10], [%rd0]", f"[%r10], [%rd0+{TILES * TILE}]")
    fails("EMU001", copy, past, *arrays, block=160)


STORE = """
    .shared .align 16 .b8 tile[1024];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile;
    mad.lo.u32 %r2, %r0, 4, %r1;
    mul.lo.u32 %r3, %r0, 7;
    st.shared.u32 [%r2], %r3;
    fence.proxy.async.shared::cta;
    bar.sync 0;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra REUSE;
    cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r1], 512;
    cp.async.bulk.commit_group;
    WAIT
    REUSE:
    bar.sync 0;
    st.shared.u32 [%r2], 1;
    bar.sync 0;
    ret;
"""


@pytest.mark.parametrize("wait", ["cp.async.bulk.wait_group 0;", "cp.async.bulk.wait_group.read 0;"])
def test_a_tile_goes_to_global_memory(launch: Launch, wait: str) -> None:
    text = kernel(STORE.replace("WAIT", wait))
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(128, np.uint32), block=128)
    np.testing.assert_array_equal(found, 7 * np.arange(128))


@pytest.mark.parametrize("wait", ["", "cp.async.bulk.wait_group.read 1;"])
def test_a_tile_overwritten_too_early_shows(wait: str) -> None:
    text = kernel(STORE.replace("WAIT", wait))
    result = execute(text, [np.zeros(1, np.uint32), np.zeros(128, np.uint32)], block=128)
    np.testing.assert_array_equal(result.array(1, np.uint32), np.ones(128))


def test_a_prefetch_is_checked(fails: Fails) -> None:
    inside = kernel("ld.param.u64 %rd0, [p]; cp.async.bulk.prefetch.L2.global [%rd0], 64; ret;")
    execute(inside, [np.zeros(16, np.uint32), np.zeros(1, np.uint32)])
    outside = inside.replace("], 64", "], 80")
    fails("EMU001", "cp.async.bulk.prefetch", outside, np.zeros(16, np.uint32), np.zeros(1, np.uint32))


@pytest.mark.parametrize(("size", "id"), [(12, "EMU017"), (1 << 25, "EMU017"), (264, "EMU001"), (256, "")])
def test_a_bulk_store_stays_inside(fails: Fails, size: int, id: str) -> None:
    text = f"""
        .version 9.0
        .target sm_100
        .address_size 64
        .visible .entry k() {{
            .shared .align 8 .b8 s[256];
            .reg .b64 %rd0;
            mov.u64 %rd0, {size};
            st.bulk.shared::cta [s], %rd0, 0;
            ret;
        }}"""
    if id:
        fails(id, "st.bulk", text, block=1)
    else:
        execute(text, [], block=1)
