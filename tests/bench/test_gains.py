"""What the passes gain is counted right, and the pipeline makes no program worse."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from ptxgen import toolchain
from ptxgen.bench import gains
from ptxgen.bench.gains import Comparison, Measure, Subject
from ptxgen.bench.gains_page import document, page, worse
from ptxgen.bench.sass import Instruction, Listing, listings
from ptxgen.bench.work import UNITS, size, work_of
from ptxgen.kernels import Kernel, registry
from ptxgen.passes import Pipeline

LIST = Path(__file__).parents[1] / "passes" / "foreign.txt"
FOREIGN = [(LIST.parent / name).resolve() for name in LIST.read_text().split()]

needs_tools = pytest.mark.skipif(
    not all(toolchain.find(name) for name in ("ptxas", "nvdisasm")),
    reason="ptxas or nvdisasm is not installed (extra `toolchain`)",
)

LISTING = """
.text.first:
        /*0000*/                   LDG.E R1, desc[UR4][R2.64] ;
.L_x_0:
        /*0010*/                   LDG.E.128.CONSTANT R4, desc[UR4][R4.64] ;
        /*0020*/                   STG.E.U16 desc[UR4][R4.64], R5 ;
        /*0030*/                   HMMA.16816.F32 R4, R4, R5, R6 ;
        /*0040*/               @!P2 BRA `(.L_x_0) ;
        /*0050*/                   EXIT ;
.L_x_2:
        /*0060*/                   BRA `(.L_x_2);
        /*0070*/                   NOP;
"""


@pytest.mark.parametrize(
    ("opcode", "bytes"),
    [("LDG.E", 4), ("LDG.E.64", 8), ("LDG.E.128.CONSTANT", 16), ("STG.E.U8", 1), ("LDS.128", 0)],
)
def test_bytes_of_an_access(opcode: str, bytes: int) -> None:
    assert UNITS["byte of global memory"](Instruction(opcode)) == bytes


def test_work_of_a_loop() -> None:
    first = listings(LISTING)["first"]
    assert size(first) == 6
    work = work_of(first)
    assert (work.instructions, work.unit, work.amount) == (4, "byte of global memory", 18)
    assert work_of(first, "matrix product").amount == 1
    assert work_of(first, "atomic").per_unit == 6


def test_without_a_loop_the_function_is_counted() -> None:
    straight = Listing("straight", (Instruction("LDG.E"), Instruction("EXIT"), Instruction("BRA")), {})
    work = work_of(straight)
    assert (work.per_unit, work.unit) == (2, "run")


def fake(hot: float, executed: int | None) -> Comparison:
    before, after = Measure(10, 20, 16, 0, 2.0, 100), Measure(9, 18, 16, 0, hot, executed)
    return Comparison("kernel", "sm_90", "run", before, after, (gains.Gain("dce", 1, 2),), False)


def test_what_is_worse() -> None:
    assert not worse(fake(2.02, 101), "hot")
    assert not worse(fake(2.02, 101), "executed")
    assert worse(fake(2.03, 102), "hot") == "kernel: hot 2.00 -> 2.03 (+1.5%)"
    assert worse(fake(2.03, 102), "executed")
    assert not worse(fake(1.0, None), "executed")


def test_the_page_and_the_document() -> None:
    made = [fake(1.5, 90)]
    assert (
        "| `kernel` sm_90 | 10 → 9 | 20 → 18 | 16 | 0 | 2.00 → 1.50 | per run | 100 → 90 | dce -2 |"
        in page(made, [])
    )
    assert document(made, [])["kernels"] == [attrs.asdict(made[0])]


TEXT = """.version 8.0\n.target sm_80\n.address_size 64
.visible .entry k(.param .u64 p) {
.reg .b32 %r<4>; .reg .b64 %rd<3>;
ld.param.u64 %rd1, [p];
mov.u32 %r1, 6;
mul.lo.u32 %r2, %r1, 7;
st.global.u32 [%rd1], %r2;
ret;
}"""


@needs_tools
def test_gains_of_a_program(tmp_path: Path) -> None:
    """Folding shortens the text, and ptxas would have folded as well."""
    file = tmp_path / "k.ptx"
    file.write_text(TEXT)
    made = gains.compare(gains.foreign(file), Pipeline.parse("constant-folding,dce"))
    assert (made.plain.ptx, made.better.ptx) == (5, 3)
    assert made.same_code
    assert [(g.name, g.ptx, g.sass) for g in made.gains] == [("constant-folding", 0, 0), ("dce", 2, 0)]
    assert made.plain.executed is not None
    assert made.better.executed is not None
    # Two warps in each of two CTAs, in two launches.
    assert made.plain.executed - made.better.executed == 2 * 2 * 2 * 2


def subjects() -> list[object]:
    """Every kernel and foreign file; most of them are slow."""
    kernels = [
        pytest.param(kind, id=kind.name, marks=() if number % 40 == 5 else pytest.mark.slow)
        for number, kind in enumerate(registry.kernels())
    ]
    files = [
        pytest.param(path, id=path.stem, marks=() if number % 10 == 3 else pytest.mark.slow)
        for number, path in enumerate(FOREIGN)
    ]
    return [*kernels, *files]


@needs_tools
@pytest.mark.parametrize("program", subjects())
def test_no_program_gets_worse(program: Path | type[Kernel]) -> None:
    """At most 1 % more machine instructions a unit of work in the hot loop, and executed PTX instructions."""
    subject: Subject = gains.foreign(program) if isinstance(program, Path) else gains.kernel(program())
    made = gains.compare(subject)
    assert not worse(made, "hot")
    assert not worse(made, "executed")
