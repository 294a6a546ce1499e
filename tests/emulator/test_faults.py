"""Planted faults: each is reported with its id, its line, and who did it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import ptxgen
from ptxgen.emulator import EmulatorError, Limits, Memory, Program, run
from ptxgen.errors import SourceLocation
from ptxgen.ir.linemap import LineMap
from tests.emulator.launching import HEADER, execute, kernel, line_of

Fails = Callable[..., EmulatorError]
START = """
    .reg .pred %p<4>; .reg .b32 %r<12>; .reg .b64 %rd<8>; .reg .f32 %f<4>;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    mov.u32 %r1, %ctaid.x;
    mad.wide.u32 %rd1, %r0, 4, %rd0;
"""
ZEROS = np.zeros(32, np.uint32)


def test_load_out_of_bounds_names_everything(fails: Fails) -> None:
    text = kernel(START + "ld.global.u32 %r2, [%rd1+8];\nst.global.u32 [%rd1], %r2;\nret;")
    error = fails("EMU001", "ld.global.u32 %r2", text, [ZEROS])
    assert error.place is not None
    assert error.place.entry == "k"
    assert error.place.thread == (30, 0, 0)
    assert "nearest buffer: p [" in str(error)
    assert "0 bytes past its end" in str(error)
    assert "2 of 32 active threads" in str(error)


@pytest.mark.parametrize("offset", [-4, -(1 << 40), 1 << 40, 125])
def test_offsets_far_out_of_bounds(fails: Fails, offset: int) -> None:
    text = kernel(START + f"add.u64 %rd2, %rd0, {offset};\nld.global.u8 %r2, [%rd2+3];\nret;")
    fails("EMU001", "ld.global.u8", text, [ZEROS], track=False)


def test_negative_constant_offset(fails: Fails) -> None:
    text = kernel(START + "ld.global.u32 %r2, [%rd1];\nld.global.u32 %r3, [%rd1+-4];\nret;")
    assert fails("EMU001", "+-4", text, [ZEROS], track=False).place.thread == (0, 0, 0)  # type: ignore[union-attr]


def test_store_out_of_bounds_in_one_cta_of_many(fails: Fails) -> None:
    text = kernel(START + "mad.wide.u32 %rd2, %r1, 128, %rd1;\nst.global.u32 [%rd2], 1;\nret;")
    error = fails("EMU001", "st.global.u32", text, [np.zeros(32 * 6, np.uint32)], grid=7)
    assert error.place is not None
    assert error.place.cta == (6, 0, 0)
    execute(text, [np.zeros(32 * 7, np.uint32)], grid=7)


def test_access_between_two_buffers_never_lands_in_the_other(fails: Fails) -> None:
    text = kernel(START + "st.global.v4.u32 [%rd0+120], {%r0, %r0, %r0, %r0};\nret;")
    fails("EMU002", "st.global.v4", text, [ZEROS, ZEROS], block=1) if False else None
    text = kernel(
        START + "st.global.v2.u32 [%rd0+128], {%r0, %r0};\nret;", params=".param .u64 p, .param .u64 q"
    )
    fails("EMU001", "st.global.v2", text, [ZEROS, ZEROS], block=1)


def test_a_thread_without_its_guard_cannot_fault() -> None:
    text = kernel(
        START
        + "setp.lt.u32 %p1, %r0, 30;\n@%p1 ld.global.u32 %r2, [%rd1+8];\n@%p1 st.global.u32 [%rd1], %r2;\nret;"
    )
    found = execute(text, [np.arange(32, dtype=np.uint32)]).array(0, np.uint32)
    np.testing.assert_array_equal(found, [*range(2, 32), 30, 31])


@pytest.mark.parametrize(
    ("access", "shift"), [("ld.global.u32 %r2, [%rd2]", 2), ("ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%rd2]", 8),
                          ("st.global.v2.u32 [%rd2], {%r0, %r0}", 4), ("atom.global.add.u32 %r2, [%rd2], 1", 1)]
)  # fmt: skip
def test_misaligned(fails: Fails, access: str, shift: int) -> None:
    text = kernel(START + f"add.u64 %rd2, %rd0, {shift};\n{access};\nret;")
    assert "is not a multiple of" in str(fails("EMU002", access[:14], text, [ZEROS], block=1))


@pytest.mark.parametrize("lane", [0, 17])
def test_misaligned_in_a_single_lane(fails: Fails, lane: int) -> None:
    text = kernel(
        START + f"setp.eq.u32 %p1, %r0, {lane};\nselp.b64 %rd2, 2, 0, %p1;\nadd.u64 %rd1, %rd1, %rd2;\n"
        "ld.global.u32 %r2, [%rd1];\nret;"
    )
    error = fails("EMU002", "ld.global.u32", text, [np.zeros(40, np.uint32)])
    assert error.place is not None
    assert error.place.thread == (lane, 0, 0)


def test_uninitialised_global_memory(fails: Fails) -> None:
    text = kernel(START + "ld.global.u32 %r2, [%rd1];\nret;")
    memory = Memory(track_initialised=True)
    buffer = memory.allocate(128, "half")
    memory.write(buffer.address, bytes(64))
    with pytest.raises(EmulatorError) as caught:
        run(
            Program(ptxgen.parse(text), memory),
            "k",
            (1, 1, 1),
            (32, 1, 1),
            [buffer.address.to_bytes(8, "little")],
        )
    assert caught.value.id == "EMU003"
    assert caught.value.place is not None
    assert caught.value.place.thread == (16, 0, 0)
    assert "half" in str(caught.value)
    memory.write(buffer.address, bytes(128))
    run(
        Program(ptxgen.parse(text), memory),
        "k",
        (1, 1, 1),
        (32, 1, 1),
        [buffer.address.to_bytes(8, "little")],
    )


SHARED = (
    START
    + """
    .shared .align 4 .b8 tile[128];
    mov.u32 %r3, tile;
    mad.lo.u32 %r4, %r0, 4, %r3;
    {store}
    bar.sync 0;
    xor.b32 %r5, %r4, 4;
    ld.shared.u32 %r6, [%r5];
    st.global.u32 [%rd1], %r6;
    ret;"""
)


def test_uninitialised_shared_memory(fails: Fails) -> None:
    text = kernel(SHARED.format(store="setp.ne.u32 %p1, %r0, 9;\n@%p1 st.shared.u32 [%r4], %r0;"))
    error = fails("EMU003", "ld.shared.u32", text, [ZEROS], grid=3)
    assert error.place is not None
    assert error.place.thread == (8, 0, 0)
    execute(kernel(SHARED.format(store="st.shared.u32 [%r4], %r0;")), [ZEROS], grid=3)


def test_shared_memory_of_the_cta_before_is_not_initialised(fails: Fails) -> None:
    text = kernel(SHARED.format(store="setp.eq.u32 %p1, %r1, 0;\n@%p1 st.shared.u32 [%r4], %r0;"))
    error = fails("EMU003", "ld.shared.u32", text, [ZEROS], grid=3, limits=Limits(batch_lanes=32))
    assert error.place is not None
    assert error.place.cta == (1, 0, 0)


@pytest.mark.parametrize("address", ["%r3+128", "%r3+-4"])
def test_shared_memory_out_of_bounds(fails: Fails, address: str) -> None:
    text = kernel(
        START + f".shared .align 4 .b8 tile[128];\nmov.u32 %r3, tile;\nst.shared.u32 [{address}], 1;\nret;"
    )
    assert "shared" in str(fails("EMU001", "st.shared.u32", text, [ZEROS], grid=2))


def test_uninitialised_local_memory(fails: Fails) -> None:
    text = kernel(
        START + ".local .align 8 .b8 depot[16];\nst.local.u32 [depot], 1;\nld.local.u32 %r2, [depot+4];\nret;"
    )
    fails("EMU003", "ld.local.u32", text, [ZEROS])


def test_register_that_was_never_written(fails: Fails) -> None:
    text = kernel(START + "add.u32 %r3, %r2, 1;\nst.global.u32 [%rd1], %r3;\nret;")
    assert "%r2" in str(fails("EMU004", "add.u32 %r3", text, [ZEROS]))
    execute(text, [ZEROS], track=False)


def test_register_written_on_one_path_only(fails: Fails) -> None:
    text = kernel(
        START
        + "setp.ne.u32 %p1, %r0, 11;\n@%p1 mov.u32 %r2, 5;\nadd.u32 %r3, %r2, 1;\nst.global.u32 [%rd1], %r3;\nret;"
    )
    error = fails("EMU004", "add.u32 %r3", text, [ZEROS])
    assert error.place is not None
    assert error.place.thread == (11, 0, 0)


@pytest.mark.parametrize("block", [32, 48])
def test_register_written_by_an_earlier_cta_only(fails: Fails, block: int) -> None:
    text = kernel(
        START + "setp.ne.u32 %p1, %r1, 0;\n@%p1 bra A;\nmov.u32 %r2, 5;\nA: add.u32 %r3, %r2, 1;\nret;"
    )
    error = fails("EMU004", "add.u32 %r3", text, [ZEROS], block=block, grid=3, limits=Limits(batch_lanes=32))
    assert error.place is not None
    assert error.place.cta == (1, 0, 0)


def test_register_unwritten_only_where_it_is_not_read() -> None:
    text = kernel(
        START + "setp.ne.u32 %p1, %r0, 11;\n@%p1 mov.u32 %r2, 5;\n@%p1 add.u32 %r3, %r2, 1;\n"
        "@%p1 st.global.u32 [%rd1], %r3;\nret;"
    )
    found = execute(text, [ZEROS]).array(0, np.uint32)
    np.testing.assert_array_equal(found, np.where(np.arange(32) == 11, 0, 6))


def test_divergent_barrier_two_instructions(fails: Fails) -> None:
    text = kernel(
        START + "setp.lt.u32 %p1, %r0, 10;\n@%p1 bra A;\nbar.sync 0;\nbra E;\nA: bar.sync 0;\nE: ret;"
    )
    assert "barrier" in str(fails("EMU010", "", text, [ZEROS]))


def test_divergent_barrier_others_go_elsewhere(fails: Fails) -> None:
    text = kernel(
        START + "setp.lt.u32 %p1, %r0, 10;\n@%p1 bra A;\nbar.sync 0;\nbra E;\nA: bar.sync 1;\nE: ret;"
    )
    fails("EMU010", "", text, [ZEROS])


def test_divergent_barrier_while_others_wait_for_the_warp(fails: Fails) -> None:
    text = kernel(
        START + "setp.lt.u32 %p1, %r0, 10;\n@%p1 bra A;\nbar.sync 0;\nbra E;\nA: bar.warp.sync -1;\nE: ret;"
    )
    fails("EMU010", "bar.sync 0", text, [ZEROS])


def test_deadlock_of_two_warps(fails: Fails) -> None:
    text = kernel(
        START + "setp.lt.u32 %p1, %r0, 32;\n@%p1 bra A;\nbar.sync 0;\nbra E;\nA: bar.sync 1;\nE: ret;"
    )
    error = fails("EMU011", "", text, [np.zeros(64, np.uint32)], block=64)
    assert "32 threads wait at barrier 1" in str(error)
    assert "which 64 complete" in str(error)


def test_barrier_that_too_few_threads_can_complete(fails: Fails) -> None:
    text = kernel(START + "bar.sync 2, 96;\nret;")
    fails("EMU011", "bar.sync 2", text, [ZEROS], block=64)


def test_barrier_count_must_be_whole_warps(fails: Fails) -> None:
    fails("EMU014", "bar.sync 2", kernel(START + "bar.sync 2, 48;\nret;"), [ZEROS], block=64)


def test_shuffle_from_an_exited_lane(fails: Fails) -> None:
    text = kernel(
        START + "setp.ge.u32 %p1, %r0, 20;\n@%p1 exit;\nshfl.sync.bfly.b32 %r2, %r0, 16, 31, -1;\n"
        "st.global.u32 [%rd1], %r2;\nret;"
    )
    error = fails("EMU012", "shfl.sync", text, [ZEROS])
    assert "exited" in str(error)
    assert error.place is not None
    assert error.place.thread == (4, 0, 0)


def test_shuffle_from_an_unlisted_lane(fails: Fails) -> None:
    text = kernel(
        START + "setp.lt.u32 %p1, %r0, 5;\n@!%p1 bra E;\nshfl.sync.down.b32 %r2, %r0, 1, 31, 31;\nE: ret;"
    )
    assert "not a width" in str(fails("EMU013", "shfl.sync", text, [ZEROS]))


def test_lane_outside_its_own_member_mask(fails: Fails) -> None:
    fails("EMU013", "vote.sync", kernel(START + "vote.sync.any.pred %p1, 1, 0xffff;\nret;"), [ZEROS])


def test_endless_loop(fails: Fails) -> None:
    text = kernel(START + "A: add.u32 %r2, %r0, 1;\nbra A;")
    fails("EMU020", "bra A", text, [ZEROS], limits=Limits(thread_steps=1000))


def test_endless_loop_of_some_threads(fails: Fails) -> None:
    text = kernel(START + "A: setp.eq.u32 %p1, %r0, 3;\n@%p1 bra A;\nret;")
    error = fails("EMU020", "@%p1 bra A", text, [ZEROS], limits=Limits(thread_steps=1000))
    assert error.place is not None
    assert error.place.thread == (3, 0, 0)


def test_trap(fails: Fails) -> None:
    text = kernel(START + "setp.eq.u32 %p1, %r0, 3;\n@%p1 trap;\nret;")
    error = fails("EMU030", "trap", text, [ZEROS])
    assert error.place is not None
    assert error.place.thread == (3, 0, 0)


def test_memory_limit() -> None:
    memory = Memory(Limits(memory_bytes=1000))
    memory.allocate(900)
    with pytest.raises(EmulatorError) as caught:
        memory.allocate(101, "more")
    assert caught.value.id == "EMU021"
    assert "more" in str(caught.value)


@pytest.mark.parametrize(
    ("id", "options"),
    [
        ("EMU040", {"block": 4096}),
        ("EMU040", {"block": (32, 33, 1)}),
        ("EMU040", {"grid": (0, 1, 1)}),
        ("EMU040", {"shared_bytes": 1 << 20}),
        ("EMU022", {"grid": 1 << 30, "limits": Limits(grid_threads=1 << 20)}),
        ("EMU040", {"entry": "nobody"}),
    ],
)
def test_launches_that_no_machine_takes(fails: Fails, id: str, options: dict[str, object]) -> None:
    fails(id, "", kernel("ret;"), [ZEROS], **options)


def test_wrong_arguments(fails: Fails) -> None:
    assert "takes 1 arguments (p)" in str(fails("EMU040", "", kernel("ret;"), []))
    fails("EMU040", "", kernel("ret;"), [b"1234"])


def test_calls_that_lead_nowhere(fails: Fails) -> None:
    extern = ".extern .func missing();\n"
    assert "missing" in str(fails("EMU032", "", kernel("call missing;\nret;", before=extern), [ZEROS]))
    text = kernel(START + "proto: .callprototype _ ();\nmov.u64 %rd2, 5;\ncall %rd2, proto;\nret;")
    assert "0x5 is not the address" in str(fails("EMU032", "call %rd2", text, [ZEROS]))
    text = kernel(START + "t: .branchtargets A, B;\nbrx.idx %r0, t;\nA: ret;\nB: ret;")
    error = fails("EMU032", "brx.idx", text, [ZEROS])
    assert "index 2 is not below 2" in str(error)


def test_what_is_not_emulated_is_said_before_it_runs(fails: Fails) -> None:
    text = kernel(".reg .b64 %rd0;\nstacksave.u64 %rd0;\nret;")
    assert "frame of fixed size" in str(fails("EMU031", "stacksave", text, [ZEROS]))
    text = kernel(
        ".reg .b32 %r0; .reg .b64 %rd0;\n"
        "cp.async.bulk.prefetch.tensor.3d.L2.global.im2col [%rd0, {%r0, %r0, %r0}], {1};\nret;"
    )
    assert "im2col" in str(fails("EMU031", "prefetch", text, [ZEROS]))


def test_clusters_that_do_not_divide_the_grid_are_refused(fails: Fails) -> None:
    fails("EMU040", "", kernel("ret;"), [ZEROS], grid=3, cluster=(2, 1, 1))


def test_recursion_is_bounded(fails: Fails) -> None:
    text = HEADER + ".func f()\n{\ncall f;\nret;\n}\n.visible .entry k()\n{\ncall f;\nret;\n}\n"
    fails("EMU023", "call f", text, [])


def test_the_authors_own_line_is_named() -> None:
    text = kernel(START + "ld.global.u32 %r2, [%rd1+128];\nret;")
    line = line_of(text, "ld.global.u32")
    here = SourceLocation(__file__, 7)
    memory = Memory()
    buffer = memory.allocate(128)
    program = Program(ptxgen.parse(text), memory, LineMap({line: here}))
    with pytest.raises(EmulatorError) as caught:
        run(program, "k", (1, 1, 1), (32, 1, 1), [buffer.address.to_bytes(8, "little")])
    assert caught.value.location == here
    assert "test_faults.py:7" in str(caught.value)


def test_memory_is_whole_after_a_fault() -> None:
    memory = Memory()
    program = Program(ptxgen.parse(kernel("trap;")), memory)
    used = memory.used
    with pytest.raises(EmulatorError):
        run(program, "k", (1, 1, 1), (32, 1, 1), [bytes(8)])
    assert memory.used == used
