"""The PTX text line by line, with what is known of each line: divergence, memory traffic, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ptxgen.debug.body import Body
from ptxgen.debug.findings import FileReport, Finding
from ptxgen.debug.rules.traffic import conflict_degree, sectors

WHOLE = 3000
"""Lines of a text that is shown from end to end; of a longer one, what is around findings."""
AROUND = 6
WIDEST = 400
"""Characters of a line that are shown; the rest is cut off."""


@frozen
class Heat:
    """What an access costs: words for it, and a level from 0 (as good as can be) to 3."""

    words: str
    level: int
    why: str


@frozen
class Line:
    """A line of the text. `gap` counts the lines left out before it."""

    number: int
    text: str
    findings: tuple[tuple[int, Finding], ...] = ()
    divergent: bool = False
    heat: Heat | None = None
    gap: int = 0


def listed(report: FileReport, bodies: Sequence[Body]) -> tuple[Line, ...]:
    """The lines to show; findings come with their position in the report."""
    return tuple(_lines(report, bodies))


def _lines(report: FileReport, bodies: Sequence[Body]) -> Iterator[Line]:
    at: dict[int, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(report.findings):
        at.setdefault(finding.line, []).append((number, finding))
    heat = {line: each for body in bodies for line, each in _heat(body)}
    divergent = {line for body in bodies for line in _divergent(body)}
    texts = report.lines
    gap = 0
    near = None if len(texts) <= WHOLE else {n + d for n in at for d in range(-AROUND, AROUND + 1)}
    for number, text in enumerate(texts, 1):
        if near is not None and number not in near:
            gap += 1
            continue
        shown = text.rstrip().expandtabs(4)
        shown = shown if len(shown) <= WIDEST else f"{shown[: WIDEST - 1]}…"
        yield Line(number, shown, tuple(at.get(number, ())), number in divergent, heat.get(number), gap)
        gap = 0


def _divergent(body: Body) -> Iterator[int]:
    """The lines that only some of the threads may run, guards included."""
    divergence = body.analysis.divergence
    for (block, _), instruction in body.places:
        guard = instruction.guard
        if block in divergence.blocks or (guard is not None and not divergence.is_uniform(guard.register)):
            yield instruction.line


def _heat(body: Body) -> Iterator[tuple[int, Heat]]:
    for access in body.accesses:
        line = access.instruction.line
        if (request := sectors(body, access)) is not None:
            moved, needed = request
            level = sum(moved >= limit * needed for limit in (2, 4, 8)) if moved > 1 else 0
            why = f"a request of the first warp moves {moved} sectors of 32 bytes; its bytes would fill {needed}"
            yield line, Heat(f"{moved}/{needed} sectors", level, why)
        elif (degree := conflict_degree(body, access)) is not None:
            words = "no conflict" if degree == 1 else f"{degree}-way banks"
            why = f"a bank of shared memory answers {degree} times for a request of the first warp"
            yield line, Heat(words, sum(degree >= limit for limit in (2, 4, 8)), why)
