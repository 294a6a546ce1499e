"""`malloc` and `free` in kernels: a block for each thread, with bounds of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ptxgen.driver import EmulatedDevice, LaunchConfig
from ptxgen.emulator import EmulatorError, Limits
from tests.emulator.launching import execute, kernel, line_of

Fails = Callable[..., EmulatorError]

DECLARED = """
.extern .func (.param .b64 result) malloc (.param .b64 bytes);
.extern .func free (.param .b64 block);
"""
# Each thread takes a block of 16 bytes and its index times 16 more, and writes its index to the last word of it.
BODY = """
    .reg .b64 %rd<9>; .reg .b32 %r<9>; .reg .pred %p<2>;
    ld.param.u64 %rd1, [p];
    mov.u32 %r1, %tid.x; mov.u32 %r3, %ctaid.x; mov.u32 %r4, %ntid.x; mad.lo.u32 %r3, %r3, %r4, %r1;
    mul.wide.u32 %rd2, %r1, 16; add.s64 %rd2, %rd2, 16;
    {
        .param .b64 bytes; .param .b64 result;
        st.param.b64 [bytes+0], %rd2;
        call.uni (result), malloc, (bytes);
        ld.param.b64 %rd3, [result+0];
    }
    add.s64 %rd4, %rd3, %rd2;
    st.u32 [%rd4+-4], %r1;
    ld.u32 %r2, [%rd4+-4];
    mad.wide.u32 %rd5, %r3, 4, %rd1;
    st.global.u32 [%rd5], %r2;
    {
        .param .b64 block;
        st.param.b64 [block+0], %rd3;
        call.uni free, (block);
    }
    ret;
"""
TEXT = kernel(BODY, before=DECLARED)


@pytest.mark.parametrize("sanitize", [False, True])
def test_each_thread_has_a_block(sanitize: bool) -> None:
    """CTAs that run later may be given the same places: nothing is a race."""
    with EmulatedDevice(sanitize=sanitize, limits=Limits(batch_lanes=128)) as device:
        found = device.zeros((6, 64), np.uint32)
        device.load_module(TEXT).get_kernel("k").launch(LaunchConfig(6, 64), [found])
        assert (found.to_host() == np.arange(64)).all()


def test_no_room_gives_null() -> None:
    text = TEXT.replace("add.s64 %rd2, %rd2, 16;", "add.s64 %rd2, %rd2, 0x1000000000;")
    text = text.replace("st.u32 [%rd4+-4], %r1;", "setp.eq.u64 %p0, %rd3, 0;")
    text = text.replace("ld.u32 %r2, [%rd4+-4];", "selp.u32 %r2, 77, 0, %p0;")
    assert (execute(text, [np.zeros(32, np.uint32)]).array(0, np.uint32) == 77).all()


def test_misuse_is_told(fails: Fails) -> None:
    out = [np.zeros(32, np.uint32)]
    fails("EMU001", "st.u32 [%rd4+0]", TEXT.replace("st.u32 [%rd4+-4]", "st.u32 [%rd4+0]"), out)
    fails("EMU003", "ld.u32 %r2", TEXT.replace("st.u32 [%rd4+-4], %r1;", ""), out)
    inner = TEXT.replace(
        "st.param.b64 [block+0], %rd3;", "add.s64 %rd3, %rd3, 8; st.param.b64 [block+0], %rd3;"
    )
    fails("EMU041", "call.uni free", inner, out)
    twice = TEXT.replace("call.uni free, (block);", "call.uni free, (block); call free, (block);")
    fails("EMU041", "call free", twice, out)
    foreign = TEXT.replace("st.param.b64 [block+0], %rd3;", "st.param.b64 [block+0], %rd1;")
    fails("EMU041", "call.uni free", foreign, out)


def test_null_may_be_freed() -> None:
    text = TEXT.replace("st.param.b64 [block+0], %rd3;", "st.param.b64 [block+0], 0;")
    execute(text, [np.zeros(32, np.uint32)])


def test_blocks_that_nobody_frees_are_leaks() -> None:
    """The last eight of 32 threads keep their blocks, in two launches: one finding, at the call, of those threads."""
    text = TEXT.replace(
        "{\n        .param .b64 block;", "setp.lt.u32 %p0, %r1, 24;\n    {\n        .param .b64 block;"
    )
    text = text.replace("call.uni free", "@%p0 call free")
    device = EmulatedDevice(sanitize="collect")
    out = device.allocate(128)
    for _ in range(2):
        device.load_module(text).get_kernel("k").launch(LaunchConfig(1, 32), [out])
    out.free()
    assert not device.findings
    device.close()
    (leak,) = device.findings
    assert (leak.tool, leak.kind, leak.count, leak.nbytes) == ("memcheck", "leak", 16, 16 + 24 * 16)
    assert leak.line == line_of(text, "malloc, (bytes)")
    assert leak.threads[0].thread == (24, 0, 0)
    assert str(leak).startswith(
        "memcheck[SAN005] leak: 16 blocks of malloc, 7296 bytes in all, were never freed"
    )
