"""Registers that a `wgmma` under way has: read, written or given on too early, or without a fence."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import LaunchConfig, open_device
from tests.emulator.launching import kernel, line_of

SUMS = "{%f0, %f1, %f2, %f3}"
LEFT = "{%a0, %a1, %a2, %a3}"
BY_DESCRIPTOR = f"wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {SUMS}, %rd2, %rd2, 1, 1, 1, 0, 0;"
BY_REGISTERS = f"wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {SUMS}, {LEFT}, %rd2, 1, 1, 1, 0;"
FENCE, COMMIT = "wgmma.fence.sync.aligned;", "wgmma.commit_group.sync.aligned;"
WAIT = "wgmma.wait_group.sync.aligned 0;"
READ = "add.f32 %f4, %f0, %f1;"


def program(*lines: str) -> str:
    """A warpgroup with zeros in shared memory and in all registers."""
    zeros = "\n".join(f"    mov.f32 %f{i}, 0f00000000; mov.b32 %a{i}, 0;" for i in range(4))
    body = "\n    ".join(lines)
    text = kernel(f"""
    .reg .f32 %f<8>; .reg .b32 %a<4>, %r<4>; .reg .b64 %rd<4>;
    .shared .align 128 .b8 tile[2048];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, tile;
    mad.lo.u32 %r1, %r0, 16, %r1;
    st.shared.v2.u64 [%r1], {{0, 0}};
    mov.u64 %rd2, 0x1000080000;
{zeros}
    fence.proxy.async;
    bar.sync 0;
    {body}
    ret;""")
    return text.replace(".target sm_90\n", ".target sm_90a\n")


def findings(text: str) -> list[tuple[str, int, str]]:
    """Id, line and register of what is found."""
    with open_device("emulator", sanitize="collect") as device:
        kernel = device.load_module(text).get_kernel("k")
        kernel.launch(LaunchConfig(2, 128), [device.zeros(1, np.uint32)])
        device.synchronize()
        return sorted((f.id, f.line, f.buffer) for f in device.findings)


@pytest.mark.parametrize(
    "lines",
    [
        (FENCE, BY_DESCRIPTOR, COMMIT, WAIT, READ),
        (FENCE, BY_DESCRIPTOR, BY_DESCRIPTOR, COMMIT, WAIT, READ),
        (FENCE, BY_REGISTERS, COMMIT, "xor.b32 %r2, %a0, %a1;", WAIT, "mov.b32 %a0, 1;"),
        (FENCE, BY_DESCRIPTOR, COMMIT, WAIT, READ, FENCE, BY_DESCRIPTOR, COMMIT, WAIT),
        (FENCE, BY_DESCRIPTOR, COMMIT, "add.f32 %f4, %f5, 0f3F800000;", WAIT),
    ],
    ids=["waited for", "chained", "A is read", "fenced again", "other registers"],
)
def test_correct_code_is_silent(lines: tuple[str, ...]) -> None:
    text = program("mov.f32 %f5, 0f00000000;", *lines)
    assert findings(text) == []


@pytest.mark.parametrize(
    ("lines", "id", "at", "register"),
    [
        ((FENCE, BY_DESCRIPTOR, COMMIT, READ, WAIT), "SAN023", READ, "%f0"),
        ((FENCE, BY_DESCRIPTOR, READ, COMMIT, WAIT), "SAN023", READ, "%f0"),
        ((FENCE, BY_DESCRIPTOR, COMMIT, "mov.f32 %f2, %f7;", WAIT), "SAN023", "mov.f32 %f2, %f7", "%f2"),
        ((FENCE, BY_REGISTERS, COMMIT, "mov.b32 %a3, 1;", WAIT), "SAN023", "mov.b32 %a3, 1", "%a3"),
        ((BY_DESCRIPTOR, COMMIT, WAIT), "SAN027", "wgmma.mma_async", "%f0"),
        ((FENCE, "mov.f32 %f3, %f7;", BY_DESCRIPTOR, COMMIT, WAIT), "SAN027", "wgmma.mma_async", "%f3"),
        ((FENCE, "mov.b32 %a1, 7;", BY_REGISTERS, COMMIT, WAIT), "SAN027", "wgmma.mma_async", "%a1"),
    ],
    ids=[
        "read",
        "not committed",
        "written",
        "A is written",
        "no fence",
        "fence too early",
        "A after the fence",
    ],
)
def test_a_planted_fault_is_reported(lines: tuple[str, ...], id: str, at: str, register: str) -> None:
    text = program("mov.f32 %f7, 0f00000000;", *lines)
    assert (id, line_of(text, at), register) in findings(text)


def test_only_the_newest_group_is_under_way() -> None:
    """Waiting for all but one group frees the sums of the earlier product only."""
    other = BY_DESCRIPTOR.replace(SUMS, "{%g0, %g1, %g2, %g3}")
    zeros = " ".join(f"mov.f32 %g{i}, 0f00000000;" for i in range(4))
    lines = (FENCE, BY_DESCRIPTOR, COMMIT, other, COMMIT, WAIT.replace(" 0;", " 1;"), READ)
    text = program(f".reg .f32 %g<4>; {zeros}", *lines, WAIT)
    assert findings(text) == []
    early = program(f".reg .f32 %g<4>; {zeros}", *lines, "add.f32 %f4, %g0, %g1;", WAIT)
    assert ("SAN023", line_of(early, "%g0, %g1;"), "%g0") in findings(early)
