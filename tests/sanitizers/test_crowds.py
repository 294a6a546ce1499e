"""Of many accesses to one place each counts: the reader, the atomic, the agreeing writer that nobody knows of."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.emulator.sanitizers.crowds import Crowd
from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT
from tests.emulator.launching import line_of
from tests.sanitizers.racing import races

READERS = """
    setp.eq.u32 %p2, %r1, 4;
    @%p2 bra WRITER;
    @!%p0 bra DONE;
    {access}
    setp.eq.u32 %p3, %r1, {missing};
    @%p3 bra DONE;
    red.release.gpu.global.add.u32 [%rd0+512], 1;
    bra DONE;
WRITER:
    @!%p0 bra DONE;
WAIT:
    ld.acquire.gpu.global.u32 %r4, [%rd0+512];
    setp.lt.u32 %p3, %r4, {count};
    @%p3 bra WAIT;
    st.global.u32 [%rd0], 1;
DONE:"""


@pytest.mark.parametrize("missing", [0, 1, 2, 3, None])
@pytest.mark.parametrize(
    ("access", "kind"),
    [
        ("ld.global.u32 %r5, [%rd0];", "read-write"),
        ("red.relaxed.gpu.global.add.u32 [%rd0], 1;", "atomic-plain"),
    ],
)
def test_of_four_ctas_the_writer_does_not_wait_for_one(access: str, kind: str, missing: int | None) -> None:
    """CTA 4 writes what the others have read or counted; one of them does not say that it is done."""
    body = READERS.format(
        access=access, missing=9 if missing is None else missing, count=3 + (missing is None)
    )
    text, found = races(body, grid=5, block=32)
    if missing is None:
        assert found == ()
        return
    (race,) = found
    assert race.kind == kind
    assert {race.line, race.other.line if race.other else 0} == {
        line_of(text, access),
        line_of(text, "st.global"),
    }
    assert {p.cta[0] for p in race.threads} == {missing, 4}


@pytest.mark.parametrize("space", ["shared", "global"])
def test_readers_before_a_strong_read_of_the_same_thread(space: str) -> None:
    """A strong read is no fault beside an atomic one; the plain read before it is."""
    place = "%r2" if space == "shared" else "%rd0"
    body = f"""
    setp.ge.u32 %p2, %r0, 32;
    @%p2 bra ADDS;
    ld.{space}.u32 %r5, [{place}];
    ld.relaxed.gpu.{space}.u32 %r6, [{place}];
    bra DONE;
ADDS:
    fence.acq_rel.gpu;
    red.relaxed.gpu.{space}.add.u32 [{place}], 1;
DONE:"""
    text, found = races(body, block=64)
    assert {f.kind for f in found} == {"atomic-plain"}
    assert any(line_of(text, f"ld.{space}") in (f.line, f.other.line if f.other else 0) for f in found)


@pytest.mark.parametrize("lanes", ["0x0000ffff", "0xffffffff"])
def test_lanes_of_one_warp_read_and_some_say_so(lanes: str) -> None:
    """Lanes tell each other by a warp barrier, one of them tells the writer: those that took no part are open."""
    low = int(lanes, 16)
    body = f"""
    .shared .align 8 .b64 done;
    mov.u32 %r8, done;
    @%p0 mbarrier.init.shared.b64 [%r8], 1;
    bar.sync 0;
    setp.ge.u32 %p2, %r0, 32;
    @%p2 bra WRITER;
    ld.shared.u32 %r5, [%r2];
    shl.b32 %r9, 1, %r0;
    and.b32 %r9, %r9, {low};
    setp.eq.u32 %p3, %r9, 0;
    @%p3 bra DONE;
    bar.warp.sync {lanes};
    @%p0 mbarrier.arrive.shared.b64 _, [%r8];
    bra DONE;
WRITER:
    mbarrier.try_wait.parity.shared.b64 %p3, [%r8], 0;
    @!%p3 bra WRITER;
    setp.eq.u32 %p3, %r0, 32;
    @%p3 st.shared.u32 [%r2], 1;
DONE:"""
    for text in (body, body.replace("ld.shared.u32 %r5", "ld.shared.u32 %r4, [%r2];\n    ld.shared.u32 %r5")):
        found = races(text)[1]
        assert [f.kind for f in found] == ([] if lanes == "0xffffffff" else ["read-write"] * len(found))
        assert bool(found) == (lanes != "0xffffffff")
        for race in found:
            assert {p.thread[0] for p in race.threads} - {32} <= set(range(16, 32))


@pytest.mark.parametrize("teller", [0, 7, 31])
def test_all_writers_that_agree_count(teller: int) -> None:
    """Lanes write the same; one of them tells the reader, who knows nothing of the others."""
    body = f"""
    .shared .align 8 .b64 done;
    mov.u32 %r8, done;
    @%p0 mbarrier.init.shared.b64 [%r8], 1;
    bar.sync 0;
    setp.ge.u32 %p2, %r0, 32;
    @%p2 bra READER;
    st.shared.u32 [%r2], 7;
    setp.eq.u32 %p3, %r0, {teller};
    @%p3 mbarrier.arrive.shared.b64 _, [%r8];
    bra DONE;
READER:
    mbarrier.try_wait.parity.shared.b64 %p3, [%r8], 0;
    @!%p3 bra READER;
    setp.eq.u32 %p3, %r0, 32;
    @%p3 ld.shared.u32 %r5, [%r2];
DONE:"""
    (race,) = races(body)[1]
    assert race.kind == "read-write"
    told = body.replace("setp.eq.u32 %p3, %r0, {", "{").replace("DONE:", "DONE:")
    told = told.replace("st.shared.u32 [%r2], 7;", "st.shared.u32 [%r2], 7;\n    bar.warp.sync 0xffffffff;")
    assert races(told)[1] == ()


COUNTED = "mbarrier::complete_tx::bytes"


@pytest.mark.parametrize("waited", [0, 1, 2, None])
def test_each_of_several_reductions_is_waited_for(waited: int | None) -> None:
    """Three words are added to one, each counted by an mbarrier of its own; the sum is read after one or all waits."""
    inits = "\n".join(f"    mbarrier.init.shared.b64 [%r8+{8 * n}], 1;" for n in range(3))
    sends = "\n".join(
        f"""    mbarrier.arrive.expect_tx.shared.b64 _, [%r8+{8 * n}], 4;
    red.async.relaxed.cluster.shared::cluster.{COUNTED}.add.u32 [%r2], %r4, [%r8+{8 * n}];"""
        for n in range(3)
    )
    waits = "\n".join(
        f"""W{n}:
    mbarrier.try_wait.parity.shared.b64 %p3, [%r8+{8 * n}], 0;
    @!%p3 bra W{n};"""
        for n in (range(3) if waited is None else (waited,))
    )
    rest = "\n".join(
        f"""R{n}:
    mbarrier.try_wait.parity.shared.b64 %p3, [%r8+{8 * n}], 0;
    @!%p3 bra R{n};"""
        for n in range(3)
    )
    body = f"""
    .shared .align 8 .b8 done[24];
    mov.u32 %r8, done;
    mov.u32 %r4, 1;
    @!%p0 bra READY;
    st.shared.u32 [%r2], 0;
{inits}
    fence.proxy.async.shared::cta;
{sends}
{waits}
    ld.shared.u32 %r5, [%r2];
{rest}
READY:
    bar.sync 0;"""
    _, found = races(body, block=32)
    assert {f.kind for f in found} == (set() if waited is None else {"in-flight"})


def test_a_crowd_remembers_the_last_access_of_each_thread() -> None:
    crowd = Crowd((4, 2))
    cells, stamps = np.array([3, 3, 5, 3]), (np.array([1, 2, 3, 4]) << SHIFT) + np.array([7, 8, 7, 7])
    crowd.add(cells, stamps, 0)
    assert {int(s) for _, some in crowd.at(np.array([3])) for s in some} == {int(stamps[1]), int(stamps[3])}
    crowd.refine(2)
    places = [place for place, _ in crowd.at(np.array([1 * 4 + 1, 1 * 4 + 3, 2 * 4 + 1]))]
    assert [p.tolist() for p in places] == [[0, 0, 1, 1, 2]]
    crowd.clear(np.array([5, 7]), 3)
    assert {int(s) for _, some in crowd.at(np.array([5])) for s in some} == {int(stamps[3])}


def test_copies_of_a_crowd_end_one_by_one() -> None:
    crowd = Crowd((1, 1))
    stamps = (np.array([1, 2]) << SHIFT) + 9 + FLIGHT
    crowd.add(np.zeros(2, np.int64), stamps, 0)
    crowd.settle(1, np.array([9]), 5)
    left = {int(s) for _, some in crowd.at(np.zeros(1, np.int64)) for s in some}
    assert left == {(5 << SHIFT) + 9, int(stamps[1])}
