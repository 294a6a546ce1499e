"""One fault planted at each place where a kernel waits, arrives, fences or commits: the sanitizers report it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import frozen

from ptxgen.driver import open_device, tensor_map
from ptxgen.errors import PtxgenError
from ptxgen.launch import LaunchConfig
from tests.asynchronous.test_boxes import PARAMS
from tests.asynchronous.test_boxes import STORE as BOX
from tests.asynchronous.test_bulk import EXPECT, STORE, TILE, TILES, ring, tiles
from tests.asynchronous.test_clusters import MULTICAST, NARROW, REDUCTION, SYNC
from tests.asynchronous.test_copies import PIPELINE
from tests.asynchronous.text import kernel

Array = np.ndarray[Any, Any]

READ = "cp.async.bulk.wait_group.read 0;"


@frozen
class Subject:
    """A correct kernel with its arrays and launch."""

    text: str
    arrays: tuple[Array, ...]
    config: LaunchConfig


SUBJECTS = {
    "pipeline": Subject(
        kernel(PIPELINE.replace("BARRIER", "bar.sync 0;")),
        (np.zeros((2, 8, 128, 4), np.float32), np.zeros((2, 128), np.float32)),
        LaunchConfig(2, 128),
    ),
    "ring": Subject(ring(), (tiles(2)[0], np.zeros((2, 128), np.uint32)), LaunchConfig(2, 160)),
    "store": Subject(
        kernel(STORE.replace("WAIT", READ)),
        (np.zeros(1, np.uint32), np.zeros(128, np.uint32)),
        LaunchConfig(1, 128),
    ),
    "reduction": Subject(
        kernel(REDUCTION.replace("SYNC", SYNC).replace("MAP", NARROW)),
        (np.zeros((4, 64), np.uint32), np.zeros((4, 64), np.uint32)),
        LaunchConfig(4, 64, cluster=(2, 1, 1)),
    ),
    "multicast": Subject(
        kernel(MULTICAST.replace("SYNC", SYNC).replace("MASK", "15")),
        (np.zeros(128, np.uint32), np.zeros((4, 128), np.uint32)),
        LaunchConfig(4, 128, cluster=(4, 1, 1)),
    ),
}

FAULTS = [
    ("pipeline", "cp.async.wait_group 1;", "", 0),
    ("pipeline", "cp.async.wait_group 1;", "cp.async.wait_group 2;", 0),
    ("pipeline", "cp.async.commit_group;", "", 1),
    ("pipeline", "bar.sync 0;", "", 0),
    ("pipeline", "bar.sync 0;", "", 1),
    ("ring", "@!%p3 bra WAIT_EMPTY;", "", 0),
    ("ring", "@!%p3 bra TRY;", "", 0),
    ("ring", "bar.sync 0;", "", 0),
    ("ring", "mbarrier.arrive.shared::cta.b64 _, [%r7];", "", 0),
    ("ring", "xor.b32 %r8, %r6, 1;", "mov.b32 %r8, %r6;", 0),
    ("ring", "@%p4 xor.b32 %r6, %r6, 1;", "", 0),
    ("ring", "@%p4 xor.b32 %r6, %r6, 1;", "", 1),
    ("ring", EXPECT, "mbarrier.arrive.shared::cta.b64 _, [%r9];", 0),
    ("ring", EXPECT, EXPECT.replace(str(TILE), str(TILE // 2)), 0),
    ("ring", f"[%rd0], {TILE}, [%r9]", f"[%rd0+{TILES * TILE}], {TILE}, [%r9]", 0),
    ("store", "fence.proxy.async.shared::cta;", "", 0),
    ("store", "bar.sync 0;", "", 0),
    ("store", "bar.sync 0;", "", 1),
    ("store", READ, "", 0),
    ("store", READ, READ.replace("0;", "1;"), 0),
    ("store", "cp.async.bulk.commit_group;", "", 0),
    ("reduction", SYNC, "", 0),
    ("multicast", SYNC, "bar.sync 0;", 0),
    ("multicast", "@!%p2 bra WAIT;", "", 0),
]


def findings(subject: Subject, text: str) -> list[str]:
    """The ids of what the sanitizers report."""
    with open_device("emulator", sanitize="collect") as device:
        entry = device.load_module(text).get_kernel("k")
        try:
            entry.launch(subject.config, [device.to_device(a) for a in subject.arrays])
            device.synchronize()
        except PtxgenError as error:
            return [error.id]
        return [finding.id for finding in device.findings]


@pytest.mark.parametrize("name", SUBJECTS)
def test_correct_kernels_are_silent(name: str) -> None:
    assert findings(SUBJECTS[name], SUBJECTS[name].text) == []


@pytest.mark.parametrize(("name", "old", "new", "place"), FAULTS)
def test_a_planted_fault_is_reported(name: str, old: str, new: str, place: int) -> None:
    subject = SUBJECTS[name]
    parts = subject.text.split(old)
    assert len(parts) > place + 1
    text = old.join(parts[: place + 1]) + new + old.join(parts[place + 1 :])
    assert findings(subject, text)


def test_a_box_needs_a_proxy_fence() -> None:
    text = kernel(BOX.replace("X0", "4").replace("X1", "2"), params=PARAMS)
    for planted, ids in ((text, []), (text.replace("fence.proxy.async.shared::cta;", ""), ["SAN024"])):
        with open_device("emulator", sanitize="collect") as device:
            tensor = device.zeros((40, 32), np.uint32)
            arguments = [tensor_map(tensor, (32, 8)), device.zeros(1)]
            device.load_module(planted).get_kernel("k").launch(LaunchConfig(1, 32), arguments)
            device.synchronize()
            assert [finding.id for finding in device.findings] == ids
