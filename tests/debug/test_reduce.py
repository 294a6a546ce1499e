"""The reducer: what is left shows the fault, and no line of it can go."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from ptxgen.debug import analyze_text
from ptxgen.debug.reduce import reduced
from ptxgen.kernels.registry import get
from tests.debug.conftest import BUGGY, CLEAN
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
        (("--command", "no 'end {}"), "DBG022"),
        (("--command", "false"), "DBG020"),
        (("--command", "true {}"), "DBG021"),
        (("--rule", "PTX120", "--line", "10"), "there are some at line 11"),
        (("--command", "false {}", "--line", "10"), "DBG020"),
    ],
)
def test_what_cannot_be_reduced(debug: Debug, words: tuple[str, ...], id: str) -> None:
    result = debug("reduce", "-", *words, input=BUGGY)
    assert result.exit_code == 2
    assert id in result.stderr


def test_what_a_command_may_end_with(debug: Debug) -> None:
    """Without --code, the exit code of the whole file; with it, the one that is said."""
    program = "import sys; sys.exit(3 if 'bar.sync' in open(sys.argv[1]).read() else 0)"
    words = f'{sys.executable} -c "{program}" {{}}'
    assert debug("reduce", "-", "--command", words, input=BUGGY).stdout == "  bar.sync 0;\n"
    assert debug("reduce", "-", "--command", words, "--code", 4, input=BUGGY).exit_code == 2
    assert (
        debug("reduce", "-", "--command", words, "--code", 0, input=CLEAN.replace("bar.sync 0;", "")).stdout
        == "\n"
    )


def test_a_command_that_takes_too_long_is_no_failure(debug: Debug) -> None:
    words = f'{sys.executable} -c "import time; time.sleep(30)" {{}}'
    result = debug("reduce", "-", "--command", words, "--code", 1, "--timeout", 0.2, input="x\n")
    assert (result.exit_code, "DBG021" in result.stderr) == (2, True)


def twice() -> str:
    """Two barriers, each in a branch of its own."""
    second = (
        BUGGY[BUGGY.index("  setp") : BUGGY.index("JOIN:")]
        .replace("JOIN", "END")
        .replace("bar.sync 0", "bar.sync 1")
    )
    return BUGGY.replace("JOIN:\n", f"JOIN:\n{second}END:\n")


def test_the_finding_that_is_left_is_the_one_that_was_asked_for(debug: Debug) -> None:
    lines = [f.line for f in analyze_text(twice()).findings if f.id == "PTX120"]
    assert len(lines) == 2
    for line, kept, other in zip(
        lines, ("bar.sync 0", "bar.sync 1"), ("bar.sync 1", "bar.sync 0"), strict=True
    ):
        small = debug("reduce", "-", "--rule", "PTX120", "--line", line, input=twice()).stdout
        assert (kept in small, other in small) == (True, False)


def test_both_places_of_a_race_are_kept(debug: Debug) -> None:
    """Another race of the same rule, which lines taken away would make, does not stand for it."""
    text = get("transpose")().emit_ptx()
    lines = [line for line in text.splitlines() if "bar.sync" not in line]
    found = next(f for f in analyze_text("\n".join(lines)).findings if f.id == "PTX150")
    result = debug("reduce", "-", "--rule", "PTX150", input="\n".join(lines))
    kept = result.stdout.splitlines()
    assert {lines[n - 1] for n in (found.line, found.related[0].line)} <= set(kept)
    assert len(kept) < len(lines) / 2


def test_ctrl_c_leaves_the_best_so_far(debug: Debug, monkeypatch: pytest.MonkeyPatch) -> None:
    from ptxgen.debug import engine

    real, calls = engine.analyze_text, 0

    def stopped(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 30:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(engine, "analyze_text", stopped)
    result = debug("reduce", "-", "--rule", "PTX120", input=BUGGY)
    monkeypatch.undo()
    assert result.exit_code == 130
    assert shows(result.stdout)
    assert len(result.stdout.splitlines()) < len(BUGGY.splitlines())
    assert "interrupted" in result.stderr


def test_progress_is_told() -> None:
    told: list[tuple[str, int]] = []
    small = reduced(BUGGY, shows, tell=lambda best, tries: told.append((best, tries)))
    assert [tries for _, tries in told] == list(range(1, len(told) + 1))
    assert all(shows(best) for best, _ in told)
    assert told[-1][0] == small


@pytest.mark.slow
def test_a_fault_in_a_large_kernel(debug: Debug) -> None:
    text = get("flash_attention")().emit_ptx()
    lines = text.splitlines()
    at = [n for n, line in enumerate(lines) if "bar.sync" in line][1]
    bad = "\n".join([*lines[:at], *lines[at + 1 :]])
    small = debug("reduce", "-", "--rule", "PTX191", input=bad).stdout
    assert len(small.splitlines()) <= 30
