"""One fault planted for every rule of every sanitizer: it is reported at its line, and without it nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import frozen

from ptxgen.driver import EmulatedDevice, LaunchConfig, SanitizerError
from ptxgen.emulator import Limits
from ptxgen.emulator.sanitizers import KINDS, Finding
from tests.emulator.launching import kernel, line_of

BEGIN = """
    .reg .pred %p<4>; .reg .b32 %r<16>; .reg .b64 %rd<8>; .reg .f32 %f<8>; .reg .b16 %h<4>;
    .shared .align 128 .b8 tile[4096];
    .shared .align 8 .b64 bar;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, tile;
    mad.lo.u32 %r3, %r0, 4, %r2;
    mul.wide.u32 %rd1, %r0, 4;
    add.u64 %rd1, %rd0, %rd1;
    setp.eq.u32 %p0, %r0, 0;
    mov.u64 %rd2, 0;"""
FILL = "st.shared.u32 [%r3], %r0;\n    bar.sync 0;"
INIT = "@%p0 mbarrier.init.shared::cta.b64 [bar], 1;\n    bar.sync 0;"
BULK = "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%rd0], 256, [bar]"
EXPECT = "@%p0 mbarrier.arrive.expect_tx.shared::cta.b64 _, [bar], 256;"
WAIT = """
WAIT:
    mbarrier.try_wait.parity.shared::cta.b64 %p1, [bar], 0;
    @!%p1 bra WAIT;"""
SYNC = "barrier.cluster.arrive.release.aligned;\n    barrier.cluster.wait.acquire.aligned;"
HALVES = "\n    @%p1 bra LOW;\n    bar.sync 0, 32;\n    bra JOIN;\nLOW:\n    bar.sync 1, 32;\nJOIN:"
VISIT = "mapa.shared::cluster.u32 %r4, %r3, 0;\n    ld.shared::cluster.u32 %r5, [%r4];"
PRODUCT = "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, %rd2, %rd2, 0, 1, 1, 0, 0;"
TILES = """
    st.shared.u32 [%r3], 0;
    st.shared.u32 [%r3+512], 0;
    st.shared.u32 [%r3+1024], 0;
    st.shared.u32 [%r3+1536], 0;
    fence.proxy.async;
    bar.sync 0;
    mov.u64 %rd2, 0x1000080000;"""


@frozen
class Fault:
    """A body with a fault, where it is reported (part of the line), and the body that is right."""

    body: str
    line: str
    right: str
    block: int = 64
    grid: int = 1
    cluster: int = 1
    read_back: bool = False


PLANTED: dict[tuple[str, str], Fault] = {
    ("memcheck", "out-of-bounds"): Fault(
        "ld.global.u32 %r4, [%rd1+4000];", "+4000", "ld.global.u32 %r4, [%rd1];"
    ),
    ("memcheck", "misaligned"): Fault("ld.global.u32 %r4, [%rd1+2];", "+2", "ld.global.u32 %r4, [%rd1+4];"),
    ("memcheck", "written-read-only"): Fault(
        "ld.global.nc.u32 %r4, [%rd1];\n    st.global.u32 [%rd1], %r0;",
        "ld.global.nc",
        "ld.global.u32 %r4, [%rd1];\n    st.global.u32 [%rd1], %r0;",
    ),
    ("initcheck", "memory"): Fault(
        "ld.shared.u32 %r4, [%r3];\n    add.u32 %r5, %r4, 1;",
        "add.u32 %r5",
        "ld.shared.u32 %r4, [%r3];\n    st.shared.u32 [%r3+512], %r4;",
    ),
    ("initcheck", "register"): Fault(
        "@%p0 mov.u32 %r4, 1;\n    add.u32 %r5, %r4, 1;",
        "add.u32 %r5",
        "mov.u32 %r4, 1;\n    add.u32 %r5, %r4, 1;",
    ),
    ("initcheck", "host-read"): Fault(
        "@%p0 st.global.u32 [%rd1+1024], 1;",
        "st.global",
        "st.global.u32 [%rd1+1024], 1;\n    st.global.u32 [%rd1+1280], 2;\n    st.global.u32 [%rd1+1536], 3;\n"
        "    st.global.u32 [%rd1+1792], 4;",
        read_back=True,
    ),
    ("racecheck", "write-write"): Fault(
        "st.shared.u32 [%r2], %r0;", "st.shared", "st.shared.u32 [%r3], %r0;"
    ),
    ("racecheck", "read-write"): Fault(
        "st.shared.u32 [%r3], 1;\n    ld.shared.u32 %r4, [%r2];",
        "ld.shared",
        "st.shared.u32 [%r3], 1;\n    bar.sync 0;\n    ld.shared.u32 %r4, [%r2];",
    ),
    ("racecheck", "atomic-plain"): Fault(
        "red.global.add.u32 [%rd0], 1;\n    ld.global.u32 %r4, [%rd0];",
        "ld.global",
        "red.global.add.u32 [%rd0], 1;\n    ld.relaxed.gpu.global.u32 %r4, [%rd0];",
    ),
    ("racecheck", "narrow-scope"): Fault(
        "atom.relaxed.cta.global.add.u32 %r4, [%rd0], 1;",
        "atom.relaxed",
        "atom.relaxed.gpu.global.add.u32 %r4, [%rd0], 1;",
        grid=2,
    ),
    ("racecheck", "in-flight"): Fault(
        f"{INIT}\n    {EXPECT}\n    @%p0 {BULK};\n    bar.sync 0;\n    ld.shared.u32 %r4, [%r3];{WAIT}",
        "ld.shared",
        f"{INIT}\n    {EXPECT}\n    @%p0 {BULK};\n    bar.sync 0;{WAIT}\n    ld.shared.u32 %r4, [%r3];",
    ),
    ("racecheck", "proxy-fence"): Fault(
        f"{FILL}\n    @!%p0 bra DONE;\n    cp.async.bulk.global.shared::cta.bulk_group [%rd0], [%r2], 256;\n"
        "    cp.async.bulk.commit_group;\n    cp.async.bulk.wait_group 0;\nDONE:",
        "cp.async.bulk.global",
        "st.shared.u32 [%r3], %r0;\n    fence.proxy.async;\n    bar.sync 0;\n    @!%p0 bra DONE;\n"
        "    cp.async.bulk.global.shared::cta.bulk_group [%rd0], [%r2], 256;\n"
        "    cp.async.bulk.commit_group;\n    cp.async.bulk.wait_group 0;\nDONE:",
    ),
    ("racecheck", "exited-cta"): Fault(
        f"{FILL}\n    {SYNC}\n    {VISIT}",
        "ld.shared::cluster",
        f"{FILL}\n    {SYNC}\n    {VISIT}\n    {SYNC}",
        grid=2,
        cluster=2,
    ),
    ("racecheck", "register-fence"): Fault(
        f"{TILES}\n    wgmma.fence.sync.aligned;\n    mov.f32 %f0, 0f00000000;\n    {PRODUCT}\n"
        "    wgmma.commit_group.sync.aligned;\n    wgmma.wait_group.sync.aligned 0;",
        "wgmma.mma_async",
        f"{TILES}\n    mov.f32 %f0, 0f00000000;\n    wgmma.fence.sync.aligned;\n    {PRODUCT}\n"
        "    wgmma.commit_group.sync.aligned;\n    wgmma.wait_group.sync.aligned 0;",
        block=128,
    ),
    ("synccheck", "divergent-barrier"): Fault(
        f"setp.lt.u32 %p1, %r0, 8;{HALVES}",
        "bar.sync",
        f"setp.lt.u32 %p1, %r0, 32;{HALVES}",
    ),
    ("synccheck", "deadlock"): Fault("bar.sync 1, 96;", "bar.sync 1, 96", "bar.sync 1, 64;"),
    ("synccheck", "endless"): Fault(
        "POLL:\n    ld.acquire.gpu.global.u32 %r4, [%rd0];\n    setp.eq.u32 %p1, %r4, 0;\n    @%p1 bra POLL;",
        "bra POLL",
        "ld.acquire.gpu.global.u32 %r4, [%rd0];",
    ),
    ("synccheck", "absent-lane"): Fault(
        "setp.eq.u32 %p1, %r0, 3;\n    @%p1 exit;\n    shfl.sync.idx.b32 %r4, %r0, 3, 31, 0xffffffff;",
        "shfl.sync",
        "setp.eq.u32 %p1, %r0, 3;\n    @%p1 bra DONE;\n    shfl.sync.idx.b32 %r4, %r0, 4, 31, 0xfffffff7;\nDONE:",
        block=32,
    ),
    ("synccheck", "member-mask"): Fault("bar.warp.sync 1;", "bar.warp.sync", "bar.warp.sync 0xffffffff;"),
    ("synccheck", "barrier-count"): Fault(
        "mov.u32 %r4, 33;\n    bar.sync 1, %r4;", "bar.sync", "mov.u32 %r4, 64;\n    bar.sync 1, %r4;"
    ),
    ("synccheck", "mbarrier"): Fault(
        "mbarrier.init.shared::cta.b64 [bar], 1;",
        "mbarrier.init",
        "@%p0 mbarrier.init.shared::cta.b64 [bar], 1;",
    ),
    ("synccheck", "unexpected-bytes"): Fault(
        f"{INIT}\n    @%p0 {BULK};\n    @%p0 mbarrier.arrive.shared::cta.b64 _, [bar];{WAIT}",
        "cp.async.bulk",
        f"{INIT}\n    {EXPECT}\n    @%p0 {BULK};{WAIT}",
    ),
    ("synccheck", "unfinished-async"): Fault(
        "cp.async.ca.shared.global [%r3], [%rd1], 4;",
        "cp.async",
        "cp.async.ca.shared.global [%r3], [%rd1], 4;\n    cp.async.wait_all;",
    ),
    ("synccheck", "unequal-operands"): Fault(
        f"{TILES}\n    cvt.u64.u32 %rd2, %r0;\n    wgmma.fence.sync.aligned;\n    {PRODUCT}",
        "wgmma.mma_async",
        f"{TILES}\n    wgmma.fence.sync.aligned;\n    {PRODUCT}\n"
        "    wgmma.commit_group.sync.aligned;\n    wgmma.wait_group.sync.aligned 0;",
        block=128,
    ),
}
ELSEWHERE = {("memcheck", "use-after-free"), ("memcheck", "leak")}
"""They need a device that is used in a special way: `test_devices`."""


def findings(fault: Fault, body: str) -> tuple[str, tuple[Finding, ...]]:
    """The text of a body, and all that is found in a launch on 256 words and 256 more that nobody has written."""
    text = kernel(f"{BEGIN}\n    {body}\n    ret;").replace(".target sm_90\n", ".target sm_90a\n")
    limits = Limits(thread_steps=500)
    with EmulatedDevice(limits=limits, sanitize="collect") as device:
        array = device.empty(512, np.uint32)
        device.memory.write(array.address, np.zeros(256, np.uint32))
        try:
            config = LaunchConfig(fault.grid, fault.block, cluster=(fault.cluster, 1, 1))
            device.load_module(text).get_kernel("k").launch(config, [array])
        except SanitizerError as error:
            return text, error.findings
        if fault.read_back:
            array.to_host()
        return text, device.findings


def test_every_rule_is_here() -> None:
    assert set(PLANTED) | ELSEWHERE == set(KINDS)


@pytest.mark.parametrize(("tool", "kind"), PLANTED)
def test_a_planted_fault_is_reported_at_its_line(tool: str, kind: str) -> None:
    fault = PLANTED[tool, kind]
    text, found = findings(fault, fault.body)
    (first, *_) = [f for f in found if (f.tool, f.kind) == (tool, kind)]
    assert fault.line in text.splitlines()[first.line - 1]
    assert first.line >= line_of(text, fault.line)
    assert first.threads
    assert first.location is not None
    assert findings(fault, fault.right)[1] == ()
