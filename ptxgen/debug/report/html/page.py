"""The page itself: one file with styles and script inside, which may load nothing and run nothing else.

All text goes through `printable` and is escaped; a content security policy names the one script by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from attrs import frozen
from markupsafe import Markup, escape

from ptxgen import __version__
from ptxgen.cli.console import printable
from ptxgen.debug.body import Body
from ptxgen.debug.engine import parsed
from ptxgen.debug.findings import FileReport, Finding
from ptxgen.debug.quality import Score, scores
from ptxgen.debug.report.excerpt import WIDEST, Excerpt, ptx_excerpt, source_excerpt
from ptxgen.debug.report.html.graph import Drawing, drawn
from ptxgen.debug.report.html.interleaving import Interleaving, interleaving
from ptxgen.debug.report.html.listing import Line, listed
from ptxgen.debug.report.text import summary
from ptxgen.debug.rule import Family, Rule, Verdict
from ptxgen.errors import Severity
from ptxgen.ir.analysis import ANY_LAUNCH
from ptxgen.ir.checker.views import ModuleView
from ptxgen.isa import TARGETS

if TYPE_CHECKING:
    from jinja2 import Template


@frozen
class Card:
    """A finding with its position in the report, its excerpts and its picture.

    `told` is the card above it that says why its rule is there; None where it says so itself.
    """

    number: int
    finding: Finding
    ptx: Excerpt | None
    author: Excerpt | None
    race: Interleaving | None
    told: int | None = None


@frozen
class FileView:
    """A file: its findings, its score, the graphs of its functions and its text."""

    report: FileReport
    cards: tuple[Card, ...]
    scores: tuple[Score, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    lines: tuple[Line, ...] = ()


def as_html(reports: Sequence[FileReport]) -> str:
    """The whole report as one HTML document."""
    style, script = _resource("report.css"), _resource("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rules: dict[str, Rule] = {f.id: f.rule for report in reports for f in report.findings}
    return _template().render(
        views=[_view(report) for report in reports],
        summary=summary(reports),
        counts={s: sum(r.counts()[s] for r in reports) for s in Severity},
        severities=list(Severity),
        families=list(Family),
        verdicts=list(Verdict),
        rules=[rules[id] for id in sorted(rules)],
        total=sum(len(r.findings) for r in reports),
        version=__version__,
        style=style,
        script=script,
        digest=digest,
    )


def _view(report: FileReport) -> FileView:
    worst_first = sorted(enumerate(report.findings), key=lambda each: _WORST.index(each[1].severity))
    first: dict[str, int] = {}
    for number, finding in worst_first:
        first.setdefault(finding.id, number)
    cards = tuple(
        Card(
            n,
            f,
            _clipped(ptx_excerpt(report, f)),
            _clipped(source_excerpt(f.location)),
            interleaving(report, f),
            first[f.id] if first[f.id] != n else None,
        )
        for n, f in worst_first
    )
    bodies = () if report.problem else _bodies(report)
    if not bodies:
        return FileView(report, cards, lines=() if report.problem else listed(report, ()))
    marks: dict[int, str] = {}
    for severity in reversed(_WORST):
        marks |= {f.line: severity.value for f in report.findings if f.severity is severity}
    return FileView(
        report,
        cards,
        scores(report, bodies),
        tuple(drawn(body, marks) for body in bodies),
        listed(report, bodies),
    )


def _clipped(excerpt: Excerpt | None) -> Excerpt | None:
    return None if excerpt is None else excerpt.clipped(WIDEST)


_WORST = (Severity.ERROR, Severity.WARNING, Severity.HINT)


def _bodies(report: FileReport) -> tuple[Body, ...]:
    """The functions of a file, under what the rules knew of the launch."""
    module, _ = parsed(report.text, report.name)
    if module is None:
        return ()
    declared = TARGETS.get(module.target)
    view = ModuleView(module, declared, declared)
    return tuple(
        Body(each, report.facts if each.function.name == report.entry else ANY_LAUNCH)
        for each in view.functions
    )


def _shown(value: object) -> object:
    """A value as it is put into the page: text of others without control characters; it is escaped afterwards."""
    return value if hasattr(value, "__html__") else printable(str(value))


def coded(text: str) -> Markup:
    """Prose in which what stands between two grave accents is code. All of it is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(printable(text))
    shown = [escape(printable(part)) for part in parts]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(shown)
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, finalize=_shown, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["coded"] = coded
    return environment.from_string(_resource("report.html.jinja"))


def _resource(name: str) -> str:
    return files("ptxgen.debug.report.html").joinpath(name).read_text("utf-8")
