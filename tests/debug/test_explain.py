"""`explain` and `diff`: counts that can be checked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen import parse
from ptxgen.debug.measures import Balance, Measures, bodies
from ptxgen.debug.measures import measured as measured_body
from ptxgen.debug.residency import residency
from ptxgen.toolchain import find
from tests.debug.conftest import BUGGY, CLEAN

Debug = Callable[..., Result]

DOT = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry dot(.param .u64 p) .reqntid 128 {
.reg .pred %p<2>; .reg .b32 %r<4>; .reg .b64 %rd<3>; .reg .f32 %f<6>;
.shared .align 4 .b8 smem[512];
ld.param.u64 %rd1, [p];
mov.u32 %r1, 0;
mov.f32 %f1, 0f00000000;
LOOP:
ld.global.v2.f32 {%f2, %f3}, [%rd1];
fma.rn.f32 %f1, %f2, %f3, %f1;
add.u64 %rd1, %rd1, 8;
add.u32 %r1, %r1, 1;
setp.lt.u32 %p1, %r1, 100;
@%p1 bra LOOP;
st.shared.f32 [smem], %f1;
st.global.f32 [%rd1], %f1;
ret;
}
"""


def measured(text: str) -> Measures:
    """The measures of the only function of a text."""
    (body,) = bodies(parse(text))
    return measured_body(body)


MMA = "{%f0, %f1, %f2, %f3}, {%r0, %r1, %r2, %r3}, {%r0, %r1}, {%f0, %f1, %f2, %f3}"


def test_counts() -> None:
    dot = measured(DOT)
    outside, loop = dot.regions
    assert (dot.shared, dot.threads, dot.instructions) == (512, 128, 12)
    assert (outside.work.loaded, outside.work.stored, outside.work.shared, outside.work.operations) == (
        0,
        4,
        4,
        0,
    )
    assert (loop.instructions, loop.work.loaded, loop.work.operations, loop.rounds) == (6, 8, 2, 100)
    assert (loop.intensity, loop.bound(Balance()), loop.bound(Balance(0.1)), loop.line) == (
        0.25,
        "memory",
        "compute",
        11,
    )


@pytest.mark.parametrize(
    ("name", "operands", "flops"),
    [
        ("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", MMA, 128.0),
        ("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32", MMA.replace("%f", "%r"), 256.0),
        ("dp4a.u32.u32", "%r0, %r1, %r2, %r3", 8.0),
        ("dp2a.lo.u32.u32", "%r0, %r1, %r2, %r3", 4.0),
        ("fma.rn.f16x2", "%r0, %r1, %r2, %r3", 4.0),
        ("ex2.approx.f16x2", "%r0, %r1", 2.0),
        ("fma.rn.f32", "%f0, %f1, %f2, %f3", 2.0),
        ("add.rn.f32", "%f0, %f1, %f2", 1.0),
        ("add.u32", "%r0, %r1, %r2", 0.0),
        ("mov.b32", "%f0, %f1", 0.0),
    ],
)  # fmt: skip
def test_operations_of_one_thread(name: str, operands: str, flops: float) -> None:
    text = DOT.replace("fma.rn.f32 %f1, %f2, %f3, %f1;", f"{name} {operands};")
    text = text.replace("%r<4>", "%r<5>")
    assert measured(text).regions[1].work.operations == flops


@pytest.mark.parametrize(
    ("threads", "registers", "ctas"),
    [(128, 0, 16), (128, 32, 16), (128, 33, 12), (128, 64, 8), (128, 255, 2), (1024, 64, 1), (1024, 65, 0)],
)  # fmt: skip
def test_registers_keep_threads_out(threads: int, registers: int, ctas: int) -> None:
    """Worked out by hand: warps get pieces of 256 registers, of the 16384 that each of four schedulers has."""
    held = residency("sm_90", threads, 0, registers)
    assert held is not None
    assert held.ctas == ctas
    assert held.limit == ("registers" if ctas < 2048 // threads else "threads and CTAs")


def test_loads_in_flight() -> None:
    """Two loads that do not need each other, then one that needs the first."""
    text = DOT.replace(
        "fma.rn.f32 %f1, %f2, %f3, %f1;",
        "ld.global.u64 %rd2, [%rd1+8];\nld.global.f32 %f4, [%rd2];\nfma.rn.f32 %f1, %f2, %f4, %f1;",
    )
    assert [region.flight for region in measured(text).regions] == [0, 16]


def test_who_counts_registers(debug: Debug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptxgen.toolchain.find", lambda name: None)
    open_ = DOT.replace(" .reqntid 128", "")
    assert "give --block" in debug("explain", "-", input=open_).stdout
    words = "8 CTAs of 256 threads an SM (100%), limited by threads and CTAs; 6 registers a thread (alive in the text"
    assert words in debug("explain", "-", "--block", "256", input=open_).stdout
    shared = debug("explain", "-", "--block", "256", "--shared", 100_000, input=open_).stdout
    assert "1 CTA of 256 threads an SM (12%), limited by shared memory" in shared


@pytest.mark.skipif(find("ptxas") is None, reason="needs ptxas")
def test_ptxas_counts_where_it_is_found(debug: Debug) -> None:
    assert "registers a thread (ptxas)" in debug("explain", "-", input=DOT).stdout


def test_explain(debug: Debug) -> None:
    result = debug("explain", "-", "--listing", input=DOT)
    assert result.exit_code == 0
    assert "loop at LOOP" in result.stdout
    assert "16 CTAs of 128 threads an SM (100%)" in result.stdout
    assert "8 B in | ld.global.v2.f32" in result.stdout
    document = json.loads(debug("explain", "-", "--json", input=DOT).stdout)
    assert document["functions"][0]["regions"][1]["intensity"] == 0.25
    assert debug("explain", "-", input="no").exit_code == 2


def test_diff(debug: Debug, tmp_path: Path) -> None:
    for name, text in (
        ("dot", DOT),
        ("wider", DOT.replace("add.u32 %r1, %r1, 1;", "bar.sync 0;\nadd.u32 %r1, %r1, 1;")),
    ):
        (tmp_path / name).write_text(text)
    same = debug("diff", tmp_path / "dot", tmp_path / "dot")
    assert (same.exit_code, "no function of both files has other measures" in same.stdout) == (0, True)
    more = debug("diff", tmp_path / "dot", tmp_path / "wider")
    assert "barriers" in more.stdout
    assert "more" in more.stdout


def test_a_new_fault_fails(debug: Debug, tmp_path: Path) -> None:
    (tmp_path / "before").write_text(CLEAN)
    (tmp_path / "after").write_text(BUGGY)
    result = debug("diff", tmp_path / "before", tmp_path / "after")
    assert result.exit_code == 1
    assert "new: error[PTX120] k line 11:" in result.stdout
    assert debug("diff", tmp_path / "after", tmp_path / "before").exit_code == 0


CORPUS = Path(__file__).parents[1] / "text" / "corpus"


def regions(debug: Debug, *words: object, input: str | None = None) -> list[dict[str, object]]:
    """The regions of the first function, as the JSON document has them."""
    result = debug("explain", "--json", *words, input=input)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)["functions"][0]["regions"]


def test_what_an_mbarrier_expects_says_how_much_boxes_of_tensors_bring(debug: Debug) -> None:
    """By hand: a round expects 16384 bytes and makes four products of 64 x 64 x 16, for 128 threads. The copies before
    the loop stand in blocks of their own, and their barriers' bytes in others."""
    outside, loop, waiting = regions(debug, CORPUS / "triton_matmul_described.sm_90.ptx")
    assert (loop["loaded"], loop["operations"], loop["most_rounds"]) == (16384 / 128, 4 * 1024, None)
    assert loop["shared"] == 16384 / 128 + 4 * (64 * 16 + 64 * 16) * 2 / 128
    assert waiting["limit"] == "neither"
    assert outside["copies_of_unknown_size"]


def test_what_a_descriptor_says_is_unknown(debug: Debug) -> None:
    result = debug("explain", CORPUS / "triton_matmul_described.sm_100.ptx")
    loop = next(line for line in result.stdout.splitlines() if "$L__BB0_4" in line)
    assert loop.split()[-7:] == ["297", "78", "128", "128", "?", "?", "unknown"]


@pytest.mark.parametrize(("words", "limit"), [((), "memory"), (("--tensor-balance", 30), "compute")])
def test_tensor_cores_have_a_balance_of_their_own(
    debug: Debug, words: tuple[object, ...], limit: str
) -> None:
    """32 operations a byte are many for arithmetic, and few for tensor cores."""
    _, loop = regions(debug, CORPUS / "triton_matmul.sm_90.ptx", *words)
    assert (loop["intensity"], loop["tensor_operations"], loop["limit"]) == (32.0, 2048.0, limit)


@pytest.mark.parametrize(("balance", "limit"), [(20, "memory"), (0.25, "compute")])
def test_where_the_roofline_bends(debug: Debug, balance: float, limit: str) -> None:
    assert regions(debug, "-", "--balance", balance, input=DOT)[1]["limit"] == limit
    assert debug("explain", "-", "--balance", 0, input=DOT).exit_code == 2


BULK = """\
.version 8.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 p) {
.reg .b64 %rd<2>; .reg .b32 %r<2>;
.shared .align 128 .b8 tile[4096];
.shared .align 8 .b8 bar[8];
.local .align 4 .b8 own[8];
ld.param.u64 %rd1, [p];
cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [tile], [%rd1], 4096, [bar];
cp.async.bulk.global.shared::cta.bulk_group [%rd1], [tile], 1024;
ld.local.u32 %r1, [own];
st.local.u32 [own+4], %r1;
ret;
}
"""


def test_bulk_copies_are_shared_out_among_a_cta(debug: Debug) -> None:
    assert regions(debug, "-", input=BULK)[0]["copies_of_unknown_size"] == 2
    (whole,) = regions(debug, "-", "--block", "64,2", input=BULK)
    assert (whole["loaded"], whole["stored"], whole["shared"], whole["local"]) == (32.0, 8.0, 40.0, 8.0)
    text = debug("explain", "-", "--block", "128", "--listing", input=BULK).stdout
    assert "32 B in, 32 B shared | cp.async.bulk.shared" in text


def test_a_narrow_terminal_gets_every_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from ptxgen.debug.cli.main import cli

    (tmp_path / "dot.ptx").write_text(DOT)
    result = CliRunner(env={"COLUMNS": "40"}).invoke(cli, ["explain", str(tmp_path / "dot.ptx")])
    said = " ".join(result.stdout.split())
    assert "loop at LOOP line 11, instructions 6, loaded 8" in said
    assert "most rounds 100, limit memory" in said
    table = [line for line in result.stdout.splitlines() if not line.startswith("occupancy")]
    assert max(map(len, table)) <= 60


def test_shared_memory_of_the_launch_is_asked_for(debug: Debug) -> None:
    text = DOT.replace(".shared .align 4 .b8 smem[512];", "").replace(
        ".visible", ".extern .shared .align 4 .b8 smem[];\n.visible"
    )
    assert "without its dynamic shared memory: give --shared" in debug("explain", "-", input=text).stdout
    assert "give --shared" not in debug("explain", "-", "--shared", 1024, input=text).stdout


def test_diff_compares_loop_by_loop(debug: Debug, tmp_path: Path) -> None:
    for name, text in (
        ("a", DOT),
        ("b", DOT.replace("ld.global.v2.f32", "ld.global.v2.f32 {%f4, %f5}, [%rd1];\nld.global.v2.f32")),
    ):
        (tmp_path / name).write_text(text)
    document = json.loads(debug("diff", tmp_path / "a", tmp_path / "b", "--json").stdout)
    changed = {
        (c["region"], c["measure"]): (c["before"], c["after"], c["worse"]) for c in document["changed"]
    }
    assert changed["loop 1", "loaded"] == (8, 16, True)
    assert changed["loop 1", "instructions"] == (6, 7, True)
    assert not any(region == "outside of loops" for region, _ in changed)
    back = json.loads(debug("diff", tmp_path / "b", tmp_path / "a", "--json").stdout)
    assert not any(c["worse"] for c in back["changed"])


def test_diff_pairs_the_only_function_that_has_another_name(debug: Debug, tmp_path: Path) -> None:
    """Other names of functions and registers, and other lines, make no new finding."""
    (tmp_path / "a").write_text(BUGGY)
    (tmp_path / "b").write_text("\n" + BUGGY.replace("entry k", "entry other").replace("%p1", "%p2"))
    result = debug("diff", tmp_path / "a", tmp_path / "b")
    assert (result.exit_code, "k is compared with other" in result.stdout) == (0, True)
    assert "new:" not in result.stdout
    (tmp_path / "c").write_text(BUGGY + DOT[DOT.index(".visible") :])
    document = json.loads(debug("diff", tmp_path / "a", tmp_path / "c", "--json").stdout)
    assert (document["new_functions"], document["gone_functions"]) == (["dot"], [])
    assert debug("diff", "-", tmp_path / "b", input=BUGGY).exit_code == 0
    assert debug("diff", "-", "-", input=BUGGY).exit_code == 2
