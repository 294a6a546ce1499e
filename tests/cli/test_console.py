from __future__ import annotations

import json

import numpy as np
import pytest

from ptxgen.cli.console import output, plain, print_json, progress, row, table
from ptxgen.cli.findings import as_json, failed, show, summary
from ptxgen.cli.highlight import listing, ptx
from ptxgen.cli.numbers import count, number, preview
from ptxgen.errors import Diagnostic, Severity, SourceLocation

HOSTILE = "[link=http://x]\x1b]0;owned\x07\u202e\x85\ud800[/]"


@pytest.mark.parametrize("style", ["", "bold red"])
def test_plain_escapes_what_a_terminal_would_obey(style):
    assert plain(HOSTILE, style).plain == "[link=http://x]\\x1b]0;owned\\x07\\u202e\\x85\\ud800[/]"
    assert plain("tab\tand\nline é 日本").plain == "tab\tand\nline é 日本"


def test_tables_print_names_as_they_are(capsys):
    made = table("name")
    row(made, HOSTILE)
    output().print(made)
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "[link=http://x]" in printed


def test_findings(capsys):
    found = [
        Diagnostic("PTX040", Severity.ERROR, f"bad {HOSTILE}", 2, help="do [this]"),
        Diagnostic("PTX041", Severity.WARNING, "odd", 0, SourceLocation(__file__, 1)),
    ]
    show(output(), found, "[red]file", ["first", "    second [dim]"])
    printed = capsys.readouterr().out
    assert "[red]file:2: error[PTX040]: bad [link=http://x]" in printed
    assert "second [dim]" in printed
    assert "help: do [this]" in printed
    assert "test_console.py:1" in printed
    assert "\x1b" not in printed


def test_summary_and_verdict():
    error = Diagnostic("PTX040", Severity.ERROR, "a")
    warning = Diagnostic("PTX041", Severity.WARNING, "b")
    assert summary([]) == "no findings"
    assert summary([warning, error, error]) == "2 errors, 1 warning"
    assert failed([error])
    assert not failed([warning])
    assert failed([warning], strict=True)
    assert as_json([warning])[0]["line"] is None


def test_json_is_ascii_and_has_a_schema(capsys):
    print_json("list", {"name": HOSTILE})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"schema": "ptxgen.list/1", "name": HOSTILE}


def test_numbers():
    assert number(1.5) == 1.5
    assert [number(v) for v in (np.inf, -np.inf, np.nan)] == [None] * 3
    assert preview(np.arange(10)) == "0, 1, 2, 3, 4, 5, ..."
    assert preview(np.array([0.1], np.float32)) == "0.1"
    assert [count(v) for v in (0, 999, 1500, 2.5e6, 1.15e9)] == ["0", "999", "1.5 k", "2.5 M", "1.15 G"]


def test_progress_is_silent_in_a_pipe(capsys):
    with progress() as bar:
        assert list(bar.track([1, 2], description="[red]x")) == [1, 2]
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


@pytest.mark.parametrize(
    ("line", "styled"),
    [
        ("    @!%p1 bra $loop;", {"@!%p1": "magenta", "bra": "bold bright_blue"}),
        ("ld.global.nc.L1::no_allocate.v4.u32 {%r1}, [%rd1+16];", {"ld": "bold bright_blue", "16": "yellow"}),
        ("mov.u32 %r1, %tid.x;", {"%tid.x": "bright_magenta", "%r1": "cyan"}),
        ("$loop:", {"$loop:": "bold green"}),
        ("add.f32 %f1, %f1, 0f3F800000; // one", {"0f3F800000": "yellow", "// one": "italic dim"}),
        ("    .reg .b32 %r<4>;", {".reg": "magenta"}),
    ],
)
def test_highlighting(line, styled):
    text = ptx(line)
    assert text.plain == line
    found = {text.plain[s.start : s.end].strip(): s.style for s in text.spans}
    assert styled.items() <= found.items()


def test_listing_has_line_numbers_and_no_control_characters():
    text = listing([(9, "ret;"), (10, "\x1b[2J")]).plain
    assert text.splitlines() == ["    9 ret;", "   10 \\x1b[2J"]
