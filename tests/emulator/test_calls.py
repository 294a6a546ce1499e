"""Device functions: parameters, results, recursion, function pointers, tables of labels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.emulator.launching import execute, kernel

STORE = """
    mad.wide.u32 %rd1, %r0, 4, %rd0;
    st.global.u32 [%rd1], %r1;
    ret;"""
START = """
    .reg .pred %p<4>; .reg .b32 %r<12>; .reg .b64 %rd<8>;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
"""


@pytest.mark.parametrize("block", [32, 40, 64])
def test_parameters_and_results(block: int) -> None:
    function = """
.func (.param .b32 result) weigh(.param .b32 a, .param .b64 b, .param .align 8 .b8 s[12])
{
    .reg .b32 %r<8>; .reg .b64 %rd<4>;
    ld.param.u32 %r0, [a];
    ld.param.u64 %rd0, [b];
    ld.param.u16 %r1, [s+2];
    ld.param.u32 %r2, [s+8];
    cvt.u32.u64 %r3, %rd0;
    mad.lo.u32 %r4, %r0, 1000, %r3;
    add.u32 %r4, %r4, %r1;
    add.u32 %r4, %r4, %r2;
    st.param.b32 [result], %r4;
    ret;
}
"""
    body = (
        START
        + """
    {
    .param .b32 x; .param .b64 y; .param .align 8 .b8 z[12]; .param .b32 out;
    st.param.b32 [x], %r0;
    cvt.u64.u32 %rd2, %r0;
    st.param.b64 [y], %rd2;
    st.param.b32 [z], 0x70000;
    st.param.b32 [z+8], 500;
    call.uni (out), weigh, (x, y, z);
    ld.param.b32 %r1, [out];
    }
"""
        + STORE
    )
    found = execute(kernel(body, before=function), [np.zeros(block, np.uint32)], block=block).array(
        0, np.uint32
    )
    np.testing.assert_array_equal(found, [1001 * t + 507 for t in range(block)])


def test_register_parameters() -> None:
    function = """
.func (.reg .b32 %out) twice(.reg .b32 %in)
{
    add.u32 %out, %in, %in;
    ret;
}
"""
    body = START + "call (%r1), twice, (%r0);\ncall (%r1), twice, (%r1);" + STORE
    found = execute(kernel(body, before=function), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, 4 * np.arange(32))


FACTORIAL = """
.func (.param .b32 result) factorial(.param .b32 n)
{
    .reg .pred %p; .reg .b32 %r<8>;
    .local .align 4 .b8 keep[4];
    ld.param.u32 %r0, [n];
    mov.u32 %r1, 1;
    setp.lt.u32 %p, %r0, 2;
    @%p bra DONE;
    st.local.u32 [keep], %r0;
    sub.u32 %r2, %r0, 1;
    {
    .param .b32 x; .param .b32 out;
    st.param.b32 [x], %r2;
    call (out), factorial, (x);
    ld.param.b32 %r3, [out];
    }
    ld.local.u32 %r4, [keep];
    mul.lo.u32 %r1, %r4, %r3;
DONE:
    st.param.b32 [result], %r1;
    ret;
}
"""


@pytest.mark.parametrize("block", [32, 40])
def test_recursion_of_different_depth_in_each_thread(block: int) -> None:
    body = (
        START
        + """
    {
    .param .b32 x; .param .b32 out;
    rem.u32 %r2, %r0, 7;
    st.param.b32 [x], %r2;
    call (out), factorial, (x);
    ld.param.b32 %r1, [out];
    }
"""
        + STORE
    )
    found = execute(kernel(body, before=FACTORIAL), [np.zeros(block, np.uint32)], block=block).array(
        0, np.uint32
    )
    table = [1, 1, 2, 6, 24, 120, 720]
    np.testing.assert_array_equal(found, [table[t % 7] for t in range(block)])


def test_a_guarded_call_is_made_by_some_threads() -> None:
    function = ".func mark(.reg .b64 %a)\n{\nst.global.u32 [%a], 9;\nret;\n}\n"
    body = START + "mad.wide.u32 %rd2, %r0, 4, %rd0;\nsetp.lt.u32 %p1, %r0, 7;\n@%p1 call mark, (%rd2);\nret;"
    found = execute(kernel(body, before=function), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.where(np.arange(32) < 7, 9, 0))


def test_exit_inside_a_function_ends_the_thread() -> None:
    function = """
.func leave(.reg .b32 %a)
{
    .reg .pred %p;
    setp.lt.u32 %p, %a, 5;
    @%p exit;
    ret;
}
"""
    body = START + "call leave, (%r0);\nmov.u32 %r1, 3;" + STORE
    found = execute(kernel(body, before=function), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.where(np.arange(32) < 5, 0, 3))


def test_calls_through_a_register_of_different_functions() -> None:
    functions = """
.func (.reg .b32 %out) one(.reg .b32 %in)
{
    add.u32 %out, %in, 1;
    ret;
}
.func (.reg .b32 %out) two(.reg .b32 %in)
{
    add.u32 %out, %in, 200;
    ret;
}
"""
    body = (
        START
        + """
    mov.u64 %rd2, one;
    mov.u64 %rd3, two;
    and.b32 %r2, %r0, 1;
    setp.eq.u32 %p1, %r2, 0;
    selp.b64 %rd4, %rd2, %rd3, %p1;
    prototype: .callprototype (.reg .b32 _) _ (.reg .b32 _);
    call (%r1), %rd4, (%r0), prototype;
"""
        + STORE
    )
    found = execute(kernel(body, before=functions), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, [t + (200 if t % 2 else 1) for t in range(32)])


@pytest.mark.parametrize("index", ["and.b32 %r2, %r0, 3;", "mov.u32 %r2, 2;"])
def test_branch_by_table(index: str) -> None:
    body = (
        START
        + f"""
    {index}
    mov.u32 %r1, 0;
    table: .branchtargets A, B, C, A;
    brx.idx %r2, table;
    A: add.u32 %r1, %r1, 1;
    B: add.u32 %r1, %r1, 10;
    C: add.u32 %r1, %r1, 100;
"""
        + STORE
    )
    found = execute(kernel(body), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    values = [111, 110, 100, 111]
    np.testing.assert_array_equal(found, [values[t & 3] if "and" in index else 100 for t in range(32)])
