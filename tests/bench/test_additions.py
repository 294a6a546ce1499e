"""What a pass would gain beside -O2 is counted right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.bench.additions import Addition, Change, additions, level_with, table
from ptxgen.bench.gains import LEVEL, Measure
from ptxgen.passes import LEVELS, PassError

needs_tools = pytest.mark.skipif(
    not all(toolchain.find(name) for name in ("ptxas", "nvdisasm")),
    reason="ptxas or nvdisasm is not installed (extra `toolchain`)",
)


@pytest.mark.parametrize(
    ("added", "before"),
    [("predication", "dce"), ("load-hoisting,dce", "fma-fusion"), ("loop-unroll{factor=2}", "fma-fusion")],
)
def test_an_addition_stands_where_it_fits(added: str, before: str) -> None:
    head, stop, tail = LEVELS[LEVEL].rpartition(before)
    assert level_with(added) == f"{head}{added},{stop}{tail}"


def test_an_addition_at_the_end() -> None:
    assert level_with("sccp,dce") == f"{LEVELS[LEVEL]},sccp,dce"


def test_unknown_passes_are_no_additions() -> None:
    with pytest.raises(PassError, match="no pass is called"):
        level_with("predicate")


def change(name: str, sass: int, registers: int, executed: int | None) -> Change:
    before = Measure(10, 100, 16, 0, 2.0, None if executed is None else 100)
    return Change(name, "run", before, Measure(10, sass, registers, 0, 2.0, executed))


def test_a_row() -> None:
    """Changes of up to 1 % are none; a program that did not run counts nowhere."""
    changes = (change("a", 90, 18, 101), change("b", 105, 15, 90), change("c", 101, 40, None))
    row = table([Addition("sccp", "sccp", 7, changes)]).splitlines()[-1]
    assert row.split(" | ")[1:] == [
        "3 of 7",
        "1 less, 1 more (-10.0% `a`, +5.0% `b`)",
        "0 less, 0 more",
        "1 less, 2 more (16 -> 40 `c`)",
        "0 less, 0 more",
        "1 less, 0 more (-10.0% `b`) |",
    ]


TEXT = """.version 8.0\n.target sm_80\n.address_size 64
.visible .entry k(.param .u64 p) {
.reg .pred %p<2>; .reg .b32 %r<4>; .reg .b64 %rd<3>;
ld.param.u64 %rd1, [p];
mov.u32 %r1, %tid.x;
setp.lt.u32 %p1, %r1, 9;
@%p1 bra over;
mov.u32 %r1, 5;
over:
st.global.u32 [%rd1], %r1;
ret;
}"""


@needs_tools
def test_a_pass_that_acts_and_one_that_does_not(tmp_path: Path) -> None:
    file = tmp_path / "k.ptx"
    file.write_text(TEXT)
    acts, rests = additions(["predication", "wait-sinking"], [file])
    assert (acts.programs, rests.changes) == (1, ())
    (made,) = acts.changes
    assert made.after.ptx == made.before.ptx - 1
    # Two warps in each of two CTAs, in two launches; only the first warp had threads to branch.
    assert made.before.executed is not None
    assert made.after.executed == made.before.executed - 2 * 2 * 2
