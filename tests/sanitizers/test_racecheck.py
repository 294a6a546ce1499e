"""Races, planted one by one: which pairs are reported, at which lines, threads and bytes, and which are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice, LaunchConfig
from tests.emulator.launching import kernel, line_of
from tests.sanitizers.racing import BEGIN, races

Array = np.ndarray[Any, Any]


def test_a_finding_says_who_where_and_which_bytes() -> None:
    text, (found,) = races("""
    st.shared.u32 [%r3], %r0;
    @%p0 ld.shared.u32 %r4, [%r3+132];""")
    assert (found.tool, found.kind, found.id) == ("racecheck", "read-write", "SAN021")
    assert found.line == line_of(text, "ld.shared")
    assert found.other is not None
    assert found.other.line == line_of(text, "st.shared")
    assert [p.thread for p in found.threads] == [(0, 0, 0), (33, 0, 0)]
    assert (found.space, found.address, found.nbytes) == ("shared", 132, 4)
    assert "shared" in found.buffer


def test_global_findings_name_the_parameter() -> None:
    text, (found,) = races("@%p0 st.global.u32 [%rd0+8], %r1;", grid=2)
    assert (found.kind, found.buffer, found.space) == ("write-write", "p", "global")
    assert {p.cta for p in found.threads} == {(0, 0, 0), (1, 0, 0)}
    assert found.line == line_of(text, "st.global")


@pytest.mark.parametrize("lanes", [32, 16384])
def test_ctas_race_even_when_they_run_one_after_the_other(lanes: int) -> None:
    _, found = races(
        "@%p1 st.global.u32 [%rd2], %r0;\n    @!%p1 ld.global.u32 %r4, [%rd2];", grid=2, block=32, lanes=lanes
    )
    assert [f.kind for f in found] == ["read-write"]
    assert {p.cta for p in found[0].threads} == {(0, 0, 0), (1, 0, 0)}


@pytest.mark.parametrize("lanes", [32, 16384])
def test_reads_before_the_first_write_of_a_buffer_count(lanes: int) -> None:
    """Reads of a buffer that nobody has written are only noted; the first write brings them back."""
    _, found = races(
        "@!%p1 ld.global.u32 %r4, [%rd2];\n    @%p1 ld.global.u32 %r5, [%rd2];\n"
        "    setp.eq.u32 %p2, %r1, 2;\n    @%p2 st.global.u32 [%rd2], %r0;",
        grid=3,
        block=32,
        lanes=lanes,
    )
    assert found
    assert {f.kind for f in found} == {"read-write"}


@pytest.mark.parametrize(
    "body",
    [
        "st.shared.u32 [%r3], %r0;\n ld.shared.u32 %r4, [%r3];",
        "st.shared.u32 [%r3], %r0;\n bar.sync 0;\n ld.shared.u32 %r4, [%r2];",
        "ld.shared.u32 %r4, [%r2];\n bar.sync 0;\n @%p0 st.shared.u32 [%r2], %r0;",
        "red.shared.add.u32 [%r2], 1;\n red.shared.max.u32 [%r2], 1;",
        "atom.global.add.u32 %r4, [%rd0], 1;",
        "ld.global.u32 %r4, [%rd0];\n ld.shared.u32 %r5, [%r2];",
        "st.volatile.global.u32 [%rd0], %r0;\n ld.volatile.global.u32 %r5, [%rd0];",
        "cvt.u16.u32 %h0, %r0;\n add.u32 %r5, %r2, %r0;\n st.shared.u8 [%r5], %h0;",
    ],
    ids=["own", "barrier", "write after", "atomics", "atom", "reads", "volatile", "neighbouring bytes"],
)
def test_what_is_ordered_or_atomic_is_no_race(body: str) -> None:
    assert races(body)[1] == ()


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("st.shared.u32 [%r2], %r0;", {"write-write"}),
        ("st.shared.u32 [%r3], %r0;\n ld.shared.u32 %r4, [%r2];", {"read-write"}),
        ("ld.shared.u32 %r4, [%r2];\n @%p0 st.shared.u32 [%r2], %r0;", {"read-write"}),
        ("red.shared.add.u32 [%r2], 1;\n ld.shared.u32 %r4, [%r2];", {"atomic-plain"}),
        ("st.shared.u32 [%r3], 0;\n red.shared.add.u32 [%r2], 1;", {"atomic-plain"}),
        ("red.global.add.u32 [%rd0], 1;\n ld.global.u32 %r4, [%rd0];", {"atomic-plain"}),
        ("ld.global.u32 %r4, [%rd0];\n red.global.add.u32 [%rd0], 1;", {"atomic-plain"}),
        ("st.global.u32 [%rd0], %r0;", {"write-write"}),
        ("st.shared.v4.u32 [%r2], {%r0, %r0, %r0, %r0};", {"write-write"}),
        ("cvt.u16.u32 %h0, %r0;\n st.shared.u8 [%r2+5], %h0;\n ld.shared.u32 %r4, [%r2+4];", None),
    ],
)
def test_unordered_pairs_are_races(body: str, kinds: set[str] | None) -> None:
    found = {f.kind for f in races(body)[1]}
    assert found == (kinds or {"write-write", "read-write"})


def test_bytes_of_one_word_are_told_apart() -> None:
    """Threads write one byte each, then read their neighbour's; the report names the byte."""
    _, found = races("""
    add.u32 %r5, %r2, %r0;
    cvt.u16.u32 %h0, %r0;
    st.shared.u8 [%r5], %h0;
    setp.eq.u32 %p2, %r0, 6;
    @%p2 ld.shared.u8 %h1, [%r5+1];""")
    assert [(f.address, f.nbytes, f.count) for f in found] == [(7, 1, 1)]


def test_a_race_is_found_whoever_came_first() -> None:
    """Three warps read, only two of them meet the writer at a barrier: the third one's read is unordered."""
    _, found = races(
        """
    ld.shared.u32 %r4, [%r2];
    setp.ge.u32 %p2, %r0, 64;
    @%p2 bra DONE;
    bar.sync 1, 64;
    @%p0 st.shared.u32 [%r2], %r0;
DONE:""",
        block=96,
    )
    assert [f.kind for f in found] == ["read-write"]
    assert found[0].threads[1].thread[0] >= 64


def test_warps_need_a_barrier_of_the_cta() -> None:
    """A barrier of the warp orders its own lanes only."""
    body = """
    st.shared.u32 [%r3], %r0;
    bar.warp.sync 0xffffffff;
    xor.b32 %r4, %r0, {mask};
    mad.lo.u32 %r5, %r4, 4, %r2;
    ld.shared.u32 %r6, [%r5];"""
    assert races(body.format(mask=5))[1] == ()
    assert [f.kind for f in races(body.format(mask=32))[1]] == ["read-write"]


def test_a_barrier_of_some_lanes_orders_those() -> None:
    body = """
    st.shared.u32 [%r3], %r0;
    setp.lt.u32 %p2, %r0, 16;
    @%p2 bra LOW;
    bar.warp.sync 0xffff0000;
    bra JOIN;
LOW:
    bar.warp.sync 0x0000ffff;
JOIN:
    xor.b32 %r4, %r0, {mask};
    mad.lo.u32 %r5, %r4, 4, %r2;
    ld.shared.u32 %r6, [%r5];"""
    assert races(body.format(mask=7), block=32)[1] == ()
    assert [f.kind for f in races(body.format(mask=16), block=32)[1]] == ["read-write"]


def test_an_arrival_does_not_wait() -> None:
    """Who only arrives may not read what the others write before they wait."""
    _, found = races("""
    setp.ge.u32 %p2, %r0, 32;
    @%p2 bra WAITS;
    bar.arrive 1, 64;
    ld.shared.u32 %r4, [%r3+128];
    bra DONE;
WAITS:
    st.shared.u32 [%r3], %r0;
    bar.sync 1, 64;
DONE:""")
    assert [f.kind for f in found] == ["read-write"]


VISIT = """
    st.shared.u32 [%r3], %r0;
    barrier.cluster.arrive.release.aligned;
    barrier.cluster.wait.acquire.aligned;
    mapa.shared::cluster.u32 %r4, %r3, {rank};
    setp.ne.u32 %p2, %r1, {rank};
    @%p2 {access}
    {end}"""
LEAVE = "barrier.cluster.arrive.aligned;\n barrier.cluster.wait.aligned;"


def visits(access: str, end: str, rank: int, schedule: int | None) -> list[tuple[str, str]]:
    """Kind and instruction of what is found where one CTA of two goes to the shared memory of the other one."""
    text = kernel(BEGIN + VISIT.format(rank=rank, access=access, end=end) + "\n    ret;")
    with EmulatedDevice(sanitize="collect", schedule=schedule) as device:
        array = device.zeros(256, np.uint32)
        entry = device.load_module(text).get_kernel("k")
        entry.launch(LaunchConfig(2, 64, cluster=(2, 1, 1)), [array])
        return sorted({(f.kind, f.witness.instruction.split()[1]) for f in device.findings if f.witness})


@pytest.mark.parametrize("schedule", [None, 1, 2])
@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize(
    "access",
    [
        "ld.shared::cluster.u32 %r5, [%r4];",
        "st.shared::cluster.u32 [%r4+256], %r0;",
        "atom.shared::cluster.add.u32 %r5, [%r4], 1;",
    ],
)
def test_a_cta_must_not_end_before_others_are_done_with_it(
    access: str, rank: int, schedule: int | None
) -> None:
    """Whichever CTA came first in this run."""
    assert visits(access, LEAVE, rank, schedule) == []
    assert visits(access, "", rank, schedule) == [("exited-cta", access.split()[0])]
    # Who only arrives does not wait for the others.
    arrives = LEAVE.splitlines()[0]
    assert visits(access, arrives, rank, schedule) == [("exited-cta", access.split()[0])]


@pytest.mark.parametrize("lanes", [32, 16384])
@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        (
            "atom.relaxed.cta.global.add.u32 %r4, [%rd0], 1;",
            "atom.relaxed.gpu.global.add.u32 %r4, [%rd0], 1;",
            True,
        ),
        ("st.relaxed.cta.global.u32 [%rd0], 1;", "ld.relaxed.gpu.global.u32 %r4, [%rd0];", True),
        ("red.global.add.u32 [%rd0], 1;", "red.relaxed.sys.global.add.u32 [%rd0], 1;", False),
        ("st.relaxed.gpu.global.u32 [%rd0], 1;", "ld.volatile.global.u32 %r4, [%rd0];", False),
        ("red.relaxed.cluster.global.add.u32 [%rd0], 1;", "red.relaxed.sys.global.add.u32 [%rd0], 1;", True),
        ("ld.relaxed.cta.global.u32 %r5, [%rd0];", "ld.relaxed.cta.global.u32 %r4, [%rd0];", False),
    ],
)
def test_scopes_must_reach_the_other_cta(first: str, second: str, kinds: bool, lanes: int) -> None:
    body = f"@%p1 bra FIRST;\n    {second}\n    bra DONE;\nFIRST:\n    {first}\nDONE:"
    found = races(body, grid=2, block=32, lanes=lanes)[1]
    assert {f.kind for f in found} == ({"narrow-scope"} if kinds else set())


@pytest.mark.parametrize(
    ("fence", "store", "load", "silent"),
    [
        ("", "st.release.gpu", "ld.acquire.gpu", True),
        ("", "st.release.cta", "ld.acquire.gpu", False),
        ("", "st.release.gpu", "ld.acquire.cta", False),
        ("", "st.release.cluster", "ld.acquire.gpu", False),
        ("fence.acq_rel.cluster;", "st.relaxed.gpu", "ld.acquire.gpu", False),
        ("fence.acq_rel.gpu;", "st.relaxed.gpu", "ld.acquire.gpu", True),
        ("fence.acq_rel.cta;", "st.relaxed.gpu", "ld.acquire.gpu", False),
        ("membar.gl;", "st.volatile", "ld.acquire.gpu", True),
    ],
)
def test_release_and_acquire_between_ctas(fence: str, store: str, load: str, silent: bool) -> None:
    """CTA 0 writes and raises a flag, CTA 1 waits for it and reads."""
    _, found = races(
        f"""
    @%p1 bra WRITER;
READER:
    {load}.global.u32 %r4, [%rd0+512];
    setp.eq.u32 %p2, %r4, 0;
    @%p2 bra READER;
    ld.global.u32 %r5, [%rd0];
    bra DONE;
WRITER:
    @!%p0 bra DONE;
    st.global.u32 [%rd0], 7;
    {fence}
    {store}.global.u32 [%rd0+512], 1;
DONE:""",
        grid=2,
        block=32,
    )
    assert ("read-write" not in {f.kind for f in found}) == silent


TELL = """
    mov.u32 %r7, %cluster_ctarank;
    setp.ne.u32 %p1, %r7, 0;
    @%p1 bra HEAR;
    @!%p0 bra DONE;
    st.global.u32 [%rd0], 7;
    """
HEAR = """
    bra DONE;
HEAR:
    ld.acquire.gpu.global.u32 %r4, [%rd0+{cluster}];
    setp.eq.u32 %p2, %r4, 0;
    @%p2 bra HEAR;
    ld.global.u32 %r5, [%rd0];
DONE:"""


@pytest.mark.parametrize(("scope", "apart"), [("cta", True), ("cluster", False), ("gpu", False)])
@pytest.mark.parametrize("way", ["count", "release", "fence"])
def test_the_scope_of_a_cluster_reaches_its_ctas(scope: str, apart: bool, way: str) -> None:
    """Two clusters of two CTAs: CTA 0 tells what it wrote to its neighbour, or all four count."""
    body = {
        "count": "atom.relaxed.{scope}.global.add.u32 %r4, [%rd0+{cluster}], 1;",
        "release": f"{TELL}st.release.{{scope}}.global.u32 [%rd0+{{cluster}}], 1;{HEAR}",
        "fence": f"{TELL}fence.acq_rel.{{scope}}; st.relaxed.gpu.global.u32 [%rd0+{{cluster}}], 1;{HEAR}",
    }[way]
    own = f"mov.u32 %r6, %clusterid.x; mul.wide.u32 %rd3, %r6, 1024; add.u64 %rd0, %rd0, %rd3;\n{body}"
    for place, kinds in ((own, apart), (body, apart or scope == "cluster")):
        found = races(place.format(scope=scope, cluster=512), grid=4, block=32, cluster=2)[1]
        wanted = {
            "count": {"narrow-scope"},
            "release": {"read-write", "narrow-scope"},
            "fence": {"read-write"},
        }[way]
        if way == "count" or place is own:
            assert {f.kind for f in found} == (wanted if kinds else set())


@pytest.mark.parametrize("missing", range(4))
def test_of_many_readers_one_is_not_waited_for(missing: int) -> None:
    """Four warps read one word; three of them meet the writer, whichever the fourth is and whenever it read."""
    _, found = races(
        f"""
    shr.u32 %r4, %r0, 5;
    setp.eq.u32 %p1, %r4, 4;
    @%p1 bra WRITER;
    bar.arrive 2, 160;
    ld.shared.u32 %r5, [%r2];
    setp.eq.u32 %p2, %r4, {missing};
    @%p2 bra DONE;
    bar.arrive 1, 128;
    bra DONE;
WRITER:
    bar.sync 2, 160;
    bar.sync 1, 128;
    setp.eq.u32 %p3, %r0, 128;
    @%p3 st.shared.u32 [%r2], 1;
DONE:""",
        block=160,
    )
    assert [f.kind for f in found] == ["read-write"]
    assert {p.thread[0] // 32 for p in found[0].threads if p.thread[0] < 128} == {missing}
