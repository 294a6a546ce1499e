"""Threads that part: those that stay, with padding in the places of those that left, must not show that it is there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ptxgen.emulator import Access, EmulatorError, Limits, Observer
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.sanitizers import Choice, Session
from ptxgen.ir.instruction import Instruction
from tests.emulator.launching import execute, kernel

Fails = Callable[..., EmulatorError]
RNG = np.random.default_rng(7)

INDEX = """.reg .pred %p<4>; .reg .b32 %r<12>; .reg .b64 %rd<12>;
    mov.u32 %r0, %ctaid.x; mov.u32 %r1, %ntid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r0, %r0, %r1, %r2;
    mul.wide.u32 %rd0, %r0, 4;
"""
SUMS = kernel(
    INDEX
    + """ld.param.u64 %rd1, [starts]; ld.param.u64 %rd2, [values]; ld.param.u64 %rd3, [sums];
    add.u64 %rd4, %rd1, %rd0;
    ld.global.u32 %r3, [%rd4]; ld.global.u32 %r4, [%rd4+4];
    mov.u32 %r5, 0;
    LOOP: setp.ge.u32 %p0, %r3, %r4;
    @%p0 bra DONE;
    mul.wide.u32 %rd5, %r3, 4; add.u64 %rd6, %rd2, %rd5;
    ld.global.u32 %r6, [%rd6];
    add.u32 %r5, %r5, %r6; add.u32 %r3, %r3, 1;
    bra LOOP;
    DONE: add.u64 %rd7, %rd3, %rd0;
    st.global.u32 [%rd7], %r5;
    ret;""",
    params=".param .u64 starts, .param .u64 values, .param .u64 sums",
)
"""Row sums of a ragged matrix: every thread leaves the loop when its row ends, the last row at the buffer's end."""


def ragged(rows: int, longest: int = 40) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    lengths = RNG.integers(0, longest, rows)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
    return starts, RNG.integers(0, 1 << 20, int(starts[-1])).astype(np.uint32)


def sums_of(starts: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> list[int]:
    return [int(values[a:b].sum(dtype=np.uint32)) for a, b in pairwise(starts)]


@pytest.mark.parametrize("block", [32, 33, 100, 128])
@pytest.mark.parametrize("lanes", [64, 16384])
def test_rows_of_many_lengths(block: int, lanes: int) -> None:
    starts, values = ragged(4 * block)
    result = execute(
        SUMS,
        [starts, values, np.zeros(4 * block, np.uint32)],
        grid=4,
        block=block,
        limits=Limits(batch_lanes=lanes),
    )
    assert result.array(2, np.uint32).tolist() == sums_of(starts, values)
    lengths = np.diff(starts.astype(np.int64))
    assert result.statistics.thread_instructions == int((17 + 8 * lengths).sum())


def test_instructions_of_warps_are_counted_once() -> None:
    starts, values = ragged(256)
    result = execute(SUMS, [starts, values, np.zeros(256, np.uint32)], grid=2, block=128)
    longest = np.diff(starts.astype(np.int64)).reshape(8, 32).max(axis=1)
    # Threads that have left wait for the others of the batch, so the end is executed once by each warp.
    assert result.statistics.instructions == int((17 + 8 * longest).sum())


class Seen(Observer):
    """Every access, as pairs of thread and address."""

    def __init__(self) -> None:
        self.loads: list[tuple[int, int]] = []
        self.stores: list[tuple[int, int]] = []
        self.stored_bytes: list[int] = []

    def loaded(self, access: Access) -> None:
        self.loads += zip(access.threads.tolist(), access.address.tolist(), strict=True)

    def stored(self, access: Access) -> None:
        self.stores += zip(access.threads.tolist(), access.address.tolist(), strict=True)
        assert access.data is not None
        self.stored_bytes += access.data().view(np.uint32)[:, 0].tolist()


def test_observers_are_told_of_each_access_once() -> None:
    starts, values = ragged(128)
    seen = Seen()
    result = execute(SUMS, [starts, values, np.zeros(128, np.uint32)], block=128, observers=[seen])
    assert len(seen.stores) == len(set(seen.stores)) == 128
    assert [v for _, v in sorted(zip(seen.stores, seen.stored_bytes, strict=True))] == sums_of(starts, values)
    assert len(seen.loads) == len(values) + 2 * 128 + 3 * 128
    assert result.array(2, np.uint32).tolist() == sums_of(starts, values)


def test_all_sanitizers_are_content() -> None:
    starts, values = ragged(96)
    session = Session(Choice())
    execute(SUMS, [starts, values, np.zeros(96, np.uint32)], block=96, observers=session.observers)
    assert not session.report.findings


class Uses(Observer):
    """Who used what nobody wrote."""

    follows_values = True

    def __init__(self) -> None:
        self.threads: list[int] = []

    def used(
        self, instruction: Instruction, what: str, threads: Any, origin: Access | None, batch: Batch
    ) -> None:
        self.threads += threads.tolist()


def test_unset_values_are_followed_through_loops_that_threads_leave() -> None:
    """Threads 5 and 9 copy what nobody wrote, go round the loop like the others, and use it in the end."""
    text = kernel(
        INDEX
        + """ld.param.u64 %rd1, [p];
        .shared .align 4 .b32 s[32];
        mov.u32 %r3, s; shl.b32 %r4, %r0, 2; add.u32 %r3, %r3, %r4;
        setp.eq.u32 %p0, %r0, 5; setp.eq.or.u32 %p0, %r0, 9, %p0;
        @!%p0 st.shared.u32 [%r3], %r0;
        ld.shared.u32 %r5, [%r3];
        mov.u32 %r6, 0;
        LOOP: mov.u32 %r7, %r5;
        add.u32 %r6, %r6, 1;
        setp.lt.u32 %p1, %r6, %r0;
        @%p1 bra LOOP;
        add.u32 %r8, %r7, 1;
        add.u64 %rd2, %rd1, %rd0;
        st.global.u32 [%rd2], %r8;
        ret;"""
    )
    uses = Uses()
    execute(text, [np.zeros(32, np.uint32)], observers=[uses])
    assert uses.threads == [5, 9]


def test_a_fault_names_the_thread_that_is_left(fails: Fails) -> None:
    """Rows have i elements, and the buffer ends before the last row does."""
    starts = np.cumsum(np.arange(65)).astype(np.uint32)
    values = np.zeros(int(starts[-1]) - 1, np.uint32)
    error = fails("EMU001", "ld.global.u32 %r6", SUMS, [starts, values, np.zeros(64, np.uint32)], block=64)
    assert error.place is not None
    assert error.place.thread == (63, 0, 0)


def test_the_last_thread_still_wins() -> None:
    """All threads of a round store to one place: the highest one that is left must have the last word."""
    text = kernel(
        INDEX
        + """ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q];
        add.u64 %rd3, %rd1, %rd0; ld.global.u32 %r3, [%rd3];
        mov.u32 %r4, 0;
        LOOP: setp.ge.u32 %p0, %r4, %r3;
        @%p0 bra DONE;
        mul.wide.u32 %rd4, %r4, 4; add.u64 %rd5, %rd2, %rd4;
        st.global.u32 [%rd5], %r0;
        add.u32 %r4, %r4, 1;
        bra LOOP;
        DONE: ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    rounds = RNG.integers(0, 50, 128).astype(np.uint32)
    result = execute(text, [rounds, np.full(50, 999, np.uint32)], block=128)
    wanted = [int(np.flatnonzero(rounds > i).max(initial=-1)) for i in range(50)]
    assert [v if v != 999 else -1 for v in result.array(1, np.uint32).tolist()] == wanted


def test_special_registers_are_those_of_the_threads_that_are_left() -> None:
    """Each round reads them anew, as an index that is out of bounds for all who have left."""
    text = kernel(
        INDEX
        + """ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q];
        mov.u32 %r3, 0;
        LOOP: mov.u32 %r4, %tid.x;
        sub.u32 %r5, %r4, %r3;
        mul.wide.u32 %rd3, %r5, 4; add.u64 %rd4, %rd1, %rd3;
        ld.global.u32 %r6, [%rd4];
        add.u32 %r3, %r3, 1;
        setp.le.u32 %p0, %r3, %r4;
        @%p0 bra LOOP;
        add.u64 %rd5, %rd2, %rd0; st.global.u32 [%rd5], %r6;
        ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    result = execute(text, [np.full(64, 3, np.uint32), np.zeros(64, np.uint32)], block=64)
    assert (result.array(1, np.uint32) == 3).all()


def test_local_memory_is_that_of_the_threads_that_are_left() -> None:
    text = kernel(
        INDEX
        + """.local .align 4 .b32 l[1];
        ld.param.u64 %rd1, [p];
        mov.u32 %r3, 0; st.local.u32 [l], %r3;
        LOOP: ld.local.u32 %r4, [l];
        add.u32 %r4, %r4, 1;
        st.local.u32 [l], %r4;
        add.u32 %r3, %r3, 1;
        setp.le.u32 %p0, %r3, %r0;
        @%p0 bra LOOP;
        ld.local.u32 %r5, [l];
        add.u64 %rd2, %rd1, %rd0; st.global.u32 [%rd2], %r5;
        ret;"""
    )
    result = execute(text, [np.zeros(96, np.uint32)], block=96)
    assert result.array(0, np.uint32).tolist() == list(range(1, 97))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("atom.global.add.u32 %r6, [%rd2], 1;", None),
        ("activemask.b32 %r6; popc.b32 %r6, %r6;", None),
        ("call (%r6), twice, (%r3);", [2 * i for i in range(64)]),
    ],
)
def test_what_must_not_be_done_twice_is_done_once(body: str, wanted: list[int] | None) -> None:
    """Inside a loop that threads leave one by one: an atomic, a look at who is here, a call."""
    text = kernel(
        INDEX
        + f"""ld.param.u64 %rd1, [p]; ld.param.u64 %rd2, [q];
        mov.u32 %r3, 0;
        LOOP: {body}
        add.u32 %r4, %r3, 0;
        setp.lt.u32 %p0, %r3, %r0;
        add.u32 %r3, %r3, 1;
        @%p0 bra LOOP;
        add.u64 %rd5, %rd1, %rd0; st.global.u32 [%rd5], %r6;
        ret;""",
        params=".param .u64 p, .param .u64 q",
        before=".func (.reg .b32 %a) twice(.reg .b32 %b)\n{\nshl.b32 %a, %b, 1;\nret;\n}\n",
    )
    result = execute(text, [np.zeros(64, np.uint32), np.zeros(1, np.uint32)], block=64)
    got = result.array(0, np.uint32)
    if wanted is not None:
        assert got.tolist() == wanted
    elif body.startswith("atom"):
        assert result.array(1, np.uint32)[0] == sum(range(1, 65))
        assert len(set(got.tolist())) == 64
    else:
        assert got.tolist() == [32 - i % 32 for i in range(64)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [("atom.global.add.u32 %r6, [%rd2], 1;", 48), ("red.global.add.u32 [%rd2], 1;", 48)],
)
def test_padding_ends_before_what_must_not_be_done_twice(body: str, wanted: int) -> None:
    """48 threads leave a loop one by one, meet behind it in a frame of 64 places, and go on together."""
    text = kernel(
        INDEX
        + f"""ld.param.u64 %rd2, [p];
        mov.u32 %r3, 0;
        LOOP: setp.lt.u32 %p0, %r3, %r0;
        add.u32 %r3, %r3, 1;
        @%p0 bra LOOP;
        mov.u32 %r5, 1;
        NEXT: {body}
        ret;"""
    )
    result = execute(text, [np.zeros(1, np.uint32)], block=48)
    assert result.array(0, np.uint32)[0] == wanted


def test_frames_are_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of partings take a few frames of each size."""
    made: list[int] = []
    begin = Frame.__init__

    def count(self: Frame, *arguments: Any, **options: Any) -> None:
        made.append(1)
        begin(self, *arguments, **options)

    monkeypatch.setattr(Frame, "__init__", count)
    starts, values = ragged(1024, longest=400)
    result = execute(SUMS, [starts, values, np.zeros(1024, np.uint32)], grid=8, block=128)
    assert result.array(2, np.uint32).tolist() == sums_of(starts, values)
    assert result.statistics.divergent_branches > 300
    assert len(made) < 60
