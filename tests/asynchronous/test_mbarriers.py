"""mbarriers: phases, counts, waiting threads, and every way to misuse one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.emulator import EmulatorError
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute

Array = np.ndarray[Any, Any]
Launch = Callable[..., list[Array]]
Fails = Callable[..., EmulatorError]

START = """
    .shared .align 8 .b64 bar[4]; .shared .align 16 .b8 tile[1024];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, bar; mov.u32 %r2, tile;
    mad.wide.u32 %rd2, %r0, 4, %rd1;
    setp.eq.u32 %p0, %r0, 0;
    @%p0 mbarrier.init.shared.b64 [%r1], COUNT;
    bar.sync 0;
"""


def body(rest: str, count: int = 1) -> str:
    return kernel(START.replace("COUNT", str(count)) + rest + "\nret;")


def test_a_phase_ends_with_its_last_arrival(launch: Launch) -> None:
    """Each thread's wait by state succeeds once all 64 have arrived, and what they stored is there."""
    text = body(
        """
        mul.lo.u32 %r3, %r0, 3;
        mad.lo.u32 %r4, %r0, 4, %r2;
        st.shared.u32 [%r4], %r3;
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        WAIT:
        mbarrier.test_wait.shared.b64 %p1, [%r1], %rd3;
        @!%p1 bra WAIT;
        xor.b32 %r5, %r0, 63;
        mad.lo.u32 %r4, %r5, 4, %r2;
        ld.shared.u32 %r6, [%r4];
        st.global.u32 [%rd2], %r6;
        """,
        64,
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(64, np.uint32), block=64)
    np.testing.assert_array_equal(found, 3 * np.arange(64)[::-1])


def test_pending_counts_fall(launch: Launch) -> None:
    """One warp arrives 3 times for each thread of 32, and the states count 96 + 4 down."""
    text = body(
        """
        mbarrier.arrive.shared.b64 %rd3, [%r1], 3;
        mbarrier.pending_count.b64 %r3, %rd3;
        st.global.u32 [%rd2], %r3;
        """,
        100,
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    np.testing.assert_array_equal(np.sort(found)[::-1], 100 - 3 * np.arange(32))


def test_more_threads_than_a_phase_waits_for_complete_several(launch: Launch) -> None:
    """32 threads arrive at a barrier of 8: four phases, so that the parity is that of phase 0 again."""
    text = body(
        """
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        bar.sync 0;
        mbarrier.test_wait.parity.shared.b64 %p1, [%r1], 1;
        mbarrier.test_wait.parity.shared.b64 %p2, [%r1], 0;
        selp.u32 %r3, 1, 0, %p1; selp.u32 %r4, 2, 0, %p2; or.b32 %r3, %r3, %r4;
        st.global.u32 [%rd2], %r3;
        """,
        8,
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    np.testing.assert_array_equal(found, np.full(32, 1))


def test_dropping_out_lowers_the_count_of_later_phases(launch: Launch) -> None:
    """Warp 1 drops out in phase 0; phase 1 then needs warp 0 only."""
    text = body(
        """
        setp.ge.u32 %p2, %r0, 32;
        @%p2 mbarrier.arrive_drop.shared.b64 %rd3, [%r1];
        @%p2 bra DONE;
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        FIRST:
        mbarrier.try_wait.shared.b64 %p1, [%r1], %rd3;
        @!%p1 bra FIRST;
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        mbarrier.pending_count.b64 %r3, %rd3;
        SECOND:
        mbarrier.try_wait.parity.shared.b64 %p1, [%r1], 1;
        @!%p1 bra SECOND;
        st.global.u32 [%rd2], %r3;
        DONE:
        """,
        64,
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(64, np.uint32), block=64)
    np.testing.assert_array_equal(np.sort(found[:32]), np.arange(1, 33))
    assert not found[32:].any()


@pytest.mark.parametrize(("noinc", "count"), [("", 0), (".noinc", 64)])
def test_copies_arrive_at_a_barrier(launch: Launch, noinc: str, count: int) -> None:
    """`cp.async.mbarrier.arrive`: with `.noinc` it is one of the arrivals, without it brings its own."""
    source = np.arange(64, dtype=np.uint32)
    text = body(
        f"""
        mad.lo.u32 %r4, %r0, 4, %r2; mad.wide.u32 %rd4, %r0, 4, %rd0;
        cp.async.ca.shared.global [%r4], [%rd4], 4;
        cp.async.mbarrier.arrive{noinc}.shared.b64 [%r1];
        {"" if noinc else "mbarrier.arrive.shared.b64 %rd3, [%r1];"}
        WAIT:
        mbarrier.test_wait.parity.shared.b64 %p1, [%r1], 0;
        @!%p1 bra WAIT;
        xor.b32 %r5, %r0, 63;
        mad.lo.u32 %r4, %r5, 4, %r2;
        ld.shared.u32 %r6, [%r4];
        st.global.u32 [%rd2], %r6;
        """,
        count or 64,
    )
    _, found = launch(text, source, np.zeros(64, np.uint32), block=64)
    np.testing.assert_array_equal(found, source[::-1])


def test_generic_addresses_reach_a_barrier(launch: Launch) -> None:
    text = body(
        """
        cvt.u64.u32 %rd5, %r1; cvta.shared.u64 %rd5, %rd5;
        mbarrier.arrive.b64 %rd3, [%rd5];
        WAIT:
        mbarrier.test_wait.b64 %p1, [%rd5], %rd3;
        @!%p1 bra WAIT;
        st.global.u32 [%rd2], 5;
        """,
        32,
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    np.testing.assert_array_equal(found, np.full(32, 5))


def test_memory_of_an_ended_barrier_can_be_used_again(launch: Launch) -> None:
    text = body(
        """
        @%p0 mbarrier.inval.shared.b64 [%r1];
        bar.sync 0;
        @%p0 st.shared.u64 [%r1], 7;
        bar.sync 0;
        ld.shared.u32 %r3, [%r1];
        bar.sync 0;
        @%p0 mbarrier.init.shared.b64 [%r1], 32;
        bar.sync 0;
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        st.global.u32 [%rd2], %r3;
        """
    )
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    np.testing.assert_array_equal(found, np.full(32, 7))


def test_a_thread_may_poll_memory_while_another_waits_for_it() -> None:
    """Thread 0 spins on a flag that thread 32 sets after a barrier phase that thread 0 has completed."""
    text = body(
        """
        setp.eq.u32 %p2, %r0, 32;
        @%p2 bra SETTER;
        @!%p0 bra DONE;
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        SPIN:
        ld.volatile.shared.u32 %r3, [%r2];
        setp.eq.u32 %p3, %r3, 0;
        @%p3 bra SPIN;
        st.global.u32 [%rd2], %r3;
        bra DONE;
        SETTER:
        mbarrier.try_wait.parity.shared.b64 %p1, [%r1], 0;
        @!%p1 bra SETTER;
        st.volatile.shared.u32 [%r2], 9;
        DONE:
        """
    )
    result = execute(text, [np.zeros(1, np.uint32), np.zeros(64, np.uint32)], block=64, track=False)
    assert result.array(1, np.uint32)[0] == 9


def test_a_function_may_wait(launch: Launch) -> None:
    function = """.func wait(.reg .b32 %bar, .reg .b32 %parity)
    {
    .reg .pred %p;
    TRY: mbarrier.try_wait.parity.shared::cta.b64 %p, [%bar], %parity;
    @!%p bra TRY;
    ret;
    }
    """
    rest = """
        @%p0 st.shared.u32 [%r2], 77;
        @%p0 mbarrier.arrive.shared.b64 %rd3, [%r1];
        mov.u32 %r5, 0;
        call wait, (%r1, %r5);
        ld.shared.u32 %r6, [%r2];
        st.global.u32 [%rd2], %r6;
        ret;"""
    text = kernel(START.replace("COUNT", "1") + rest, before=function)
    _, found = launch(text, np.zeros(1, np.uint32), np.zeros(96, np.uint32), block=96)
    np.testing.assert_array_equal(found, np.full(96, 77))


@pytest.mark.parametrize("test", ["test_wait", "try_wait"])
def test_a_wrong_parity_is_a_deadlock_that_says_who_waits(fails: Fails, test: str) -> None:
    """Only 31 arrive, and parity 0 is never over."""
    text = body(
        f"""
        @!%p0 mbarrier.arrive.shared.b64 %rd3, [%r1];
        WAIT:
        mbarrier.{test}.parity.shared.b64 %p1, [%r1], 0;
        @!%p1 bra WAIT;
        """,
        32,
    )
    error = fails("EMU011", f"mbarrier.{test}", text, np.zeros(1, np.uint32), np.zeros(1, np.uint32))
    assert any("parity 0" in note and "1 of 32 arrivals" in note for note in error.fault.notes)


def test_a_flipped_parity_passes_too_early_and_hangs_later(fails: Fails) -> None:
    """Waiting for parity 1 first succeeds at once (the phase before phase 0); then nobody completes phase 1."""
    text = body(
        """
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        mov.u32 %r3, 1;
        WAIT:
        mbarrier.try_wait.parity.shared.b64 %p1, [%r1], %r3;
        @!%p1 bra WAIT;
        """,
        32,
    )
    error = fails("EMU011", "mbarrier.try_wait", text, np.zeros(1, np.uint32), np.zeros(1, np.uint32))
    assert any("parity 1" in note and "phase 1" in note for note in error.fault.notes)


def test_misuse_is_told(fails: Fails) -> None:
    arrays = (np.zeros(1, np.uint32), np.zeros(32, np.uint32))
    fails("EMU015", "arrive", body("mbarrier.arrive.shared.b64 %rd3, [%r1+8];"), *arrays)
    twice = body("@%p0 mbarrier.init.shared::cta.b64 [%r1], 1;")
    fails("EMU015", "init.shared::cta", twice, *arrays)
    none = body("@%p0 mbarrier.init.shared::cta.b64 [%r1+8], 0;")
    fails("EMU015", "init.shared::cta", none, *arrays)
    many = body("mbarrier.arrive.shared.b64 %rd3, [%r1], 2;", 3)
    fails("EMU015", "arrive", many, *arrays)
    spoilt = body("st.shared.u32 [%r1+4], 1; mbarrier.arrive.shared.b64 %rd3, [%r1];", 32)
    assert "overwritten" in fails("EMU015", "arrive", spoilt, *arrays).message
    completes = body("mbarrier.arrive.noComplete.shared.b64 %rd3, [%r1], 1;", 32)
    fails("EMU015", "noComplete", completes, *arrays)
    odd = body("mbarrier.arrive.shared.b64 %rd3, [%r1+4];")
    fails("EMU002", "arrive", odd, *arrays)
    gone = body("@%p0 mbarrier.inval.shared.b64 [%r1]; bar.sync 0; mbarrier.arrive.shared.b64 %rd3, [%r1];")
    fails("EMU015", "arrive", gone, *arrays)


def test_a_state_of_long_ago_is_told(fails: Fails) -> None:
    text = body(
        """
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        mbarrier.arrive.shared.b64 %rd4, [%r1];
        mbarrier.test_wait.shared.b64 %p1, [%r1], %rd3;
        """
    )
    fails("EMU015", "test_wait", text, np.zeros(1, np.uint32), np.zeros(1, np.uint32), block=1)
