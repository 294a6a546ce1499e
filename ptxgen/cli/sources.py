"""Files of the command line: PTX text from a file or standard input, and files that are written."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptxgen.errors import Diagnostic, ParseError, PtxgenError, Severity

if TYPE_CHECKING:
    from ptxgen.ir.module import Module

PTX_FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
"""The type of an argument that is a PTX file, or `-` for standard input."""


class InputError(PtxgenError):
    """A file or an argument of the command line cannot be used."""


def read_ptx(file: str) -> str:
    """The text of a PTX file (`-`: standard input). CLI001 if it is not UTF-8, CLI002 if it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError("CLI002", f"{display_name(file)} cannot be read: {error.strerror}") from error
    try:
        # NVIDIA's tools end PTX images with a NUL byte.
        return data.decode("utf-8-sig").rstrip("\0")
    except UnicodeDecodeError as error:
        raise InputError(
            "CLI001",
            f"{display_name(file)} is not UTF-8 text (byte {error.start})",
            help="PTX is text; use cuobjdump --dump-ptx to get it out of a binary",
        ) from error


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Write a file inside; CLI003 if that fails."""
    try:
        yield
    except OSError as error:
        raise InputError("CLI003", f"{path} cannot be written: {error.strerror or error}") from error


def display_name(file: str) -> str:
    """What a file is called in messages."""
    return "<stdin>" if file == "-" else file


def parse_or_diagnose(text: str, file: str) -> tuple[Module | None, list[Diagnostic]]:
    """The module, or None and why the text is not PTX."""
    from ptxgen.ir.parser import parse

    try:
        return parse(text, name=display_name(file)), []
    except ParseError as error:
        finding = Diagnostic(error.id, Severity.ERROR, error.message, error.line, error.location, error.help)
        return None, [finding]
