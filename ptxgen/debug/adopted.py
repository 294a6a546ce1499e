"""The rules of the static checker as rules of the bug finder: same ids, with a family."""

from __future__ import annotations

from functools import cache

from ptxgen.debug.rule import RULES, Confidence, Family, Rule
from ptxgen.errors import Severity
from ptxgen.ir.checker.catalogue import entries

_FAMILIES = {
    Family.MEMORY: (
        "PTX045", "PTX046", "PTX047", "PTX048", "PTX058", "PTX060", "PTX061", "PTX062", "PTX072", "PTX074", "PTX076",
        "PTX077",
    ),
    Family.CONCURRENCY: ("PTX059", "PTX065", "PTX066", "PTX073"),
    Family.PORTABILITY: (
        "PTX018", "PTX052", "PTX053", "PTX054", "PTX055", "PTX056", "PTX057", "PTX075", "PTX078", "PTX079",
    ),
}  # fmt: skip
_FAMILY = {id: family for family, ids in _FAMILIES.items() for id in ids}


@cache
def adopted(id: str) -> Rule:
    """The rule behind an id of the checker, the builder or the parser."""
    known = entries()[id]
    family = _FAMILY.get(id, Family.CONTROL)
    quiet = Severity.WARNING if known.severity is Severity.ERROR else known.severity
    return Rule(
        known.id, known.title, known.severity, family, known.why, known.fix, "", quiet, Confidence.HIGH
    )


def every_rule() -> dict[str, Rule]:
    """All rules by id: those of the checker, then those of this package."""
    from ptxgen.ir.checker import RULES as CHECKED

    return {**{id: adopted(id) for id in sorted(CHECKED)}, **dict(sorted(RULES.items()))}
