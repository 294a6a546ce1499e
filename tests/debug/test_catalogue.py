"""The page of the rules is what the rules say."""

from __future__ import annotations

from pathlib import Path

from ptxgen.debug.catalogue import page

PAGE = Path(__file__).parents[2] / "docs" / "debug-rules.md"


def test_the_page_is_what_the_catalogue_writes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m ptxgen.debug.catalogue > docs/debug-rules.md"
