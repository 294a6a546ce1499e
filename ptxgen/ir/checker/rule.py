"""What a rule is, and the table of them.

A rule is one small function over a function or a module that yields findings; its docstring says why it matters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Protocol

from attrs import frozen

from ptxgen.errors import Severity, SourceLocation
from ptxgen.ir.checker.views import FunctionView, ModuleView


class Place(Protocol):
    """Anything that a finding can point at: instructions, variables, functions."""

    @property
    def line(self) -> int: ...

    @property
    def location(self) -> SourceLocation | None: ...


@frozen
class Finding:
    """One place that breaks a rule. `help` replaces the rule's general fix where a better one is known.

    `id` is set by the one rule that reports for several ids (operand forms).
    """

    message: str
    at: Place | None = None
    help: str = ""
    id: str = ""


FunctionCheck = Callable[[FunctionView], Iterator[Finding]]
ModuleCheck = Callable[[ModuleView], Iterator[Finding]]


@frozen(eq=False)
class Rule:
    """A kind of fault: stable id, title, severity, why it matters, how it is mended."""

    id: str
    title: str
    severity: Severity
    why: str
    fix: str


RULES: dict[str, Rule] = {}
"""Every rule of the checker, by id."""

FUNCTION_CHECKS: dict[str, FunctionCheck] = {}
"""The checks that look at one function at a time, by rule id."""

MODULE_CHECKS: dict[str, ModuleCheck] = {}
"""The checks that look at a whole module, by rule id."""


def register(id: str, title: str, severity: Severity, why: str, fix: str) -> None:
    """Enter a rule in the table; an id is given once."""
    if id in RULES:
        raise ValueError(f"rule {id} is declared twice")
    RULES[id] = Rule(id, title, severity, " ".join(why.split()), fix)


def function_rule(
    id: str, title: str, severity: Severity, *, fix: str
) -> Callable[[FunctionCheck], FunctionCheck]:
    """Declare a rule over one function with a body; the decorated function's docstring is its `why`."""

    def declare(check: FunctionCheck) -> FunctionCheck:
        register(id, title, severity, inspect.getdoc(check) or "", fix)
        FUNCTION_CHECKS[id] = check
        return check

    return declare


def module_rule(id: str, title: str, severity: Severity, *, fix: str) -> Callable[[ModuleCheck], ModuleCheck]:
    """Declare a rule over a whole module; the decorated function's docstring is its `why`."""

    def declare(check: ModuleCheck) -> ModuleCheck:
        register(id, title, severity, inspect.getdoc(check) or "", fix)
        MODULE_CHECKS[id] = check
        return check

    return declare
