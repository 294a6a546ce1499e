"""The comparison with other tools is what the tools say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen.debug.rules import RULES
from ptxgen.toolchain import find
from tests.debug.comparison import COVERED, assembled, chosen, page, said

PAGE = Path(__file__).parents[2] / "docs" / "debug-comparison.md"


def test_the_faults_with_what_is_said_of_them() -> None:
    assert set(chosen()) == set(COVERED)
    assert len(COVERED) >= 20
    written = PAGE.read_text("utf-8")
    for id, case in chosen().items():
        assert f"| {RULES[id].title} | {said(case)} | " in written


@pytest.mark.skipif(find("ptxas") is None, reason="needs ptxas")
def test_the_page_is_up_to_date() -> None:
    assert page() == PAGE.read_text("utf-8"), (
        "run python -m tests.debug.comparison > docs/debug-comparison.md"
    )


@pytest.mark.skipif(find("ptxas") is None, reason="needs ptxas")
def test_what_ptxas_refuses_is_said() -> None:
    (first, *_) = chosen().values()
    assert assembled(first._replace(text=first.text.replace("ret;", "retire;"))).startswith("refuses: ")
