"""Copies that several mbarriers count: who waits for one of them knows nothing of the others."""

from __future__ import annotations

import pytest

from tests.emulator.launching import line_of
from tests.sanitizers.racing import races

COPIES = """
    .shared .align 8 .b64 bars[2];
    mov.u32 %r10, bars;
    @!%p0 bra READY;
    mbarrier.init.shared::cta.b64 [%r10], 1;
    mbarrier.init.shared::cta.b64 [%r10+8], 1;
    fence.proxy.async.shared::cta;
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r10], 256;
    cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%rd0], 256, [%r10];
    mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r10+8], 256;
    cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2+256], [%rd0+256], 256, [%r10+8];
READY:
    bar.sync 0;
    setp.ge.u32 %p2, %r0, 32;
    @%p2 add.u32 %r10, %r10, 8;
    @%p2 add.u32 %r3, %r3, 256;
WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r10], 0;
    @!%p1 bra WAIT;
    ld.shared.u32 %r4, [%r3];
"""
"""Two copies on two mbarriers; the first warp waits for the first one and reads it, the second warp the second one."""


@pytest.mark.parametrize("grid", [1, 3])
def test_each_warp_waits_for_its_own_copy(grid: int) -> None:
    assert races(COPIES, grid=grid)[1] == ()


@pytest.mark.parametrize(
    ("warp", "step", "copy"), [("ge", "-256", "[%r2], [%rd0]"), ("lt", "+256", "[%r2+256], [%rd0+256]")]
)
def test_waiting_for_the_wrong_mbarrier_is_a_race(warp: str, step: str, copy: str) -> None:
    """One warp reads what the other one waited for: both copies are over, but each warp knows of one only."""
    wrong = COPIES.replace("ld.shared.u32 %r4, [%r3];", f"@%p3 ld.shared.u32 %r4, [%r3{step}];")
    text, found = races(wrong.replace("WAIT:", f"setp.{warp}.u32 %p3, %r0, 32;\nWAIT:"))
    assert [(f.kind, f.line, f.count) for f in found] == [("read-write", line_of(text, "ld.shared"), 32)]
    assert found[0].other is not None
    assert found[0].other.line == line_of(text, copy)
