"""The reducer: what is left shows the fault, and no line of it can go."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from ptxgen.debug import analyze_text
from ptxgen.debug.reduce import reduced
from tests.debug.conftest import BUGGY
from tests.debug.test_sanitize import COPY

Debug = Callable[..., Result]


def shows(text: str) -> bool:
    return any(f.id == "PTX120" for f in analyze_text(text).findings)


def test_what_is_left_shows_the_fault_and_nothing_can_go() -> None:
    small = reduced(BUGGY + COPY[COPY.index(".visible") :], shows)
    assert shows(small)
    assert "copy" not in small
    lines = small.splitlines()
    assert len(lines) < len(BUGGY.splitlines())
    for number in range(len(lines)):
        assert not shows("\n".join(lines[:number] + lines[number + 1 :]))


def test_tries_are_bounded() -> None:
    tried: list[str] = []
    reduced("x\n" * 1000, lambda text: bool(tried.append(text)), most=20)
    assert len(tried) <= 20


def test_the_command(debug: Debug) -> None:
    result = debug("reduce", "-", "--rule", "PTX120", input=BUGGY)
    assert result.exit_code == 0
    assert shows(result.stdout)
    assert "lines are left" in result.stderr


def test_the_exit_code_of_a_command(debug: Debug) -> None:
    program = "import sys; sys.exit('bar.sync' in open(sys.argv[1]).read())"
    words = f'{sys.executable} -c "{program}" {{}}'
    assert debug("reduce", "-", "--command", words, input=BUGGY).stdout == "  bar.sync 0;\n"


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ((), "DBG020"),
        (("--rule", "PTX150"), "DBG021"),
        (("--rule", "PTX9"), "DBG001"),
        (("--command", "/no/such {}"), "DBG022"),
    ],
)
def test_what_cannot_be_reduced(debug: Debug, words: tuple[str, ...], id: str) -> None:
    result = debug("reduce", "-", *words, input=BUGGY)
    assert result.exit_code == 2
    assert id in result.stderr
