"""The static checker: what is wrong with a module before anything runs it.

Rules live one group a file; each is a small function in the table `RULES`, which `docs/errors.md` is made from.
"""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import CheckError, Diagnostic, Severity
from ptxgen.ir.checker import (
    assignment,
    calls,
    constants,
    floats,
    flow,
    launch,
    memory,
    names,
    operands,
    requirements,
    spaces,
    warps,
)
from ptxgen.ir.checker.rule import FUNCTION_CHECKS, MODULE_CHECKS, RULES, Finding, Rule
from ptxgen.ir.checker.views import ModuleView
from ptxgen.ir.module import Module
from ptxgen.isa import TARGETS, Target
from ptxgen.isa import target as target_of

GROUPS = (
    operands, names, spaces, memory, assignment, flow, calls, constants, warps, floats, launch, requirements,
)  # fmt: skip
"""The rule files, in the order of the documentation."""


def check(module: Module, target: str | Target | None = None) -> list[Diagnostic]:
    """Everything that is wrong or doubtful in a module, sorted by PTX line.

    `target` is the processor that it will run on; without it, the module's own `.target` counts. Raises
    `TargetError` (PTX018) if `target` names none; an unknown `.target` in the module is a finding.
    """
    declared = TARGETS.get(module.target)
    view = ModuleView(module, target_of(target) if target is not None else declared, declared)
    return sorted(_diagnostics(view), key=lambda d: (d.line, d.id))


def _diagnostics(view: ModuleView) -> Iterator[Diagnostic]:
    for id, check_module in MODULE_CHECKS.items():
        for finding in check_module(view):
            yield _diagnostic(id, finding)
    for function in view.functions:
        for id, check_function in FUNCTION_CHECKS.items():
            for finding in check_function(function):
                yield _diagnostic(id, finding)


def _diagnostic(id: str, finding: Finding) -> Diagnostic:
    rule = RULES[finding.id or id]
    at = finding.at
    return Diagnostic(
        id=rule.id,
        severity=rule.severity,
        message=finding.message,
        line=at.line if at is not None else 0,
        location=at.location if at is not None else None,
        help=finding.help or rule.fix,
    )


def require_valid(module: Module, target: str | Target | None = None) -> list[Diagnostic]:
    """The warnings and hints of a module that has no errors. Raises `CheckError` with all findings if it has any."""
    found = check(module, target)
    if any(d.severity is Severity.ERROR for d in found):
        raise CheckError(found)
    return found


__all__ = ["RULES", "Rule", "check", "require_valid"]
