"""`cp.async` by several CTAs that do the same: guards by lane and warp, late reads, groups that threads close alone."""

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

CTAS, THREADS = 3, 64
STALE = 0x11111111
BODY = """
    .shared .align 16 .b8 tile[1024];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mov.u32 %r20, %ctaid.x;
    mad.lo.u32 %r2, %r0, 16, %r1;
    mul.wide.u32 %rd5, %r20, 1024;
    mad.wide.u32 %rd6, %r0, 16, %rd5;
    add.u64 %rd2, %rd0, %rd6; add.u64 %rd3, %rd1, %rd6;
    mov.u32 %r9, 0x11111111;
    st.shared.v4.u32 [%r2], {%r9, %r9, %r9, %r9};
    STEPS
    ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r2];
    st.global.v4.u32 [%rd3], {%r4, %r5, %r6, %r7};
    ret;
"""
COPY = "cp.async.cg.shared.global [%r2], [%rd2], 16;"
LATER = "cp.async.ca.shared.global [%r2+8], [%rd0], 4;"
DONE = "cp.async.commit_group; cp.async.wait_group 0;"


def source() -> Array:
    return np.arange(CTAS * THREADS * 4, dtype=np.uint32).reshape(CTAS, THREADS, 4) + 7


def copied(steps: str) -> str:
    return kernel(BODY.replace("STEPS", steps))


GUARDS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "lanes side by side": ("and.b32 %r3, %r0, 31; setp.lt.u32 %p0, %r3, 8;", lambda t: t % 32 < 8),
    "single lanes": ("and.b32 %r3, %r0, 5; setp.eq.u32 %p0, %r3, 1;", lambda t: t & 5 == 1),
    "part of one warp": ("setp.ge.u32 %p0, %r0, 41;", lambda t: t >= 41),
    "nobody": ("setp.gt.u32 %p0, %r0, 64;", lambda t: t > 64),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_guards_that_all_ctas_agree_on(launch: Launch, guard: str) -> None:
    setup, holds = GUARDS[guard]
    _, found = launch(
        copied(f"{setup} @%p0 {COPY} {DONE}"), source(), np.zeros_like(source()), grid=CTAS, block=THREADS
    )
    expected = np.where(holds(np.arange(THREADS))[:, None], source(), STALE)
    np.testing.assert_array_equal(found, expected)


def test_a_guard_of_one_cta(launch: Launch) -> None:
    text = copied(f"setp.eq.u32 %p0, %r20, 1; @%p0 {COPY} {DONE}")
    _, found = launch(text, source(), np.zeros_like(source()), grid=CTAS, block=THREADS)
    np.testing.assert_array_equal(found[1], source()[1])
    assert (found[[0, 2]] == STALE).all()


def test_threads_that_do_not_copy_may_point_anywhere(launch: Launch) -> None:
    """In the last CTA the second warp's sources lie behind the buffer."""
    data = source()[:, :32]
    text = copied(
        f"mul.wide.u32 %rd5, %r20, 512; sub.u64 %rd2, %rd2, %rd5; setp.lt.u32 %p0, %r0, 32; @%p0 {COPY} {DONE}"
    )
    _, found = launch(text, data, np.zeros_like(source()), grid=CTAS, block=THREADS)
    np.testing.assert_array_equal(found[:, :32], data)
    assert (found[:, 32:] == STALE).all()


def test_the_first_thread_behind_the_buffer_is_named(fails: Fails) -> None:
    error = fails(
        "EMU001",
        "cp.async",
        copied(COPY + DONE),
        source().reshape(-1)[:-4],
        source(),
        grid=CTAS,
        block=THREADS,
    )
    assert error.place is not None
    assert (error.place.cta, error.place.thread) == ((2, 0, 0), (63, 0, 0))


@pytest.mark.parametrize("size", [4, 8, 16])
def test_bytes_are_read_when_they_arrive(size: int) -> None:
    """What is stored behind the copy and before its wait is what arrives; the address may change meanwhile."""
    text = copied(f"""cp.async.ca.shared.global [%r2], [%rd2+0], {size}; cp.async.commit_group;
    st.global.v4.u32 [%rd2], {{%r0, %r20, %r0, %r20}}; mov.u64 %rd2, %rd0; cp.async.wait_group 0;""")
    result = execute(text, [source(), np.zeros_like(source())], grid=CTAS, block=THREADS)
    expected = np.full(source().shape, STALE, np.uint32)
    cta, thread = np.indices((CTAS, THREADS))
    expected[..., : size // 4] = np.stack([thread, cta, thread, cta], axis=-1)[..., : size // 4]
    np.testing.assert_array_equal(result.array(1, np.uint32).reshape(expected.shape), expected)


GROUPS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "half of the threads close a group more": (
        f"{COPY} cp.async.commit_group; @%p0 cp.async.commit_group; cp.async.wait_group 1;",
        lambda t: t % 2 == 0,
    ),
    "half of the threads close a group less": (
        f"@%p0 cp.async.commit_group; {COPY} @%p0 cp.async.commit_group; cp.async.wait_group 0;",
        lambda t: t % 2 == 0,
    ),
    "half of the threads wait": (
        f"{COPY} cp.async.commit_group; @%p0 bra WAIT; bra.uni DONE; WAIT: cp.async.wait_group 0; DONE:",
        lambda t: t % 2 == 0,
    ),
    "half of the threads wait for all": (
        f"{COPY} @%p0 bra WAIT; bra.uni DONE; WAIT: cp.async.wait_all; DONE:",
        lambda t: t % 2 == 0,
    ),
    "one of two groups": (
        f"{COPY} cp.async.commit_group; {LATER} cp.async.commit_group; cp.async.wait_group 1;",
        lambda t: t >= 0,
    ),
}


@pytest.mark.parametrize("case", GROUPS)
def test_groups_of_each_thread(case: str) -> None:
    steps, arrives = GROUPS[case]
    text = copied(f"and.b32 %r3, %r0, 1; setp.eq.u32 %p0, %r3, 0; {steps}")
    result = execute(text, [source(), np.zeros_like(source())], grid=CTAS, block=THREADS)
    expected = np.where(arrives(np.arange(THREADS))[:, None], source(), STALE)
    np.testing.assert_array_equal(result.array(1, np.uint32).reshape(expected.shape), expected)
