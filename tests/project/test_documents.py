"""What the documents show works: Python blocks run, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from ptxgen.cli.main import cli
from ptxgen_inference.cli.main import cli as inference_cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """The code blocks of a language with the lines that they begin in."""
    text = path.read_text(encoding="utf-8")
    return [(text[: m.start()].count("\n") + 2, m[2]) for m in BLOCK.finditer(text) if m[1] == language]


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_run() -> None:
    assert len(blocks(ROOT / "README.md", "python")) >= 3
    assert len(blocks(ROOT / "README.md", "bash")) >= 2


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if blocks(p, "python")], ids=names)
def test_python_blocks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All blocks of a page, in order, in one namespace: a page may build on what it showed before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    namespace: dict[str, object] = {"__name__": "document"}
    for line, code in blocks(path, "python"):
        exec(compile("\n" * (line - 1) + code, str(path), "exec"), namespace)


PROGRAMS = {"ptxgen": cli, "ptxgen-infer": inference_cli}


def commands() -> list[tuple[str, str, list[str]]]:
    """Every `ptxgen ...` in the bash blocks, up to a pipe or a comment."""
    found: list[tuple[str, str, list[str]]] = []
    for path in DOCUMENTS:
        for _, code in blocks(path, "bash"):
            for line in code.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                for start in (i for i, word in enumerate(words) if word in PROGRAMS):
                    rest = words[start + 1 :]
                    end = next((i for i, word in enumerate(rest) if word in {"|", "&&"}), len(rest))
                    found.append((names(path), words[start], rest[:end]))
    return found


@pytest.mark.parametrize(
    ("path", "program", "words"), commands(), ids=lambda v: v if isinstance(v, str) else " ".join(v)
)
def test_commands_parse(
    path: str, program: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands and options of the documents exist. Files that they name are made up, so nothing is run here."""
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith(".ptx"):
            Path(word).touch()
    group = PROGRAMS[program]
    context = click.Context(group, info_name=program)
    command = group.get_command(context, words[0])
    assert command is not None, f"{path}: no command {words[0]}"
    if "--help" not in words:
        command.make_context(words[0], list(words[1:]), parent=context)


@pytest.mark.parametrize("path", DOCUMENTS, ids=names)
def test_links(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{names(path)}: {target}"


def error_ids(paths: Iterable[Path]) -> set[str]:
    pattern = re.compile(r"\b(?:PTX|EMU|DEV|LCH|KRN|QNT|CLI|TLC|CFG|PAS|INF)0\d{2}\b")
    return {id for path in paths for id in pattern.findall(path.read_text(encoding="utf-8"))}


def test_the_error_ids_of_the_documents_are_those_of_the_code() -> None:
    """Whatever can be raised is explained, and nothing else."""
    raised = error_ids([*(ROOT / "ptxgen").rglob("*.py"), *(ROOT / "inference").rglob("*.py")])
    explained = error_ids(ROOT / "docs" / f"errors{part}.md" for part in ("", "-running", "-inference"))
    # The first and last of the range of ids that errors.md is about.
    explained -= {"PTX099"}
    assert raised - {"PTX099"} == explained
    assert error_ids(DOCUMENTS) - {"PTX099"} <= explained
