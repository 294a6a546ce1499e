"""Rings of stages between a producer and consumers, followed phase by phase: what is proved does go wrong."""

from __future__ import annotations

import pytest
from attrs import evolve

from ptxgen import Severity
from ptxgen.debug import Finding, Verdict, analyze_text
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.question import Question, answered
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


def witnessed(ring: Ring) -> set[str]:
    """What runs of the emulator show, under several orders of warps; a stage that nobody ever fills aside."""
    request = LaunchRequest(
        grid=(1, 1, 1),
        block=(32 * (ring.warps + 1), 1, 1),
        buffers={"x": f"{ring.rounds * ring.bytes // 4}xu32", "y": f"{ring.warps * 32}xu32:out"},
    )
    report = answered(ring.text(), "ring", Question(request), static=False)
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
    """What is proved is witnessed, and what is witnessed is proved."""
    ring, fault = drawn(seed)
    found = static(ring.text())
    assert all(f.verdict is Verdict.PROVED for f in found), (ring, found)
    seen = witnessed(ring)
    assert bool(found) == bool(seen), (ring, fault, found, seen)
    assert fault or not found


@pytest.mark.parametrize("seed", range(8))
def test_the_emulator_agrees(seed: int) -> None:
    agrees(seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 500, 40))
def test_the_emulator_agrees_often(start: int) -> None:
    for seed in range(start, start + 40):
        agrees(seed)


def test_stages_that_one_copy_fills_in_pieces() -> None:
    """A phase that expects the bytes of one of two copies is over before the other has come."""
    text = FAULTS["bytes of one copy less"](evolve(Ring(), copies=2)).text()
    (found,) = static(text)
    assert found.message.endswith("expects 128 bytes, and copies bring 256")
