"""Sectors and bank conflicts of access patterns whose counts are known."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.emulator.traffic import InstructionTraffic, Traffic
from ptxgen.isa.spaces import StateSpace
from tests.emulator.launching import execute, kernel


def watch(body: str, *, block: int = 32, grid: int = 1, nbytes: int = 1 << 14) -> Traffic:
    traffic = Traffic()
    text = kernel(
        """.reg .b32 %r<12>; .reg .b64 %rd<4>; .reg .pred %p;
        .shared .align 16 .b8 tile[16384];
        ld.param.u64 %rd0, [p]; mov.u32 %r0, %tid.x; mov.u32 %r1, tile;\n"""
        + body
        + "\nret;"
    )
    execute(text, [np.zeros(nbytes, np.uint8)], block=block, grid=grid, observers=[traffic], track=False)
    return traffic


def only(traffic: Traffic, space: StateSpace) -> InstructionTraffic:
    (found,) = (counted for counted in traffic.instructions if counted.space is space)
    return found


@pytest.mark.parametrize(
    ("stride", "vector", "sectors", "use"),
    [
        (4, "u32 %r2", 4, 1.0),
        (8, "u32 %r2", 8, 0.5),
        (32, "u32 %r2", 32, 0.125),
        (0, "u32 %r2", 1, 0.125),
        (16, "v4.u32 {%r2, %r3, %r4, %r5}", 16, 1.0),
        (8, "v2.u32 {%r2, %r3}", 8, 1.0),
    ],
)
def test_sectors_of_a_strided_load(stride: int, vector: str, sectors: int, use: float) -> None:
    traffic = watch(
        f"mul.wide.u32 %rd1, %r0, {stride}; add.u64 %rd1, %rd0, %rd1; ld.global.{vector}, [%rd1];",
        block=64,
        grid=2,
    )
    counted = only(traffic, StateSpace.GLOBAL)
    assert counted.requests == 4
    if stride:
        assert counted.sectors_per_request == sectors
        assert counted.sector_use == use
    else:
        assert (counted.sectors, counted.bytes) == (4, 16)


def test_a_misaligned_row_takes_one_sector_more() -> None:
    traffic = watch("mul.wide.u32 %rd1, %r0, 4; add.u64 %rd1, %rd0, %rd1; ld.global.u32 %r2, [%rd1+4];")
    assert only(traffic, StateSpace.GLOBAL).sectors == 5


def test_who_reads_which_bytes() -> None:
    body = """mul.wide.u32 %rd1, %r0, 4; add.u64 %rd1, %rd0, %rd1;
        ld.global.u32 %r2, [%rd1]; setp.lt.u32 %p, %r0, 8; @%p ld.global.u32 %r2, [%rd1+4];"""
    (read,) = watch(body, nbytes=256).buffers.values()
    assert (read.nbytes, read.unread, read.fewest, read.most) == (256, 128, 0, 2)
    (read,) = watch(body, nbytes=256, grid=3).buffers.values()
    assert read.most == 6


@pytest.mark.parametrize(
    ("stride", "vector", "wavefronts", "conflicts"),
    [
        (4, "u32 %r2", 1, 0),
        (8, "u32 %r2", 2, 1),
        (128, "u32 %r2", 32, 31),
        (132, "u32 %r2", 1, 0),
        (0, "u32 %r2", 1, 0),
        (8, "v2.u32 {%r2, %r3}", 2, 0),
        (16, "v4.u32 {%r2, %r3, %r4, %r5}", 4, 0),
        (32, "v4.u32 {%r2, %r3, %r4, %r5}", 8, 4),
        (144, "v4.u32 {%r2, %r3, %r4, %r5}", 4, 0),
        (128, "v4.u32 {%r2, %r3, %r4, %r5}", 32, 28),
        (1, "u8 %r2", 1, 0),
    ],
)
def test_bank_conflicts(stride: int, vector: str, wavefronts: int, conflicts: int) -> None:
    traffic = watch(f"mad.lo.u32 %r1, %r0, {stride}, %r1; ld.shared.{vector}, [%r1];")
    counted = only(traffic, StateSpace.SHARED)
    assert (counted.requests, counted.wavefronts, counted.conflicts) == (1, wavefronts, conflicts)
    assert traffic.conflicts == conflicts


@pytest.mark.parametrize(("pitch", "conflicts"), [(128, 28), (144, 0), (16, 0)])
def test_rows_of_ldmatrix(pitch: int, conflicts: int) -> None:
    traffic = watch(f"""mad.lo.u32 %r1, %r0, {pitch}, %r1;
        ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%r2, %r3, %r4, %r5}}, [%r1];""")
    assert only(traffic, StateSpace.SHARED).conflicts == conflicts


def test_an_asynchronous_copy_is_a_request_of_its_warp() -> None:
    traffic = watch("""mad.lo.u32 %r1, %r0, 32, %r1; mul.wide.u32 %rd1, %r0, 16; add.u64 %rd1, %rd0, %rd1;
        cp.async.cg.shared.global [%r1], [%rd1], 16; cp.async.wait_all;""")
    source, target = only(traffic, StateSpace.GLOBAL), only(traffic, StateSpace.SHARED)
    assert (source.requests, source.sectors, source.write) == (1, 16, False)
    assert (target.requests, target.conflicts, target.write) == (1, 4, True)


def test_a_bulk_copy_moves_whole_rows() -> None:
    traffic = watch("""setp.eq.u32 %p, %r0, 0; mov.u32 %r2, tile;
        @%p mbarrier.init.shared.b64 [%r2+8192], 1;
        bar.warp.sync -1;
        @%p mbarrier.arrive.expect_tx.shared.b64 %rd2, [%r2+8192], 1024;
        @%p cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%rd0], 1024, [%r2+8192];
        wait: mbarrier.try_wait.parity.shared.b64 %p, [%r2+8192], 0;
        @!%p bra wait;""")
    bulk = {c.write: c for c in traffic.instructions if c.instruction.opcode == "cp"}
    assert (bulk[False].requests, bulk[False].sectors, bulk[False].sector_use) == (1, 32, 1.0)
    assert (bulk[True].wavefronts, bulk[True].conflicts) == (8, 0)
