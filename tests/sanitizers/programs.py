"""Correct kernels of every way to share memory, as text, with what they compute: each runs without a finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen

from tests.emulator.launching import kernel

Array = np.ndarray[Any, Any]


@frozen
class Box:
    """An argument that is a tensor map: the matrix, and the box that one copy moves."""

    matrix: Array
    extents: tuple[int, ...]


@frozen
class Scratch:
    """An argument that is memory which nobody has written."""

    nbytes: int


@frozen
class Program:
    """A kernel `k`, its arguments and its result.

    The last argument is what it computes: memory that nobody has written, or zeros where it adds to them.
    """

    name: str
    text: str
    inputs: tuple[Array | Box | Scratch, ...]
    output: Array
    grid: int
    block: int
    cluster: int = 1
    zeroed: bool = False

    def __str__(self) -> str:
        return self.name


PARAMS = ".param .u64 source, .param .u64 target"
REGISTERS = ".reg .pred %p<8>; .reg .b32 %r<32>; .reg .f32 %f<8>; .reg .b64 %rd<16>;"
BEGIN = f"""
    {REGISTERS}
    ld.param.u64 %rd0, [source];
    ld.param.u64 %rd1, [target];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, %ntid.x;
    mad.lo.u32 %r3, %r1, %r2, %r0;
    mul.wide.u32 %rd2, %r3, 4;
    add.u64 %rd3, %rd0, %rd2;
    add.u64 %rd4, %rd1, %rd2;"""


def words(count: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).integers(0, 1 << 20, count, np.uint32)


def reduction() -> Program:
    """A tree in shared memory, a barrier after each level."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[512];
    mov.u32 %r4, tile;
    mad.lo.u32 %r5, %r0, 4, %r4;
    ld.global.u32 %r6, [%rd3];
    st.shared.u32 [%r5], %r6;  // fill
    mov.u32 %r7, 64;
LEVEL:
    bar.sync 0;  // fill level
    setp.ge.u32 %p0, %r0, %r7;
    @%p0 bra SKIP;
    mad.lo.u32 %r8, %r7, 4, %r5;
    ld.shared.u32 %r9, [%r8];  // fill level
    ld.shared.u32 %r10, [%r5];
    add.u32 %r10, %r10, %r9;
    st.shared.u32 [%r5], %r10;  // level
SKIP:
    shr.u32 %r7, %r7, 1;
    setp.gt.u32 %p1, %r7, 0;  // level
    @%p1 bra LEVEL;
    setp.ne.u32 %p2, %r0, 0;
    @%p2 bra DONE;
    ld.shared.u32 %r11, [tile];
    mul.wide.u32 %rd5, %r1, 4;
    add.u64 %rd6, %rd1, %rd5;
    st.global.u32 [%rd6], %r11;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(3 * 128)
    return Program("reduction", text, (data,), data.reshape(3, 128).sum(1, dtype=np.uint32), 3, 128)


def transpose() -> Program:
    """A 16 x 16 tile, written by rows and read by columns."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[1088];
    mov.u32 %r4, tile;
    and.b32 %r5, %r0, 15;
    shr.u32 %r6, %r0, 4;
    mad.lo.u32 %r7, %r6, 17, %r5;
    mad.lo.u32 %r7, %r7, 4, %r4;
    ld.global.u32 %r8, [%rd3];
    st.shared.u32 [%r7], %r8;  // fill
    bar.sync 0;  // fill
    mad.lo.u32 %r9, %r5, 17, %r6;
    mad.lo.u32 %r9, %r9, 4, %r4;
    ld.shared.u32 %r10, [%r9];  // fill
    st.global.u32 [%rd4], %r10;  // fill
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 256)
    return Program("transpose", text, (data,), data.reshape(2, 16, 16).transpose(0, 2, 1).reshape(-1), 2, 256)


def scan() -> Program:
    """Inclusive sums of 128 numbers: read, barrier, write, barrier."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[512];
    mov.u32 %r4, tile;
    mad.lo.u32 %r5, %r0, 4, %r4;
    ld.global.u32 %r6, [%rd3];
    st.shared.u32 [%r5], %r6;  // fill
    bar.sync 0;  // fill
    mov.u32 %r7, 1;
STEP:
    mov.u32 %r8, 0;
    setp.lt.u32 %p0, %r0, %r7;
    @%p0 bra NONE;
    shl.b32 %r9, %r7, 2;
    sub.u32 %r9, %r5, %r9;
    ld.shared.u32 %r8, [%r9];  // fill read update
NONE:
    bar.sync 0;  // read
    ld.shared.u32 %r10, [%r5];
    add.u32 %r10, %r10, %r8;
    st.shared.u32 [%r5], %r10;  // read update
    bar.sync 0;  // update
    shl.b32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 128;
    @%p1 bra STEP;
    ld.shared.u32 %r11, [%r5];
    st.global.u32 [%rd4], %r11;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 128)
    return Program("scan", text, (data,), data.reshape(2, 128).cumsum(1, dtype=np.uint32).reshape(-1), 2, 128)


def histogram() -> Program:
    """Sixteen bins in shared memory, cleared, counted with atomics, and added to the global ones."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 bins[64];
    mov.u32 %r4, bins;
    setp.ge.u32 %p0, %r0, 16;
    mad.lo.u32 %r5, %r0, 4, %r4;
    @%p0 bra CLEARED;
    st.shared.u32 [%r5], 0;  // clear
CLEARED:
    bar.sync 0;  // clear
    ld.global.u32 %r6, [%rd3];
    and.b32 %r6, %r6, 15;
    mad.lo.u32 %r7, %r6, 4, %r4;
    red.shared.add.u32 [%r7], 1;  // clear count
    bar.sync 0;  // count
    @%p0 bra DONE;
    ld.shared.u32 %r8, [%r5];  // count
    mul.wide.u32 %rd5, %r0, 4;
    add.u64 %rd6, %rd1, %rd5;
    red.global.add.u32 [%rd6], %r8;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(4 * 96)
    counts = np.bincount(data & 15, minlength=16).astype(np.uint32)
    return Program("histogram", text, (data,), counts, 4, 96, zeroed=True)


def double_buffer() -> Program:
    """Tiles of 64 words, loaded into one half while neighbours' go out of the other; one barrier a tile."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[512];
    mov.u32 %r4, tile;
    mul.lo.u32 %r5, %r0, 4;
    xor.b32 %r6, %r0, 33;
    mul.lo.u32 %r6, %r6, 4;
    mul.wide.u32 %rd5, %r0, 4;
    mul.wide.u32 %rd6, %r1, 1024;
    add.u64 %rd5, %rd5, %rd6;
    add.u64 %rd7, %rd1, %rd5;
    add.u64 %rd5, %rd0, %rd5;
    mov.u32 %r7, 0;
    ld.global.u32 %r9, [%rd5];
    add.u32 %r10, %r4, %r5;
    st.shared.u32 [%r10], %r9;  // first
    bar.sync 0;  // first
TILE:
    and.b32 %r11, %r7, 1;  // first next
    xor.b32 %r12, %r11, 1;  // first next
    mad.lo.u32 %r13, %r11, 256, %r4;
    mad.lo.u32 %r14, %r12, 256, %r4;
    setp.ge.u32 %p0, %r7, 3;
    @%p0 bra LAST;
    add.u64 %rd5, %rd5, 256;
    ld.global.u32 %r9, [%rd5];
    add.u32 %r14, %r14, %r5;
    st.shared.u32 [%r14], %r9;  // next
LAST:
    add.u32 %r13, %r13, %r6;
    ld.shared.u32 %r15, [%r13];  // first next
    st.global.u32 [%rd7], %r15;  // first next
    add.u64 %rd7, %rd7, 256;
    bar.sync 0;  // next
    add.u32 %r7, %r7, 1;
    setp.lt.u32 %p1, %r7, 4;
    @%p1 bra TILE;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 256)
    tiles = data.reshape(2, 4, 64)[:, :, np.arange(64) ^ 33]
    return Program("double_buffer", text, (data,), tiles.reshape(-1), 2, 64)


def stencil() -> Program:
    """Each thread adds its own word and its two neighbours', from a tile with a border on both sides."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[264];
    mov.u32 %r4, tile;
    mad.lo.u32 %r5, %r0, 4, %r4;
    ld.global.u32 %r6, [%rd3];
    st.shared.u32 [%r5+4], %r6;  // fill
    setp.ne.u32 %p0, %r0, 0;
    @%p0 bra INSIDE;
    st.shared.u32 [tile], 0;  // fill
    st.shared.u32 [tile+260], 0;  // fill
INSIDE:
    bar.sync 0;  // fill
    ld.shared.u32 %r7, [%r5];  // fill
    ld.shared.u32 %r8, [%r5+4];  // fill
    ld.shared.u32 %r9, [%r5+8];  // fill
    add.u32 %r7, %r7, %r8;
    add.u32 %r7, %r7, %r9;
    st.global.u32 [%rd4], %r7;
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 64)
    padded = np.pad(data.reshape(2, 64), ((0, 0), (1, 1)))
    total = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return Program("stencil", text, (data,), total.reshape(-1), 2, 64)


def warp_exchange() -> Program:
    """Lanes hand words to each other through shared memory, ordered by a barrier of the warp only."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[256];
    mov.u32 %r4, tile;
    mad.lo.u32 %r5, %r0, 4, %r4;
    ld.global.u32 %r6, [%rd3];
    st.shared.u32 [%r5], %r6;  // fill
    bar.warp.sync 0xffffffff;  // fill
    xor.b32 %r7, %r0, 31;
    mad.lo.u32 %r8, %r7, 4, %r4;
    ld.shared.u32 %r9, [%r8];  // fill read
    bar.warp.sync 0xffffffff;  // read
    add.u32 %r9, %r9, 1;
    st.shared.u32 [%r5], %r9;  // read update
    bar.warp.sync 0xffffffff;  // update
    ld.shared.u32 %r10, [%r8];  // update
    st.global.u32 [%rd4], %r10;
    ret;""",
        params=PARAMS,
    )
    data = words(3 * 64)
    return Program("warp_exchange", text, (data,), data + np.uint32(1), 3, 64)


def handover() -> Program:
    """One warp fills a buffer and says so at a named barrier; the other one waits there and takes it."""
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 tile[128];
    mov.u32 %r4, tile;
    and.b32 %r5, %r0, 31;
    mad.lo.u32 %r6, %r5, 4, %r4;
    setp.ge.u32 %p0, %r0, 32;
    @%p0 bra TAKE;
    mad.lo.u32 %r9, %r1, 32, %r5;
    mul.wide.u32 %rd5, %r9, 4;
    add.u64 %rd5, %rd0, %rd5;
    ld.global.u32 %r7, [%rd5];
    st.shared.u32 [%r6], %r7;  // give
    bar.arrive 1, 64;  // give
    st.global.u32 [%rd4], %r7;
    bra DONE;
TAKE:
    bar.sync 1, 64;  // give
    xor.b32 %r5, %r5, 1;
    mad.lo.u32 %r6, %r5, 4, %r4;
    ld.shared.u32 %r8, [%r6];  // give
    st.global.u32 [%rd4], %r8;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 32)
    halves = data.reshape(2, 32)
    taken = np.concatenate((halves, halves[:, np.arange(32) ^ 1]), axis=1)
    return Program("handover", text, (data,), taken.reshape(-1), 2, 64)


PROGRAMS: tuple[Callable[[], Program], ...] = (
    reduction,
    transpose,
    scan,
    histogram,
    double_buffer,
    stencil,
    warp_exchange,
    handover,
)
