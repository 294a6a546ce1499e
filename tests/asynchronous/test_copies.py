"""`cp.async`: what arrives, when, and what is refused."""

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

COPY = """
    .shared .align 16 .b8 tile[512];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile;
    mad.lo.u32 %r2, %r0, 16, %r1;
    mad.wide.u32 %rd2, %r0, 16, %rd0;
    mad.wide.u32 %rd3, %r0, 16, %rd1;
    mov.u32 %r9, 0x11111111;
    st.shared.v4.u32 [%r2], {%r9, %r9, %r9, %r9};
    COPY
    cp.async.commit_group;
    WAIT
    ld.shared.v4.u32 {%r4, %r5, %r6, %r7}, [%r2];
    st.global.v4.u32 [%rd3], {%r4, %r5, %r6, %r7};
    ret;
"""
STALE = np.uint32(0x11111111)


def copy(instruction: str, wait: str = "cp.async.wait_group 0;") -> str:
    return kernel(COPY.replace("COPY", instruction).replace("WAIT", wait))


@pytest.mark.parametrize("wait", ["cp.async.wait_group 0;", "cp.async.wait_all;"])
@pytest.mark.parametrize("operation", ["ca", "cg"])
def test_sixteen_bytes_arrive(launch: Launch, operation: str, wait: str) -> None:
    source = np.arange(128, dtype=np.uint32)
    text = copy(f"cp.async.{operation}.shared.global [%r2], [%rd2], 16;", wait)
    _, found = launch(text, source, np.zeros(128, np.uint32))
    np.testing.assert_array_equal(found, source)


@pytest.mark.parametrize("size", [4, 8])
def test_small_copies_leave_the_rest(launch: Launch, size: int) -> None:
    source = np.arange(128, dtype=np.uint32)
    text = copy(f"cp.async.ca.shared.global [%r2], [%rd2], {size};")
    _, found = launch(text, source, np.zeros(128, np.uint32))
    expected = np.full((32, 4), STALE)
    expected[:, : size // 4] = source.reshape(32, 4)[:, : size // 4]
    np.testing.assert_array_equal(found.reshape(32, 4), expected)


def test_bytes_past_the_source_size_are_zeros(launch: Launch) -> None:
    """Each thread copies as many bytes as its lane, modulo 17; where it is 0 nothing is read."""
    source = np.arange(512, dtype=np.uint32).astype(np.uint8)
    text = copy("rem.u32 %r3, %r0, 17; cp.async.cg.shared.global [%r2], [%rd2], 16, %r3;")
    _, found = launch(text, source, np.zeros(512, np.uint8))
    expected = source.reshape(32, 16).copy()
    for lane in range(32):
        expected[lane, lane % 17 :] = 0
    np.testing.assert_array_equal(found.reshape(32, 16), expected)


def test_an_ignored_source_is_never_read(launch: Launch) -> None:
    """Half of the threads point to nothing, and say so."""
    source = np.arange(64, dtype=np.uint32)
    text = copy("setp.ge.u32 %p0, %r0, 16; cp.async.ca.shared.global [%r2], [%rd2], 16, %p0;")
    _, found = launch(text, source, np.ones(128, np.uint32))
    np.testing.assert_array_equal(found, np.concatenate((source, np.zeros(64, np.uint32))))


def test_a_guard_holds_copies_back(launch: Launch) -> None:
    source = np.arange(64, dtype=np.uint32)
    text = copy("setp.lt.u32 %p0, %r0, 16; @%p0 cp.async.ca.shared.global [%r2], [%rd2], 16;")
    _, found = launch(text, source, np.ones(128, np.uint32))
    np.testing.assert_array_equal(found, np.concatenate((source, np.full(64, STALE))))


PIPELINE = """
    .shared .align 16 .b8 tile[4096];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mov.u32 %r20, %ctaid.x;
    mul.lo.u32 %r21, %r20, 16384;
    cvt.u64.u32 %rd5, %r21;
    add.u64 %rd0, %rd0, %rd5;
    mad.lo.u32 %r2, %r0, 16, %r1;
    mad.wide.u32 %rd2, %r0, 16, %rd0;
    cp.async.cg.shared.global [%r2], [%rd2], 16;
    cp.async.commit_group;
    mov.u32 %r3, 0;
    mov.f32 %f0, 0f00000000;
    LOOP:
    add.u32 %r4, %r3, 1;
    and.b32 %r5, %r4, 1;
    mad.lo.u32 %r6, %r5, 2048, %r2;
    mul.wide.u32 %rd3, %r4, 2048;
    add.u64 %rd3, %rd2, %rd3;
    setp.lt.u32 %p0, %r4, 8;
    @%p0 cp.async.cg.shared.global [%r6], [%rd3], 16;
    cp.async.commit_group;
    cp.async.wait_group 1;
    BARRIER
    and.b32 %r7, %r3, 1;
    xor.b32 %r8, %r0, 127;
    mad.lo.u32 %r8, %r8, 16, %r1;
    mad.lo.u32 %r8, %r7, 2048, %r8;
    ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [%r8];
    add.f32 %f1, %f1, %f2; add.f32 %f3, %f3, %f4; add.f32 %f1, %f1, %f3; add.f32 %f0, %f0, %f1;
    bar.sync 0;
    mov.u32 %r3, %r4;
    setp.lt.u32 %p1, %r3, 8;
    @%p1 bra LOOP;
    mad.lo.u32 %r9, %r20, 128, %r0;
    mad.wide.u32 %rd4, %r9, 4, %rd1;
    st.global.f32 [%rd4], %f0;
    ret;
"""


def test_double_buffered_pipeline(launch: Launch) -> None:
    """Eight tiles through two buffers; each thread sums what its mirror image copied."""
    rng = np.random.default_rng(7)
    source = rng.integers(-8, 8, (3, 8, 128, 4)).astype(np.float32)
    text = kernel(PIPELINE.replace("BARRIER", "bar.sync 0;"))
    _, found = launch(text, source, np.zeros((3, 128), np.float32), grid=3, block=128)
    np.testing.assert_array_equal(found, source.sum(axis=(1, 3))[:, ::-1])


@pytest.mark.parametrize("wait", ["", "cp.async.wait_group 1;"])
def test_a_missing_or_weak_wait_shows_stale_data(wait: str) -> None:
    text = copy("cp.async.ca.shared.global [%r2], [%rd2], 16;", wait)
    result = execute(text, [np.arange(128, dtype=np.uint32), np.zeros(128, np.uint32)])
    np.testing.assert_array_equal(result.array(1, np.uint32), np.full(128, STALE))


def test_a_group_number_counts_committed_groups_only() -> None:
    """A copy after the last commit is in no group: wait_group does not wait for it, wait_all does."""
    late = "cp.async.commit_group; cp.async.ca.shared.global [%r2], [%rd2], 16;"
    without = COPY.replace("    cp.async.commit_group;\n", "").replace("COPY", late)
    source = np.arange(128, dtype=np.uint32)
    for wait, expected in (("cp.async.wait_group 0;", np.full(128, STALE)), ("cp.async.wait_all;", source)):
        result = execute(kernel(without.replace("WAIT", wait)), [source, np.zeros(128, np.uint32)])
        np.testing.assert_array_equal(result.array(1, np.uint32), expected)


def test_bad_copies_are_refused_where_they_begin(fails: Fails) -> None:
    arrays = (np.zeros(128, np.uint32), np.zeros(128, np.uint32))
    over = "add.u64 %rd2, %rd2, 16; cp.async.ca.shared.global [%r2], [%rd2], 16;"
    fails("EMU001", "cp.async.ca", copy(over), *arrays)
    odd = "add.u64 %rd2, %rd2, 4; cp.async.cg.shared.global [%r2], [%rd2], 16;"
    fails("EMU002", "cp.async.cg", copy(odd), *arrays)
    target = "add.u32 %r2, %r2, 8; cp.async.cg.shared.global [%r2], [%rd2], 16;"
    fails("EMU002", "cp.async.cg", copy(target), *arrays)
    outside = "add.u32 %r2, %r2, 16; cp.async.cg.shared.global [%r2], [%rd2], 16;"
    fails("EMU001", "cp.async.cg", copy(outside), *arrays)
