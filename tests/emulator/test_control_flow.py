"""Control flow against a scalar interpreter: random programs, all layouts, and exact instruction counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ptxgen
from ptxgen.emulator import Limits, Memory, Program, run
from tests.emulator import scalar

REGISTERS = 5
OPS = ("add.u32", "sub.u32", "mul.lo.u32", "and.b32", "or.b32", "xor.b32", "min.u32", "max.u32")
SETPS = ("setp.eq.u32", "setp.ne.u32", "setp.lt.u32", "setp.ge.u32", "setp.lt.s32")

register = st.integers(0, REGISTERS - 1).map(lambda i: f"%r{i}")
source = st.one_of(register, st.integers(0, 40).map(str))
predicate = st.sampled_from(("%p0", "%p1"))
guard = st.one_of(
    st.just(""),
    st.just(""),
    st.tuples(st.sampled_from(("@", "@!")), predicate).map(lambda t: f"{t[0]}{t[1]} "),
)
compute = st.builds(
    lambda g, o, d, a, b: f"{g}{o} {d}, {a}, {b};", guard, st.sampled_from(OPS), register, register, source
)
compare = st.builds(
    lambda g, o, p, a, b: f"{g}{o} {p}, {a}, {b};", guard, st.sampled_from(SETPS), predicate, register, source
)
select = st.builds(lambda d, a, b, p: f"selp.b32 {d}, {a}, {b}, {p};", register, register, source, predicate)
store = st.builds(
    lambda g, a, i: f"{g}st.global.u32 [%rd1+{4 * i}], {a};", guard, register, st.integers(5, 7)
)
load = st.builds(
    lambda g, d, where: f"{g}ld.global.u32 {d}, [{where}];",
    guard,
    register,
    st.one_of(
        st.integers(5, 7).map(lambda i: f"%rd1+{4 * i}"),
        st.integers(0, 3).map(lambda i: f"%rd0+{4 * i - 16}"),
    ),
)
statement = st.one_of(compute, compute, compute, compare, select, store, load)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """An arbitrary flow graph: every block burns fuel, works a little, and may branch anywhere."""
    count = draw(st.integers(2, 7))
    lines: list[str] = []
    for number in range(count):
        lines.append(f"B{number}:")
        if draw(st.booleans()) or number == 0:
            lines += ["sub.u32 %fuel, %fuel, 1;", "setp.eq.u32 %q, %fuel, 0;", "@%q bra DONE;"]
            targets = st.integers(0, count - 1).map(lambda i: f"B{i}")
        else:
            # Without fuel only forward branches end for certain.
            targets = st.integers(number + 1, count).map(lambda i: f"B{i}" if i < count else "DONE")
        lines += draw(st.lists(statement, max_size=5))
        match draw(st.sampled_from(("fall", "branch", "branch", "branch", "jump", "exit"))):
            case "branch":
                lines.append(f"{draw(st.sampled_from(('@', '@!')))}{draw(predicate)} bra {draw(targets)};")
            case "jump":
                lines.append(f"bra {draw(targets)};")
            case "exit":
                lines.append(f"@{draw(predicate)} exit;")
            case _:
                pass
    body = "\n".join(lines)
    stores = "\n".join(f"st.global.u32 [%rd1+{4 * i}], %r{i};" for i in range(REGISTERS))
    return f"""
.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 out)
{{
.reg .pred %p0; .reg .pred %p1; .reg .pred %q;
.reg .b32 %r<{REGISTERS}>; .reg .b32 %t; .reg .b32 %c; .reg .b32 %n; .reg .b32 %fuel;
.reg .b64 %rd<2>;
ld.param.u64 %rd0, [out];
mov.u32 %t, %tid.x;
mov.u32 %c, %ctaid.x;
mov.u32 %n, %ntid.x;
mul.lo.u32 %n, %n, %c;
add.u32 %n, %n, %t;
mad.wide.u32 %rd1, %n, 32, %rd0;
mov.u32 %fuel, 12;
mov.u32 %r0, %t;
mov.u32 %r1, %c;
mov.u32 %r2, %n;
mov.u32 %r3, 3;
and.b32 %r4, %t, 3;
setp.lt.u32 %p0, %t, 7;
setp.eq.u32 %p1, %c, 1;
{body}
DONE:
{stores}
ret;
}}
"""


def compare_with_scalar(text: str, grid: int, block: int, lanes: int, track: bool) -> None:
    module = ptxgen.parse(text)
    memory = Memory(Limits(batch_lanes=lanes), track_initialised=track)
    buffer = memory.allocate(16 + 32 * grid * block, "table and output")
    table = np.array([3, 1, 4, 1], np.uint32)
    memory.write(buffer.address, np.concatenate((table, np.zeros(8 * grid * block, np.uint32))))
    out = buffer.address + 16
    statistics = run(Program(module, memory), "k", (grid, 1, 1), (block, 1, 1), [out.to_bytes(8, "little")])
    found = memory.read(out, buffer.nbytes - 16).view(np.uint32)
    expected = np.zeros_like(found)
    before = {out - 16 + 4 * i: int(v) for i, v in enumerate(table)}
    executed = 0
    for cta in range(grid):
        for thread in range(block):
            specials = {"%tid.x": thread, "%ctaid.x": cta, "%ntid.x": block, "param": out}
            one = scalar.Thread(module.functions[0], specials, before).run()
            executed += one.executed
            for address, value in one.stores.items():
                expected[(address - out) // 4] = value
    np.testing.assert_array_equal(found.reshape(-1, 8), expected.reshape(-1, 8))
    assert statistics.thread_instructions == executed


@settings(max_examples=120, deadline=None)
@given(programs(), st.sampled_from(((1, 32), (3, 64), (5, 20), (2, 40), (4, 1))), st.sampled_from((64, 4096)))
def test_random_programs_agree_with_a_scalar_interpreter(
    text: str, shape: tuple[int, int], lanes: int
) -> None:
    compare_with_scalar(text, *shape, lanes, track=False)


@settings(max_examples=40, deadline=None)
@given(programs())
def test_random_programs_agree_while_initialisation_is_tracked(text: str) -> None:
    compare_with_scalar(text, 2, 64, 4096, track=True)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(
    programs(),
    st.sampled_from(((1, 32), (3, 64), (5, 20), (2, 40), (7, 128))),
    st.sampled_from((64, 300, 4096)),
)
def test_many_random_programs(text: str, shape: tuple[int, int], lanes: int) -> None:
    compare_with_scalar(text, *shape, lanes, track=False)
