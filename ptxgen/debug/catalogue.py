"""The page of the rules: `python -m ptxgen.debug.catalogue > docs/debug-rules.md` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ptxgen.debug.adopted import every_rule
from ptxgen.debug.rule import Family, Rule
from ptxgen.debug.rules import RULES

_HEAD = """\
# Rules of ptxgen-debug

Every rule has a stable id. PTX0xx are rules of the [static checker](errors.md), which `ptxgen-debug` runs as well;
PTX1xx are its own. A finding is *proved* where it follows from the text, a *witness* where a run of the emulator
showed it, and *unknown* otherwise: then it is said more quietly, as the second severity tells.
`python -m ptxgen.debug.catalogue` writes this page.
"""


def page() -> str:
    """The whole page."""
    rules = every_rule().values()
    parts = [_HEAD]
    for family in Family:
        own = [r for r in rules if r.family is family and r.id in RULES]
        checked = [r for r in rules if r.family is family and r.id not in RULES]
        parts.append(f"## {family.value[0].upper()}{family.value[1:]}\n")
        parts += (_entry(rule) for rule in own)
        if checked:
            parts.append(f"From the static checker: {'; '.join(_linked(checked))}.\n")
    return "\n".join(parts)


def _entry(rule: Rule) -> str:
    quiet = "" if rule.undecided is rule.severity else f", {rule.undecided.value} where undecided"
    section = f" (PTX ISA 9.0, section {rule.section})" if rule.section else ""
    head = (
        f"### {rule.id}: {rule.title}\n\n*{rule.severity.value.capitalize()}{quiet}.* {rule.why}{section}\n"
    )
    return f"{head}\nFix: {rule.fix}.\n"


def _linked(rules: list[Rule]) -> Iterator[str]:
    for rule in rules:
        anchor = f"{rule.id}-{rule.title}".lower().replace(" ", "-").replace(".", "").replace(",", "")
        yield f"[{rule.id}](errors.md#{anchor}) {rule.title}"


if __name__ == "__main__":
    sys.stdout.write(page())
