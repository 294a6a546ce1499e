import re
from pathlib import Path

import pytest

from ptxgen_inference.runtime.coverage import EXCEPTIONS, families
from tests.inference.runtime.coverage_page import PATHS, page

PAGE = Path(__file__).parents[3] / "docs" / "inference-coverage.md"
ROW = re.compile(r"^\| \w+ \| `(.+?)` \| (.+) \|$", re.MULTILINE)


def test_the_page_has_every_family_and_the_engine_uses_all_but_the_exceptions():
    rows = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))
    assert list(rows) == list(families())
    unused = {name: path.removeprefix("— ") for name, path in rows.items() if path.startswith("—")}
    assert unused == EXCEPTIONS
    known = {path.name for path in PATHS} | {"`Encoder` (BERT)", "`Engine.trace`"}
    assert {path for name, path in rows.items() if name not in unused} <= known


@pytest.mark.slow
def test_the_page_is_what_runs():
    assert PAGE.read_text(encoding="utf-8") == page()
