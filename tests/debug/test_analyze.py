"""The command `analyze`: streams, exit codes, choices of rules, baselines, several files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.debug.conftest import BUGGY, CLEAN

Debug = Callable[..., Result]


@pytest.fixture
def buggy(tmp_path: Path) -> Path:
    path = tmp_path / "buggy.ptx"
    path.write_text(BUGGY)
    return path


def test_text(debug: Debug, buggy: Path) -> None:
    result = debug("analyze", buggy)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("error[PTX120]: ")
    assert lines[0].endswith("(proved)")
    assert lines[1] == f"  --> {buggy}:11 in k"
    assert lines[2:4] == ["    11 | bar.sync 0;", "       | ^^^^^^^^^^^"]
    assert "line 9: threads part here" in result.stdout
    assert "1 error (1 file)" in result.stderr


def test_clean(debug: Debug, tmp_path: Path) -> None:
    result = debug("analyze", "-", input=CLEAN)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no findings" in result.stderr


def test_what_is_no_ptx_cannot_be_analysed(debug: Debug, buggy: Path, tmp_path: Path) -> None:
    result = debug("analyze", "-", tmp_path / "missing.ptx", input="what? [red]")
    assert result.exit_code == 2
    assert "<stdin>: cannot be analysed: PTX0" in result.stdout
    assert "missing.ptx: cannot be analysed: cannot be read" in result.stdout
    assert debug("analyze", buggy, tmp_path).exit_code == 2
    assert debug("analyze", "-", input=b"\xff\xfe").exit_code == 2


def test_fail_on(debug: Debug) -> None:
    hint = CLEAN.replace("  bar.sync 0;", "  bar.sync 0;\n  bar.sync 0;")
    assert debug("analyze", "-", input=hint).exit_code == 0
    assert debug("analyze", "-", "--fail-on", "warning", input=hint).exit_code == 0
    assert debug("analyze", "-", "--fail-on", "hint", input=hint).exit_code == 1


def test_rules_can_be_chosen(debug: Debug, buggy: Path) -> None:
    assert debug("analyze", buggy, "--rule", "PTX120").exit_code == 1
    assert debug("analyze", buggy, "--rule", "memory").exit_code == 0
    result = debug("analyze", buggy, "--no-rule", "concurrency")
    assert result.exit_code == 0
    assert "1 of rules that are switched off" in result.stderr
    unknown = debug("analyze", buggy, "--rule", "PTX9")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("error[DBG001]")


def test_a_baseline_hides_what_is_known_and_says_so(debug: Debug, buggy: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    assert debug("analyze", buggy, "--write-baseline", baseline).exit_code == 1
    result = debug("analyze", buggy, "--baseline", baseline)
    assert result.exit_code == 0
    assert "1 hidden by the baseline" in result.stderr
    # Moved by a line it is still the same finding; a second one is new.
    moved = BUGGY.replace("ret;", "@%p1 bar.sync 0;\n  ret;").replace(".visible", "\n.visible")
    result = debug("analyze", "-", "--baseline", baseline, input=moved)
    assert result.exit_code == 1
    assert "1 error; 1 hidden by the baseline" in result.stderr
    assert ":16 in k" in result.stdout


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other", "findings": []}', "[" * 100_000])
def test_what_is_no_baseline_is_refused(debug: Debug, buggy: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "no.json"
    path.write_text(text)
    result = debug("analyze", buggy, "--baseline", path)
    assert result.exit_code == 2
    assert result.stderr.startswith("error[DBG003]")


def test_several_files_and_patterns(debug: Debug, tmp_path: Path) -> None:
    for name in ("b.ptx", "a.ptx", "deep/c.ptx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BUGGY)
    document = json.loads(debug("analyze", tmp_path / "**" / "*.ptx", "--format", "json").stdout)
    assert [Path(f["file"]).name for f in document["files"]] == ["a.ptx", "b.ptx", "c.ptx"]
    assert document["schema"] == "ptxgen.debug/1"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html"])
def test_a_name_that_is_no_utf8(debug: Debug, tmp_path: Path, form: str) -> None:
    path = tmp_path / os.fsdecode(b"na\xffme.ptx")
    path.write_text(BUGGY)
    result = debug("analyze", path, "--format", form)
    assert result.exit_code == 1
    assert "PTX120" in result.stdout


def test_large_files_side_by_side_give_the_same_in_the_same_order(debug: Debug, tmp_path: Path) -> None:
    padding = "// " + "x" * (150 << 10) + "\n"
    for number in range(3):
        (tmp_path / f"{number}.ptx").write_text(BUGGY + padding * (number == 0 or number == 2))
    one, many = (
        debug("analyze", tmp_path / "*.ptx", "--format", "json", "--jobs", jobs).stdout for jobs in (1, 2)
    )
    assert one == many
    assert len(json.loads(one)["files"]) == 3


def test_a_report_goes_to_a_file(debug: Debug, buggy: Path, tmp_path: Path) -> None:
    for form in ("text", "json", "sarif"):
        target = tmp_path / form
        assert debug("analyze", buggy, "--format", form, "-o", target).exit_code == 1
        assert "PTX120" in target.read_text()
    assert debug("analyze", buggy, "-o", tmp_path / "no" / "such").exit_code == 2


HOSTILE = "\x1b[31m[red]<script>'\"\u202e"


def test_hostile_text_is_never_markup(debug: Debug, tmp_path: Path) -> None:
    text = BUGGY.replace("bar.sync 0;", f"bar.sync 0; // {HOSTILE}")
    result = debug("analyze", "-", input=text)
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "[red]" in result.stdout
    folder = tmp_path / "[bold]x[b]"
    folder.mkdir()
    (folder / "a.ptx").write_text(BUGGY)
    assert "[bold]x[b]" in debug("analyze", folder / "a.ptx").stdout


def test_the_author_s_line_is_quoted_too(debug: Debug, tmp_path: Path) -> None:
    source = tmp_path / "kernel.cu"
    source.write_text("int a;\n    __syncthreads();\n")
    text = BUGGY.replace("  bar.sync", "  .loc 1 2 5\n  bar.sync") + f'.file 1 "{source}"\n'
    result = debug("analyze", "-", input=text)
    assert "  --> kernel.cu:2:5" in result.stdout
    assert "     2 | __syncthreads();\n       | ^" in result.stdout


def test_rules(debug: Debug) -> None:
    assert "PTX120" in debug("rules").stdout
    assert "PTX062" in debug("rules").stdout
    one = debug("rules", "ptx120")
    assert "section 9.7.13.1" in one.stdout
    assert debug("rules", "PTX999").exit_code == 2
    assert json.loads(debug("rules", "PTX120", "--json").stdout)["rules"][0]["id"] == "PTX120"


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"\x7fELF\x02\x01", "is a binary: take its PTX out with `cuobjdump --dump-ptx`"),
        (b"\x50\xed\x55\xba\x01", "is a binary: take its PTX out with `cuobjdump --dump-ptx`"),
        (BUGGY.encode("utf-16"), "is UTF-16 text: save it as UTF-8"),
        (b"__global__ void k() {}", "is CUDA source: make PTX of it with `nvcc -ptx`"),
        (b".version \xff", "is not UTF-8 text (byte 9): PTX is text"),
    ],
)
def test_what_is_no_ptx_is_named(
    data: bytes, advice: str, tmp_path: Path, debug: Callable[..., Result]
) -> None:
    path = tmp_path / "k.ptx"
    path.write_bytes(data)
    result = debug("analyze", path)
    assert result.exit_code == 2
    assert advice in " ".join(result.output.split())


def test_a_directory_is_no_file(tmp_path: Path, debug: Callable[..., Result]) -> None:
    result = debug("analyze", tmp_path)
    assert result.exit_code == 2
    assert "is a directory: name its files" in " ".join(result.output.split())


@pytest.mark.parametrize("command", ["analyze", "explain"])
def test_a_mark_of_utf_8_and_windows_line_ends(
    command: str, tmp_path: Path, debug: Callable[..., Result]
) -> None:
    path = tmp_path / "k.ptx"
    path.write_bytes(CLEAN.replace("\n", "\r\n").encode("utf-8-sig"))
    assert debug(command, path).exit_code == 0


def test_what_sanitizers_find_is_chosen_by_id_and_family(debug: Debug, buggy: Path) -> None:
    words = ("sanitize", buggy, "--grid", 1, "--block", 64)
    assert "SAN020" in debug(*words).stdout
    assert "SAN020" in debug(*words, "--rule", "san020").stdout
    assert "SAN020" not in debug(*words, "--no-rule", "SAN020").stdout
    assert debug(*words, "--no-rule", "concurrency").stdout == ""
    assert debug(*words, "--rule", "memory").stdout == ""
    assert "racecheck" in debug("rules", "SAN020").stdout
    assert {"SAN020", "PTX120"} <= set(debug("rules").stdout.split())


def test_a_baseline_that_has_more_than_there_is_says_so(debug: Debug, buggy: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    debug("analyze", buggy, "--write-baseline", baseline)
    assert "not found" not in debug("analyze", buggy, "--baseline", baseline).stderr
    buggy.write_text(CLEAN)
    result = debug("analyze", buggy, "--baseline", baseline)
    assert (result.exit_code, "1 of the baseline was not found" in result.stderr) == (0, True)
    debug("analyze", buggy, "--baseline", baseline, "--write-baseline", baseline)
    assert "not found" not in debug("analyze", buggy, "--baseline", baseline).stderr
