"""Correct programs that hand data over beside barriers: asynchronous copies, mbarriers, fences with atomics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.emulator.launching import kernel
from tests.sanitizers.programs import BEGIN, PARAMS, Program, words


def copied_tiles() -> Program:
    """Two stages of 64 words, filled by `cp.async` one tile ahead; neighbours' words are read."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 16 .b8 tile[512];
    mov.u32 %r4, tile;
    mul.lo.u32 %r5, %r0, 4;
    mul.wide.u32 %rd6, %r1, 1024;
    cvt.u64.u32 %rd5, %r5;
    add.u64 %rd5, %rd5, %rd6;
    add.u64 %rd5, %rd0, %rd5;
    xor.b32 %r6, %r0, 33;
    mul.lo.u32 %r6, %r6, 4;
    mov.u32 %r7, 0;
    mov.u32 %r8, 0;
    add.u32 %r10, %r4, %r5;
    cp.async.ca.shared.global [%r10], [%rd5], 4;
    cp.async.commit_group;
TILE:
    and.b32 %r11, %r7, 1;
    xor.b32 %r12, %r11, 1;
    mad.lo.u32 %r13, %r11, 256, %r4;
    mad.lo.u32 %r14, %r12, 256, %r4;
    setp.ge.u32 %p0, %r7, 3;
    @%p0 bra LAST;
    add.u64 %rd5, %rd5, 256;
    add.u32 %r14, %r14, %r5;
    cp.async.ca.shared.global [%r14], [%rd5], 4;
LAST:
    cp.async.commit_group;
    cp.async.wait_group 1;
    bar.sync 0;
    add.u32 %r13, %r13, %r6;
    ld.shared.u32 %r15, [%r13];
    add.u32 %r8, %r8, %r15;
    bar.sync 0;
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 4;
    @%p1 bra TILE;
    st.global.u32 [%rd4], %r8;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    return Program("copied_tiles", text, (data,), tiles.sum(1, dtype=np.uint32).reshape(-1), 2, 64)


RING_BEGIN = f"""{BEGIN}
    .shared .align 16 .b8 ring[512];
    .shared .align 8 .b64 full[2];
    .shared .align 8 .b64 empty[2];
    mov.u32 %r4, ring;
    mov.u32 %r5, full;
    mov.u32 %r6, empty;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], FULL;
    mbarrier.init.shared::cta.b64 [%r5+8], FULL;
    mbarrier.init.shared::cta.b64 [%r6], 64;
    mbarrier.init.shared::cta.b64 [%r6+8], 64;
READY:
    bar.sync 0;
    mov.u32 %r7, 0;
    mov.u32 %r8, 0;
    setp.ge.u32 %p1, %r0, 64;
    @!%p1 bra CONSUMER;
    sub.u32 %r20, %r0, 64;
PRODUCER:
    and.b32 %r11, %r7, 1;
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;
    xor.b32 %r12, %r12, 1;
    mad.lo.u32 %r13, %r11, 8, %r6;
EMPTY:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r13], %r12;
    @!%p2 bra EMPTY;
    mad.lo.u32 %r14, %r11, 8, %r5;
    mad.lo.u32 %r15, %r11, 256, %r4;
    mad.lo.u32 %r16, %r7, 256, 0;
    mad.lo.u32 %r16, %r1, 1024, %r16;"""
RING_END = """
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p3, %r7, 4;
    @%p3 bra PRODUCER;
    bra DONE;
CONSUMER:
    and.b32 %r11, %r7, 1;
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;
    mad.lo.u32 %r14, %r11, 8, %r5;
FULL:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r14], %r12;
    @!%p2 bra FULL;
    mad.lo.u32 %r15, %r11, 256, %r4;
    xor.b32 %r17, %r0, 33;
    mad.lo.u32 %r15, %r17, 4, %r15;
    ld.shared.u32 %r18, [%r15];
    mad.lo.u32 %r8, %r8, 31, %r18;
    mad.lo.u32 %r13, %r11, 8, %r6;
    mbarrier.arrive.shared::cta.b64 _, [%r13];
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p3, %r7, 4;
    @%p3 bra CONSUMER;
    mad.lo.u32 %r19, %r1, 64, %r0;
    mul.wide.u32 %rd5, %r19, 4;
    add.u64 %rd6, %rd1, %rd5;
    st.global.u32 [%rd6], %r8;
DONE:
    ret;"""


def _ring(name: str, fill: str, arrivals: int) -> Program:
    text = kernel(RING_BEGIN.replace("FULL;", f"{arrivals};") + fill + RING_END, params=PARAMS)
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    weights = np.array([31**3, 31**2, 31, 1], np.uint32)[:, None]
    return Program(name, text, (data,), (tiles * weights).sum(1, dtype=np.uint32).reshape(-1), 2, 96)


def stored_ring() -> Program:
    """A warp fills a ring of two tiles with plain stores, two warps read it; mbarriers between them."""
    fill = """
    mad.lo.u32 %r16, %r20, 8, %r16;
    mad.lo.u32 %r15, %r20, 8, %r15;
    cvt.u64.u32 %rd5, %r16;
    add.u64 %rd5, %rd0, %rd5;
    ld.global.v2.u32 {%r21, %r22}, [%rd5];
    st.shared.v2.u32 [%r15], {%r21, %r22};
    mbarrier.arrive.shared::cta.b64 _, [%r14];"""
    return _ring("stored_ring", fill, 32)


def bulk_ring() -> Program:
    """The same with one bulk copy a tile, whose bytes the mbarrier counts."""
    fill = """
    setp.ne.u32 %p4, %r20, 0;
    @%p4 bra DONE;
    cvt.u64.u32 %rd5, %r16;
    add.u64 %rd5, %rd0, %rd5;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r14], 256;
    cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r15], [%rd5], 256, [%r14];"""
    return _ring("bulk_ring", fill, 1)


def last_cta() -> Program:
    """Each CTA leaves a sum; the one that takes the last ticket adds them up."""
    text = kernel(
        f""".shared .align 4 .u32 last;{BEGIN}
    setp.ne.u32 %p0, %r0, 0;
    mul.wide.u32 %rd5, %r1, 4;
    add.u64 %rd5, %rd0, %rd5;
    @%p0 bra TICKET;
    add.u32 %r4, %r1, 100;
    st.global.u32 [%rd5], %r4;
    fence.acq_rel.gpu;
    atom.relaxed.gpu.global.add.u32 %r5, [%rd0+1024], 1;
    fence.acq_rel.gpu;
    setp.eq.u32 %p1, %r5, 7;
    selp.u32 %r6, 1, 0, %p1;
    st.shared.u32 [last], %r6;
TICKET:
    bar.sync 0;
    ld.shared.u32 %r7, [last];
    setp.eq.u32 %p2, %r7, 0;
    @%p2 bra DONE;
    setp.ge.u32 %p3, %r0, 8;
    @%p3 bra DONE;
    mul.wide.u32 %rd6, %r0, 4;
    add.u64 %rd7, %rd0, %rd6;
    ld.global.u32 %r8, [%rd7];
    red.global.add.u32 [%rd1], %r8;
DONE:
    ret;""",
        params=PARAMS,
    )
    total = np.array([8 * 100 + 28], np.uint32)
    return Program("last_cta", text, (np.zeros(512, np.uint32),), total, 8, 32)


def flag() -> Program:
    """A warp writes data and releases a flag; the other one acquires it and reads the data."""
    text = kernel(
        f"""{BEGIN}
    setp.ge.u32 %p0, %r0, 32;
    @%p0 bra READER;
    ld.global.u32 %r4, [%rd3];
    st.global.u32 [%rd4], %r4;
    bar.warp.sync 0xffffffff;
    setp.ne.u32 %p1, %r0, 0;
    @%p1 bra DONE;
    st.release.gpu.global.u32 [%rd0+1024], 1;
    bra DONE;
READER:
    ld.acquire.gpu.global.u32 %r5, [%rd0+1024];
    setp.eq.u32 %p2, %r5, 0;
    @%p2 bra READER;
    xor.b32 %r6, %r0, 33;
    mul.wide.u32 %rd5, %r6, 4;
    add.u64 %rd6, %rd1, %rd5;
    ld.global.u32 %r7, [%rd6];
    st.global.u32 [%rd4], %r7;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(512)
    data[256] = 0
    expected = np.concatenate((data[:32], data[np.arange(32) ^ 1]))
    return Program("flag", text, (data,), expected, 1, 64)


ASYNCHRONOUS: tuple[Callable[[], Program], ...] = (copied_tiles, stored_ring, bulk_ring, last_cta, flag)
