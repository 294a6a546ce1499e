"""Every file of the corpus parses, survives a round trip and is found valid."""

from __future__ import annotations

import re

import pytest

import ptxgen
from ptxgen.errors import Severity, SourceLocation
from ptxgen.ir.parser import parse
from tests.corpus.cases import HOME, PROGRAMS
from tests.corpus.files import FILES, File, parsed


def test_the_corpus_is_whole() -> None:
    """No source without its files, no file without its source, and nothing grown out of bounds."""
    assert {p.stem for p in (HOME / "programs").glob("*.cu")} == {p.name for p in PROGRAMS}
    assert {p.name for p in (HOME / "ptx").iterdir()} == {f"{file}.ptx" for file in FILES}
    assert {p.stem for p in (HOME / "goldens").iterdir()} == {p.name for p in PROGRAMS}
    assert len(PROGRAMS) >= 25
    assert sum(p.stat().st_size for p in HOME.rglob("*") if p.is_file() and p.suffix != ".pyc") < 6 << 20


def test_no_file_names_a_private_directory() -> None:
    for file in FILES:
        for path in re.findall(r'^\s*\.file\s+\d+\s+"([^"]*)"', file.text, re.MULTILINE):
            assert path.startswith(("/tmp/ptxgen-corpus/", "/usr/")), (str(file), path)


def test_many_forms() -> None:
    """Distinct names of opcode and modifiers, types left out, and with them."""
    names = {i.name for file in FILES for f in parsed(file).functions for i in f.instructions()}
    types = re.compile(r"\.(?:[usbf]\d+|pred|f16x2|bf16x2|bf16)(?=\.|$)")
    assert len({types.sub("", name) for name in names}) >= 150
    assert len(names) >= 400


def locations(module: ptxgen.ir.Module) -> list[SourceLocation | None]:
    return [i.location for f in module.functions for i in f.instructions()]


@pytest.mark.parametrize("file", FILES, ids=str)
def test_round_trip(file: File) -> None:
    module = parsed(file)
    printed = module.to_ptx()
    again = parse(printed)
    assert again == module
    assert locations(again) == locations(module)
    assert again.to_ptx() == printed


@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_instruction_is_read(file: File) -> None:
    """As many as the text has, counted without the parser: statements in bodies that are not declarations."""
    code = re.sub(r"//[^\n]*|\"(?:[^\"\\]|\\.)*\"", "", file.text)
    code = re.sub(r"\.section[^{]*\{[^}]*\}|^\s*\.loc[^\n]*", "", code, flags=re.MULTILINE)
    statements = re.findall(
        r"(?:^|[;{}:])\s*(?:@!?%?\w+\s+)?([a-z][\w.:]*)(?=[^;:{}]*(?:\{[^{};]*\}[^;{}]*)*;)", code
    )
    module = parsed(file)
    assert sum(len(list(f.instructions())) for f in module.functions) == len(statements)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_false_error(file: File) -> None:
    errors = [d for d in ptxgen.check(parsed(file)) if d.severity is Severity.ERROR]
    assert not errors, "\n".join(str(error) for error in errors)
