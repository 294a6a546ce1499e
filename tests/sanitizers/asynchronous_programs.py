"""Correct programs that hand data over beside barriers: asynchronous copies, mbarriers, fences with atomics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.emulator.launching import kernel
from tests.sanitizers.programs import BEGIN, PARAMS, Program, Scratch, words

STATE = ".param .u64 source, .param .u64 state, .param .u64 target"
WITH_STATE = f"""{BEGIN}
    ld.param.u64 %rd8, [state];"""


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
    add.u64 %rd7, %rd1, %rd5;
    add.u64 %rd5, %rd0, %rd5;
    xor.b32 %r6, %r0, 33;
    mul.lo.u32 %r6, %r6, 4;
    mov.u32 %r7, 0;
    add.u32 %r10, %r4, %r5;
    cp.async.ca.shared.global [%r10], [%rd5], 4;  // first
    cp.async.commit_group;  // first
TILE:
    and.b32 %r11, %r7, 1;  // full empty init
    xor.b32 %r12, %r11, 1;  // first next reuse
    mad.lo.u32 %r13, %r11, 256, %r4;
    mad.lo.u32 %r14, %r12, 256, %r4;
    setp.ge.u32 %p0, %r7, 3;
    @%p0 bra LAST;
    add.u64 %rd5, %rd5, 256;
    add.u32 %r14, %r14, %r5;
    cp.async.ca.shared.global [%r14], [%rd5], 4;  // next reuse
LAST:
    cp.async.commit_group;  // first next
    cp.async.wait_group 1;  // first next
    bar.sync 0;  // first next
    add.u32 %r13, %r13, %r6;
    ld.shared.u32 %r15, [%r13];  // first next reuse
    st.global.u32 [%rd7], %r15;  // first next
    add.u64 %rd7, %rd7, 256;
    bar.sync 0;  // reuse
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 4;
    @%p1 bra TILE;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    return Program("copied_tiles", text, (data,), tiles.reshape(-1), 2, 64)


RING_BEGIN = f"""{BEGIN}
    .shared .align 16 .b8 ring[512];
    .shared .align 8 .b64 full[2];
    .shared .align 8 .b64 empty[2];
    mov.u32 %r4, ring;
    mov.u32 %r5, full;
    mov.u32 %r6, empty;
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r5], FULL;  // init full
    mbarrier.init.shared::cta.b64 [%r5+8], FULL;  // init full
    mbarrier.init.shared::cta.b64 [%r6], 64;  // init empty
    mbarrier.init.shared::cta.b64 [%r6+8], 64;  // init empty
READY:
    bar.sync 0;  // init
    mov.u32 %r7, 0;
    mad.lo.u32 %r8, %r1, 256, %r0;
    mul.wide.u32 %rd7, %r8, 4;
    add.u64 %rd7, %rd1, %rd7;
    setp.ge.u32 %p1, %r0, 64;
    @!%p1 bra CONSUMER;
    sub.u32 %r20, %r0, 64;
PRODUCER:
    and.b32 %r11, %r7, 1;  // full empty init
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;  // full empty
    xor.b32 %r12, %r12, 1;  // full empty
    mad.lo.u32 %r13, %r11, 8, %r6;
EMPTY:
    mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r13], %r12;  // empty init
    @!%p2 bra EMPTY;  // empty
    mad.lo.u32 %r14, %r11, 8, %r5;
    mad.lo.u32 %r15, %r11, 256, %r4;
    mad.lo.u32 %r16, %r7, 256, 0;
    mad.lo.u32 %r16, %r1, 1024, %r16;"""
RING_END = """
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p3, %r7, 4;  // full empty
    @%p3 bra PRODUCER;
    bra DONE;
CONSUMER:
    and.b32 %r11, %r7, 1;  // full empty init
    shr.u32 %r12, %r7, 1;
    and.b32 %r12, %r12, 1;  // full empty
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
    @%p3 bra CONSUMER;
DONE:
    ret;"""


def _ring(name: str, fill: str, arrivals: int) -> Program:
    text = kernel(
        RING_BEGIN.replace("FULL;  // init", f"{arrivals};  // init") + fill + RING_END, params=PARAMS
    )
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    return Program(name, text, (data,), tiles.reshape(-1), 2, 96)


def stored_ring() -> Program:
    """A warp fills a ring of two tiles with plain stores, two warps read it; mbarriers between them."""
    fill = """
    mad.lo.u32 %r16, %r20, 8, %r16;
    mad.lo.u32 %r15, %r20, 8, %r15;
    cvt.u64.u32 %rd5, %r16;
    add.u64 %rd5, %rd0, %rd5;
    ld.global.v2.u32 {%r21, %r22}, [%rd5];
    st.shared.v2.u32 [%r15], {%r21, %r22};  // full empty
    mbarrier.arrive.shared::cta.b64 _, [%r14];  // full"""
    return _ring("stored_ring", fill, 32)


def bulk_ring() -> Program:
    """The same with one bulk copy a tile, whose bytes the mbarrier counts."""
    fill = """
    setp.ne.u32 %p4, %r20, 0;
    @%p4 bra DONE;
    cvt.u64.u32 %rd5, %r16;
    add.u64 %rd5, %rd0, %rd5;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r14], 256;  // full
    cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r15], [%rd5], 256, [%r14];  // full empty"""
    return _ring("bulk_ring", fill, 1)


def last_cta() -> Program:
    """Each CTA leaves a sum; the one that takes the last ticket adds them up."""
    text = kernel(
        f""".shared .align 4 .u32 last;{WITH_STATE}
    setp.ne.u32 %p0, %r0, 0;
    mul.wide.u32 %rd5, %r1, 4;
    add.u64 %rd5, %rd0, %rd5;
    @%p0 bra TICKET;
    add.u32 %r4, %r1, 100;
    st.global.u32 [%rd5], %r4;  // sums
    fence.acq_rel.gpu;  // sums
    atom.relaxed.gpu.global.add.u32 %r5, [%rd8], 1;  // sums
    fence.acq_rel.gpu;  // sums
    setp.eq.u32 %p1, %r5, 7;
    selp.u32 %r6, 1, 0, %p1;
    st.shared.u32 [last], %r6;  // last
TICKET:
    bar.sync 0;  // last sums
    ld.shared.u32 %r7, [last];  // last
    setp.eq.u32 %p2, %r7, 0;
    @%p2 bra DONE;
    setp.ge.u32 %p3, %r0, 8;
    @%p3 bra DONE;
    mul.wide.u32 %rd6, %r0, 4;
    add.u64 %rd7, %rd0, %rd6;
    ld.global.u32 %r8, [%rd7];  // sums
    red.global.add.u32 [%rd1], %r8;
DONE:
    ret;""",
        params=STATE,
    )
    total = np.array([8 * 100 + 28], np.uint32)
    return Program("last_cta", text, (Scratch(32), np.zeros(1, np.uint32)), total, 8, 32, zeroed=True)


def flag() -> Program:
    """A warp writes data and releases a flag; the other one acquires it and reads the data."""
    text = kernel(
        f"""{WITH_STATE}
    setp.ge.u32 %p0, %r0, 32;
    @%p0 bra READER;
    ld.global.u32 %r4, [%rd3];
    st.global.u32 [%rd4], %r4;  // data
    bar.warp.sync 0xffffffff;  // data
    setp.ne.u32 %p1, %r0, 0;
    @%p1 bra DONE;
    st.release.gpu.global.u32 [%rd8], 1;  // data
    bra DONE;
READER:
    ld.acquire.gpu.global.u32 %r5, [%rd8];  // data
    setp.eq.u32 %p2, %r5, 0;
    @%p2 bra READER;  // data
    xor.b32 %r6, %r0, 33;
    mul.wide.u32 %rd5, %r6, 4;
    add.u64 %rd6, %rd1, %rd5;
    ld.global.u32 %r7, [%rd6];  // data
    st.global.u32 [%rd4], %r7;
DONE:
    ret;""",
        params=STATE,
    )
    data = words(32)
    expected = np.concatenate((data, data[np.arange(32) ^ 1]))
    return Program("flag", text, (data, np.zeros(1, np.uint32)), expected, 1, 64)


ASYNCHRONOUS: tuple[Callable[[], Program], ...] = (copied_tiles, stored_ring, bulk_ring, last_cta, flag)
