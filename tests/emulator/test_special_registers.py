"""Special registers in every layout of threads."""

from __future__ import annotations

import numpy as np
import pytest

from tests.emulator.launching import execute, kernel

NAMES = (
    "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z", "%ctaid.x", "%ctaid.y", "%ctaid.z",
    "%nctaid.x", "%nctaid.y", "%nctaid.z", "%laneid", "%warpid", "%lanemask_eq", "%lanemask_lt", "%lanemask_le",
    "%lanemask_gt", "%lanemask_ge",
)  # fmt: skip


def expected(grid: tuple[int, int, int], block: tuple[int, int, int]) -> np.ndarray:
    rows = []
    for cz, cy, cx in np.ndindex(*grid[::-1]):
        for tz, ty, tx in np.ndindex(*block[::-1]):
            linear = tx + block[0] * (ty + block[1] * tz)
            lane = linear % 32
            below = (1 << lane) - 1
            rows.append((
                tx, ty, tz, *block, cx, cy, cz, *grid, lane, linear // 32, 1 << lane, below, below | 1 << lane,
                0xFFFFFFFF & ~(below | 1 << lane), 0xFFFFFFFF & ~below,
            ))  # fmt: skip
    return np.array(rows, np.uint32)


@pytest.mark.parametrize(
    ("grid", "block"),
    [((3, 1, 1), (64, 1, 1)), ((2, 3, 2), (8, 8, 2)), ((1, 1, 1), (5, 3, 1)), ((2, 1, 1), (48, 1, 1)),
     ((1, 2, 1), (1, 32, 3)), ((2, 1, 1), (32, 2, 2)), ((4, 1, 1), (16, 2, 1)), ((1, 1, 5), (7, 5, 2))],
)  # fmt: skip
def test_indices_and_sizes(grid: tuple[int, int, int], block: tuple[int, int, int]) -> None:
    stores = "\n".join(
        f"mov.u32 %r5, {name};\nst.global.u32 [%rd1+{4 * i}], %r5;" for i, name in enumerate(NAMES)
    )
    text = kernel(f"""
        .reg .b32 %r<12>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %ctaid.z; mov.u32 %r1, %nctaid.y; mov.u32 %r2, %ctaid.y; mad.lo.u32 %r0, %r0, %r1, %r2;
        mov.u32 %r1, %nctaid.x; mov.u32 %r2, %ctaid.x; mad.lo.u32 %r0, %r0, %r1, %r2;
        mov.u32 %r1, %ntid.z; mov.u32 %r2, %tid.z; mad.lo.u32 %r0, %r0, %r1, %r2;
        mov.u32 %r1, %ntid.y; mov.u32 %r2, %tid.y; mad.lo.u32 %r0, %r0, %r1, %r2;
        mov.u32 %r1, %ntid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r0, %r0, %r1, %r2;
        mad.wide.u32 %rd1, %r0, {4 * len(NAMES)}, %rd0;
        {stores}
        ret;""")
    want = expected(grid, block)
    found = execute(text, [np.zeros_like(want)], grid=grid, block=block).array(0, np.uint32)
    np.testing.assert_array_equal(found.reshape(want.shape), want)


@pytest.mark.parametrize("clock", ["%clock64", "%globaltimer"])
def test_clocks_go_forward(clock: str) -> None:
    text = kernel(f"""
        .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u64 %rd1, {clock};
        nanosleep.u32 1;
        mov.u64 %rd2, {clock};
        st.global.v2.u64 [%rd0], {{%rd1, %rd2}};
        ret;""")
    first, second = execute(text, [np.zeros(2, np.uint64)], block=1).array(0, np.uint64)
    assert 0 < first <= second


def test_cluster_registers() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %ctaid.x; mov.u32 %r7, %ctaid.y; mad.lo.u32 %r6, %r7, 4, %r0;
        mad.wide.u32 %rd1, %r6, 32, %rd0;
        mov.u32 %r1, %clusterid.x; mov.u32 %r2, %cluster_ctaid.x; mov.u32 %r3, %cluster_ctarank;
        st.global.v4.u32 [%rd1], {%r0, %r1, %r2, %r3};
        mov.u32 %r1, %nclusterid.x; mov.u32 %r2, %cluster_nctaid.y; mov.u32 %r3, %cluster_nctarank;
        mov.pred %p, %is_explicit_cluster; selp.u32 %r4, 1, 0, %p;
        st.global.v4.u32 [%rd1+16], {%r1, %r2, %r3, %r4};
        ret;""")
    empty = np.zeros(64, np.uint32)
    found = (
        execute(text, [empty], grid=(4, 2, 1), block=1, cluster=(2, 2, 1))
        .array(0, np.uint32)
        .reshape(2, 4, 8)
    )
    for y, x in np.ndindex(2, 4):
        assert tuple(found[y, x]) == (x, x // 2, x % 2, x % 2 + 2 * y, 2, 2, 4, 1)
    alone = execute(text, [empty], grid=(4, 2, 1), block=1).array(0, np.uint32).reshape(2, 4, 8)
    for y, x in np.ndindex(2, 4):
        assert tuple(alone[y, x]) == (x, x, 0, 0, 4, 1, 1, 0)
