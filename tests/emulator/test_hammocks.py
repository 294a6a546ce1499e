"""Branches whose arms are executed by all threads instead of parting them."""

from __future__ import annotations

import numpy as np
import pytest

import ptxgen
from ptxgen.emulator.lower import lower
from tests.emulator.launching import execute, kernel

START = """.reg .pred %p<3>; .reg .b32 %r<8>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p]; mov.u32 %r0, %tid.x; mul.wide.u32 %rd1, %r0, 4; add.u64 %rd0, %rd0, %rd1;
    ld.global.u32 %r1, [%rd0]; and.b32 %r2, %r1, 1; setp.eq.u32 %p0, %r2, 0;
"""
END = "st.global.u32 [%rd0], %r1;\nret;"

ONE_ARM = "@%p0 bra JOIN;\nadd.u32 %r1, %r1, 100;\nJOIN:\n"
TWO_ARMS = "@%p0 bra EVEN;\nadd.u32 %r1, %r1, 100;\nbra JOIN;\nEVEN: shl.b32 %r1, %r1, 1;\nJOIN:\n"
GUARDED = "@%p0 bra JOIN;\n@%p0 add.u32 %r1, %r1, 1;\nadd.u32 %r1, %r1, 100;\nJOIN:\n"
ROUND = """mov.u32 %r3, 0;
    LOOP: setp.ge.u32 %p1, %r3, 3;
    @%p1 bra DONE;
    add.u32 %r3, %r3, 1; and.b32 %r2, %r1, 1; setp.eq.u32 %p0, %r2, 0;
    @%p0 bra EVEN;
    mad.lo.u32 %r1, %r1, 3, 1;
    bra LOOP;
    EVEN: shr.u32 %r1, %r1, 1;
    bra LOOP;
    DONE:
"""
"""Both arms go back to the head of the loop."""


def steps(value: int) -> int:
    for _ in range(3):
        value = 3 * value + 1 if value % 2 else value // 2
    return value


@pytest.mark.parametrize(
    ("body", "arms"),
    [(ONE_ARM, [1]), (TWO_ARMS, [2]), (ROUND, [2]), (GUARDED, [])],
    ids=["one arm", "two arms", "round", "guarded"],
)
def test_which_branches_are_found(body: str, arms: list[int]) -> None:
    code = lower(ptxgen.parse(kernel(START + body + END)).functions[0])
    assert [len(b.hammock.arms) for b in code.blocks if b.hammock is not None] == arms


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (ONE_ARM, lambda v: v + 100 * (v % 2)),
        (TWO_ARMS, lambda v: v + 100 if v % 2 else 2 * v),
        (ROUND, steps),
    ],
    ids=["one arm", "two arms", "round"],
)
def test_each_thread_has_its_own_result(body: str, wanted: object) -> None:
    values = np.random.default_rng(3).integers(0, 1000, 64).astype(np.uint32)
    result = execute(kernel(START + body + END), [values], block=64)
    assert callable(wanted)
    assert result.array(0, np.uint32).tolist() == [wanted(int(v)) for v in values]
