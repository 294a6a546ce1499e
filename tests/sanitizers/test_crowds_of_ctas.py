"""Racecheck keeps one shadow for all CTAs while they do the same; what it finds must not depend on that."""

from __future__ import annotations

import random

import pytest

from ptxgen.emulator.sanitizers import Finding
from tests.sanitizers.racing import races

STEPS = (
    "st.shared.u32 [%r3], %r0;",
    "st.shared.u32 [%r5], %r0;",
    "@%p2 st.shared.u32 [%r5], %r0;",
    "@%p0 st.shared.u32 [%r2+64], %r0;",
    "st.shared.v4.u32 [%r6], {%r0, %r0, %r0, %r0};",
    "st.shared.u16 [%r3+2], %h0;",
    "ld.shared.u32 %r8, [%r3];",
    "ld.shared.u32 %r8, [%r5];",
    "ld.shared.v4.u32 {%r8, %r9, %r10, %r11}, [%r6];",
    "ld.shared.v2.u32 {%r8, %r9}, [%r2+64];",
    "red.shared.add.u32 [%r5], 1;",
    "cp.async.ca.shared.global [%r5], [%rd2], 4;",
    "cp.async.wait_all;",
    "bar.sync 0;",
    "bar.sync 0;",
    "bar.warp.sync 0xffffffff;",
    "bar.warp.sync 0xffffffff;",
    "@%p2 bar.arrive 1, 96;\n    @!%p2 bar.sync 1, 96;",
)
"""With 96 threads: warps go together; %p2 holds in the first two of them, %r5 is the place of a neighbour."""
SETUP = """
    xor.b32 %r4, %r0, NEAR;
    mad.lo.u32 %r5, %r4, 4, %r2;
    shr.u32 %r6, %r0, 2;
    mad.lo.u32 %r6, %r6, 16, %r2;
    cvt.u16.u32 %h0, %r0;
    setp.lt.u32 %p2, %r0, 64;
"""


def program(seed: int) -> str:
    rng = random.Random(seed)
    steps = [rng.choice(STEPS) for _ in range(rng.randint(3, 9))]
    return SETUP.replace("NEAR", str(rng.choice((1, 3, 32)))) + "\n    ".join(
        ("", *steps, "cp.async.wait_all;")
    )


def facts(findings: tuple[Finding, ...], ctas: int) -> set[tuple[object, ...]]:
    """What findings in shared memory say, counts for one CTA."""
    return {
        (f.kind, f.line, f.other.line if f.other else 0, f.address, f.count / ctas)
        for f in findings
        if f.space == "shared"
    }


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_several_ctas_find_what_one_finds(first: int) -> None:
    some = 0
    for seed in range(first, first + 20):
        alone, together = (facts(races(program(seed), grid=n, block=96)[1], n) for n in (1, 3))
        assert alone == together, seed
        some += bool(alone)
    assert some > 0


@pytest.mark.parametrize("seed", range(6))
def test_ctas_may_part_at_any_time(seed: int) -> None:
    """The last of three CTAs writes somewhere else from some step on: the others find what they find alone."""
    body = program(seed)
    place = body.index("    ", len(body) // 2)
    setup, rest = body[:place], body[place:]
    apart = f"{setup}    setp.eq.u32 %p3, %r1, 2;\n    @%p3 st.shared.u32 [%r3+2048], %r0;\n{rest}"
    alone, together = (races(apart, grid=n, block=96)[1] for n in (1, 3))
    assert {f[:3] for f in facts(alone, 1)} == {f[:3] for f in facts(together, 3)}
