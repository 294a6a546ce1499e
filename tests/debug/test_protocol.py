"""Rings of stages between a producer and consumers, followed phase by phase: what is proved does go wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from ptxgen import Severity
from ptxgen.debug import Finding, Verdict, analyze_text
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.question import Question, answered
from ptxgen.ir.analysis import LaunchFacts
from ptxgen.kernels.registry import get
from tests.debug import handovers
from tests.debug.handovers import Handover
from tests.debug.rings import FAULTS, Ring, drawn

EXPECTED = {
    "consumer's parity": "PTX132",
    "producer's parity": "PTX194",
    "consumer's parity never flips": "PTX132",
    "producer's parity never flips": "PTX191",
    "no wait for full": "PTX192",
    "no wait for empty": "PTX191",
    "no arrival": "PTX194",
    "arrival before the read": "PTX191",
    "an arrival more for full": "PTX194",
    "an arrival more for empty": "PTX194",
    "an arrival less for empty": "PTX191",
    "bytes too many": "PTX130",
    "bytes too few": "PTX130",
    "bytes of one copy less": "PTX130",
    "another stage": "PTX192",
}


def static(text: str) -> list[Finding]:
    """What the rules say, hints left out."""
    report = analyze_text(text)
    assert not report.problem
    return [f for f in report.findings if f.severity is not Severity.HINT]


def witnessed(text: str, threads: int, buffers: dict[str, str]) -> set[str]:
    """What runs of the emulator show, under several orders of warps; a stage that nobody ever fills aside."""
    request = LaunchRequest(grid=(1, 1, 1), block=(threads, 1, 1), buffers=buffers)
    report = answered(text, "roles", Question(request), static=False)
    assert not report.problem
    return {f.id for f in report.findings if f.verdict is Verdict.WITNESS} - {"SAN010"}


@pytest.mark.parametrize("stages", [1, 2, 3])
@pytest.mark.parametrize("copies", [1, 2])
def test_right_rings_are_quiet(stages: int, copies: int) -> None:
    assert not static(Ring(stages, 7, 3, copies).text())


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_proved(fault: str) -> None:
    found = static(FAULTS[fault](Ring(2, 5, 3, 2)).text())
    assert {(f.id, f.verdict) for f in found} == {(EXPECTED[fault], Verdict.PROVED)}


def test_bounds_that_nobody_told_are_assumed() -> None:
    """A loop of as many rounds as a parameter says: what shows in the first round for any number is proved."""

    def opened(ring: Ring) -> str:
        text = ring.text().replace(".param .u64 y)", ".param .u64 y, .param .u32 n)")
        return text.replace("%r9, 5;", "%r9, %r21;").replace(
            "mov.u32 %r9, 0;", "mov.u32 %r9, 0; ld.param.u32 %r21, [n];"
        )

    broken = opened(FAULTS["no wait for empty"](Ring()))
    assert "%r9, 5" not in broken
    assert not static(opened(Ring()))
    assert {(f.id, f.verdict) for f in static(broken)} == {("PTX191", Verdict.UNKNOWN)}


def test_what_hangs_on_data_is_left_alone() -> None:
    text = FAULTS["no wait for empty"](Ring()).text()
    loaded = text.replace("mov.u32 %r9, 0;", "ld.global.u32 %r9, [%rd2];")
    assert loaded != text
    assert not [f for f in static(loaded) if f.verdict is Verdict.PROVED]


def agrees(seed: int) -> None:
    """What is proved of a ring is witnessed, and what is witnessed is proved."""
    ring, fault = drawn(seed)
    buffers = {"x": f"{ring.rounds * ring.bytes // 4}xu32", "y": f"{ring.warps * 32}xu32:out"}
    _agree(ring.text(), fault, 32 * (ring.warps + 1), buffers)


def agrees_on_handover(seed: int) -> None:
    """The same of a handover through counted barriers."""
    program, fault = handovers.drawn(seed)
    _agree(program.text(), fault, program.threads, {"y": f"{program.threads}xu32:out"})


def _agree(text: str, fault: str, threads: int, buffers: dict[str, str]) -> None:
    found = static(text)
    assert all(f.verdict is Verdict.PROVED for f in found), (text, found)
    seen = witnessed(text, threads, buffers)
    assert bool(found) == bool(seen), (text, fault, found, seen)
    assert fault or not found


@pytest.mark.parametrize("seed", range(8))
def test_the_emulator_agrees(seed: int) -> None:
    agrees(seed)
    agrees_on_handover(seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 500, 40))
def test_the_emulator_agrees_often(start: int) -> None:
    for seed in range(start, start + 40):
        agrees(seed)
        agrees_on_handover(seed)


def test_stages_that_one_copy_fills_in_pieces() -> None:
    """A phase that expects the bytes of one of two copies is over before the other has come."""
    text = FAULTS["bytes of one copy less"](evolve(Ring(), copies=2)).text()
    (found,) = static(text)
    assert found.message.endswith("expects 128 bytes, and copies bring 256")


def test_handovers() -> None:
    """Roles that hand tiles over through counted barriers: of one warp after another, with stores and loads."""
    assert not static(Handover(3, 6, 2).text())
    kinds = {
        "nobody waits for full": "PTX150",
        "nobody waits for empty": "PTX194",
        "no arrival at empty": "PTX194",
        "a warp less is counted": "PTX150",
        "a tile less is written": "PTX194",
        "another tile": "PTX150",
    }
    for fault, rule in kinds.items():
        found = static(handovers.FAULTS[fault](Handover(3, 6, 2)).text())
        assert {(f.id, f.verdict) for f in found} == {(rule, Verdict.PROVED)}, fault


def test_warps_that_name_different_barriers() -> None:
    """Two pairs of warps, each with a barrier of its own: it opens for a pair when both have come."""
    text = Handover(3, 2, 1).text()
    start, end = text.index("setp.lt.u32 %p1"), text.index("ret;\n}")
    pairs = "shr.u32 %r7, %r1, 6; add.u32 %r7, %r7, 1;\nbar.sync %r7, {};\n"
    assert not static(text[:start] + pairs.format(64) + text[end:])
    (found,) = static(text[:start] + pairs.format(96) + text[end:])
    assert (found.id, found.message) == (
        "PTX194",
        "64 of 96 threads come to bar.sync at barrier 1: the others never do",
    )


def test_boxes_of_tensor_maps() -> None:
    """How many bytes a tensor copy brings, the text does not say; where the launch does, they are compared."""
    text = (Path(__file__).parent / "kernels" / "wgmma_gemm.ptx").read_text()
    more = text.replace("[%r14], 32768;", "[%r14], 32784;")
    assert more != text

    def said(text: str, boxes: dict[str, int]) -> list[str]:
        facts = LaunchFacts((1, 1, 1), (288, 1, 1), {"m": 33}, boxes=boxes)
        report = analyze_text(text, facts=facts, entry="wgmma_gemm")
        return [f"{f.id} {f.verdict.value}" for f in report.findings if f.severity is not Severity.HINT]

    assert said(text, {}) == said(more, {}) == []
    assert said(text, {"a_map": 16384, "b_map": 16384}) == []
    assert said(more, {"a_map": 16384, "b_map": 16384}) == ["PTX130 proved"]
    assert said(text, {"a_map": 16384, "b_map": 8192}) == ["PTX130 proved"]


def test_a_kernel_s_run_tells_its_boxes() -> None:
    """Those of the emulated launch of a kernel's contract: bytes too many are proved with it."""
    text = get("wgmma_gemm")().emit_ptx()
    more = re.sub(r"(expect_tx\S* \S+, \[[^]]*\]), \d+;", r"\1, 48;", text)
    assert more != text
    assert "PTX130" not in {f.id for f in analyze_text(more).findings}
    found = {f.id: f.verdict for f in answered(more, "k", Question(kernel="wgmma_gemm")).findings}
    assert found["PTX130"] is Verdict.PROVED
