"""The catalogue of ids: complete, without doubles, and the same as the page of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import ptxgen
from ptxgen.ir.checker import RULES
from ptxgen.ir.checker.catalogue import BUILDER, PARSER, TABLE, entries, page

PACKAGE = Path(ptxgen.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def used_ids() -> set[str]:
    """The ids PTX000 to PTX099 that stand in the source as strings of their own."""
    return {
        id for file in PACKAGE.rglob("*.py") for id in re.findall(r'"(PTX0\d\d)"', file.read_text("utf-8"))
    }


def test_every_id_in_the_source_is_in_the_catalogue_and_the_reverse() -> None:
    assert used_ids() == set(entries())


def test_no_id_is_given_twice() -> None:
    assert len(entries()) == len(RULES) + len(TABLE) + len(BUILDER) + len(PARSER)


def test_the_page_is_what_the_catalogue_writes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m ptxgen.ir.checker.catalogue > docs/errors.md"


def test_entries_are_whole_sentences() -> None:
    for rule in entries().values():
        assert rule.why.endswith("."), rule.id
        assert not rule.fix.endswith("."), rule.id
