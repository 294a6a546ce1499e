"""Loads and stores: every width, vectors, spaces, generic addresses, guards, tracking."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import ptxgen
from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import Limits, Memory, Observer, Program, run
from tests.emulator.launching import HEADER, execute, kernel

WIDTHS = {
    "u8": 1,
    "s8": 1,
    "b16": 2,
    "u16": 2,
    "s16": 2,
    "b32": 4,
    "s32": 4,
    "f32": 4,
    "b64": 8,
    "u64": 8,
    "f64": 8,
}
REGISTER = {
    "u8": "u16", "s8": "s16", "b16": "b16", "u16": "u16", "s16": "s16", "b32": "b32", "s32": "s32", "f32": "f32",
    "b64": "b64", "u64": "u64", "f64": "f64",
}  # fmt: skip
RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize(("block", "track"), [(64, False), (40, True)])
@pytest.mark.parametrize(
    ("type", "count"), [(t, n) for t, size in WIDTHS.items() for n in (1, 2, 4) if size * n <= 16]
)
@pytest.mark.parametrize("space", ["global", "shared", "local", "generic"])
def test_round_trip(space: str, type: str, count: int, block: int, track: bool) -> None:
    """Global memory -> registers -> the space -> registers -> global memory."""
    size = WIDTHS[type] * count
    vector = f".v{count}" if count > 1 else ""
    registers = "{" + ", ".join(f"%x{i}" for i in range(count)) + "}" if count > 1 else "%x0"
    others = registers.replace("%x", "%y")
    where = {"global": "[%rd2]", "shared": "[%r4+16]", "local": "[depot+16]", "generic": "[%rd4]"}[space]
    name = "" if space == "generic" else f".{space}"
    text = kernel(
        f"""
        .reg .{REGISTER[type]} %x<4>; .reg .{REGISTER[type]} %y<4>; .reg .b32 %r<8>; .reg .b64 %rd<8>;
        .shared .align 16 .b8 tile[{16 + 64 * 16}];
        .local .align 16 .b8 depot[32];
        ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x;
        mad.lo.u32 %r3, %r1, %r2, %r0;
        mad.wide.u32 %rd2, %r3, {size}, %rd0;
        mad.wide.u32 %rd3, %r3, {size}, %rd1;
        mov.u32 %r5, tile;
        mad.lo.u32 %r4, %r0, {size}, %r5;
        cvt.u64.u32 %rd5, %r4;
        cvta.shared.u64 %rd4, %rd5;
        ld.global{vector}.{type} {registers}, [%rd2];
        st{name}{vector}.{type} {where}, {registers};
        ld{name}{vector}.{type} {others}, {where};
        st.global{vector}.{type} [%rd3], {others};
        ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    data = RANDOM.integers(0, 256, 3 * block * size).astype(np.uint8)
    found = execute(text, [data, np.zeros_like(data)], grid=3, block=block, track=track)
    np.testing.assert_array_equal(found.buffers[1], data)


@pytest.mark.parametrize(
    ("type", "register"), [("u8", "u32"), ("s8", "s32"), ("u16", "b64"), ("s16", "s64"), ("s32", "s64")]
)
@pytest.mark.parametrize("guard", ["", "@%p "])
def test_loads_extend_into_wider_registers(type: str, register: str, guard: str) -> None:
    size = WIDTHS[type]
    wide = int(register[1:]) // 8
    text = kernel(
        f"""
        .reg .pred %p; .reg .{register} %x; .reg .b32 %r<8>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x;
        setp.ge.u32 %p, %r0, 3;
        mad.wide.u32 %rd2, %r0, {size}, %rd0;
        mad.wide.u32 %rd3, %r0, {wide}, %rd1;
        mov.b{register[1:]} %x, 77;
        {guard}ld.global.{type} %x, [%rd2];
        st.global.b{register[1:]} [%rd3], %x;
        ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    code = "i" if type.startswith("s") else "u"
    data = RANDOM.integers(0, 256, 32 * size).astype(np.uint8).view(f"{code}{size}")
    found = execute(text, [data, np.zeros(32 * wide, np.uint8)]).array(1, f"i{wide}")
    expected = data.astype(f"i{wide}")
    if guard:
        expected[:3] = 77
    np.testing.assert_array_equal(found, expected)


def test_stores_of_narrow_types_take_the_low_bits() -> None:
    text = kernel("""
        .reg .b32 %r<8>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mad.lo.u32 %r1, %r0, 513, 7;
        cvt.u64.u32 %rd1, %r0;
        add.u64 %rd2, %rd0, %rd1;
        st.global.u8 [%rd2], %r1;
        ret;""")
    found = execute(text, [np.zeros(32, np.uint8)]).array(0, np.uint8)
    np.testing.assert_array_equal(found, (np.arange(32) * 513 + 7) & 255)


def test_generic_loads_of_several_spaces_at_once() -> None:
    """Each third of the threads reads another space through one instruction."""
    text = kernel("""
        .reg .pred %p<3>; .reg .b32 %r<12>; .reg .b64 %rd<12>;
        .shared .align 4 .u32 here;
        .local .align 4 .u32 mine;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        st.shared.u32 [here], 1000;
        add.u32 %r1, %r0, 2000;
        st.local.u32 [mine], %r1;
        bar.sync 0;
        mov.u64 %rd1, here;
        cvta.shared.u64 %rd2, %rd1;
        mov.u64 %rd3, mine;
        cvta.local.u64 %rd4, %rd3;
        rem.u32 %r2, %r0, 3;
        setp.eq.u32 %p0, %r2, 0;
        setp.eq.u32 %p1, %r2, 1;
        selp.b64 %rd5, %rd2, %rd4, %p0;
        selp.b64 %rd6, %rd0, %rd5, %p1;
        ld.u32 %r3, [%rd6];
        isspacep.shared %p2, %rd6;
        selp.u32 %r4, 1, 0, %p2;
        mad.wide.u32 %rd7, %r0, 8, %rd0;
        st.global.v2.u32 [%rd7+8], {%r3, %r4};
        cvta.to.local.u64 %rd8, %rd4;
        ld.local.u32 %r5, [%rd8];
        ret;""")
    data = np.zeros(66, np.uint32)
    data[0] = 42
    found = execute(text, [data]).array(0, np.uint32)[2:].reshape(32, 2)
    for thread in range(32):
        assert tuple(found[thread]) == ((1000, 1), (42, 0), (2000 + thread, 0))[thread % 3]


def test_dynamic_shared_memory_follows_the_static() -> None:
    text = kernel(
        """
        .reg .b32 %r<8>; .reg .b64 %rd<4>;
        .shared .align 4 .b8 fixed[20];
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, dynamic; mov.u32 %r1, fixed; mov.u32 %r2, %dynamic_smem_size; mov.u32 %r3, %total_smem_size;
        st.shared.u32 [%r0+96], %r2;
        ld.shared.u32 %r4, [dynamic+96];
        st.global.v4.u32 [%rd0], {%r0, %r1, %r4, %r3};
        ret;""",
        before=".extern .shared .align 16 .b8 dynamic[];\n",
    )
    found = execute(text, [np.zeros(4, np.uint32)], block=1, shared_bytes=100).array(0, np.uint32)
    assert tuple(found) == (32, 0, 100, 132)


def test_globals_and_constants_have_their_initial_values() -> None:
    text = kernel(
        """
        .reg .b32 %r<8>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u64 %rd1, table;
        mad.wide.u32 %rd2, %r0, 4, %rd1;
        ld.const.u32 %r1, [%rd2];
        ld.global.u32 %r2, [counts+8];
        ld.global.u64 %rd3, [pointer];
        ld.u32 %r3, [%rd3];
        add.u32 %r1, %r1, %r2;
        add.u32 %r1, %r1, %r3;
        mad.wide.u32 %rd4, %r0, 4, %rd0;
        st.global.u32 [%rd4], %r1;
        ret;""",
        before=".const .align 4 .u32 table[4] = {10, 20, 30, 40};\n.global .align 4 .u32 counts[4] = {1, 2, 3};\n"
        ".global .align 8 .u64 pointer = counts;\n",
    )
    found = execute(text, [np.zeros(4, np.uint32)], block=4).array(0, np.uint32)
    np.testing.assert_array_equal(found, [14, 24, 34, 44])


def test_globals_keep_their_values_between_launches() -> None:
    text = kernel(
        "bar.sync 0;\n.reg .b32 %r<2>;\nred.global.add.u32 [counter], 1;\nret;",
        before=".visible .global .align 4 .u32 counter;\n",
        params="",
    )
    memory = Memory(track_initialised=True)
    program = Program(ptxgen.parse(text), memory)
    for _ in range(3):
        run(program, "k", (2, 1, 1), (48, 1, 1), [])
    buffer = program.global_buffer("counter")
    assert memory.read(buffer.address, 4).view(np.uint32)[0] == 3 * 96


def test_local_memory_is_each_threads_own() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<8>;
        .local .align 16 .b8 depot[64];
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mov.u32 %r1, 0;
        mov.u64 %rd1, depot;
        FILL:
        mad.lo.u32 %r2, %r1, 100, %r0;
        mad.wide.u32 %rd2, %r1, 4, %rd1;
        st.local.u32 [%rd2], %r2;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p, %r1, 16;
        @%p bra FILL;
        and.b32 %r3, %r0, 15;
        mad.wide.u32 %rd3, %r3, 4, %rd1;
        ld.local.u32 %r4, [%rd3];
        mad.wide.u32 %rd4, %r0, 4, %rd0;
        st.global.u32 [%rd4], %r4;
        ret;""")
    found = execute(text, [np.zeros(64, np.uint32)], block=64).array(0, np.uint32)
    np.testing.assert_array_equal(found, [(t & 15) * 100 + t for t in range(64)])


def test_structure_parameters_are_read_by_offset_and_by_address() -> None:
    text = kernel(
        """
        .reg .b32 %r<8>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [p];
        ld.param.u32 %r0, [s+4];
        ld.param.v2.u32 {%r1, %r2}, [s+8];
        mov.b64 %rd1, s;
        ld.param.u16 %r3, [%rd1+2];
        st.global.v4.u32 [%rd0], {%r0, %r1, %r2, %r3};
        ret;""",
        params=".param .u64 p, .param .align 8 .b8 s[16]",
    )
    values = np.array([0xABCD1234, 5, 6, 7], np.uint32)
    found = execute(text, [np.zeros(4, np.uint32), values.tobytes()], block=1).array(0, np.uint32)
    assert tuple(found) == (5, 6, 7, 0xABCD)


def test_the_last_thread_wins_a_race_of_stores() -> None:
    text = kernel("""
        .reg .b32 %r<4>; .reg .b64 %rd<2>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        st.global.u32 [%rd0], %r0;
        ret;""")
    for block in (32, 48, 96):
        assert execute(text, [np.zeros(1, np.uint32)], block=block).array(0, np.uint32)[0] == block - 1


def test_b128_registers() -> None:
    text = kernel("""
        .reg .b128 %q<2>; .reg .b32 %r<2>; .reg .b64 %rd<6>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        mad.wide.u32 %rd1, %r0, 16, %rd0;
        ld.global.b128 %q0, [%rd1];
        mov.b128 {%rd2, %rd3}, %q0;
        mov.b128 %q1, {%rd3, %rd2};
        st.global.b128 [%rd1], %q1;
        ret;""")
    data = RANDOM.integers(0, 1 << 63, 128, dtype=np.uint64)
    found = execute(text, [data], block=64).array(0, np.uint64)
    np.testing.assert_array_equal(found.reshape(-1, 2), data.reshape(-1, 2)[:, ::-1])


class TestMemory:
    """Buffers and the arena, from the host's side."""

    def test_buffers_are_aligned_apart_and_reused(self) -> None:
        memory = Memory()
        buffers = [memory.allocate(n, f"b{n}") for n in (1, 255, 256, 257, 5000)]
        assert all(b.address % 256 == 0 for b in buffers)
        assert all(a.end < b.address for a, b in pairwise(buffers))
        address = buffers[3].address
        memory.free(buffers[3])
        assert memory.allocate(300).address == address

    def test_holes_join(self) -> None:
        memory = Memory()
        first, second, third = (memory.allocate(1000) for _ in range(3))
        keep = memory.allocate(10)
        for buffer in (first, third, second):
            memory.free(buffer)
        assert memory.allocate(3000).address == first.address
        memory.free(keep)

    def test_growth_keeps_contents(self) -> None:
        memory = Memory(track_initialised=True)
        small = memory.allocate(16)
        memory.write(small.address, bytes(range(16)))
        memory.allocate(10 << 20)
        assert bytes(memory.read(small.address, 16)) == bytes(range(16))

    def test_find_and_nearest(self) -> None:
        memory = Memory()
        assert memory.nearest(5) is None
        a, b = memory.allocate(100, "a"), memory.allocate(100, "b")
        assert memory.find(a.address + 99) is a
        assert memory.find(a.address + 99, 2) is None
        assert memory.find(a.address - 1) is None
        assert memory.nearest(a.end + 5) is a
        assert memory.nearest(b.address - 5) is b
        assert memory.buffers() == [a, b]

    def test_misuse(self) -> None:
        memory = Memory(Limits(memory_bytes=1 << 20))
        buffer = memory.allocate(8)
        for call in (
            lambda: memory.read(buffer.address, 9),
            lambda: memory.write(buffer.address + 4, bytes(5)),
            lambda: memory.allocate(-1),
            lambda: memory.read(0, 1),
        ):
            with pytest.raises(ptxgen.PtxgenError) as caught:
                call()
            assert caught.value.id == "EMU041"
        memory.free(buffer)
        with pytest.raises(ptxgen.PtxgenError):
            memory.free(buffer)


def test_program_close_frees_its_globals() -> None:
    memory = Memory()
    program = Program(
        ptxgen.parse(HEADER + ".global .u32 x[100];\n.visible .entry k()\n{\nret;\n}\n"), memory
    )
    assert memory.used == 400
    program.close()
    program.close()
    assert memory.used == 0


@pytest.mark.parametrize(
    ("space", "address", "inside"),
    [("shared", "%rd2", True), ("shared", "%rd0", False), ("local", "%rd4", True), ("local", "%rd2", False),
     ("global", "%rd0", True), ("global", "%rd4", False), ("const", "%rd0", False)],
)  # fmt: skip
def test_isspacep(space: str, address: str, inside: bool) -> None:
    text = kernel(f"""
        .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<8>;
        .shared .align 4 .b8 tile[16];
        .local .align 4 .b8 depot[16];
        ld.param.u64 %rd0, [p];
        mov.u64 %rd1, tile; cvta.shared.u64 %rd2, %rd1;
        mov.u64 %rd3, depot; cvta.local.u64 %rd4, %rd3;
        isspacep.{space} %p, {address};
        selp.u32 %r0, 1, 0, %p;
        st.global.u32 [%rd0], %r0;
        ret;""")
    assert execute(text, [np.zeros(1, np.uint32)], block=1).array(0, np.uint32)[0] == inside


@pytest.mark.parametrize("condition", ["%tid.x, 7", "%tid.x, 40", "%tid.y, 0", "%ctaid.x, 1", "%ctaid.x, 9"])
@pytest.mark.parametrize("watched", [False, True])
def test_a_load_under_a_branch_of_what_all_threads_share(condition: str, watched: bool) -> None:
    """The register is dead after the arm, so it need not vary as the branch does: nobody may disturb its value."""
    special, limit = condition.split(", ")
    text = kernel(f"""
        .reg .pred %p; .reg .b32 %r<9>; .reg .b64 %rd<9>;
        .shared .align 4 .b8 tile[64];
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %tid.y; mov.u32 %r2, %ctaid.x; mov.u32 %r3, {special};
        mad.lo.u32 %r4, %r2, 2, %r1; mad.lo.u32 %r4, %r4, 64, %r0;
        st.shared.u32 [tile], 3;
        bar.sync 0;
        setp.le.u32 %p, %r3, {limit};
        @%p bra DONE;
        ld.param.u64 %rd1, [q];
        ld.global.u32 %r5, [%rd1+4];
        mul.wide.u32 %rd3, %r2, 4;
        add.u64 %rd4, %rd1, %rd3;
        ld.global.u32 %r6, [%rd4];
        ld.shared.u32 %r7, [tile];
        mad.lo.u32 %r6, %r5, %r6, %r7;
        mul.wide.u32 %rd2, %r4, 4;
        add.u64 %rd2, %rd0, %rd2;
        st.global.u32 [%rd2], %r6;
        DONE: ret;""", params=".param .u64 p, .param .u64 q")  # fmt: skip
    table = np.array([10, 20, 30], np.uint32)
    observers = [Observer()] if watched else []
    result = execute(text, [np.zeros(384, np.uint32), table], block=(64, 2, 1), grid=3, observers=observers)
    cta, y, x = np.indices((3, 2, 64))
    taken = {"%tid.x": x, "%tid.y": y, "%ctaid.x": cta}[special] > int(limit)
    expected = np.where(taken, 20 * table[cta] + 3, 0).reshape(-1)
    assert result.array(0, np.uint32).tolist() == expected.tolist()


@pytest.mark.parametrize("grid", [1, 3])
@pytest.mark.parametrize("place", ["[%r1]", "[tile+8]"])
@pytest.mark.parametrize(("type", "value"), [("s32", -5), ("u32", 0xFFFFFFFB), ("b32", 0xFFFFFFFB)])
def test_a_shared_load_into_a_wider_register(type: str, value: int, place: str, grid: int) -> None:
    """At addresses that all CTAs agree on, which move as whole rows."""
    text = kernel(f"""
        .reg .b32 %r<4>; .reg .b64 %rd<4>;
        .shared .align 8 .b8 tile[256];
        mov.u32 %r0, %tid.x; shl.b32 %r1, %r0, 2; mov.u32 %r2, tile; add.u32 %r1, %r1, %r2;
        st.shared.u32 [%r1], -5;
        bar.sync 0;
        ld.shared.{type} %rd1, {place};
        ld.param.u64 %rd0, [p];
        mad.wide.u32 %rd0, %r0, 8, %rd0;
        st.global.u64 [%rd0], %rd1;
        ret;""")
    result = execute(text, [np.zeros(64, np.int64)], block=64, grid=grid)
    assert set(result.array(0, np.int64).tolist()) == {value}


@pytest.mark.parametrize("type", ["s32", "u64", "f64"])
@pytest.mark.parametrize("sanitize", [False, True])
def test_a_shared_load_at_an_address_that_all_threads_share(type: str, sanitize: bool) -> None:
    """What one thread of each CTA stored, broadcast by a vector load to values that no thread has for itself."""
    size = WIDTHS[type]
    text = kernel(
        f"""
        .reg .{type} %x<4>; .reg .b32 %r<8>; .reg .b64 %rd<8>; .reg .pred %p;
        .shared .align 16 .b8 tile[32];
        ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x;
        mad.wide.u32 %rd2, %r1, {2 * size}, %rd0;
        ld.global.v2.{type} {{%x0, %x1}}, [%rd2];
        setp.eq.u32 %p, %r0, 5;
        @%p st.shared.v2.{type} [tile+16], {{%x0, %x1}};
        bar.sync 0;
        ld.shared.v2.{type} {{%x2, %x3}}, [tile+16];
        mad.lo.u32 %r2, %r1, 64, %r0;
        mad.wide.u32 %rd3, %r2, {2 * size}, %rd1;
        st.global.v2.{type} [%rd3], {{%x2, %x3}};
        ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    data = RANDOM.integers(1, 100, (3, 2)).astype(np.dtype(f"{type[0].replace('s', 'i')}{size}"))
    with EmulatedDevice(sanitize=sanitize) as device:
        out = device.empty((3, 64, 2), data.dtype)
        device.load_module(text).get_kernel("k").launch(
            LaunchConfig(grid=3, block=64), [device.to_device(data), out]
        )
        np.testing.assert_array_equal(out.to_host(), np.repeat(data[:, None], 64, axis=1))
