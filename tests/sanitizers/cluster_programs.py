"""Correct programs of clusters, bulk and tensor copies, named barriers and locks, as text with what they compute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.emulator.launching import kernel
from tests.sanitizers.asynchronous_programs import STATE, WITH_STATE
from tests.sanitizers.programs import BEGIN, PARAMS, Box, Program, Scratch, words

BULK = "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes"
TENSOR = "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
SYNC = "barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;"


def cluster_sum() -> Program:
    """Each thread adds up its word of both CTAs of the cluster, out of their shared memory."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 16 .b8 tile[256];
    mov.u32 %r4, tile;
    mov.u32 %r5, %cluster_ctarank;
    mad.lo.u32 %r6, %r0, 4, %r4;
    ld.global.u32 %r7, [%rd3];
    st.shared.u32 [%r6], %r7;  // fill
    {SYNC}  // fill
    xor.b32 %r8, %r5, 1;
    mapa.shared::cluster.u32 %r9, %r6, %r8;
    ld.shared::cluster.u32 %r10, [%r9];  // fill leave
    mad.lo.u32 %r10, %r10, 3, %r7;
    st.global.u32 [%rd4], %r10;
    {SYNC}  // leave
    ret;""",
        params=PARAMS,
    )
    data = words(4 * 64)
    pairs = data.reshape(2, 2, 64)
    return Program("cluster_sum", text, (data,), (pairs[:, ::-1] * 3 + pairs).reshape(-1), 4, 64, cluster=2)


def multicast() -> Program:
    """One CTA of two copies a tile to both; each waits at its own mbarrier and reads words of another warp."""
    text = kernel(
        f"""{BEGIN}
    .reg .b16 %h0;
    .shared .align 16 .b8 tile[256];
    .shared .align 8 .b64 full;
    mov.u32 %r4, tile;
    mov.u32 %r5, full;
    mov.u32 %r6, %cluster_ctarank;
    shr.u32 %r20, %r1, 1;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], 1;  // init full
    fence.mbarrier_init.release.cluster;  // init
READY:
    barrier.cluster.arrive.relaxed.aligned; barrier.cluster.wait.acquire.aligned;  // init
    @%p0 bra WAIT;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r5], 256;  // init full
    setp.ne.u32 %p1, %r6, 0;
    @%p1 bra WAIT;
    mov.u16 %h0, 3;  // full
    mul.wide.u32 %rd5, %r20, 256;
    add.u64 %rd5, %rd0, %rd5;
    {BULK}.multicast::cluster [%r4], [%rd5], 256, [%r5], %h0;  // full init
WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r5], 0;  // full init
    @!%p2 bra WAIT;  // full
    xor.b32 %r7, %r0, 33;
    mad.lo.u32 %r8, %r7, 4, %r4;
    ld.shared.u32 %r9, [%r8];  // full
    add.u32 %r9, %r9, %r6;
    st.global.u32 [%rd4], %r9;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 64)
    tiles = data.reshape(2, 1, 64)[:, :, np.arange(64) ^ 33] + np.arange(2, dtype=np.uint32)[:, None]
    return Program("multicast", text, (data,), tiles.reshape(-1), 4, 64, cluster=2)


def neighbours() -> Program:
    """Each CTA of two fills the other one's tile and arrives there, word by word, and waits for its own."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 16 .b8 tile[256];
    .shared .align 8 .b64 full;
    mov.u32 %r4, tile;
    mov.u32 %r5, full;
    mov.u32 %r6, %cluster_ctarank;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], 64;  // init full
    fence.mbarrier_init.release.cluster;  // init
READY:
    barrier.cluster.arrive.relaxed.aligned; barrier.cluster.wait.acquire.aligned;  // init
    xor.b32 %r7, %r6, 1;
    mad.lo.u32 %r8, %r0, 4, %r4;
    mapa.shared::cluster.u32 %r9, %r8, %r7;
    mapa.shared::cluster.u32 %r10, %r5, %r7;
    ld.global.u32 %r11, [%rd3];
    st.shared::cluster.u32 [%r9], %r11;  // full
    mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r10];  // full init
WAIT:
    mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 %p2, [%r5], 0;  // full init
    @!%p2 bra WAIT;  // full
    xor.b32 %r12, %r0, 33;
    mad.lo.u32 %r13, %r12, 4, %r4;
    ld.shared.u32 %r14, [%r13];  // full
    st.global.u32 [%rd4], %r14;
    ret;""",
        params=PARAMS,
    )
    data = words(4 * 64)
    tiles = data.reshape(2, 2, 64)[:, ::-1, np.arange(64) ^ 33]
    return Program("neighbours", text, (data,), tiles.reshape(-1), 4, 64, cluster=2)


def stored_tile() -> Program:
    """Threads fill a tile, a bulk copy takes it to global memory, and it is filled anew once it was read."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 16 .b8 tile[256];
    mov.u32 %r4, tile;
    mad.lo.u32 %r5, %r0, 4, %r4;
    ld.global.u32 %r6, [%rd3];
    mul.wide.u32 %rd5, %r1, 256;
    add.u64 %rd5, %rd1, %rd5;
    mov.u32 %r7, 0;
TILE:
    add.u32 %r8, %r6, %r7;
    st.shared.u32 [%r5], %r8;  // fill reuse
    fence.proxy.async.shared::cta;  // fill
    bar.sync 0;  // fill
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra REUSE;
    cp.async.bulk.global.shared::cta.bulk_group [%rd5], [%r4], 256;  // fill reuse
    cp.async.bulk.commit_group;  // reuse
    cp.async.bulk.wait_group.read 0;  // reuse
REUSE:
    bar.sync 0;  // reuse
    add.u64 %rd5, %rd5, 512;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 3;
    @%p1 bra TILE;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 64)
    return Program("stored_tile", text, (data,), np.concatenate([data, data + 1, data + 2]), 2, 64)


def box() -> Program:
    """A box of a matrix by a tensor map; the matrix ends inside it, and beyond are zeros."""
    text = kernel(
        f"""
    .reg .pred %p<4>; .reg .b32 %r<16>; .reg .b64 %rd<8>;
    .shared .align 128 .b8 tile[512];
    .shared .align 8 .b64 full;
    mov.b64 %rd0, source;
    ld.param.u64 %rd1, [target];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r4, tile;
    mov.u32 %r5, full;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], 1;  // init full
    mul.lo.u32 %r6, %r1, 4;
    mov.u32 %r7, 8;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r5], 512;  // full
    {TENSOR} [%r4], [%rd0, {{%r7, %r6}}], [%r5];  // full
READY:
    bar.sync 0;  // init
WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r5], 0;  // full init
    @!%p1 bra WAIT;  // full
    mad.lo.u32 %r8, %r0, 4, %r4;
    ld.shared.u32 %r9, [%r8];  // full
    mad.lo.u32 %r10, %r1, 128, %r0;
    mul.wide.u32 %rd2, %r10, 4;
    add.u64 %rd3, %rd1, %rd2;
    st.global.u32 [%rd3], %r9;
    ret;""",
        params=".param .align 64 .b8 source[128], .param .u64 target",
    )
    matrix = words(8 * 36).reshape(8, 36)
    padded = np.pad(matrix, ((0, 0), (0, 4)))[:, 8:40]
    return Program("box", text, (Box(matrix, (4, 32)),), padded.reshape(-1), 2, 128)


def ping_pong() -> Program:
    """Two warps hand one buffer to and fro: named barriers say that it is full, and that it is free."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[128];
    mov.u32 %r4, tile;
    and.b32 %r5, %r0, 31;
    mad.lo.u32 %r6, %r5, 4, %r4;
    mov.u32 %r7, 0;
    mul.wide.u32 %rd5, %r5, 4;
    mul.wide.u32 %rd6, %r1, 512;
    add.u64 %rd5, %rd5, %rd6;
    add.u64 %rd7, %rd1, %rd5;
    add.u64 %rd5, %rd0, %rd5;
    setp.ge.u32 %p0, %r0, 32;
    @%p0 bra TAKE;
GIVE:
    ld.global.u32 %r9, [%rd5];
    bar.sync 2, 64;  // free
    st.shared.u32 [%r6], %r9;  // full free
    bar.arrive 1, 64;  // full free
    add.u64 %rd5, %rd5, 128;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 4;  // full free
    @%p1 bra GIVE;
    bra DONE;
TAKE:
    xor.b32 %r10, %r5, 1;
    mad.lo.u32 %r10, %r10, 4, %r4;
TAKEN:
    bar.arrive 2, 64;  // free full
    bar.sync 1, 64;  // full
    ld.shared.u32 %r11, [%r10];  // full free
    st.global.u32 [%rd7], %r11;  // full
    add.u64 %rd7, %rd7, 128;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 4;  // full free
    @%p1 bra TAKEN;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 128)
    tiles = data.reshape(2, 4, 32)[:, :, np.arange(32) ^ 1]
    return Program("ping_pong", text, (data,), tiles.reshape(-1), 2, 64)


def lock() -> Program:
    """One thread of each CTA takes a lock, adds to a plain sum and gives the lock back."""
    text = kernel(
        f"""{WITH_STATE}
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra DONE;
    mul.wide.u32 %rd5, %r1, 4;
    add.u64 %rd5, %rd0, %rd5;
    ld.global.u32 %r4, [%rd5];
TAKE:
    atom.acquire.gpu.global.cas.b32 %r5, [%rd8], 0, 1;  // lock
    setp.ne.u32 %p1, %r5, 0;
    @%p1 bra TAKE;  // lock
    ld.global.u32 %r6, [%rd1];  // lock
    add.u32 %r6, %r6, %r4;
    st.global.u32 [%rd1], %r6;  // lock
    atom.release.gpu.global.exch.b32 %r7, [%rd8], 0;  // lock
DONE:
    ret;""",
        params=STATE,
    )
    data = words(4)
    total = data.sum(dtype=np.uint32)
    inputs = (data, np.zeros(1, np.uint32))
    return Program("lock", text, inputs, np.array([total], np.uint32), 4, 32, zeroed=True)


def grid_barrier() -> Program:
    """All CTAs write, meet at a counter in global memory, and read what the next one has written."""
    text = kernel(
        f"""{WITH_STATE}
    ld.param.u64 %rd9, [scratch];
    ld.global.u32 %r4, [%rd3];
    add.u64 %rd5, %rd9, %rd2;
    st.global.u32 [%rd5], %r4;  // data
    bar.sync 0;  // data
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra MET;
    red.release.gpu.global.add.u32 [%rd8], 1;  // data
POLL:
    ld.acquire.gpu.global.u32 %r5, [%rd8];  // data
    setp.lt.u32 %p1, %r5, 4;  // data
    @%p1 bra POLL;  // data
MET:
    bar.sync 0;  // data
    add.u32 %r6, %r3, 64;
    and.b32 %r6, %r6, 255;
    mul.wide.u32 %rd6, %r6, 4;
    add.u64 %rd6, %rd9, %rd6;
    ld.global.u32 %r7, [%rd6];  // data
    st.global.u32 [%rd4], %r7;
    ret;""",
        params=f".param .u64 scratch, {STATE}",
    )
    data = words(256)
    inputs = (Scratch(1024), data, np.zeros(1, np.uint32))
    return Program("grid_barrier", text, inputs, np.roll(data, -64), 4, 64)


def late_copies() -> Program:
    """Two stages filled by `cp.async`, whose ends the copying threads' own arrivals at mbarriers announce."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 16 .b8 ring[512];
    .shared .align 8 .b64 full[2];
    .shared .align 8 .b64 empty[2];
    mov.u32 %r4, ring;
    mov.u32 %r5, full;
    mov.u32 %r6, empty;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], 32;  // init full
    mbarrier.init.shared::cta.b64 [%r5+8], 32;  // init full
    mbarrier.init.shared::cta.b64 [%r6], 64;  // init empty
    mbarrier.init.shared::cta.b64 [%r6+8], 64;  // init empty
READY:
    bar.sync 0;  // init
    mov.u32 %r7, 0;
    mad.lo.u32 %r8, %r1, 256, %r0;
    mul.wide.u32 %rd7, %r8, 4;
    add.u64 %rd7, %rd1, %rd7;
    setp.lt.u32 %p1, %r0, 64;
    @%p1 bra TAKE;
    sub.u32 %r20, %r0, 64;
    mul.wide.u32 %rd5, %r20, 8;
    mul.wide.u32 %rd6, %r1, 1024;
    add.u64 %rd5, %rd5, %rd6;
    add.u64 %rd5, %rd0, %rd5;
GIVE:
    and.b32 %r11, %r7, 1;  // empty full init
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;
    xor.b32 %r12, %r12, 1;  // empty full
    mad.lo.u32 %r13, %r11, 8, %r6;
EMPTY:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r13], %r12;  // empty init
    @!%p2 bra EMPTY;  // empty
    mad.lo.u32 %r14, %r11, 8, %r5;
    mad.lo.u32 %r15, %r11, 256, %r4;
    mad.lo.u32 %r15, %r20, 8, %r15;
    cp.async.ca.shared.global [%r15], [%rd5], 8;  // full empty
    cp.async.mbarrier.arrive.noinc.shared.b64 [%r14];  // full
    add.u64 %rd5, %rd5, 256;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p3, %r7, 4;  // full empty
    @%p3 bra GIVE;
    bra DONE;
TAKE:
    and.b32 %r11, %r7, 1;  // empty full init
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;  // empty full
    mad.lo.u32 %r14, %r11, 8, %r5;
FULL:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r14], %r12;  // full init
    @!%p2 bra FULL;  // full
    mad.lo.u32 %r15, %r11, 256, %r4;
    xor.b32 %r17, %r0, 33;
    mad.lo.u32 %r15, %r17, 4, %r15;
    ld.shared.u32 %r18, [%r15];  // full empty
    st.global.u32 [%rd7], %r18;  // full
    add.u64 %rd7, %rd7, 256;
    mad.lo.u32 %r13, %r11, 8, %r6;
    mbarrier.arrive.shared::cta.b64 _, [%r13];  // empty
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p3, %r7, 4;  // full empty
    @%p3 bra TAKE;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    return Program("late_copies", text, (data,), tiles.reshape(-1), 2, 96)


CLUSTERS: tuple[Callable[[], Program], ...] = (
    cluster_sum,
    multicast,
    neighbours,
    stored_tile,
    box,
    ping_pong,
    lock,
    grid_barrier,
    late_copies,
)
