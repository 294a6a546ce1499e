"""Observers, and what a launch counts."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.emulator import Access, BarrierEvent, Limits, Observer
from ptxgen.isa.spaces import StateSpace
from tests.emulator.launching import execute, kernel

TEXT = kernel("""
    .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<4>;
    .shared .align 4 .b8 tile[128];
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    setp.lt.u32 %p, %r0, 10;
    mov.u32 %r1, tile;
    and.b32 %r2, %r0, 31;
    mad.lo.u32 %r1, %r2, 4, %r1;
    st.shared.u32 [%r1], %r0;
    bar.sync 0;
    @%p ld.shared.u32 %r3, [%r1];
    @%p atom.global.add.u32 %r4, [%rd0+4], 1;
    ret;""")


class Recorder(Observer):
    """Keeps all it is told."""

    def __init__(self) -> None:
        self.loads: list[Access] = []
        self.stores: list[Access] = []
        self.barriers: list[BarrierEvent] = []
        self.batches: list[str] = []

    def launched(self, batch: object) -> None:
        self.batches.append("launched")

    def loaded(self, access: Access) -> None:
        self.loads.append(access)

    def stored(self, access: Access) -> None:
        self.stores.append(access)

    def barrier(self, event: BarrierEvent) -> None:
        self.barriers.append(event)

    def finished(self, batch: object) -> None:
        self.batches.append("finished")


@pytest.mark.parametrize("block", [32, 48])
def test_observers_see_each_thread_that_takes_part(block: int) -> None:
    seen = Recorder()
    execute(TEXT, [np.zeros(2, np.uint32)], block=block, grid=3, observers=[seen])
    shared_loads = [a for a in seen.loads if a.space is StateSpace.SHARED]
    shared_stores = [a for a in seen.stores if a.space is StateSpace.SHARED]
    atomics = [a for a in seen.loads if a.atomic]
    assert sum(len(a.threads) for a in shared_stores) == 3 * block
    assert sum(len(a.threads) for a in shared_loads) == 30
    assert (
        sum(
            len(a.threads)
            for a in seen.loads
            if a.instruction.opcode == "ld" and a.space is StateSpace.GLOBAL
        )
        == 3 * block
    )
    assert {a.size for a in shared_loads} == {4}
    assert atomics
    assert any(a.atomic for a in seen.stores)
    (access,) = shared_loads
    places = {(access.place(i).cta[0], access.place(i).thread[0]) for i in range(30)}
    assert places == {(c, t) for c in range(3) for t in range(10)}
    for i in range(30):
        assert int(access.address[i]) == 4 * access.place(i).thread[0]
    assert sum(len(e.threads) for e in seen.barriers) == 3 * block
    assert {e.barrier for e in seen.barriers} == {0}
    assert seen.batches == ["launched", "finished"]


def test_observers_do_not_change_results() -> None:
    plain = execute(TEXT, [np.zeros(2, np.uint32)], grid=3).array(0, np.uint32)
    watched = execute(TEXT, [np.zeros(2, np.uint32)], grid=3, observers=[Observer()]).array(0, np.uint32)
    np.testing.assert_array_equal(plain, watched)
    assert plain[1] == 30


def test_an_observer_can_stop_the_launch() -> None:
    class Stop(Observer):
        def stored(self, access: Access) -> None:
            raise RuntimeError(str(access.place(0)))

    with pytest.raises(RuntimeError, match="entry k"):
        execute(TEXT, [np.zeros(2, np.uint32)], observers=[Stop()])


def test_statistics_count_warps_threads_and_partings() -> None:
    statistics = execute(
        TEXT, [np.zeros(2, np.uint32)], block=64, grid=10, limits=Limits(batch_lanes=128)
    ).statistics
    assert statistics.thread_instructions == 11 * 640
    assert statistics.instructions == 11 * 20
    assert statistics.batches == 5
    assert statistics.barriers == 5
    assert statistics.divergent_branches == 0


@pytest.mark.parametrize("block", [32, 40, 64])
@pytest.mark.parametrize("grid", [1, 2, 7, 13])
def test_batches_of_any_size_give_the_same(grid: int, block: int) -> None:
    text = kernel("""
        .reg .b32 %r<8>; .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r3, %ntid.x;
        mad.lo.u32 %r2, %r1, %r3, %r0;
        mad.wide.u32 %rd1, %r2, 4, %rd0;
        st.global.u32 [%rd1], %r2;
        ret;""")
    for lanes in (32, 64, 100, 1 << 14):
        empty = np.zeros(block * grid, np.uint32)
        result = execute(text, [empty], grid=grid, block=block, limits=Limits(batch_lanes=lanes))
        np.testing.assert_array_equal(result.array(0, np.uint32), np.arange(block * grid))


def test_cooperative_launches_run_all_ctas_at_once() -> None:
    """A barrier of the grid, made of an atomic counter that every CTA waits for."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r2, %nctaid.x;
        setp.ne.u32 %p, %r0, 0;
        @%p bra SYNC;
        red.release.gpu.global.add.u32 [%rd0], 1;
        SPIN:
        ld.acquire.gpu.global.u32 %r1, [%rd0];
        setp.lt.u32 %p, %r1, %r2;
        @%p bra SPIN;
        SYNC:
        bar.sync 0;
        ret;""")
    limits = Limits(batch_lanes=64, thread_steps=100_000)
    found = execute(text, [np.zeros(1, np.uint32)], grid=9, limits=limits, cooperative=True)
    assert found.array(0, np.uint32)[0] == 9


def test_an_arm_that_loads_what_all_lanes_agree_on() -> None:
    """The address is the same for the whole warp, the guard is not: the other lanes keep their value."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<4>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, 5;
        setp.ge.u32 %p, %r0, 9;
        @%p bra SKIP;
        ld.global.u32 %r2, [%rd0];
        add.u32 %r1, %r2, 1;
        SKIP:
        mad.wide.u32 %rd1, %r0, 4, %rd0;
        bar.sync 0;
        st.global.u32 [%rd1], %r1;
        ret;""")
    found = execute(text, [np.full(64, 70, np.uint32)], grid=2, block=64).array(0, np.uint32)
    assert set(found[9:]) == {5}
    assert found[0] in (71, 72)
