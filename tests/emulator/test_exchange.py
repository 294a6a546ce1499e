"""Exchanges between lanes, against formulas written out per lane."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import DriverError, EmulatedDevice, LaunchConfig
from tests.emulator.launching import execute, kernel

LANES = np.arange(32)


def source_lane(mode: str, lane: int, b: int, c: int) -> tuple[int, bool]:
    """The manual's pseudo-code (9.7.9.6), one lane at a time."""
    segment, clamp = (c >> 8) & 31, c & 31
    last, first = (lane & segment) | (clamp & ~segment), lane & segment
    j, ok = {
        "up": (lane - b, lane - b >= last),
        "down": (lane + b, lane + b <= last),
        "bfly": (lane ^ b, lane ^ b <= last),
        "idx": (first | (b & ~segment & 31), (first | (b & ~segment & 31)) <= last),
    }[mode]
    return (j, True) if ok else (lane, False)


def run_shuffle(mode: str, b: str, c: str, before: str = "", block: int = 64, grid: int = 3) -> np.ndarray:
    text = kernel(
        f"""
        .reg .pred %p; .reg .pred %q; .reg .b32 %r<10>; .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %laneid;
        mov.u32 %r9, %ntid.x; mad.lo.u32 %r3, %r1, %r9, %r0;
        mov.u32 %r7, {b}; mov.u32 %r8, {c};
        {before}
        shfl.sync.{mode}.b32 %r4|%p, %r3, %r7, %r8, 0xffffffff;
        selp.b32 %r5, 1, 0, %p;
        mad.wide.u32 %rd1, %r3, 8, %rd0;
        st.global.v2.u32 [%rd1], {{%r4, %r5}};
        ret;"""
    )
    return execute(text, [np.zeros(2 * grid * block, np.uint32)], grid=grid, block=block).array(0, np.uint32)


@pytest.mark.parametrize("mode", ["up", "down", "bfly", "idx"])
@pytest.mark.parametrize(
    ("b", "c"), [(1, 31), (16, 31), (3, 0), (2, 0x1C1F), (1, 0x1800), (31, 31), (0, 31), (7, 0x181F)]
)
def test_shuffle_follows_the_manual(mode: str, b: int, c: int) -> None:
    found = run_shuffle(mode, str(b), str(c)).reshape(3, 2, 32, 2)
    for cta in range(3):
        for warp in range(2):
            for lane in range(32):
                j, ok = source_lane(mode, lane, b, c)
                assert tuple(found[cta, warp, lane]) == (cta * 64 + warp * 32 + j, ok)


@pytest.mark.parametrize("mode", ["down", "idx"])
def test_shuffle_with_an_offset_that_varies_by_lane_and_warp(mode: str) -> None:
    found = run_shuffle(mode, "%r0", "31", "and.b32 %r7, %r7, 37; min.u32 %r7, %r7, 31;").reshape(3, 2, 32, 2)
    for warp in range(2):
        for lane in range(32):
            j, ok = source_lane(mode, lane, min((warp * 32 + lane) & 37, 31), 31)
            assert tuple(found[1, warp, lane]) == (64 + warp * 32 + j, ok)


def test_shuffle_into_its_own_source() -> None:
    text = kernel("""
        .reg .b32 %r<4>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u32 %r1, %r0;
        shfl.sync.bfly.b32 %r1, %r1, 5, 31, -1;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(64, np.uint32)], block=64).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.arange(64) ^ 5)


def test_shuffle_within_half_a_warp_that_went_its_own_way() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u32 %r1, 1000;
        setp.lt.u32 %p, %r0, 16;
        @%p bra LOW;
        shfl.sync.bfly.b32 %r1, %r0, 1, 31, 0xffff0000;
        bra END;
        LOW:
        shfl.sync.bfly.b32 %r1, %r0, 8, 31, 0x0000ffff;
        END:
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.where(LANES < 16, LANES ^ 8, LANES ^ 1))


def test_shuffle_waits_for_lanes_that_come_later() -> None:
    """Lanes part, and meet again only at the shuffle, which lies before the end of one path in the text."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        setp.lt.u32 %p, %r0, 5;
        @%p bra SLOW;
        bra MEET;
        MEET:
        shfl.sync.bfly.b32 %r1, %r0, 1, 31, 0xffffffff;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;
        SLOW:
        add.u32 %r0, %r0, 0;
        bra MEET;""")
    found = execute(text, [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, LANES ^ 1)


def test_a_warp_may_synchronise_at_several_instructions() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<3>;
        .shared .align 4 .b8 tile[128];
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u32 %r1, tile;
        mad.lo.u32 %r2, %r0, 4, %r1;
        setp.lt.u32 %p, %r0, 16;
        @%p bra LOW;
        st.shared.u32 [%r2], %r0;
        bar.warp.sync -1;
        bra END;
        LOW:
        bar.warp.sync -1;
        ld.shared.u32 %r0, [%r2+64];
        END:
        mov.u32 %r3, %tid.x;
        mad.wide.u32 %rd1, %r3, 4, %rd0;
        st.global.u32 [%rd1], %r0;
        ret;""")
    found = execute(text, [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.where(LANES < 16, LANES + 16, LANES))


def test_activemask_after_parting() -> None:
    """A loop makes the parting real: short arms are executed by all lanes."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<6>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u32 %r3, 0;
        LOOP:
        add.u32 %r3, %r3, 1;
        activemask.b32 %r1;
        setp.lt.u32 %p, %r3, %r0;
        @%p bra LOOP;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(32, np.uint32)]).array(0, np.uint32)
    expected = [sum(1 << j for j in range(32) if max(j, 1) >= max(lane, 1)) for lane in range(32)]
    np.testing.assert_array_equal(found, expected)


def test_short_warp() -> None:
    text = kernel("""
        .reg .b32 %r<6>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        redux.sync.add.u32 %r1, %r0, 0x1f;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.zeros(5, np.uint32)], block=5, grid=2).array(0, np.uint32)
    np.testing.assert_array_equal(found, [10] * 5)


@pytest.mark.parametrize("schedule", [None, 1, 2])
def test_halves_of_warps_that_wait_for_each_other_are_a_deadlock(schedule: int | None) -> None:
    """The lower lanes are at one shuffle and the upper ones at the next, in many warps: nobody is woken for nothing."""
    text = kernel(
        """
        .reg .pred %p; .reg .b32 %r<4>;
        mov.u32 %r0, %laneid;
        setp.lt.u32 %p, %r0, 16;
        @%p shfl.sync.bfly.b32 %r1, %r0, 4, 31, 0xffffffff;
        shfl.sync.bfly.b32 %r2, %r0, 2, 31, 0xffffffff;
        ret;""",
        params="",
    )
    with (
        EmulatedDevice(schedule=schedule) as device,
        pytest.raises(DriverError, match="deadlock") as raised,
    ):
        device.load_module(text).get_kernel("k").launch(LaunchConfig(grid=4, block=256), [])
    assert raised.value.id == "EMU011"


@pytest.mark.parametrize(
    ("schedule", "mask", "leader"),
    [(None, -1, 0), (None, 0xF0, 4), (1, -1, 1), (5, 0xF0, 5), (9, 0xF0, 4), (33, -1, 1)],
)
def test_any_lane_may_be_elected(schedule: int | None, mask: int, leader: int) -> None:
    """The manual promises the same lane for the same mask, and no more."""
    text = kernel(
        f"""
        .reg .pred %p; .reg .pred %q; .reg .b32 %r<6>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; and.b32 %r1, %r0, 31;
        shl.b32 %r2, 1, %r1; and.b32 %r2, %r2, {mask}; setp.ne.u32 %p, %r2, 0;
        @!%p bra END;
        elect.sync %r3|%q, {mask};
        selp.b32 %r4, 100, %r3, %q;
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        st.global.u32 [%rd1], %r4;
    END:
        ret;"""
    )
    with EmulatedDevice(schedule=schedule) as device:
        out = device.to_device(np.zeros(64, np.uint32))
        device.load_module(text).get_kernel("k").launch(LaunchConfig(grid=1, block=64), [out])
        found = out.to_host().reshape(2, 32)
    named = (mask >> LANES & 1).astype(bool)
    np.testing.assert_array_equal(found, [np.where(named, np.where(leader == LANES, 100, leader), 0)] * 2)
