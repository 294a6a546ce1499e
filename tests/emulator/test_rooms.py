"""Threads that leave a loop a few at a time and go on together when it is their turn."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.emulator import EmulatorError, Limits
from tests.emulator.launching import execute, kernel

THREADS, BLOCK = 1024, 128

STEPS = kernel(
    """.reg .pred %p<4>; .reg .b32 %r<12>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p]; mov.u32 %r0, %ctaid.x; mov.u32 %r1, %ntid.x; mov.u32 %r2, %tid.x;
    mad.lo.u32 %r0, %r0, %r1, %r2; mul.wide.u32 %rd1, %r0, 4; add.u64 %rd0, %rd0, %rd1;
    ld.global.u32 %r4, [%rd0]; mov.u32 %r3, 0;
    NEXT: setp.le.u32 %p0, %r4, 1;
    @%p0 bra DONE;
    and.b32 %r5, %r4, 1; setp.eq.u32 %p1, %r5, 0;
    @%p1 bra EVEN;
    mad.lo.u32 %r4, %r4, 3, 1;
    bra COUNT;
    EVEN: shr.u32 %r4, %r4, 1;
    COUNT: add.u32 %r3, %r3, 1;
    bra NEXT;
    DONE: bar.sync 0;
    setp.eq.u32 %p2, %r4, 1;
    @%p2 add.u32 %r3, %r3, 1000;
    st.global.u32 [%rd0], %r3; ret;"""
)
"""The steps of 3 n + 1 to 1, and 1000 for those that came to 1: all but n = 0."""
BEFORE, LAST, ODD, EVEN = 9, 7, 9, 8
"""Instructions before the loop, after its last test (that included), and of a round."""


def walk(value: int) -> tuple[int, int]:
    """The result of a thread, and how many instructions it executes."""
    steps, executed = 0, BEFORE + LAST
    start = value
    while value > 1:
        executed += ODD if value % 2 else EVEN
        value = 3 * value + 1 if value % 2 else value // 2
        steps += 1
    return steps + (1000 if start else 0), executed


@pytest.mark.parametrize("lanes", [BLOCK, 2 * BLOCK, THREADS], ids=lambda n: f"{n} lanes")
def test_loops_that_end_one_thread_at_a_time(lanes: int) -> None:
    """Several batches go through the same rooms."""
    values = np.random.default_rng(3).integers(0, 3000, THREADS, dtype=np.uint32)
    wanted = [walk(v) for v in values.tolist()]
    result = execute(
        STEPS, [values], grid=THREADS // BLOCK, block=BLOCK, limits=Limits(batch_lanes=lanes), track=False
    )
    assert result.array(0, np.uint32).tolist() == [r for r, _ in wanted]
    assert result.statistics.thread_instructions == sum(executed for _, executed in wanted)


TWO_LOOPS = kernel(
    """.reg .pred %p<2>; .reg .b32 %r<4>;
    mov.u32 %r0, %tid.x; mov.u32 %r1, 0;
    FIRST: add.u32 %r1, %r1, 1; setp.lt.u32 %p0, %r1, 500;
    @%p0 bra FIRST;
    setp.lt.u32 %p0, %r0, 8;
    @%p0 bra SECOND;
    ret;
    SECOND: sub.u32 %r1, %r1, 1; setp.ne.u32 %p0, %r1, 0;
    @%p0 bra SECOND;
    ret;"""
)
"""Eight threads go on with a second loop; they execute 3005 instructions in all."""


def test_instructions_before_a_room_count() -> None:
    execute(TWO_LOOPS, [np.zeros(1)], block=128, limits=Limits(thread_steps=3005))
    with pytest.raises(EmulatorError) as caught:
        execute(TWO_LOOPS, [np.zeros(1)], block=128, limits=Limits(thread_steps=3000))
    assert caught.value.id == "EMU020"
