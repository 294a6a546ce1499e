"""What observers are told of asynchronous copies, mbarriers and cluster barriers, in which order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator import Observer
from ptxgen.emulator.observer import Access, ClusterEvent, CopyEvent, MbarrierEvent
from tests.asynchronous.test_bulk import STORE, TILE, TILES, ring, tiles
from tests.asynchronous.test_clusters import NARROW, REDUCTION, SYNC
from tests.asynchronous.test_copies import copy
from tests.asynchronous.text import kernel
from tests.emulator.launching import execute


class Diary(Observer):
    """Notes what happens."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Any]] = []

    def copy_issued(self, copy: CopyEvent) -> None:
        self.entries.append(("issued", copy))

    def copy_read(self, copy: CopyEvent) -> None:
        self.entries.append(("read", copy))

    def copy_done(self, copy: CopyEvent) -> None:
        self.entries.append(("done", copy))

    def copy_unfinished(self, copy: CopyEvent) -> None:
        self.entries.append(("unfinished", copy))

    def mbarrier_arrived(self, event: MbarrierEvent) -> None:
        self.entries.append(("arrived", event))

    def mbarrier_passed(self, event: MbarrierEvent) -> None:
        self.entries.append(("passed", event))

    def cluster_arrived(self, event: ClusterEvent) -> None:
        self.entries.append(("cluster arrived", event))

    def cluster_passed(self, event: ClusterEvent) -> None:
        self.entries.append(("cluster passed", event))

    def loaded(self, access: Access) -> None:
        if access.owners is not None and (access.owners != access.threads % access.batch.columns).any():
            self.entries.append(("loaded elsewhere", access))

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.entries]


def watch(text: str, *arrays: Any, **options: Any) -> Diary:
    diary = Diary()
    execute(text, arrays, observers=[diary], **options)
    return diary


def test_copies_of_threads() -> None:
    source = np.arange(128, dtype=np.uint32)
    instruction = "cp.async.ca.shared.global [%r2], [%rd2], 16;"
    diary = watch(copy(instruction), source, np.zeros(128, np.uint32))
    assert diary.kinds == ["issued", "done"]
    event = diary.entries[0][1]
    np.testing.assert_array_equal(event.threads, np.arange(32))
    np.testing.assert_array_equal(event.target.address, 16 * np.arange(32))
    np.testing.assert_array_equal(event.source.sizes, np.full(32, 16))
    assert watch(copy(instruction, ""), source, np.zeros(128, np.uint32)).kinds == ["issued", "unfinished"]


def test_a_part_of_the_threads_may_wait() -> None:
    text = copy(
        "cp.async.ca.shared.global [%r2], [%rd2], 16; setp.lt.u32 %p1, %r0, 8;", "@%p1 cp.async.wait_group 0;"
    )
    diary = watch(text, np.arange(128, dtype=np.uint32), np.zeros(128, np.uint32))
    assert diary.kinds == ["issued", "done", "unfinished"]
    assert diary.entries[1][1].threads.tolist() == list(range(8))
    assert diary.entries[2][1].threads.tolist() == list(range(8, 32))


def test_bulk_copies_and_mbarriers() -> None:
    source, _ = tiles(1)
    diary = watch(ring(), source, np.zeros(128, np.uint32), block=160)
    copies = [event for kind, event in diary.entries if kind == "issued"]
    assert len(copies) == TILES
    assert [event for kind, event in diary.entries if kind == "done"] == copies
    assert {int(c.threads[0]) for c in copies} == {128}
    assert {int(c.source.sizes[0]) for c in copies} == {TILE}
    assert all(c.barrier is not None for c in copies)
    passed = [event for kind, event in diary.entries if kind == "passed"]
    consumers = [e for e in passed if 0 in e.threads.tolist()]
    assert [int(e.phase[0]) for e in consumers] == [0, 0, 0, 1, 1, 1, 2, 2]


def test_bulk_groups() -> None:
    for wait, kinds in (
        ("cp.async.bulk.wait_group 0;", ["issued", "done"]),
        ("cp.async.bulk.wait_group.read 0;", ["issued", "read", "done"]),
        ("", ["issued", "unfinished", "done"]),
    ):
        text = kernel(STORE.replace("WAIT", wait))
        assert watch(text, np.zeros(1, np.uint32), np.zeros(128, np.uint32), block=128).kinds == kinds


def test_clusters() -> None:
    text = kernel(REDUCTION.replace("SYNC", SYNC).replace("MAP", NARROW))
    arrays = (np.zeros((2, 64), np.uint32), np.zeros((2, 64), np.uint32))
    diary = watch(text, *arrays, grid=2, block=64, cluster=(2, 1, 1))
    kinds = diary.kinds
    assert kinds.count("cluster arrived") == kinds.count("cluster passed") == 2
    elsewhere = [event for kind, event in diary.entries if kind == "loaded elsewhere"]
    assert elsewhere
    assert all((e.address < 256).all() for e in elsewhere)
