"""The corpus, file by file."""

from __future__ import annotations

from functools import cache

from attrs import frozen

from ptxgen.ir import Module
from ptxgen.ir.parser import parse
from tests.corpus.cases import PROGRAMS, VARIANTS, Program, Variant


@frozen
class File:
    """One program compiled in one way."""

    program: Program
    variant: Variant

    @property
    def text(self) -> str:
        return self.program.ptx(self.variant).read_text("utf-8")

    def __str__(self) -> str:
        return f"{self.program.name}.{self.variant}"


FILES = [File(program, variant) for program in PROGRAMS for variant in VARIANTS]


@cache
def parsed(file: File) -> Module:
    return parse(file.text, name=f"{file}.ptx")
