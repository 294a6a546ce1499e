"""A race as a picture: two threads, their instructions, and that either may come first."""

from __future__ import annotations

from attrs import frozen

from ptxgen.debug.findings import Act, FileReport, Finding
from ptxgen.debug.report.excerpt import excerpt

_WORDS = 44


@frozen
class Side:
    """One thread with its instruction."""

    who: str
    does: str
    line: int
    code: str


@frozen
class Order:
    """One of the orders that may happen: which side comes first."""

    title: str
    first: Side
    second: Side
    swapped: bool


@frozen
class Interleaving:
    """Both orders, and what stands between the two where it would help."""

    orders: tuple[Order, ...]
    missing: str


def interleaving(report: FileReport, finding: Finding) -> Interleaving | None:
    """The picture of a finding with two sides; None where there is nothing to draw."""
    if len(finding.acts) != 2:
        return None
    one, other = (_side(report, act) for act in finding.acts)
    orders = (Order("in one run", one, other, False), Order("in another run", other, one, True))
    return Interleaving(orders, _missing(one, other))


def _side(report: FileReport, act: Act) -> Side:
    code = excerpt(act.line, report.line(act.line)).text.partition("//")[0].rstrip()
    return Side(_cut(act.who), _cut(act.does), act.line, _cut(code))


def _cut(words: str) -> str:
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"


def _missing(one: Side, other: Side) -> str:
    apart = _cta(one.who) != _cta(other.who)
    return "no order between CTAs here" if apart else "no barrier here"


def _cta(who: str) -> str:
    """The CTA that a side names; threads without one are of the first."""
    return who.partition(", thread")[0] if who.startswith("CTA") and who[4:13] != "(0, 0, 0)" else ""
