"""Launch after launch of one program: a machine that is kept must not remember what the last one left."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import ptxgen
from ptxgen.emulator import Access, Buffer, EmulatorError, Limits, Memory, Observer, Program, run
from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.machine import Machine
from tests.emulator.launching import kernel

COPY = kernel(
    """.reg .b32 %r<3>; .reg .b64 %rd<5>; .shared .align 4 .b32 s[32];
    ld.param.u64 %rd0, [x]; ld.param.u64 %rd1, [y];
    mov.u32 %r0, %ctaid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r0, %r0, 32, %r2;
    mul.wide.u32 %rd2, %r0, 4;
    add.u64 %rd3, %rd0, %rd2; add.u64 %rd4, %rd1, %rd2;
    ld.global.u32 %r1, [%rd3];
    st.shared.u32 [s], %r1;
    st.global.u32 [%rd4], %r1;
    ret;""",
    params=".param .u64 x, .param .u64 y",
)


class Bench:
    """One program in one memory."""

    def __init__(self, text: str = COPY, *, track: bool = False) -> None:
        self.memory = Memory(track_initialised=track)
        self.program = Program(ptxgen.parse(text), self.memory)

    def buffer(self, values: Any) -> Buffer:
        data = np.asarray(values, np.uint32)
        made = self.memory.allocate(data.nbytes)
        self.memory.write(made.address, data)
        return made

    def read(self, buffer: Buffer) -> np.ndarray[Any, Any]:
        return self.memory.read(buffer.address, buffer.nbytes).view(np.uint32)

    def launch(self, *arguments: Buffer, grid: int = 1, **options: Any) -> None:
        raw = [a.address.to_bytes(8, "little") for a in arguments]
        run(self.program, "k", (grid, 1, 1), (32, 1, 1), raw, **options)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The columns of each machine that is made from now on."""
    columns: list[int] = []
    begin = Machine.__init__

    def count(self: Machine, *arguments: Any) -> None:
        columns.append(arguments[1])
        begin(self, *arguments)

    monkeypatch.setattr(Machine, "__init__", count)
    return columns


def test_a_second_launch_uses_the_same_machine(made: list[int]) -> None:
    bench = Bench()
    x, y = bench.buffer(range(64)), bench.buffer([0] * 64)
    bench.launch(x, y, grid=2)
    bench.memory.write(x.address, np.arange(64, 128, dtype=np.uint32))
    bench.launch(x, y, grid=2)
    assert made == [2]
    assert bench.read(y).tolist() == list(range(64, 128))


def test_arguments_are_read_anew(made: list[int]) -> None:
    bench = Bench()
    x, y, z = bench.buffer(range(32)), bench.buffer([0] * 32), bench.buffer([7] * 32)
    bench.launch(x, y)
    bench.launch(z, x)
    assert made == [1]
    assert bench.read(x).tolist() == [7] * 32


def test_other_buffers_need_no_other_machine(made: list[int]) -> None:
    """Parameters keep their place while arguments come and go, also where freed memory is not used again."""
    bench = Bench()
    bench.memory.quarantine_bytes = 1 << 20
    for _ in range(3):
        x, y = bench.buffer(range(32)), bench.buffer([0] * 32)
        bench.launch(x, y)
        assert (bench.read(y) == range(32)).all()
        bench.memory.free(x)
        bench.memory.free(y)
    assert len(made) == 1
    assert bench.memory.buffers() == []
    bench.program.close()


def test_another_shape_takes_another_machine(made: list[int]) -> None:
    bench = Bench()
    x, y = bench.buffer(range(96)), bench.buffer([0] * 96)
    for grid in (1, 3, 1, 3):
        bench.launch(x, y, grid=grid)
    assert made == [1, 3]
    assert bench.read(y).tolist() == list(range(96))


def test_only_a_few_machines_are_kept(made: list[int]) -> None:
    bench = Bench()
    x, y = bench.buffer([1] * 32 * 9), bench.buffer([0] * 32 * 9)
    for grid in (*range(1, 10), 1):
        bench.launch(x, y, grid=grid)
    assert made == [*range(1, 10), 1]


def test_batches_of_two_sizes_are_both_kept(made: list[int]) -> None:
    bench = Bench()
    x, y = bench.buffer(range(160)), bench.buffer([0] * 160)
    limits = evolve(Limits(), batch_lanes=96)
    for _ in range(2):
        bench.launch(x, y, grid=5, limits=limits)
    assert made == [3, 2]
    assert bench.read(y).tolist() == list(range(160))


def test_a_buffer_that_was_freed_is_not_believed_in() -> None:
    """A smaller one in its place has bounds of its own."""
    bench = Bench()
    y = bench.buffer([0] * 32)
    x = bench.buffer(range(32))
    bench.launch(x, y)
    bench.memory.free(x, reuse=True)
    smaller = bench.buffer(range(16))
    assert smaller.address == x.address
    with pytest.raises(EmulatorError, match="EMU001"):
        bench.launch(smaller, y)


def test_what_a_freed_buffer_held_counts_as_unwritten() -> None:
    bench = Bench(track=True)
    y = bench.buffer([0] * 32)
    x = bench.buffer(range(32))
    bench.launch(x, y)
    bench.memory.free(x, reuse=True)
    again = bench.memory.allocate(128)
    assert again.address == x.address
    with pytest.raises(EmulatorError, match="EMU003"):
        bench.launch(again, y)


def test_a_machine_that_stopped_at_a_fault_is_not_used_again(made: list[int]) -> None:
    bench = Bench()
    x, y, small = bench.buffer(range(32)), bench.buffer([0] * 32), bench.buffer([0])
    bench.launch(x, y)
    with pytest.raises(EmulatorError):
        bench.launch(small, y)
    bench.launch(x, y)
    assert made == [1, 1]
    assert bench.read(y).tolist() == list(range(32))


PARTS = kernel(
    """.reg .pred %p; .reg .b32 %r<6>; .reg .b64 %rd<5>;
    ld.param.u64 %rd0, [x]; ld.param.u64 %rd1, [y];
    mov.u32 %r0, %ctaid.x; mov.u32 %r2, %tid.x; mad.lo.u32 %r3, %r0, 32, %r2;
    mul.wide.u32 %rd2, %r3, 4;
    add.u64 %rd3, %rd0, %rd2; add.u64 %rd4, %rd1, %rd2;
    mul.wide.u32 %rd2, %r0, 128; add.u64 %rd2, %rd0, %rd2;
    ld.global.u32 %r4, [%rd2];
    and.b32 %r4, %r4, 1;
    setp.eq.u32 %p, %r4, 1;
    @%p bra ODD;
    ld.global.u32 %r1, [%rd3]; mul.lo.u32 %r1, %r1, 3; add.u32 %r1, %r1, %r0;
    bra END;
    ODD: ld.global.u32 %r1, [%rd3]; mov.u32 %r5, 0;
    LOOP: add.u32 %r1, %r1, 100; add.u32 %r5, %r5, 1;
    setp.lt.u32 %p, %r5, 10;
    @%p bra LOOP;
    mov.u32 %r5, %ctaid.x; sub.u32 %r1, %r1, %r5;
    END: st.global.u32 [%rd4], %r1;
    ret;""",
    params=".param .u64 x, .param .u64 y",
)
"""CTAs whose first element is odd go another way, whole."""


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[Frame]]:
    """Each frame that is made from now on."""
    made: list[weakref.ref[Frame]] = []
    begin = Frame.__init__

    def count(self: Frame, *arguments: Any) -> None:
        made.append(weakref.ref(self))
        begin(self, *arguments)

    monkeypatch.setattr(Frame, "__init__", count)
    return made


@pytest.mark.parametrize("lanes", [4 * 32, 16384])
def test_ctas_that_part_in_the_same_way_use_the_same_frames(
    frames: list[weakref.ref[Frame]], lanes: int
) -> None:
    """The same twice, then others, among them those of the first launch again; in one batch, and in three."""
    bench = Bench(PARTS)
    x, y = bench.buffer([0] * 384), bench.buffer([0] * 384)
    rng = np.random.default_rng(3)
    limits = evolve(Limits(), batch_lanes=lanes)
    one, other = 0b001100110011, 0b101010011111
    counts: list[int] = []
    for odd in (one, one, other, one, one, one):
        values = rng.integers(0, 1 << 20, (12, 32)).astype(np.uint32) & ~np.uint32(1)
        values[:, 0] |= (odd >> np.arange(12) & 1).astype(np.uint32)
        bench.memory.write(x.address, values.reshape(-1))
        bench.launch(x, y, grid=12, limits=limits)
        ctas = np.arange(12, dtype=np.uint32)[:, None]
        expected = np.where(values[:, :1] & 1, values + 1000 - ctas, 3 * values + ctas)
        assert np.array_equal(bench.read(y).reshape(12, 32), expected)
        counts.append(len(frames))
    assert counts[0] > 0
    assert counts[1] == counts[0]
    assert counts[-1] == counts[-2]


def test_frames_of_parted_ctas_are_bounded(frames: list[weakref.ref[Frame]]) -> None:
    """Beside that of all CTAs those of the last launch and of the one before, whatever the data."""
    bench = Bench(PARTS)
    x, y = bench.buffer([0] * 384), bench.buffer([0] * 384)
    rng = np.random.default_rng(4)
    for _ in range(20):
        bench.memory.write(x.address, rng.integers(0, 1 << 20, 384).astype(np.uint32))
        bench.launch(x, y, grid=12)
        gc.collect()
        alive = [frame.lanes for made in frames if (frame := made()) is not None]
        assert sum(lanes.column.size for lanes in alive if lanes.is_lattice) <= 3 * 12


def test_shared_memory_begins_unwritten_each_time() -> None:
    """The first launch writes it; the second one only reads."""
    bench = Bench(
        kernel(
            """.reg .b32 %r<2>; .reg .pred %p; .reg .b64 %rd<3>; .shared .align 4 .b32 s[1];
            ld.param.u64 %rd0, [x]; ld.param.u64 %rd1, [y];
            ld.global.u32 %r0, [%rd0];
            setp.eq.u32 %p, %r0, 0;
            @%p bra READ;
            st.shared.u32 [s], %r0;
            READ: ld.shared.u32 %r1, [s];
            st.global.u32 [%rd1], %r1;
            ret;""",
            params=".param .u64 x, .param .u64 y",
        ),
        track=True,
    )
    x, y = bench.buffer([5]), bench.buffer([0])
    bench.launch(x, y)
    bench.memory.write(x.address, np.zeros(1, np.uint32))
    with pytest.raises(EmulatorError, match="EMU003"):
        bench.launch(x, y)


class Counting(Observer):
    def __init__(self) -> None:
        self.launches: list[Launch] = []
        self.loads = 0

    def launched(self, batch: Batch) -> None:
        self.launches.append(batch.launch)

    def loaded(self, access: Access) -> None:
        self.loads += len(access.threads)


def test_observers_see_each_launch_as_one_of_its_own(made: list[int]) -> None:
    bench = Bench()
    x, y = bench.buffer(range(32)), bench.buffer([0] * 32)
    seen = Counting()
    bench.launch(x, y)
    for _ in range(2):
        bench.launch(x, y, observers=(seen,))
    bench.launch(x, y)
    assert made == [1, 1]
    assert len({id(launch) for launch in seen.launches}) == 2
    assert seen.loads == 2 * 3 * 32  # two parameters and an element of x
