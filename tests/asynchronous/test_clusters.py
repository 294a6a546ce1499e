"""Clusters: the barrier of all their CTAs, each other's shared memory, copies to several of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.emulator import EmulatorError, Limits
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute

Array = np.ndarray[Any, Any]
Launch = Callable[..., list[Array]]
Fails = Callable[..., EmulatorError]

SYNC = "barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;"

REDUCTION = """
    .shared .align 16 .b8 partial[256];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, partial; mov.u32 %r2, %cluster_ctarank; mov.u32 %r3, %cluster_nctarank;
    mov.u32 %r20, %ctaid.x; mov.u32 %r21, %ctaid.y; mov.u32 %r22, %nctaid.x;
    mad.lo.u32 %r20, %r21, %r22, %r20;
    mad.lo.u32 %r4, %r20, 64, %r0;
    mad.wide.u32 %rd2, %r4, 4, %rd0;
    ld.global.u32 %r5, [%rd2];
    mad.lo.u32 %r6, %r0, 4, %r1;
    st.shared.u32 [%r6], %r5;
    SYNC
    mov.u32 %r7, 0; mov.u32 %r8, 0;
    LOOP:
    MAP
    add.u32 %r8, %r8, %r10;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p0, %r7, %r3;
    @%p0 bra LOOP;
    SYNC
    mad.lo.u32 %r8, %r2, 1000000, %r8;
    mad.wide.u32 %rd3, %r4, 4, %rd1;
    st.global.u32 [%rd3], %r8;
    ret;
"""
NARROW = "mapa.shared::cluster.u32 %r9, %r6, %r7; ld.shared::cluster.u32 %r10, [%r9];"
WIDE = """cvt.u64.u32 %rd4, %r6; cvta.shared.u64 %rd4, %rd4; mapa.u64 %rd5, %rd4, %r7; ld.u32 %r10, [%rd5];"""


@pytest.mark.parametrize("access", [NARROW, WIDE], ids=["shared::cluster", "generic"])
@pytest.mark.parametrize(
    ("grid", "cluster"),
    [((4, 1), (2, 1, 1)), ((8, 1), (8, 1, 1)), ((4, 4), (2, 2, 1)), ((2, 2), (1, 2, 1)), ((3, 1), (1, 1, 1))],
)
def test_reduction_over_a_cluster(
    launch: Launch, grid: tuple[int, int], cluster: tuple[int, int, int], access: str
) -> None:
    """Every thread adds the values of the threads of the same index in all CTAs of its cluster."""
    ctas = grid[0] * grid[1]
    source = np.random.default_rng(1).integers(0, 1000, (grid[1], grid[0], 64)).astype(np.uint32)
    text = kernel(REDUCTION.replace("SYNC", SYNC).replace("MAP", access))
    _, found = launch(text, source, np.zeros((ctas, 64), np.uint32), grid=grid, block=64, cluster=cluster)
    cx, cy, _ = cluster
    tiles = source.reshape(grid[1] // cy, cy, grid[0] // cx, cx, 64)
    sums = np.broadcast_to(tiles.sum(axis=(1, 3), keepdims=True), tiles.shape)
    rank = np.arange(cx)[:, None] + cx * np.arange(cy)[:, None, None, None]
    expected = (sums + 1000000 * rank).reshape(ctas, 64)
    np.testing.assert_array_equal(found, expected)


def test_a_cluster_is_never_parted() -> None:
    """Batches of about 300 threads, clusters of four CTAs with a warp that is not full."""
    source = np.arange(16 * 64, dtype=np.uint32)
    text = kernel(REDUCTION.replace("SYNC", SYNC).replace("MAP", NARROW))
    result = execute(
        text,
        [source, np.zeros(16 * 64, np.uint32)],
        grid=(4, 4, 1),
        block=48,
        cluster=(2, 2, 1),
        limits=Limits(batch_lanes=300),
    )
    assert result.statistics.batches == 4
    found = result.array(1, np.uint32).reshape(2, 2, 2, 2, 64)[..., :48] % 1000000
    tiles = source.reshape(2, 2, 2, 2, 64)[..., :48]
    np.testing.assert_array_equal(found, np.broadcast_to(tiles.sum(axis=(1, 3), keepdims=True), found.shape))


def test_stores_and_atomics_reach_other_ctas(launch: Launch) -> None:
    """Each thread of all CTAs adds to one counter in CTA 1, and leaves its rank in the next CTA."""
    text = kernel(f"""
        .shared .align 8 .u32 cell[4];
        ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, cell; mov.u32 %r2, %cluster_ctarank; mov.u32 %r20, %ctaid.x;
        setp.eq.u32 %p0, %r0, 0;
        @%p0 st.shared.v2.u32 [%r1], {{0, 0}};
        {SYNC}
        mapa.shared::cluster.u32 %r3, %r1, 1;
        atom.shared::cluster.add.u32 %r4, [%r3], 2;
        add.u32 %r5, %r2, 1; and.b32 %r5, %r5, 3;
        mapa.shared::cluster.u32 %r6, %r1, %r5;
        @%p0 st.shared::cluster.u32 [%r6+4], %r2;
        getctarank.shared::cluster.u32 %r7, %r6;
        getctarank.shared::cluster.u32 %r8, %r1;
        {SYNC}
        ld.shared.v2.u32 {{%r9, %r10}}, [%r1];
        mad.wide.u32 %rd2, %r20, 16, %rd1;
        @%p0 st.global.v4.u32 [%rd2], {{%r9, %r10, %r7, %r8}};
        ret;""")
    _, found = launch(
        text, np.zeros(1, np.uint32), np.zeros((8, 4), np.uint32), grid=8, block=32, cluster=(4, 1, 1)
    )
    rank = np.arange(8) % 4
    expected = np.stack([np.where(rank == 1, 256, 0), (rank + 3) % 4, (rank + 1) % 4, rank], axis=1)
    np.testing.assert_array_equal(found, expected)


MULTICAST = """
    .shared .align 16 .b8 tile[512]; .shared .align 8 .b64 bar[1];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mov.u32 %r2, bar; mov.u32 %r3, %cluster_ctarank; mov.u32 %r20, %ctaid.x;
    setp.ne.u32 %p0, %r0, 0;
    @!%p0 mbarrier.init.shared::cta.b64 [%r2], 1;
    fence.mbarrier_init.release.cluster;
    SYNC
    @!%p0 mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2], 512;
    setp.ne.or.u32 %p1, %r3, 0, %p0;
    mov.u16 %h0, MASK;
    @!%p1 cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster
        [%r1], [%rd0], 512, [%r2], %h0;
    WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r2], 0;
    @!%p2 bra WAIT;
    mad.lo.u32 %r4, %r0, 4, %r1;
    ld.shared.u32 %r5, [%r4];
    add.u32 %r5, %r5, %r3;
    mad.lo.u32 %r6, %r20, 128, %r0;
    mad.wide.u32 %rd2, %r6, 4, %rd1;
    st.global.u32 [%rd2], %r5;
    SYNC
    ret;
"""


def test_one_copy_goes_to_every_cta_of_the_mask(launch: Launch) -> None:
    source = np.arange(128, dtype=np.uint32) * 16
    text = kernel(MULTICAST.replace("SYNC", SYNC).replace("MASK", "15"))
    _, found = launch(text, source, np.zeros((4, 128), np.uint32), grid=4, block=128, cluster=(4, 1, 1))
    np.testing.assert_array_equal(found, source + np.arange(4)[:, None])


def test_a_cta_left_out_of_the_mask_waits_for_ever(fails: Fails) -> None:
    text = kernel(MULTICAST.replace("SYNC", SYNC).replace("MASK", "11"))
    arrays = (np.zeros(128, np.uint32), np.zeros(512, np.uint32))
    options: dict[str, Any] = {"grid": 4, "block": 128, "cluster": (4, 1, 1)}
    error = fails("EMU011", "mbarrier.try_wait", text, *arrays, **options)
    assert any("512 bytes" in note for note in error.fault.notes)
    beyond = kernel(MULTICAST.replace("SYNC", SYNC).replace("MASK", "31"))
    fails("EMU017", "@!%p1 cp.async.bulk", beyond, *arrays, **options)


def test_ctas_pass_tiles_on(launch: Launch) -> None:
    """Each CTA copies its tile to the next one's shared memory, whose barrier counts it."""
    text = kernel(f"""
        .shared .align 16 .b8 mine[256]; .shared .align 16 .b8 theirs[256]; .shared .align 8 .b64 bar[1];
        ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, mine; mov.u32 %r2, theirs; mov.u32 %r3, bar;
        mov.u32 %r4, %cluster_ctarank; mov.u32 %r20, %ctaid.x;
        setp.ne.u32 %p0, %r0, 0;
        @!%p0 mbarrier.init.shared::cta.b64 [%r3], 1;
        mad.lo.u32 %r5, %r20, 64, %r0;
        mad.lo.u32 %r6, %r0, 4, %r1;
        st.shared.u32 [%r6], %r5;
        fence.proxy.async.shared::cta;
        {SYNC}
        @!%p0 mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r3], 256;
        xor.b32 %r7, %r4, 1;
        mapa.shared::cluster.u32 %r8, %r2, %r7;
        mapa.shared::cluster.u32 %r9, %r3, %r7;
        @!%p0 cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes [%r8], [%r1], 256, [%r9];
        WAIT:
        mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r3], 0;
        @!%p2 bra WAIT;
        mad.lo.u32 %r6, %r0, 4, %r2;
        ld.shared.u32 %r10, [%r6];
        mad.wide.u32 %rd2, %r5, 4, %rd1;
        st.global.u32 [%rd2], %r10;
        {SYNC}
        ret;""")
    _, found = launch(
        text, np.zeros(1, np.uint32), np.zeros((6, 64), np.uint32), grid=6, block=64, cluster=(2, 1, 1)
    )
    expected = np.arange(6 * 64).reshape(3, 2, 64)[:, ::-1].reshape(6, 64)
    np.testing.assert_array_equal(found, expected)


def test_remote_arrivals(launch: Launch) -> None:
    """All threads of the cluster arrive at the barrier of CTA 0, where one thread waits for them."""
    text = kernel(f"""
        .shared .align 8 .b64 bar[1];
        ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, bar; mov.u32 %r2, %cluster_ctarank;
        or.b32 %r3, %r0, %r2;
        setp.ne.u32 %p0, %r3, 0;
        @!%p0 mbarrier.init.shared::cta.b64 [%r1], 96;
        fence.mbarrier_init.release.cluster;
        {SYNC}
        mapa.shared::cluster.u32 %r4, %r1, 0;
        mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r4];
        @%p0 bra DONE;
        WAIT:
        mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 %p2, [%r1], 0;
        @!%p2 bra WAIT;
        st.global.u32 [%rd1], 1;
        DONE:
        {SYNC.replace(".aligned", "")}
        ret;""")
    _, found = launch(
        text, np.zeros(1, np.uint32), np.zeros(1, np.uint32), grid=3, block=32, cluster=(3, 1, 1)
    )
    assert found[0] == 1


def test_the_barrier_does_not_wait_for_threads_that_have_exited() -> None:
    text = kernel("""
        mov.u32 %r0, %tid.x; mov.u32 %r1, %cluster_ctarank;
        setp.eq.u32 %p0, %r1, 1;
        @%p0 exit;
        barrier.cluster.arrive; barrier.cluster.wait;
        ld.param.u64 %rd1, [q]; mad.wide.u32 %rd2, %r0, 4, %rd1;
        st.global.u32 [%rd2], 3;
        ret;""")
    arrays = [np.zeros(1, np.uint32), np.zeros(32, np.uint32)]
    np.testing.assert_array_equal(
        execute(text, arrays, grid=2, cluster=(2, 1, 1)).array(1, np.uint32), [3] * 32
    )


def test_misuse_is_told(fails: Fails) -> None:
    arrays = (np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    options: dict[str, Any] = {"grid": 2, "cluster": (2, 1, 1)}
    fails("EMU014", "cluster.wait", kernel("barrier.cluster.wait; ret;"), *arrays, **options)
    twice = kernel("barrier.cluster.arrive;\nbarrier.cluster.arrive.release;\nret;")
    fails("EMU014", "arrive.release", twice, *arrays, **options)
    lonely = kernel("""
        mov.u32 %r1, %cluster_ctarank; setp.eq.u32 %p0, %r1, 1;
        .shared .align 8 .b64 bar[1]; mov.u32 %r2, bar;
        @%p0 bra OTHER;
        barrier.cluster.arrive;
        barrier.cluster.wait;
        ret;
        OTHER: mov.u32 %r3, %tid.x; setp.eq.u32 %p1, %r3, 0;
        @%p1 mbarrier.init.shared.b64 [%r2], 1;
        bar.sync 0;
        W: mbarrier.try_wait.parity.shared.b64 %p2, [%r2], 0; @!%p2 bra W; ret;""")
    error = fails("EMU011", "W: mbarrier", lonely, *arrays, **options)
    assert any("lacks 32 threads" in note for note in error.fault.notes)
    far = kernel("""
        .shared .align 4 .b8 cell[16]; mov.u32 %r1, cell; mapa.shared::cluster.u32 %r2, %r1, 2;
        ld.shared::cluster.u32 %r3, [%r2]; ret;""")
    fails("EMU001", "ld.shared::cluster", far, *arrays, track=False, **options)
    unmarked = kernel("""
        .shared .align 4 .b8 cell[16]; mov.u32 %r1, cell; mapa.shared::cluster.u32 %r2, %r1, 1;
        ld.shared.u32 %r3, [%r2]; ret;""")
    fails("EMU001", "ld.shared.u32", unmarked, *arrays, track=False, **options)


def test_memory_of_a_cta_that_has_exited_is_gone(fails: Fails) -> None:
    text = kernel("""
        .shared .align 4 .b8 cell[16]; mov.u32 %r1, cell;
        mov.u32 %r2, %cluster_ctarank; setp.eq.u32 %p0, %r2, 1;
        @%p0 exit;
        mapa.shared::cluster.u32 %r3, %r1, 1;
        st.shared::cluster.u32 [%r3], 1;
        ret;""")
    fails(
        "EMU001",
        "st.shared::cluster",
        text,
        np.zeros(1, np.uint32),
        np.zeros(1, np.uint32),
        grid=2,
        cluster=(2, 1, 1),
    )
