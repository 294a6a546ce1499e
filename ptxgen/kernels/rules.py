"""What a kernel requires of its fields: rules that know how to say what is wrong and what would be right."""

from __future__ import annotations

from abc import ABC, abstractmethod

from attrs import field, frozen

Bound = int | str
"""A number, or the name of another field that holds it."""


@frozen
class Rule(ABC):
    """A condition on the integer field `name`. `instead` names what does without the rule."""

    name: str
    instead: str = field(default="", kw_only=True)

    def advice(self, value: int, fields: dict[str, int]) -> str:
        """A value that the rule allows, or what takes this one."""
        return ", or ".join(filter(None, (self.fix(value, fields), self.instead)))

    @abstractmethod
    def holds(self, value: int, fields: dict[str, int]) -> bool:
        """Whether the value is allowed, given all integer fields."""

    @abstractmethod
    def text(self, fields: dict[str, int]) -> str:
        """The rule as the end of a sentence: "must be a multiple of 256"."""

    @abstractmethod
    def fix(self, value: int, fields: dict[str, int]) -> str:
        """What to use instead of a value that is not allowed."""


@frozen
class _Multiple(Rule):
    factor: Bound

    def holds(self, value: int, fields: dict[str, int]) -> bool:
        return value % _resolve(self.factor, fields) == 0

    def text(self, fields: dict[str, int]) -> str:
        return f"must be a multiple of {_words(self.factor, fields)}"

    def fix(self, value: int, fields: dict[str, int]) -> str:
        factor = _resolve(self.factor, fields)
        below = value // factor * factor
        return f"use {below} or {below + factor}" if below > 0 else f"use {factor}"


@frozen
class _AtMost(Rule):
    limit: Bound

    def holds(self, value: int, fields: dict[str, int]) -> bool:
        return value <= _resolve(self.limit, fields)

    def text(self, fields: dict[str, int]) -> str:
        return f"must be at most {_words(self.limit, fields)}"

    def fix(self, value: int, fields: dict[str, int]) -> str:
        return f"use {_resolve(self.limit, fields)} or less"


@frozen
class _AtLeast(Rule):
    limit: Bound

    def holds(self, value: int, fields: dict[str, int]) -> bool:
        return value >= _resolve(self.limit, fields)

    def text(self, fields: dict[str, int]) -> str:
        return f"must be at least {_words(self.limit, fields)}"

    def fix(self, value: int, fields: dict[str, int]) -> str:
        return f"use {_resolve(self.limit, fields)} or more"


@frozen
class _OneOf(Rule):
    choices: tuple[int, ...]

    def holds(self, value: int, fields: dict[str, int]) -> bool:
        return value in self.choices

    def text(self, fields: dict[str, int]) -> str:
        return f"must be one of {', '.join(map(str, self.choices))}"

    def fix(self, value: int, fields: dict[str, int]) -> str:
        return f"the nearest is {min(self.choices, key=lambda choice: (abs(choice - value), choice))}"


def multiple(name: str, factor: Bound, *, instead: str = "") -> Rule:
    """The field is a multiple of a number or of another field. `instead` names what does without the rule."""
    return _Multiple(name, factor, instead=instead)


def at_most(name: str, limit: Bound, *, instead: str = "") -> Rule:
    """The field is at most a number or another field."""
    return _AtMost(name, limit, instead=instead)


def at_least(name: str, limit: Bound, *, instead: str = "") -> Rule:
    """The field is at least a number or another field."""
    return _AtLeast(name, limit, instead=instead)


def one_of(name: str, *choices: int) -> Rule:
    """The field is one of these numbers."""
    return _OneOf(name, choices)


def _resolve(bound: Bound, fields: dict[str, int]) -> int:
    return fields[bound] if isinstance(bound, str) else bound


def _words(bound: Bound, fields: dict[str, int]) -> str:
    return f"{fields[bound]} ({bound})" if isinstance(bound, str) else str(bound)
