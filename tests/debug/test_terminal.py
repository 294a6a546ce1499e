"""Terminals and pipes: narrow ones, ones that take few characters, ones that close, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from ptxgen.debug.cli.main import cli
from ptxgen.debug.report.excerpt import excerpt
from tests.debug.conftest import BUGGY, CLEAN

Debug = Callable[..., Result]
PROGRAM = [sys.executable, "-c", "from ptxgen.debug.cli.main import main; main()"]
LONG = BUGGY.replace("bar.sync 0;", "bar.sync 0; // \u6f22" + "\u5b57" * 300)


def started(*words: object, **environment: str) -> subprocess.Popen[bytes]:
    """The program as a shell starts it: in a group of processes of its own, which Ctrl-C reaches.

    Tests that run in the background may not be reached by it, and would hand that down.
    """
    return subprocess.Popen(
        [*PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, **environment}, start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "k.ptx"
    path.write_text(LONG, "utf-8")
    return path


@pytest.mark.parametrize("width", [40, 60, 80])
def test_narrow_terminals(width: int, long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All lines fit but the one with the file's name, no word is lost, and carets stand under what they mark."""
    monkeypatch.chdir(long.parent)
    result = CliRunner(env={"COLUMNS": str(width)}).invoke(cli, ["analyze", "k.ptx"])
    lines = result.stdout.splitlines()
    assert max(map(cell_len, lines)) <= width
    wide = CliRunner(env={"COLUMNS": "1000"}).invoke(cli, ["analyze", "k.ptx"]).stdout.splitlines()
    prose = [line for line in wide if "|" not in line]
    assert " ".join(" ".join(line for line in lines if "|" not in line).split()) == " ".join(
        " ".join(prose).split()
    )
    at = next(n for n, line in enumerate(lines) if "bar.sync 0" in line)
    assert lines[at].endswith("\u2026")
    assert lines[at + 1] == " " * 7 + "| " + "^" * len("bar.sync 0;")


def test_a_pipe_gets_lines_as_they_are(debug: Debug, long: Path) -> None:
    result = debug("analyze", long)
    assert result.stdout.splitlines()[0].endswith("depends on the thread  (proved)")


@pytest.mark.parametrize("room", [16, 30, 61, 200])
def test_what_is_marked_is_in_sight(room: int) -> None:
    """Of a long line the part around the caret is shown, in columns, not characters."""
    raw = (
        "  // ".join(["mov.u32 %r1, %r2;" + "\u6f22" * 5]).replace("//", "") * 4
        + "st.u32 [%rd777], %r1; "
        + "x" * 90
    )
    whole = excerpt(1, raw, "%rd777")
    part = whole.clipped(room)
    assert cell_len(part.text) <= room
    assert part.text[part.start : part.start + part.length].startswith("%rd777"[: room - 2])
    assert cell_len(part.text[: part.start]) == len(part.caret) - part.caret.count("^")


def test_comments_of_python_are_not_marked(debug: Debug, tmp_path: Path) -> None:
    source = tmp_path / "kernel.py"
    source.write_text("barrier()  # all come\n")
    text = BUGGY.replace("  bar.sync", "  .loc 1 1 0\n  bar.sync") + f'.file 1 "{source}"\n'
    lines = debug("analyze", "-", input=text).stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "barrier()" in line)
    assert lines[at + 1] == "       | ^^^^^^^^^"


@pytest.mark.parametrize(
    "words",
    [
        ("analyze",),
        ("analyze", "--format", "html"),
        ("explain", "--listing"),
        ("reduce", "--rule", "PTX120"),
        ("gen-tests",),
    ],
)
def test_terminals_that_take_few_characters(words: tuple[str, ...], long: Path) -> None:
    """No character is too much; what is no text for people is UTF-8 all the same."""
    process = started(words[0], long, *words[1:], LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, 1), err
    assert b"Traceback" not in err
    document = "html" in words or words[0] in ("reduce", "gen-tests")
    out.decode("utf-8" if document else "ascii")


@pytest.mark.parametrize(
    "words", [("analyze", "--fail-on", "hint"), ("analyze", "--format", "json"), ("explain", "--listing")]
)
def test_a_pipe_that_closes(words: tuple[str, ...], long: Path) -> None:
    long.write_text(LONG.replace("bar.sync 0;", "bar.sync 0;\n" * 700), "utf-8")
    with started(words[0], long, *words[1:]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(120) in (0, 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c(jobs: int, tmp_path: Path) -> None:
    """Also where others work for it, who are told by the terminal as well."""
    (tmp_path / "a.ptx").write_text(CLEAN)
    for name in "bc":
        os.mkfifo(tmp_path / f"{name}.ptx")
    process = started("analyze", "--jobs", jobs, *sorted(tmp_path.glob("*.ptx")))
    # Opening the pipe waits for who reads it, and nothing ever comes.
    with (tmp_path / "b.ptx").open("wb"):
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, b""), err
    assert err.splitlines()[-1] == b"interrupted"
    assert b"Traceback" not in err


def test_colours(long: Path) -> None:
    """A terminal gets them unless NO_COLOR is set; a pipe none."""
    from io import StringIO

    from ptxgen.cli.console import console_on
    from ptxgen.debug.engine import analyze_text
    from ptxgen.debug.report.text import show

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    said: dict[str, str] = {}
    for name, stream, environment in (
        ("terminal", Terminal(), {"TERM": "xterm"}),
        ("no colour", Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}),
        ("pipe", StringIO(), {}),
    ):
        with pytest.MonkeyPatch.context() as patch:
            for variable in ("NO_COLOR", "COLUMNS", "FORCE_COLOR"):
                patch.delenv(variable, raising=False)
            for variable, value in environment.items():
                patch.setenv(variable, value)
            show(console_on(stream), analyze_text(BUGGY))
        said[name] = stream.getvalue()
    assert "\x1b[1;31m" in said["terminal"]
    assert "31m" not in said["no colour"]
    assert "\x1b" not in said["pipe"]


def test_nobody_waits_for_a_mistake(debug: Debug, long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule or a baseline that does not exist is said before anything is analysed."""
    monkeypatch.setattr("ptxgen.debug.batch.analyzed", lambda *words, **options: pytest.fail("was analysed"))
    for words in (("--rule", "PTX9"), ("--no-rule", "x"), ("--baseline", long)):
        for command in ("analyze", "sanitize"):
            assert debug(command, long, *words).exit_code == 2


@pytest.mark.parametrize(
    ("word", "help"),
    [
        ("PTX12O", "did you mean PTX120?"),
        ("concurency", "did you mean concurrency?"),
        ("ptx15", "did you mean PTX150?"),
        ("xyz", "families: memory, concurrency"),
    ],
)  # fmt: skip
def test_what_was_meant(debug: Debug, long: Path, word: str, help: str) -> None:
    assert help in debug("analyze", long, "--rule", word).stderr


def test_a_pattern_that_no_file_fits(debug: Debug, tmp_path: Path) -> None:
    result = debug("analyze", tmp_path / "*.ptx")
    assert (result.exit_code, "is a pattern that no file fits" in result.stdout) == (2, True)
    assert result.stderr == "1 file could not be analysed (1 file)\n"
    assert json.loads(debug("analyze", tmp_path / "*.ptx", "--format", "json").stdout)["files"][0]["problem"]
