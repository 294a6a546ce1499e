"""Which combinations of modifiers a row allows, as text a reader of the manual would write.

A condition is a list of terms that must all hold:

- ``sat``: a modifier of that name or value is present; ``relu|sat``: one of them is; ``!sat``: it is not;
- ``type=s32|u32``: the slot holds one of these.

A rule is a condition, or an implication ``condition -> condition``.
"""

from __future__ import annotations

from collections.abc import Mapping


def holds(condition: str, modifiers: Mapping[str, str]) -> bool:
    """Whether every term of the condition is true of the modifiers (slot -> value)."""
    return all(_term(term, modifiers) for term in condition.split())


def broken_rule(rules: tuple[str, ...], modifiers: Mapping[str, str]) -> str | None:
    """The first rule that the modifiers break; None if they are legal."""
    for rule in rules:
        given, arrow, wanted = rule.partition("->")
        if not arrow:
            given, wanted = "", given
        if holds(given, modifiers) and not holds(wanted, modifiers):
            return rule
    return None


def _term(term: str, modifiers: Mapping[str, str]) -> bool:
    if term.startswith("!"):
        return not _term(term[1:], modifiers)
    slot, equals, values = term.partition("=")
    if equals:
        return modifiers.get(slot) in values.split("|")
    return any(name in modifiers or name in modifiers.values() for name in term.split("|"))
