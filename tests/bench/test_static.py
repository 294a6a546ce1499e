"""Listings of machine code read back, the instruction budgets of the GEMVs, and the page that records them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.bench import static
from ptxgen.bench.sass import Instruction, hot_loop, listings, loads_constant_data, loads_shared
from ptxgen.kernels import Dp4a, IntegerGemv, registry

needs_tools = pytest.mark.skipif(
    not all(toolchain.find(name) for name in ("ptxas", "nvdisasm")),
    reason="ptxas or nvdisasm is not installed (extra `toolchain`)",
)
PAGE = Path(__file__).parents[2] / "docs" / "static.md"

LISTING = """
.text.first:
        /*0000*/                   MOV R1, c[0x0][0x28] ;
.L_x_0:
        /*0010*/                   LDG.E R2, desc[UR4][R2.64] ;
.L_x_1:
        /*0020*/              @!P0 LDS.128 R4, [R8] ;
        /*0030*/               @P1 BRA `(.L_x_1) ;
        /*0040*/                   LDG.E.128.CONSTANT R4, desc[UR4][R4.64+0x10] ;
        /*0050*/                   IDP.4A.U8.S8 R7, R4, R5, R7 ;
        /*0060*/              @!P2 BRA `(.L_x_0) ;
        /*0070*/                   EXIT ;
.L_x_2:
        /*0080*/                   BRA `(.L_x_2);
        /*0090*/                   NOP;
.text.second:
        /*0000*/                   EXIT ;
"""


def test_functions_instructions_and_labels() -> None:
    found = listings(LISTING)
    assert {name: len(listing.instructions) for name, listing in found.items()} == {"first": 10, "second": 1}
    first = found["first"]
    assert first.labels == {".L_x_0": 1, ".L_x_1": 2, ".L_x_2": 8}
    assert first.instructions[2] == Instruction("LDS.128", "R4, [R8]")
    assert [(loop.first, len(loop.instructions)) for loop in first.loops()] == [(1, 6), (2, 2)]


def test_the_hot_loop_has_the_loads_and_leaves_out_loops_without() -> None:
    first = listings(LISTING)["first"]
    weights = hot_loop(first, loads_constant_data)
    assert weights is not None
    assert [i.opcode for i in weights.instructions] == [
        "LDG.E", "LDG.E.128.CONSTANT", "IDP.4A.U8.S8", "BRA",
    ]  # fmt: skip
    shared = hot_loop(first, loads_shared)
    assert shared is not None
    assert [i.opcode for i in shared.instructions] == ["LDS.128", "BRA"]
    assert hot_loop(first, lambda i: i.is_a("HMMA")) is None


PARTED = """
.text.parted:
        /*0000*/                   BRA.DIV UR4, `(.L_x_1) ;
.L_x_0:
        /*0010*/                   LDG.E R2, desc[UR4][R2.64] ;
        /*0020*/               @P0 BRA `(.L_x_0) ;
        /*0030*/                   EXIT ;
.L_x_1:
        /*0040*/                   SHFL.IDX P0, R9, R11, R13, R14 ;
        /*0050*/                   BRA `(.L_x_0) ;
.L_x_2:
        /*0060*/                   BRA `(.L_x_2);
"""


def test_code_behind_the_end_that_jumps_back_is_no_loop() -> None:
    (loop,) = listings(PARTED)["parted"].loops()
    assert (loop.first, len(loop.instructions)) == (1, 2)


def test_what_is_read_of_a_loop() -> None:
    """Two loads of 16 bytes are a share here: one load is half of one."""
    share = static.Share(bytes=32, instructions=2, kind=loads_constant_data)
    loop = static.loop_of(listings(LISTING)["first"], share)
    assert loop is not None
    assert (loop.instructions, loop.bytes, loop.per_byte) == (4, 16, 0.25)


BUDGETS = {
    "q4_0": 2.4,
    "q4_1": 2.4,
    "q5_0": 3.7,
    "q5_1": 3.7,
    "q8_0": 1.7,
    "q4_k": 3.0,
    "q5_k": 4.2,
    "q6_k": 5.5,
}
"""Machine instructions a weight byte, sm_90, one row of activations."""


@needs_tools
@pytest.mark.parametrize("format", BUDGETS)
def test_instruction_budgets(format: str) -> None:
    kernel = registry.get(f"dp4a_{format}_gemv")()
    assert isinstance(kernel, IntegerGemv)
    loop = static.gemv_loop(static.measured(kernel))
    assert loop is not None
    assert loop.per_byte <= BUDGETS[format]


@needs_tools
def test_unrolling_by_the_assembler_changes_instructions_and_bytes_alike() -> None:
    """A loop of one row and two stages; what is counted a byte stays near that of two rows."""
    small = IntegerGemv(n=1, k=static.COLUMNS, strategy=Dp4a(rows=1, stages=2))
    loop = static.gemv_loop(small)
    assert loop is not None
    assert loop.bytes % 18 == 0
    assert loop.bytes > 18
    assert 2 < loop.per_byte < 4


@needs_tools
@pytest.mark.slow
def test_the_page_is_what_the_assembler_says() -> None:
    """Regenerate it: python -m ptxgen.bench.static > docs/static.md."""
    recorded = PAGE.read_text()
    version = toolchain.find("ptxas")
    if version and f"ptxas {version.version} " not in recorded:
        pytest.skip(f"the page was made by another ptxas than {version.version}")
    assert static.page() == recorded
