"""Matrix movement against the manual's rule: lane l holds elements 2(l%4) and 2(l%4)+1 of row l/4."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, LaunchConfig
from ptxgen.emulator import EmulatorError
from tests.emulator.launching import execute, kernel, line_of

Array = np.ndarray[Any, Any]

WARPS = 2
HEADER = ".version 9.0\n.target sm_90\n.address_size 64\n"

# A warp's lanes pass over `tile` (2 KB a warp): lane l copies 4 * `count` words from or to global memory.
COPY = """
.visible .entry k(.param .u64 p, .param .u64 q) {
    .reg .b32 %r<30>; .reg .b64 %d<9>; .reg .b32 %v<4>;
    .shared .align 128 .b8 tile[2048];
    ld.param.u64 %d0, [p]; ld.param.u64 %d1, [q];
    mov.u32 %r0, %tid.x; and.b32 %r1, %r0, 31; shr.u32 %r2, %r0, 5;
    mov.u32 %r3, tile; mad.lo.u32 %r3, %r2, 1024, %r3;
    // rows lie 32 bytes apart, in reverse order
    sub.u32 %r4, 31, %r1; mad.lo.u32 %r4, %r4, 32, %r3;
    cvt.u64.u32 %d2, %r4; cvta.shared.u64 %d3, %d2;
"""
FILL = """
    mad.wide.u32 %d4, %r0, 16, %d0;
    ld.global.v4.b32 {%r10, %r11, %r12, %r13}, [%d4];
    st.shared.v4.b32 [%r4], {%r10, %r11, %r12, %r13};
    bar.warp.sync 0xffffffff;
"""


def moved(device: Device, body: str, source: Array, result: Array) -> Array:
    """Run COPY with a body on one CTA of two warps; the result as it is afterwards."""
    module = device.load_module(HEADER + COPY + body + "\n    ret;\n}\n")
    p, q = device.to_device(source), device.to_device(result)
    module.get_kernel("k").launch(LaunchConfig(1, 32 * WARPS), [p, q])
    return q.to_host()


def matrices(seed: int) -> Array:
    """`[warps, 4 matrices, 8 rows, 8 elements]` of 16 bits."""
    return np.random.default_rng(seed).integers(0, 1 << 16, (WARPS, 4, 8, 8)).astype(np.uint16)


def fragments(values: Array, trans: bool) -> Array:
    """`[warps, 32 lanes, matrices, 2]` of `[warps, matrices, 8, 8]`."""
    found = np.zeros((len(values), 32, values.shape[1], 2), np.uint16)
    for lane in range(32):
        for i in range(2):
            row, column = lane // 4, 2 * (lane % 4) + i
            found[:, lane, :, i] = values[:, :, column, row] if trans else values[:, :, row, column]
    return found


def registers(count: int) -> str:
    return "{" + ", ".join(f"%v{i}" for i in range(count)) + "}"


@pytest.mark.parametrize("space", [".shared", ".shared::cta", ""])
@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_ldmatrix(device: Device, count: int, trans: bool, space: str) -> None:
    values = matrices(1)
    address = "%r4" if space else "%d3"
    body = f"{FILL} ldmatrix.sync.aligned.m8n8.x{count}{'.trans' * trans}{space}.b16 {registers(count)}, [{address}];"
    body += f"mad.wide.u32 %d5, %r0, {4 * count}, %d1;"
    body += "".join(f"st.global.b32 [%d5+{4 * i}], %v{i};" for i in range(count))
    got = moved(device, body, values, np.zeros((WARPS, 32, count, 2), np.uint16))
    assert np.array_equal(got, fragments(values[:, :count], trans))


@pytest.mark.parametrize("space", [".shared", ""])
@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_stmatrix(device: Device, count: int, trans: bool, space: str) -> None:
    values = matrices(2)
    address = "%r4" if space else "%d3"
    body = f"mad.wide.u32 %d5, %r0, {4 * count}, %d0;"
    body += "".join(f"ld.global.b32 %v{i}, [%d5+{4 * i}];" for i in range(count))
    body += "mov.b32 %r20, 0; st.shared.v4.b32 [%r4], {%r20, %r20, %r20, %r20}; bar.warp.sync 0xffffffff;"
    body += (
        f"stmatrix.sync.aligned.m8n8.x{count}{'.trans' * trans}{space}.b16 [{address}], {registers(count)};"
    )
    body += """bar.warp.sync 0xffffffff; ld.shared.v4.b32 {%r10, %r11, %r12, %r13}, [%r4];
        mad.wide.u32 %d6, %r0, 16, %d1; st.global.v4.b32 [%d6], {%r10, %r11, %r12, %r13};"""
    source = fragments(values[:, :count], trans)
    got = moved(device, body, source, np.zeros((WARPS, 4, 8, 8), np.uint16))
    assert np.array_equal(got[:, :count], values[:, :count])
    assert not got[:, count:].any()


def test_movmatrix(device: Device) -> None:
    values = matrices(3)[:, :1]
    body = """mad.wide.u32 %d5, %r0, 4, %d0; ld.global.b32 %v0, [%d5];
        movmatrix.sync.aligned.m8n8.trans.b16 %v1, %v0;
        mad.wide.u32 %d6, %r0, 4, %d1; st.global.b32 [%d6], %v1;"""
    got = moved(device, body, fragments(values, False), np.zeros((WARPS, 32, 1, 2), np.uint16))
    assert np.array_equal(got, fragments(values, True))


# Misuse, which hardware does not report

LDMATRIX = "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r3}, [%r2];"
PLAIN = f"""
    .reg .b32 %r<9>; .reg .pred %p; .shared .align 16 .b8 tile[512];
    mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mad.lo.u32 %r2, %r0, 16, %r1;
    st.shared.v4.b32 [%r2], {{%r0, %r0, %r0, %r0}};
    BEFORE
    {LDMATRIX}
    ret;
"""


@pytest.mark.parametrize(
    ("before", "id"),
    [
        ("add.u32 %r2, %r2, 8;", "EMU002"),
        ("add.u32 %r2, %r2, 4096;", "EMU001"),
        ("setp.eq.u32 %p, %r0, 31; @%p exit;", "EMU012"),
        ("setp.eq.u32 %p, %r0, 31; @%p bar.warp.sync 0xffffffff;", "EMU011"),
    ],
)
def test_misuse_names_the_line(before: str, id: str) -> None:
    text = kernel(PLAIN.replace("BEFORE", before))
    with pytest.raises(EmulatorError) as caught:
        execute(text, [np.zeros(1)])
    assert caught.value.id == id
    assert caught.value.line in (
        line_of(text, LDMATRIX),
        line_of(text, "bar.warp.sync") if "bar" in before else 0,
    )


def test_half_a_warp_has_no_matrices() -> None:
    text = kernel(PLAIN.replace("BEFORE", ""))
    with pytest.raises(EmulatorError) as caught:
        execute(text, [np.zeros(1)], block=16)
    assert caught.value.id == "EMU012"
    assert caught.value.line == line_of(text, LDMATRIX)


def test_lanes_that_part_and_meet_again() -> None:
    """Lanes of both arms of a branch wait for each other before the instruction."""
    body = f"""
        .reg .b32 %r<9>; .reg .b64 %d<3>; .reg .pred %p; .shared .align 16 .b8 tile[512];
        ld.param.u64 %d0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, tile; mad.lo.u32 %r2, %r0, 16, %r1; mov.b32 %r4, 0;
        and.b32 %r5, %r0, 1; setp.eq.u32 %p, %r5, 0;
        @%p bra EVEN;
        mov.b32 %r4, %r0;
        LOOP: add.u32 %r4, %r4, 1; setp.lt.u32 %p, %r4, 50; @%p bra LOOP;
        st.shared.v4.b32 [%r2], {{%r4, %r0, %r0, %r4}};
        bra JOIN;
        EVEN: st.shared.v4.b32 [%r2], {{%r0, %r0, %r0, %r0}};
        JOIN: {LDMATRIX}
        mad.wide.u32 %d1, %r0, 4, %d0; st.global.b32 [%d1], %r3;
    """
    out = execute(kernel(body), [np.zeros(32, np.uint32)]).array(0, np.uint32)
    rows = [[50, i, i, 50] if i & 1 else [i] * 4 for i in range(8)]
    assert out.tolist() == [rows[lane // 4][lane % 4] for lane in range(32)]
