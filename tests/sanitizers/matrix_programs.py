"""Correct programs of warp-wide operations: shuffles, fragments through shared memory, products of warpgroups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.emulator.launching import kernel
from tests.sanitizers.programs import BEGIN, PARAMS, Program, words

Array = np.ndarray[Any, Any]


def warp_sums() -> Program:
    """Sums by shuffles in each warp, then of the warps' sums through shared memory."""
    steps = "\n".join(
        f"    shfl.sync.bfly.b32 %r5, %r4, {lane}, 31, 0xffffffff;\n    add.u32 %r4, %r4, %r5;"
        for lane in (16, 8, 4, 2, 1)
    )
    text = kernel(
        f"""{BEGIN}
    .shared .align 4 .b8 sums[16];
    mov.u32 %r6, sums;
    ld.global.u32 %r4, [%rd3];
{steps}
    shr.u32 %r7, %r0, 5;
    and.b32 %r8, %r0, 31;
    setp.ne.u32 %p0, %r8, 0;
    @%p0 bra WRITTEN;
    mad.lo.u32 %r9, %r7, 4, %r6;
    st.shared.u32 [%r9], %r4;  // sums
WRITTEN:
    bar.sync 0;  // sums
    mov.u32 %r10, 0;
    mov.u32 %r11, 0;
ADD:
    mad.lo.u32 %r12, %r10, 4, %r6;
    ld.shared.u32 %r13, [%r12];  // sums
    add.u32 %r11, %r11, %r13;
    add.u32 %r10, %r10, 1;
    setp.lt.u32 %p1, %r10, 4;
    @%p1 bra ADD;
    setp.ne.u32 %p2, %r0, 0;
    @%p2 bra DONE;
    mul.wide.u32 %rd5, %r1, 4;
    add.u64 %rd5, %rd1, %rd5;
    st.global.u32 [%rd5], %r11;
DONE:
    ret;""",
        params=PARAMS,
    )
    data = words(2 * 128)
    return Program("warp_sums", text, (data,), data.reshape(2, 128).sum(1, dtype=np.uint32), 2, 128)


def _fragments(matrix: Array) -> Array:
    """The words of an accumulator `[16, 8]` of f32 as lanes hold them, `[32, 4]`."""
    lane = np.arange(32)
    row, column = lane // 4, lane % 4 * 2
    places = [(row, column), (row, column + 1), (row + 8, column), (row + 8, column + 1)]
    return np.stack([matrix[r, c] for r, c in places], axis=1)


SUMS = "{%c0, %c1, %c2, %c3}"


def product() -> Program:
    """C = A B in two steps of k; `cp.async` brings the tiles of the next step while `mma` uses those of this one.

    A is 32 x 32 and B 32 x 8, f16; two warps have 16 rows each. A stage holds 32 x 16 of A, then 8 columns of B.
    """
    text = kernel(
        f"""{BEGIN}
    .reg .b32 %a<4>;
    .reg .b32 %b<2>;
    .reg .f32 %c<4>;
    .shared .align 16 .b8 stages[2560];
    mov.u32 %r4, stages;
    mul.wide.u32 %rd5, %r0, 16;
    add.u64 %rd5, %rd0, %rd5;
    mad.lo.u32 %r5, %r0, 16, %r4;
    setp.lt.u32 %p1, %r0, 16;
    cp.async.cg.shared.global [%r5], [%rd5], 16;  // first step
    @%p1 cp.async.cg.shared.global [%r5+1024], [%rd5+1024], 16;  // first step
    cp.async.commit_group;  // first
    and.b32 %r7, %r0, 31;
    shr.u32 %r8, %r0, 5;
    and.b32 %r9, %r7, 15;
    shr.u32 %r10, %r7, 4;
    mad.lo.u32 %r11, %r8, 16, %r9;
    mul.lo.u32 %r11, %r11, 32;
    mad.lo.u32 %r11, %r10, 16, %r11;
    and.b32 %r12, %r7, 15;
    mul.lo.u32 %r12, %r12, 16;
    mov.f32 %c0, 0f00000000;
    mov.f32 %c1, 0f00000000;
    mov.f32 %c2, 0f00000000;
    mov.f32 %c3, 0f00000000;
    mov.u32 %r13, 0;
STEP:
    and.b32 %r14, %r13, 1;  // first step
    xor.b32 %r15, %r14, 1;  // first step
    mad.lo.u32 %r16, %r14, 1280, %r4;
    mad.lo.u32 %r17, %r15, 1280, %r5;
    setp.ge.u32 %p2, %r13, 3;
    @%p2 bra LAST;
    add.u64 %rd5, %rd5, 1280;
    cp.async.cg.shared.global [%r17], [%rd5], 16;  // step reuse
    @%p1 cp.async.cg.shared.global [%r17+1024], [%rd5+1024], 16;  // step reuse
LAST:
    cp.async.commit_group;  // step reuse first
    cp.async.wait_group 1;  // first step
    bar.sync 0;  // first step
    add.u32 %r18, %r16, %r11;
    add.u32 %r19, %r16, %r12;
    ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%a0, %a1, %a2, %a3}}, [%r18];  // first step reuse
    ldmatrix.sync.aligned.m8n8.x2.shared.b16 {{%b0, %b1}}, [%r19+1024];  // first step reuse
    mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {SUMS}, {{%a0, %a1, %a2, %a3}}, {{%b0, %b1}}, {SUMS};
    bar.sync 0;  // reuse
    add.u32 %r13, %r13, 1;
    setp.lt.u32 %p3, %r13, 4;
    @%p3 bra STEP;
    mul.wide.u32 %rd6, %r3, 16;
    add.u64 %rd6, %rd1, %rd6;
    st.global.v4.f32 [%rd6], {SUMS};
    ret;""",
        params=PARAMS,
    )
    rng = np.random.default_rng(4)
    a = rng.integers(-4, 5, (4, 32, 16)).astype(np.float16)
    b = rng.integers(-4, 5, (4, 16, 8)).astype(np.float16)
    # Of B each 8 x 8 matrix holds columns as rows: [k step, half of k, column, 8].
    columns = b.reshape(4, 2, 8, 8).transpose(0, 1, 3, 2)
    stages = np.concatenate([a.reshape(4, -1), columns.reshape(4, -1)], axis=1)
    c = np.einsum("smk,skn->mn", a.astype(np.float32), b.astype(np.float32))
    expected = np.stack([_fragments(c[first : first + 16]) for first in (0, 16)]).astype(np.float32)
    return Program(
        "product", text, (np.ascontiguousarray(stages),), expected.reshape(-1).view(np.uint32), 1, 64
    )


def warpgroup_product() -> Program:
    """Two products of a warpgroup through one pair of tiles, which is filled anew in between; the sums stay.

    A is 64 x 16 (rows of 16 bytes in 8 x 8 matrices), B 16 x 8, f16.
    """
    text = kernel(
        f"""{BEGIN}
    .reg .f32 %c<4>;
    .reg .b64 %a, %b;
    .shared .align 128 .b8 left[2048];
    .shared .align 128 .b8 right[256];
    mov.u32 %r4, left;
    mov.u32 %r5, right;
    mad.lo.u32 %r6, %r0, 16, %r4;
    mad.lo.u32 %r7, %r0, 16, %r5;
    setp.lt.u32 %p1, %r0, 16;
    mul.wide.u32 %rd5, %r0, 16;
    add.u64 %rd5, %rd0, %rd5;
    shr.u32 %r8, %r4, 4;
    cvt.u64.u32 %a, %r8;
    or.b64 %a, %a, 0x1000080000;
    shr.u32 %r9, %r5, 4;
    cvt.u64.u32 %b, %r9;
    or.b64 %b, %b, 0x1000080000;
    mov.f32 %c0, 0f00000000;
    mov.f32 %c1, 0f00000000;
    mov.f32 %c2, 0f00000000;
    mov.f32 %c3, 0f00000000;
    mov.u32 %r10, 0;
STEP:
    ld.global.v4.u32 {{%r12, %r13, %r14, %r15}}, [%rd5];
    st.shared.v4.u32 [%r6], {{%r12, %r13, %r14, %r15}};  // fill reuse
    @%p1 ld.global.v4.u32 {{%r16, %r17, %r18, %r19}}, [%rd5+2048];
    @%p1 st.shared.v4.u32 [%r7], {{%r16, %r17, %r18, %r19}};  // fill reuse
    fence.proxy.async.shared::cta;  // fill
    bar.sync 0;  // fill
    wgmma.fence.sync.aligned;  // sums
    wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {SUMS}, %a, %b, 1, 1, 1, 0, 0;  // fill reuse sums
    wgmma.commit_group.sync.aligned;  // reuse sums
    wgmma.wait_group.sync.aligned 0;  // reuse sums
    bar.sync 0;  // reuse
    add.u64 %rd5, %rd5, 2304;
    add.u32 %r10, %r10, 1;
    setp.lt.u32 %p2, %r10, 2;
    @%p2 bra STEP;
    mul.wide.u32 %rd6, %r3, 16;
    add.u64 %rd6, %rd1, %rd6;
    st.global.v4.f32 [%rd6], {SUMS};  // sums
    ret;""",
        params=PARAMS,
    ).replace(".target sm_90\n", ".target sm_90a\n")
    rng = np.random.default_rng(5)
    a = rng.integers(-4, 5, (2, 64, 16)).astype(np.float16)
    b = rng.integers(-4, 5, (2, 16, 8)).astype(np.float16)
    # 8 x 8 matrices: those of one k half 128 bytes apart, groups of eight rows 256.
    left = a.reshape(2, 8, 8, 2, 8).transpose(0, 1, 3, 2, 4)
    right = b.transpose(0, 2, 1).reshape(2, 8, 2, 8).transpose(0, 2, 1, 3)
    tiles = np.concatenate([left.reshape(2, -1), right.reshape(2, -1)], axis=1)
    c = np.einsum("smk,skn->mn", a.astype(np.float32), b.astype(np.float32))
    expected = np.stack([_fragments(c[first : first + 16]) for first in (0, 16, 32, 48)]).astype(np.float32)
    flat = expected.reshape(-1).view(np.uint32)
    return Program("warpgroup_product", text, (np.ascontiguousarray(tiles),), flat, 1, 128)


MATRICES: tuple[Callable[[], Program], ...] = (warp_sums, product, warpgroup_product)
