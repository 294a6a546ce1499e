"""Which rules count: by id, by family, all but some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import takewhile

from attrs import evolve, frozen

from ptxgen.debug.adopted import every_rule
from ptxgen.debug.errors import DebugError
from ptxgen.debug.findings import FileReport
from ptxgen.debug.rule import Family, Rule


@frozen
class Selection:
    """The ids and families of the rules that count; None stands for all. `without` wins."""

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    @staticmethod
    def of(only: Sequence[str], without: Sequence[str]) -> Selection:
        """From ids, and families by name. DBG001 for what is neither."""
        chosen = frozenset(map(_named, only))
        return Selection(chosen if only else None, frozenset(map(_named, without)))

    def wants(self, rule: Rule) -> bool:
        """Whether findings of a rule count."""
        names = {rule.id, rule.family.value}
        return not names & self.without and (self.only is None or bool(names & self.only))

    @property
    def ids(self) -> frozenset[str]:
        """The rules about text that count."""
        return frozenset(rule.id for rule in every_rule().values() if self.wants(rule))

    def apply(self, report: FileReport) -> FileReport:
        """The report with findings of these rules only; the others are counted in `dropped`."""
        left = tuple(f for f in report.findings if self.wants(f.rule))
        away = [f.id for f in report.findings if not self.wants(f.rule)]
        return evolve(
            report, findings=left, dropped=report.dropped + len(away), withheld=report.withheld | set(away)
        )


def _named(word: str) -> str:
    """The id of a rule, or the name of a family, as it is written in a finding."""
    if word.upper() in known_rules(word):
        return word.upper()
    family = next((f for f in Family if word.lower() in (f.value, f.name.lower())), None)
    if family is None:
        raise unknown_rule(word, (f.name.lower() for f in Family))
    return family.value


def known_rules(word: str = "SAN") -> Mapping[str, Rule]:
    """All rules, those of the sanitizers among them where `word` may mean one: the emulator takes time to import."""
    if not word.upper().startswith("SAN"):
        return every_rule()
    from ptxgen.debug.dynamic.witnesses import SANITIZER_RULES

    return {**every_rule(), **SANITIZER_RULES}


def unknown_rule(word: str, others: Iterable[str] = ()) -> DebugError:
    """DBG001, with the nearest id, or the nearest of the `others` that may stand for it."""
    families = list(others)
    close = sorted(get_close_matches(word.upper(), [*known_rules(word), *map(str.upper, families)], 500))
    best = max(close, key=lambda other: _alike(word.upper(), other), default="")
    near = best if best in known_rules(word) else best.lower()
    listed = f"; families: {', '.join(families)}" if families else ""
    return DebugError(
        "DBG001",
        f"there is no rule {word!r}",
        help=f"did you mean {near}?" if near else f"`ptxgen-debug rules` lists them{listed}",
    )


def _alike(word: str, other: str) -> int:
    """With how many same characters both begin."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))))
