"""The HTML report in a browser: it renders, filters and folds, asks for nothing, and says nothing on the console."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ptxgen.debug import analyze_text
from ptxgen.debug.report.html.page import as_html
from tests.debug.conftest import BUGGY
from tests.debug.test_html import HOSTILE, SUMS

pytestmark = pytest.mark.browser
FINDINGS = "details.finding"
FOUND = 7
"""Of the two programs: PTX120 twice, PTX150, and as hints PTX160, PTX193 and PTX161 twice."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium, or the one that Playwright installed."""
    api = pytest.importorskip("playwright.sync_api", reason="needs the `browser` extra")
    with api.sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = shutil.which("chromium") or (str(own) if own.exists() else None)
        if found is None:
            pytest.skip("no Chromium is installed")
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hostile = BUGGY.replace("bar.sync 0;", f"bar.sync 0; // {HOSTILE}")
    reports = [analyze_text(SUMS, "sums.ptx"), analyze_text(hostile, f"{HOSTILE}.ptx")]
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(as_html(reports), "utf-8")
    return path


class Watched:
    """A page, with everything that it asked for or complained about."""

    def __init__(self, browser: Any, file: Path, **options: Any) -> None:
        self.page = browser.new_page(**options)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def shown(self) -> int:
        return self.page.locator(f"{FINDINGS}:visible").count()


@pytest.fixture
def watched(browser: Any, file: Path) -> Iterator[Watched]:
    made = Watched(browser, file)
    yield made
    assert made.said == []
    assert made.asked == [file.as_uri()]
    made.page.close()


def test_it_renders(watched: Watched) -> None:
    page = watched.page
    assert watched.shown() == FOUND
    assert page.locator("svg.graph rect.box:visible").count() == 8
    assert page.locator(".race svg:visible").count() == 2
    assert f"{FOUND} of {FOUND} shown" in page.locator("#shown").inner_text()
    for box in page.locator("svg.graph").all():
        assert box.bounding_box()["width"] > 100
    # No text sticks out of the window.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_filters(watched: Watched) -> None:
    page = watched.page
    notes = page.locator("tr.note:visible")
    assert notes.count() == FOUND
    page.uncheck("input[value=hint]")
    assert watched.shown() == notes.count() == 3
    page.uncheck("input[value=unknown]")
    assert watched.shown() == notes.count() == 2
    page.locator("input[type=search]").fill("BETWEEN tile")
    assert watched.shown() == 1
    page.locator("input[type=search]").fill("nothing like that")
    assert watched.shown() == 0
    page.click("#clear")
    assert watched.shown() == FOUND
    page.select_option("select", "PTX161")
    assert watched.shown() == 2
    page.click("#clear")
    page.uncheck("input[value=concurrency]")
    assert watched.shown() == 4


def test_it_folds(watched: Watched) -> None:
    page = watched.page
    fixes = page.locator(".help:visible")
    assert fixes.count() == FOUND
    page.click("#fold")
    assert fixes.count() == 0
    page.locator(f"{FINDINGS} summary .id").first.click()
    assert fixes.count() == 1
    page.click("#unfold")
    assert fixes.count() == FOUND
    page.click("#fold")
    page.locator("tr.note a").first.click()
    fixes.first.wait_for()
    assert fixes.count() == 1


def test_the_search_is_a_key_away(watched: Watched) -> None:
    watched.page.keyboard.press("/")
    watched.page.keyboard.type("bank")
    assert watched.shown() == 2


def test_without_scripts_everything_is_there(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(f"{FINDINGS}[open]").count() == FOUND
    assert page.locator(".help:visible").count() == FOUND
    assert page.locator("#filters:visible").count() == 0
    context.close()


def test_light_and_dark(browser: Any, file: Path) -> None:
    colours: list[str] = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(file.as_uri())
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert colours == ["rgb(251, 251, 249)", "rgb(21, 23, 26)"]


def test_a_narrow_window(browser: Any, file: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
