"""Barriers of a CTA: data that crosses them, reductions, named barriers, exited threads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ptxgen.emulator import EmulatorError
from tests.emulator.launching import execute, kernel, line_of

REVERSE = """
    .reg .b32 %r<8>; .reg .b64 %rd<3>;
    .shared .align 4 .b8 tile[512];
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x;
    mov.u32 %r3, tile;
    mad.lo.u32 %r4, %r0, 4, %r3;
    mad.lo.u32 %r5, %r1, %r2, %r0;
    st.shared.u32 [%r4], %r5;
    {barrier}
    sub.u32 %r6, %r2, %r0;
    sub.u32 %r6, %r6, 1;
    mad.lo.u32 %r6, %r6, 4, %r3;
    ld.shared.u32 %r7, [%r6];
    mad.wide.u32 %rd1, %r5, 4, %rd0;
    st.global.u32 [%rd1], %r7;
    ret;"""


@pytest.mark.parametrize("block", [1, 5, 32, 48, 128])
@pytest.mark.parametrize("barrier", ["bar.sync 0;", "barrier.sync 3;", "barrier.cta.sync.aligned 15;"])
def test_values_cross_a_barrier(block: int, barrier: str) -> None:
    text = kernel(REVERSE.format(barrier=barrier))
    found = execute(text, [np.zeros(3 * block, np.uint32)], block=block, grid=3).array(0, np.uint32)
    expected = np.arange(3 * block).reshape(3, block)[:, ::-1]
    np.testing.assert_array_equal(found.reshape(3, block), expected)


@pytest.mark.parametrize("block", [64, 48])
@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("bar.red.popc.u32 %r1, 0, %p;", lambda cta, held, block: held),
        ("bar.red.and.pred %q, 0, %p; selp.b32 %r1, 1, 0, %q;", lambda cta, held, block: held == block),
        ("bar.red.or.pred %q, 0, %p; selp.b32 %r1, 1, 0, %q;", lambda cta, held, block: held > 0),
        ("barrier.red.popc.u32 %r1, 0, !%p;", lambda cta, held, block: block - held),
    ],
)
def test_reductions(instruction: str, expected: object, block: int) -> None:
    text = kernel(f"""
        .reg .pred %p; .reg .pred %q; .reg .b32 %r<8>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x;
        mul.lo.u32 %r4, %r2, 24;
        setp.lt.u32 %p, %r0, %r4;
        {instruction}
        mad.lo.u32 %r5, %r2, %r3, %r0;
        mad.wide.u32 %rd1, %r5, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(4 * block, np.uint32)], block=block, grid=4).array(0, np.uint32)
    for cta in range(4):
        want = int(expected(cta, min(24 * cta, block), block))  # type: ignore[operator]
        assert set(found.reshape(4, block)[cta]) == {want}


def test_producers_arrive_and_consumers_wait() -> None:
    """Warp 1 waits at barrier 1 for 64 threads; warp 0 stores and only arrives."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<3>;
        .shared .align 4 .b8 tile[128];
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        and.b32 %r1, %r0, 31;
        mov.u32 %r2, tile;
        mad.lo.u32 %r3, %r1, 4, %r2;
        setp.ge.u32 %p, %r0, 32;
        @%p bra CONSUME;
        mul.lo.u32 %r4, %r1, 3;
        st.shared.u32 [%r3], %r4;
        bar.arrive 1, 64;
        ret;
        CONSUME:
        bar.sync 1, 64;
        ld.shared.u32 %r5, [%r3];
        mad.wide.u32 %rd1, %r1, 4, %rd0;
        st.global.u32 [%rd1], %r5;
        ret;""")
    found = execute(text, [np.zeros(32, np.uint32)], block=64, grid=2).array(0, np.uint32)
    np.testing.assert_array_equal(found, 3 * np.arange(32))


def test_exited_threads_count_as_arrived() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        setp.ge.u32 %p, %r0, 40;
        @%p exit;
        bar.sync 0;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], 1;
        ret;""")
    found = execute(text, [np.zeros(64, np.uint32)], block=64).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.arange(64) < 40)


def test_each_warp_may_loop_as_often_as_it_likes_between_barriers() -> None:
    """Warps part in a loop and meet at the barrier of every round."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<12>; .reg .b64 %rd<3>;
        .shared .align 4 .u32 total;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        setp.eq.u32 %p, %r0, 0;
        @%p st.shared.u32 [total], 0;
        mov.u32 %r1, 0;
        ROUND:
        bar.sync 0;
        mov.u32 %r2, 0;
        INNER:
        add.u32 %r2, %r2, 1;
        atom.shared.add.u32 %r3, [total], 1;
        setp.lt.u32 %p, %r2, %r0;
        @%p bra INNER;
        bar.sync 0;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p, %r1, 3;
        @%p bra ROUND;
        bar.sync 0;
        ld.shared.u32 %r4, [total];
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r4;
        ret;""")
    found = execute(text, [np.zeros(96, np.uint32)], block=96, grid=2).array(0, np.uint32)
    assert set(found) == {3 * sum(max(t, 1) for t in range(96))}


def test_warps_at_different_barrier_instructions_meet() -> None:
    """What counts is the barrier's number; only the threads of one warp must come by one instruction."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        setp.lt.u32 %p, %r0, 32;
        @%p bra FIRST;
        bar.sync 0;
        bra END;
        FIRST:
        bar.sync 0;
        END:
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], 1;
        ret;""")
    found = execute(text, [np.zeros(64, np.uint32)], block=64).array(0, np.uint32)
    assert found.all()


def test_threads_choose_their_barrier_at_run_time() -> None:
    """Warp w waits at barrier w + 1 with as many threads as half of the CTA has."""
    text = kernel("""
        .reg .b32 %r<8>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        shr.u32 %r1, %r0, 6;
        add.u32 %r1, %r1, 1;
        barrier.sync %r1, 64;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(128, np.uint32)], block=128, grid=2).array(0, np.uint32)
    np.testing.assert_array_equal(found, 1 + np.arange(128) // 64)


@pytest.mark.parametrize("block", [64, 48])
def test_reductions_of_ctas_that_come_at_different_times(block: int) -> None:
    """CTA c loops c times in each odd thread before the barrier, so threads of all CTAs arrive apart."""
    text = kernel("""
        .reg .pred %p; .reg .pred %q; .reg .b32 %r<10>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x;
        and.b32 %r3, %r0, 1; mul.lo.u32 %r3, %r3, %r1;
        mov.u32 %r4, 0;
        LOOP:
        add.u32 %r4, %r4, 1;
        setp.lt.u32 %p, %r4, %r3;
        @%p bra LOOP;
        setp.gt.u32 %q, %r4, 1;
        bar.red.popc.u32 %r5, 0, %q;
        mad.lo.u32 %r6, %r1, %r2, %r0;
        mad.wide.u32 %rd1, %r6, 4, %rd0;
        st.global.u32 [%rd1], %r5;
        ret;""")
    found = execute(text, [np.zeros(6 * block, np.uint32)], block=block, grid=6).array(0, np.uint32)
    np.testing.assert_array_equal(found.reshape(6, block), [[block // 2 * (c > 1)] * block for c in range(6)])


@pytest.mark.parametrize(
    ("bound", "block"),
    [(31, 64), (33, 64), (40, 96)],
    ids=["one lane missing", "one lane more", "a quarter of a warp"],
)
def test_parts_of_warps_cannot_arrive(fails: Callable[..., EmulatorError], bound: int, block: int) -> None:
    """`bar.arrive` counts whole warps: some lanes arrive, the others come to the barrier elsewhere."""
    text = kernel(f"""
        .reg .pred %p; .reg .b32 %r;
        mov.u32 %r, %tid.x;
        setp.ge.u32 %p, %r, {bound};
        @%p bra WAIT;
        bar.arrive 1, {block};
        bra DONE;
        WAIT:
        bar.sync 1, {block};
        DONE:
        ret;""")
    error = fails("EMU010", "", text, [np.zeros(1, np.uint32)], block=block)
    assert error.line in (line_of(text, "bar.arrive"), line_of(text, "bar.sync"))


@pytest.mark.parametrize("barrier", ["bar.sync 0;", "bar.arrive 1, 64;", "barrier.sync.aligned 0;"])
def test_a_guard_may_not_part_a_warp_at_an_aligned_barrier(
    fails: Callable[..., EmulatorError], barrier: str
) -> None:
    """Also where the others of the warp exit, so that the barrier would complete without them."""
    text = """
        .reg .pred %p; .reg .b32 %r<2>;
        mov.u32 %r0, %tid.x;
        setp.ge.u32 %p, %r0, {first};
        @%p {barrier}
        ret;"""
    fails("EMU010", barrier[:-1], kernel(text.format(first=40, barrier=barrier)), [np.zeros(1)], block=64)
    execute(kernel(text.format(first=40, barrier="barrier.sync 0;")), [np.zeros(1)], block=64)
    execute(
        kernel(text.format(first=32, barrier=barrier.replace("bar.arrive 1, 64", "bar.sync 0"))),
        [np.zeros(1)],
        block=64,
    )
