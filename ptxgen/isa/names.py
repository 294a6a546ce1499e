"""Every full name that a row can take: for stubs, documentation and tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random

from ptxgen.isa.legality import broken_rule
from ptxgen.isa.table import Row


def names(row: Row, *, legal: bool = True) -> Iterator[str]:
    """The full dotted names of a row in the order of its slots; with `legal` false also those its rules refuse."""
    for choice in itertools.product(*_choices(row)):
        if not legal or _is_legal(row, choice):
            yield _name(row, choice)


def sample_names(row: Row, limit: int, random: Random, *, legal: bool = True) -> list[str]:
    """At most `limit` different names of a row: all of them where they are few, else a random choice."""
    choices = _choices(row)
    total = 1
    for alternatives in choices:
        total *= len(alternatives)
    if total <= 4 * limit:
        found = list(names(row, legal=legal))
        return found if len(found) <= limit else random.sample(found, limit)
    drawn: dict[str, None] = {}
    for _ in range(20 * limit):
        choice = tuple(random.choice(alternatives) for alternatives in choices)
        if not legal or _is_legal(row, choice):
            drawn[_name(row, choice)] = None
        if len(drawn) == limit:
            break
    return list(drawn)


def _choices(row: Row) -> list[tuple[str, ...]]:
    return [("", *m.alternatives) if m.optional else m.alternatives for m in row.syntax.modifiers]


def _is_legal(row: Row, choice: tuple[str, ...]) -> bool:
    modifiers = {m.name: text for m, text in zip(row.syntax.modifiers, choice, strict=True) if text}
    return broken_rule(row.legal, modifiers) is None


def _name(row: Row, choice: tuple[str, ...]) -> str:
    return ".".join((row.opcode, *filter(None, choice)))
