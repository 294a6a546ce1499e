"""Along which axes registers vary: parts of the thread's number that are the lane's or the warp's alone."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np
import pytest

import ptxgen
from ptxgen.emulator import axes
from ptxgen.emulator.lanes import ALL, LANE, WARP
from ptxgen.emulator.lower import lower
from tests.emulator.launching import execute, kernel

PARTS: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "and": ("and.b32", operator.and_),
    "rem": ("rem.u32", operator.mod),
    "div": ("div.u32", operator.floordiv),
    "shr": ("shr.u32", operator.rshift),
}
CASES = [
    ("and", 31, LANE), ("and", 7, LANE), ("and", 32, WARP), ("and", 96, WARP), ("and", 63, LANE | WARP),
    ("rem", 32, LANE), ("rem", 8, LANE), ("rem", 64, LANE | WARP), ("rem", 12, LANE | WARP),
    ("div", 32, WARP), ("div", 64, WARP), ("div", 16, LANE | WARP), ("div", 48, LANE | WARP),
    ("shr", 5, WARP), ("shr", 6, WARP), ("shr", 4, LANE | WARP),
]  # fmt: skip
BLOCKS = [(128, 1, 1), (96, 2, 1), (64, 2, 2), (48, 2, 1), (16, 4, 1), (31, 1, 1)]


def body(opcode: str, number: int) -> str:
    return f""".reg .b32 %r<9>; .reg .b64 %rd<3>;
        ld.param.u64 %rd0, [p]; mov.u32 %r0, %tid.x; mov.u32 %r1, %tid.y; mov.u32 %r2, %tid.z;
        mov.u32 %r3, %ntid.x; mov.u32 %r4, %ntid.y; mad.lo.u32 %r5, %r2, %r4, %r1; mad.lo.u32 %r5, %r5, %r3, %r0;
        {opcode} %r6, %r0, {number};
        mad.lo.u32 %r7, %r6, 3, 1;
        mul.wide.u32 %rd1, %r5, 4; add.u64 %rd0, %rd0, %rd1; st.global.u32 [%rd0], %r7; ret;
    """


@pytest.mark.parametrize(("name", "number", "wanted"), CASES)
def test_the_axes_of_a_part(name: str, number: int, wanted: int) -> None:
    code = lower(ptxgen.parse(kernel(body(PARTS[name][0], number))).functions[0])
    found = axes.infer(code, {"%tid.x": LANE | WARP, "%tid.y": WARP})
    assert found["%r6"] == found["%r7"] == wanted
    assert axes.infer(code, {"%tid.x": ALL, "%tid.y": WARP | LANE})["%r6"] == ALL  # rows are no whole warps


@pytest.mark.parametrize("block", BLOCKS, ids=str)
@pytest.mark.parametrize(("name", "number", "axis"), CASES)
def test_the_values_of_a_part(name: str, number: int, axis: int, block: tuple[int, int, int]) -> None:
    opcode, apply = PARTS[name]
    x, y, z = block
    result = execute(kernel(body(opcode, number)), [np.zeros(x * y * z, np.uint32)], block=block)
    wanted = [3 * apply(t % x, number) + 1 for t in range(x * y * z)]
    np.testing.assert_array_equal(result.array(0, np.uint32), wanted, f"axes {axis}")
