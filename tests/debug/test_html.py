"""The HTML report as text: complete, self-contained, and nothing of a hostile file becomes markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen.debug import FileReport, analyze_text
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.question import Question, answered
from ptxgen.debug.report.html.graph import MOST
from ptxgen.debug.report.html.listing import WHOLE
from ptxgen.debug.report.html.page import as_html, coded
from tests.debug.cases import read_cases
from tests.debug.conftest import BUGGY, CLEAN

SUMS = (Path(__file__).parent / "column_sums.ptx").read_text()
VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """The elements of a page; fails where they are not nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open and self.open[-1] == "script" else self.texts).append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def of(self, word: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.elements if word in (a.get("class") or "").split()]


def page(*reports: FileReport) -> Page:
    return Page(as_html(reports))


def test_nothing_is_loaded_and_one_script_runs() -> None:
    made = page(analyze_text(SUMS, "sums.ptx"))
    (script,) = made.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(a["content"] or "" for t, a in made.elements if t == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    for tag, attributes in made.elements:
        assert tag not in ("link", "img", "iframe", "object", "base")
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    ids = [a["id"] for _, a in made.elements if "id" in a]
    assert len(set(ids)) == len(ids)
    assert {a["href"] for _, a in made.elements if "href" in a} <= {f"#{id}" for id in ids}


def test_everything_known_is_there() -> None:
    made = page(analyze_text(SUMS, "sums.ptx"))
    findings = made.of("finding")
    assert findings[0]["data-rule"] == "PTX150"
    assert {a["data-rule"] for a in findings} == {"PTX150", "PTX120", "PTX160", "PTX161", "PTX193"}
    assert len(made.of("note")) == len(findings)
    assert "32/4 sectors" in made.text
    assert "4-way banks" in made.text
    assert "no barrier here" in made.text
    assert "in another run" in made.text
    for line in SUMS.splitlines():
        assert line in made.text
    # The barrier's block and what is behind the divergent branch, and both ways out of that branch.
    assert len([a for a in made.of("box") if "divergent" in (a["class"] or "")]) == 1
    assert len([a for a in made.of("edge") if "divergent" in (a["class"] or "")]) == 2


def test_a_race_that_a_run_showed_has_its_picture() -> None:
    text = (
        BUGGY.replace("  @!%p1 bra JOIN;\n", "")
        .replace("  bar.sync 0;\n", "")
        .replace(".visible .entry k()", ".visible .entry k(.param .u64 out)")
    )
    request = LaunchRequest(block=(64, 1, 1), buffers={"out": "4xu32"})
    report = answered(text, "k.ptx", Question(request), static=False)
    assert {f.id for f in report.findings} & {"SAN020", "SAN021"}
    made = page(report)
    assert "in another run" in made.text
    assert "ran " in made.text


HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"{{7*7}}{% raw %}&lt;\x1b[31m\u202e"
)


def test_hostile_text_is_text() -> None:
    text = BUGGY.replace("bar.sync 0;", f".loc 1 2 3\n bar.sync 0; // {HOSTILE}")
    report = analyze_text(text + '.file 1 "<i>{{x}}</i>"\n', f"{HOSTILE}.ptx")
    assert report.findings
    made = page(report, FileReport(HOSTILE, "", problem=HOSTILE))
    assert len([tag for tag, _ in made.elements if tag == "script"]) == 1
    assert "img" not in [tag for tag, _ in made.elements]
    assert "<script>alert(1)</script>" in made.text
    assert "{{7*7}}" in made.text
    assert "{% raw %}" in made.text
    assert "<i>{{x}}</i>" in made.text
    whole = as_html([report])
    assert "\x1b" not in whole
    assert "\u202e" not in whole
    assert "<script>alert" not in whole


def test_names_of_sources_are_text() -> None:
    """A location is no string, and is written by its own words."""
    text = BUGGY.replace("bar.sync 0;", ".loc 1 2 3\n bar.sync 0;") + f'.file 1 "\u202e{HOSTILE[:40]}.cu"\n'
    report = analyze_text(text)
    assert any(finding.location is not None for finding in report.findings)
    whole = as_html([report])
    assert "\\u202e" in whole
    assert "\u202e" not in whole


def test_every_fixture_has_a_page() -> None:
    reports = [case.report(f"{n}.ptx") for n, case in enumerate(read_cases()[::4])]
    made = page(*reports)
    assert len(made.of("finding")) == sum(len(r.findings) for r in reports) > 20


def test_what_is_large_is_folded_to_a_notice() -> None:
    steps = "".join(f"@%p1 bra L{n};\nadd.u32 %r1, %r1, 1;\nL{n}:\n" for n in range(MOST))
    text = BUGGY.replace("JOIN:", steps + "JOIN:") + "// x\n" * WHOLE
    made = page(analyze_text(text, "large.ptx"))
    assert len(made.of("graph-notice")) == 1
    assert not made.of("box")
    gaps = made.of("gap")
    assert 1 <= len(gaps) < 20
    assert len(made.of("n")) < 200


def test_what_is_no_ptx(tmp_path: Path, debug: Callable[..., Result]) -> None:
    result = debug("analyze", "-", "--format", "html", input="what? <b>")
    assert result.exit_code == 2
    assert "cannot be analysed" in Page(result.stdout).text
    target = tmp_path / "report.html"
    source = tmp_path / "k.ptx"
    source.write_text(BUGGY)
    assert debug("analyze", source, "--format", "html", "-o", target).exit_code == 1
    assert Page(target.read_text("utf-8")).of("finding")


@pytest.mark.parametrize("text", ["", ".version 9.0\n.target sm_90\n.address_size 64\n"])
def test_empty(text: str) -> None:
    assert not page(analyze_text(text, "empty.ptx")).of("finding")


def test_why_a_rule_is_there_is_said_once_a_file() -> None:
    text = SUMS.replace("ret;", "bar.sync 0;\nbar.sync 0;\nbar.sync 0;\nret;", 1)
    report = analyze_text(text, "sums.ptx")
    found = [f for f in report.findings if f.id == "PTX105"]
    assert len(found) >= 2
    page = as_html([report])
    assert page.count(str(coded(found[0].rule.why))) == 1
    assert page.count(">why PTX105</a>") == len(found) - 1


def test_code_in_prose() -> None:
    assert coded("a `b<c>` d & `e`") == "a <code>b&lt;c&gt;</code> d &amp; <code>e</code>"
    assert coded("a ` <b>") == "a ` &lt;b&gt;"
    assert "\x1b" not in coded("`\x1b`")


def test_nothing_to_filter_has_no_filters() -> None:
    assert 'autocomplete="off" hidden' in as_html([analyze_text(CLEAN, "k.ptx")])
    assert 'autocomplete="off">' in as_html([analyze_text(SUMS, "k.ptx")])
