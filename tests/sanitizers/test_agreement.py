"""Lanes of a warp that store the same value in one place agree; other warps, values and instructions do not."""

from __future__ import annotations

import pytest

from tests.sanitizers.test_racecheck import races


@pytest.mark.parametrize(
    "body",
    [
        "st.shared.u32 [%r2], %r1;",
        "mov.u32 %r4, %ntid.x;\n st.shared.v2.u32 [%r2+8], {%r1, %r4};",
        "and.b32 %r4, %r0, 7;\n mad.lo.u32 %r5, %r4, 4, %r2;\n st.shared.u32 [%r5], %r4;",
        "st.global.u32 [%rd0], %r1;",
        "setp.lt.u32 %p2, %r0, 9;\n @%p2 st.shared.u32 [%r2], 7;",
    ],
    ids=["one place", "vector", "groups", "global", "some lanes"],
)
def test_one_value_in_one_place_is_no_race(body: str) -> None:
    assert races(body, block=32)[1] == ()


@pytest.mark.parametrize(
    ("body", "block"),
    [
        ("st.shared.u32 [%r2], %r1;", 64),
        ("st.shared.u32 [%r2], %r0;", 32),
        ("st.global.u32 [%rd0], %r0;", 32),
        ("st.shared.v2.u32 [%r2], {%r1, %r0};", 32),
        ("st.shared.u16 [%r2], 5;\n st.shared.u32 [%r2], 5;", 32),
    ],
    ids=["two warps", "two values", "global", "half of a vector", "two instructions"],
)
def test_what_differs_is_a_race(body: str, block: int) -> None:
    assert {f.kind for f in races(body, block=block)[1]} == {"write-write"}
