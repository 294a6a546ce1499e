"""Each row of the table that other tests of this room do not reach: one small kernel, one expected value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, tensor_map
from ptxgen.launch import LaunchConfig
from tests.asynchronous.text import kernel

Array = np.ndarray[Any, Any]
Launch = Callable[..., list[Array]]

START = """
    .shared .align 8 .b64 bar[2]; .shared .align 16 .b8 tile[256];
    ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
    mov.u32 %r0, %tid.x; mov.u32 %r1, bar; mov.u32 %r2, tile;
    mad.wide.u32 %rd2, %r0, 4, %rd1;
    setp.eq.u32 %p0, %r0, 0;
    mov.u32 %r9, 0;
"""
END = "\nst.global.u32 [%rd2], %r9;\nret;"
DONE = """
    mbarrier.test_wait.parity.shared.b64 %p1, [%r1], 0;
    selp.u32 %r9, 1, 0, %p1;
"""
REMOTE = "mapa.shared::cluster.u32 %r3, %r1, 0;"


def init(count: int) -> str:
    return f"@%p0 mbarrier.init.shared.b64 [%r1], {count}; bar.sync 0;"


CASES = {
    "expect_tx and complete_tx": (
        init(32),
        """
        mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r1], 8;
        mbarrier.arrive.shared.b64 %rd3, [%r1]; bar.sync 0;
        mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%r1], 8; bar.sync 0;""",
        1,
    ),
    "bytes that are missing keep a phase": (
        init(32),
        (
            "@%p0 mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r1], 8; bar.sync 0;"
            "mbarrier.arrive.shared.b64 %rd3, [%r1]; bar.sync 0;"
        ),
        0,
    ),
    "remote expect_tx": (
        init(32),
        REMOTE
        + """
        mbarrier.expect_tx.relaxed.cluster.shared::cluster.b64 [%r3], 8;
        mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r3]; bar.sync 0;
        mbarrier.complete_tx.relaxed.cluster.shared::cluster.b64 [%r3], 8; bar.sync 0;""",
        1,
    ),
    "remote arrivals that expect and count": (
        init(96),
        REMOTE
        + """
        mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64 _, [%r3], 4;
        mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r3], 2; bar.sync 0;
        mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%r1], 4; bar.sync 0;""",
        1,
    ),
    "dropping with counts": (
        init(64),
        "mbarrier.arrive_drop.release.cta.shared::cta.b64 %rd3, [%r1], 2; bar.sync 0;",
        1,
    ),
    "dropping and expecting": (
        init(32),
        """
        mbarrier.arrive_drop.expect_tx.release.cta.shared::cta.b64 %rd3, [%r1], 16; bar.sync 0;
        mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%r1], 16; bar.sync 0;""",
        1,
    ),
    "remote drops": (
        init(64),
        REMOTE
        + """
        mbarrier.arrive_drop.release.cluster.shared::cluster.b64 _, [%r3];
        mbarrier.arrive_drop.expect_tx.release.cluster.shared::cluster.b64 _, [%r3], 16; bar.sync 0;
        mbarrier.complete_tx.relaxed.cta.shared::cta.b64 [%r1], 16; bar.sync 0;""",
        1,
    ),
    "arrivals that must not complete": (
        init(65),
        """
        mbarrier.arrive.noComplete.shared.b64 %rd3, [%r1], 1;
        mbarrier.arrive_drop.noComplete.shared.b64 %rd3, [%r1], 1; bar.sync 0;""",
        0,
    ),
    "a time to wait at most": (
        init(32),
        """
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        TRY: mbarrier.try_wait.acquire.cta.shared::cta.b64 %p2, [%r1], %rd3, 1000; @!%p2 bra TRY;
        AGAIN: mbarrier.try_wait.parity.relaxed.cta.shared::cta.b64 %p2, [%r1], 0, 1000; @!%p2 bra AGAIN;""",
        1,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_phases(launch: Launch, name: str) -> None:
    """Whether phase 0 is over afterwards."""
    before, body, over = CASES[name]
    text = kernel(START + before + body + DONE + END)
    _, found = launch(text, np.zeros(1, np.uint32), np.full(32, 7, np.uint32))
    np.testing.assert_array_equal(found, np.full(32, over))


HINTED = """
    createpolicy.fractional.L2::evict_last.b64 %rd5, 1.0;
    mad.lo.u32 %r4, %r0, 4, %r2; mad.wide.u32 %rd4, %r0, 4, %rd0;
"""


@pytest.mark.parametrize(
    "copy",
    [
        "cp.async.ca.shared::cta.global.L2::cache_hint.L2::128B [%r4], [%rd4], 4, %rd5; cp.async.wait_all;",
        (
            "@%p0 mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r1], 128;"
            "@%p0 cp.async.bulk.shared::cta.global.mbarrier::complete_tx::bytes.L2::cache_hint"
            " [%r2], [%rd0], 128, [%r1], %rd5;"
            "mbarrier.arrive.shared.b64 %rd3, [%r1];"
            "W: mbarrier.test_wait.shared.b64 %p2, [%r1], %rd3; @!%p2 bra W;"
        ),
    ],
)
def test_copies_with_hints(launch: Launch, copy: str) -> None:
    source = np.arange(32, dtype=np.uint32)
    text = kernel(START + init(32) + HINTED + copy + "bar.sync 0; ld.shared.u32 %r9, [%r4];" + END)
    _, found = launch(text, source, np.zeros(32, np.uint32))
    np.testing.assert_array_equal(found, source)


def test_a_box_to_the_own_cta_and_its_prefetch(device: Device) -> None:
    """The form without a cluster; the prefetch changes nothing."""
    text = kernel(
        """
        .shared .align 128 .b8 tile[256]; .shared .align 8 .b64 bar[1];
        ld.param.u64 %rd1, [q]; mov.b64 %rd0, m;
        mov.u32 %r0, %tid.x; mov.u32 %r1, bar; mov.u32 %r2, tile; mov.u32 %r5, 4; mov.u32 %r6, 1;
        setp.eq.u32 %p0, %r0, 0;
        @%p0 mbarrier.init.shared::cta.b64 [%r1], 32;
        bar.sync 0;
        prefetch.tensormap [%rd0];
        @%p0 cp.async.bulk.prefetch.tensor.2d.L2.global.tile [%rd0, {%r5, %r6}];
        @%p0 mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%r1], 128;
        @%p0 cp.async.bulk.tensor.2d.shared::cta.global.tile.mbarrier::complete_tx::bytes
            [%r2], [%rd0, {%r5, %r6}], [%r1];
        mbarrier.arrive.shared.b64 %rd3, [%r1];
        W: mbarrier.test_wait.shared.b64 %p2, [%r1], %rd3; @!%p2 bra W;
        mad.lo.u32 %r4, %r0, 4, %r2; ld.shared.u32 %r9, [%r4];
        mad.wide.u32 %rd2, %r0, 4, %rd1; st.global.u32 [%rd2], %r9;
        ret;""",
        params=".param .align 64 .b8 m[128], .param .u64 q",
    )
    source = np.arange(8 * 16, dtype=np.uint32).reshape(8, 16)
    tensor, out = device.to_device(source), device.zeros(32, np.uint32)
    entry = device.load_module(text).get_kernel("k")
    entry.launch(LaunchConfig(1, 32), [tensor_map(tensor, (4, 8)), out])
    device.synchronize()
    np.testing.assert_array_equal(out.to_host().reshape(4, 8), source[1:5, 4:12])
