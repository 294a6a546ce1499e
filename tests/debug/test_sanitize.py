"""The dynamic engine: launches given, guessed, or by a kernel's contract; witnesses for static findings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from ptxgen import parse
from ptxgen.debug import Verdict, analyze_module
from ptxgen.debug.dynamic import Contract, LaunchRequest, Single, Subject, observe, with_witnesses
from ptxgen.debug.errors import DebugError
from ptxgen.emulator import Limits
from ptxgen.errors import Severity
from ptxgen.kernels.registry import get

Debug = Callable[..., Result]

COPY = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry copy(.param .u64 x, .param .u64 y, .param .u32 n) {
.reg .pred %p<2>; .reg .b32 %r<6>; .reg .b64 %rd<8>; .reg .f32 %f<2>;
ld.param.u64 %rd1, [x];
ld.param.u64 %rd2, [y];
ld.param.u32 %r1, [n];
mov.u32 %r2, %ctaid.x;
mov.u32 %r3, %ntid.x;
mov.u32 %r4, %tid.x;
mad.lo.u32 %r5, %r2, %r3, %r4;
setp.ge.u32 %p1, %r5, %r1;
@%p1 bra DONE;
mul.wide.u32 %rd3, %r5, 4;
add.u64 %rd4, %rd1, %rd3;
add.u64 %rd5, %rd2, %rd3;
ld.global.f32 %f1, [%rd4];
st.global.f32 [%rd5], %f1;
DONE:
ret;
}
"""
GIVEN = (
    "--grid",
    "2",
    "--block",
    "64",
    "--arg",
    "n=100",
    "--buffer",
    "x=100xf32",
    "--buffer",
    "y=100xf32:out",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / "copy.ptx"
    path.write_text(COPY)
    return path


def test_a_right_launch_shows_nothing(debug: Debug, copy: Path) -> None:
    result = debug("sanitize", copy, *GIVEN)
    assert (result.exit_code, result.stdout) == (0, "")


def test_positions_do_for_names(debug: Debug, copy: Path) -> None:
    words = [w.replace("n=", "2=").replace("x=", "0=").replace("y=", "1=") for w in GIVEN]
    assert debug("sanitize", copy, *words).exit_code == 0


def test_what_is_out_of_bounds_is_a_witness(debug: Debug, copy: Path) -> None:
    result = debug("sanitize", copy, *(w.replace("n=100", "n=101") for w in GIVEN))
    assert result.exit_code == 1
    assert "error[SAN001]" in result.stdout
    assert "(witness)" in result.stdout
    assert f"{copy}:18 in copy" in result.stdout
    assert "CTA (1, 0, 0), thread (36, 0, 0)" in result.stdout


def test_a_buffer_that_is_only_written_may_not_be_read(debug: Debug, copy: Path) -> None:
    copy.write_text(COPY.replace("st.global", "neg.f32 %f1, %f1;\nst.global"))
    result = debug("sanitize", copy, *(w.replace("x=100xf32", "x=100xf32:out") for w in GIVEN))
    assert "error[SAN010]" in result.stdout


def test_what_only_a_guess_shows_is_a_hint(debug: Debug, tmp_path: Path) -> None:
    path = tmp_path / "far.ptx"
    path.write_text(COPY.replace("[%rd5]", "[%rd5+1000000]"))
    result = debug("sanitize", path)
    assert result.exit_code == 0
    assert result.stdout.startswith("hint[SAN001]")
    assert "guessed: --grid, --block, x, y, n; what was guessed may be wrong" in result.stdout


def test_analyze_with_a_launch_runs_it(debug: Debug, copy: Path) -> None:
    assert debug("analyze", copy).exit_code == 0
    assert debug("analyze", copy, *GIVEN).exit_code == 0
    assert debug("analyze", copy, *(w.replace("n=100", "n=128") for w in GIVEN)).exit_code == 1


def test_a_witness_is_an_error_though_a_rule_only_hinted(debug: Debug, tmp_path: Path) -> None:
    """A register without a value on one path is a warning of the text; the run on which it is read is an error."""
    path = tmp_path / "first.ptx"
    path.write_text(
        COPY.replace(
            "setp.ge.u32 %p1, %r5, %r1;", "setp.ge.u32 %p1, %r5, %r1;\n@%p1 mov.f32 %f1, 0f00000000;"
        ).replace("ld.global.f32 %f1, [%rd4];", "neg.f32 %f1, %f1;")
    )
    assert debug("analyze", path, "--rule", "PTX048").stdout.startswith("warning[PTX048]")
    run = debug("analyze", path, *GIVEN)
    assert "error[SAN011]" in run.stdout
    assert run.exit_code == 1


def test_what_is_given_counts_though_the_rest_is_guessed(debug: Debug, copy: Path) -> None:
    """With the grid, the CTA and one buffer a store behind its end is proved; the other buffer may hold anything."""
    copy.write_text(COPY.replace("@%p1 bra DONE;", ""))
    given = ("--grid", 2, "--block", 64, "--buffer", "y=100xf32:out")
    result = debug("analyze", copy, *given, "--rule", "PTX140")
    assert result.exit_code == 1
    assert (
        "st.global.f32 accesses bytes 400 to 403 of y, which has 400, in CTA (1, 0, 0), thread (36"
        in result.stdout
    )
    assert "(proved)" in result.stdout
    assert not debug("analyze", copy, *given[2:], "--rule", "PTX140").exit_code


def test_arrays_come_from_files(debug: Debug, copy: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(100, dtype=np.float32))
    words = [w.replace("x=100xf32", f"x=@{tmp_path / 'x.npy'}") for w in GIVEN]
    assert debug("sanitize", copy, *words).exit_code == 0


@pytest.mark.parametrize(
    ("words", "id"),
    [
        (("--entry", "other"), "DBG010"),
        (("--arg", "m=1"), "DBG011"),
        (("--arg", "7=1"), "DBG011"),
        (("--arg", "n=many"), "DBG012"),
        (("--buffer", "x=large"), "DBG012"),
        (("--buffer", "x=0xf99"), "DBG012"),
        (("--buffer", "x=99999999999xf32"), "DBG012"),
        (("--buffer", "x=@nothing.npy"), "DBG012"),
        (("--kernel", "nothing"), "KRN011"),
        (("--grid", "0"), "CLI013"),
        (("--kernel", "softmax", "--grid", "2"), "DBG013"),
        (("--arg", "n"), "DBG012"),
    ],
)
def test_what_cannot_be_launched(debug: Debug, copy: Path, words: tuple[str, ...], id: str) -> None:
    result = debug("sanitize", copy, *words)
    assert result.exit_code == 2
    assert id in result.output


def test_a_contract_runs_on_the_text_of_a_file(debug: Debug, tmp_path: Path) -> None:
    path = tmp_path / "sums.ptx"
    text = get("transpose")().emit_ptx()
    path.write_text(text)
    assert debug("sanitize", path, "--kernel", "transpose").exit_code == 0
    lines = text.splitlines()
    barrier = next(n for n, line in enumerate(lines) if "bar.sync" in line)
    path.write_text("\n".join([*lines[:barrier], "", *lines[barrier + 1 :]]))
    result = debug("sanitize", path, "--kernel", "transpose")
    assert result.exit_code == 1
    assert "SAN02" in result.stdout


SPIN = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 x) {
.reg .pred %p<2>; .reg .b32 %r<3>; .reg .b64 %rd<2>;
ld.param.u64 %rd1, [x];
WAIT:
ld.global.u32 %r1, [%rd1];
setp.eq.u32 %p1, %r1, 0;
@%p1 bra WAIT;
ret;
}
"""


def test_a_run_gives_an_undecided_finding_its_witness() -> None:
    module = parse(SPIN)
    static = [f for f in analyze_module(module) if f.id != "PTX110"]
    assert [(f.id, f.verdict, f.severity) for f in static] == [("PTX109", Verdict.UNKNOWN, Severity.WARNING)]
    request = LaunchRequest(grid=(1, 1, 1), block=(32, 1, 1), buffers={"x": "1xu32:zeros"})
    limits = Limits(thread_steps=1000)
    seen = observe(Subject(SPIN, module), Single(request.resolved(module), limits), (None,))
    found = with_witnesses(static, seen, module)
    assert any(f.verdict is Verdict.WITNESS and f.severity is not Severity.HINT for f in found)


def test_several_entries_need_a_name() -> None:
    module = parse(COPY + COPY[COPY.index(".visible") :].replace("copy", "again"))
    with pytest.raises(DebugError, match="2 entries"):
        LaunchRequest().resolved(module)


def test_every_schedule_is_tried() -> None:
    subject = Subject.of(get("transpose")().emit_ptx())
    seen = observe(subject, Contract(get("transpose")()), (None, 1, 2, 3), count_traffic=True)
    assert (seen.runs, seen.findings, seen.problem) == (4, [], "")
    assert seen.traffic


def test_what_was_guessed_is_said_in_words_of_the_command(debug: Debug, copy: Path) -> None:
    """The note can be copied: with it nothing is guessed any more."""
    result = debug("sanitize", copy)
    note = next(line for line in result.stdout.splitlines() if "say what was guessed:" in line)
    words = shlex.split(note.partition("guessed:")[2])
    assert [w for w in words if not w.startswith("--")][:2] == ["2,1,1", "64,1,1"]
    again = debug("sanitize", copy, *words)
    assert (again.exit_code, again.stdout) == (0, "")
    some = debug("sanitize", copy, *GIVEN[:4], *GIVEN[6:]).stdout
    assert re.search(r"say what was guessed: --arg n=\d+$", some.strip())
