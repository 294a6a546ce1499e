"""The static checker: what is wrong with a module before anything runs it.

Rules live one group a file; each is a small function in the table `RULES`, which `docs/errors.md` is made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ptxgen.errors import CheckError, Diagnostic, Severity
from ptxgen.ir.analysis import FunctionAnalysis, analyze
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
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.isa import TARGETS, Target
from ptxgen.isa import target as target_of

GROUPS = (
    operands, names, spaces, memory, assignment, flow, calls, constants, warps, floats, launch, requirements,
)  # fmt: skip
"""The rule files, in the order of the documentation."""


def check(
    module: Module,
    target: str | Target | None = None,
    *,
    only_errors: bool = False,
    analyses: Callable[[Function, Iterable[Variable]], FunctionAnalysis] = analyze,
) -> list[Diagnostic]:
    """Everything that is wrong or doubtful in a module, sorted by PTX line; with `only_errors`, what is wrong.

    `target` is the processor that it will run on; without it, the module's own `.target` counts. Raises
    `TargetError` (PTX018) if `target` names none; an unknown `.target` in the module is a finding. `analyses` gives
    the analyses of a function, to those who have them already.
    """
    declared = TARGETS.get(module.target)
    view = ModuleView(module, target_of(target) if target is not None else declared, declared, analyses)
    return sorted(_diagnostics(view, only_errors), key=lambda d: (d.line, d.id))


def _diagnostics(view: ModuleView, only_errors: bool) -> Iterator[Diagnostic]:
    for id, check_module in MODULE_CHECKS.items():
        if not only_errors or RULES[id].severity is Severity.ERROR:
            for finding in check_module(view):
                yield _diagnostic(id, finding)
    checks = [
        (id, check_function)
        for id, check_function in FUNCTION_CHECKS.items()
        if not only_errors or RULES[id].severity is Severity.ERROR
    ]
    for function in view.functions:
        for id, check_function in checks:
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
