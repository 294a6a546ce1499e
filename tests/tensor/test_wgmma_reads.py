"""Shared memory that a `wgmma` under way may still read: overwritten too early, or never waited for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ptxgen.driver import LaunchConfig, open_device
from tests.emulator.launching import line_of
from tests.tensor.test_wgmma import GROUPS, immediates, source, tile

CASE = ("m64n32k16", "f32", "f16", "f16")
WAIT = "wgmma.wait_group.sync.aligned 0;"
OVERWRITE = "st.shared.b32 [%r5], %r1;"
"""Every thread of the CTA, to the first bytes of B."""
OVERWRITE_ONCE = "setp.eq.u32 %q, %r1, 0; @%q " + OVERWRITE


def findings(text: str) -> list[tuple[str, int]]:
    """The ids of what the sanitizers find, with the line."""
    with open_device("emulator", sanitize="collect") as device:
        zeros = [device.zeros(1 << 14, np.uint32) for _ in range(3)]
        kernel = device.load_module(text).get_kernel("k")
        kernel.launch(LaunchConfig(1, 128 * GROUPS), [*zeros, np.uint32(1)])
        device.synchronize()
        return sorted({(f.id, f.line) for f in device.findings})


def text() -> str:
    return source(CASE, tile("64B", 64, False), tile("64B", 32, False), immediates(CASE, 0, 0))


def test_correct_code_is_silent() -> None:
    assert findings(text()) == []
    assert findings(text().replace(WAIT, f"{WAIT} bar.sync 0;\n{OVERWRITE_ONCE}")) == []


def test_another_group_may_still_run() -> None:
    """Waiting for all but the newest group is enough where the newest does not read what is overwritten."""
    product = re.search(r"wgmma\.mma_async.*;", text())
    assert product is not None
    other = product[0].replace("%m", "%n")
    later = f".reg .b64 %n; add.u64 %n, %m, 1024;\n{other}\nwgmma.commit_group.sync.aligned;"
    enlarged = re.sub(r"right\[\d+\]", "right[32768]", text())
    overlapped = f"{later}\nwgmma.wait_group.sync.aligned 1;\nbar.sync 0;\n{OVERWRITE_ONCE}\n{WAIT}"
    found = findings(enlarged.replace(WAIT, overlapped))
    assert [id for id, _ in found if id != "SAN010"] == []


@pytest.mark.parametrize(
    ("early", "id"),
    [(f"bar.sync 0;\n{OVERWRITE_ONCE}\n{WAIT}", "SAN023"), (f"{WAIT}\n{OVERWRITE_ONCE}", "SAN021")],
)
def test_overwritten_too_early(early: str, id: str) -> None:
    """Before the wait, or after the wait of one warp alone."""
    faulty = text().replace(WAIT, early)
    assert (id, line_of(faulty, OVERWRITE)) in findings(faulty)


def test_never_waited_for() -> None:
    faulty = text().replace(WAIT, "")
    assert ("SAN035", line_of(faulty, "wgmma.mma_async")) in findings(faulty)
