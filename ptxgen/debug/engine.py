"""The static engine: every rule on every function of a module."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import frozen

from ptxgen.debug.adopted import adopted
from ptxgen.debug.body import Body
from ptxgen.debug.findings import Act, FileReport, Finding, Related, ordered
from ptxgen.debug.limits import too_deep
from ptxgen.debug.rule import Found, Rule, Spot, Verdict
from ptxgen.debug.rules import RULES
from ptxgen.errors import Diagnostic, PtxgenError, SourceLocation
from ptxgen.ir.analysis import ANY_LAUNCH, FunctionAnalysis, LaunchFacts, analyze
from ptxgen.ir.checker import check
from ptxgen.ir.checker.views import ModuleView
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.isa import TARGETS


@frozen
class Ruled:
    """What the rules say of a module, and what of it they did not look at."""

    findings: tuple[Finding, ...]
    left_out: tuple[str, ...]


def analyze_module(
    module: Module, facts: LaunchFacts = ANY_LAUNCH, entry: str = "", only: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """What the checker and the rules say about a module. `facts` are about launches of the entry `entry`.

    only: the ids of the rules of this package that are asked, for whoever looks for these alone.
    """
    return ruled(module, facts, entry, only).findings


def ruled(
    module: Module, facts: LaunchFacts = ANY_LAUNCH, entry: str = "", only: Collection[str] | None = None
) -> Ruled:
    """The same, with what was not looked at."""
    known: dict[int, FunctionAnalysis] = {}

    def analyses(function: Function, globals: Iterable[Variable]) -> FunctionAnalysis:
        return known.setdefault(id(function), analyze(function, globals))

    found = [_checked(diagnostic, module) for diagnostic in check(module, analyses=analyses)]
    declared = TARGETS.get(module.target)
    view = ModuleView(module, declared, declared, analyses)
    left_out: list[str] = []
    for function in view.functions:
        body = Body(function, facts if function.function.name == entry else ANY_LAUNCH)
        for rule in RULES.values():
            if rule.check is not None and (only is None or rule.id in only):
                found += (_finding(rule, each, body) for each in rule.check(body))
        left_out += body.left_out
    return Ruled(ordered(found), tuple(left_out))


def analyze_text(
    text: str,
    name: str = "<ptx>",
    only: Collection[str] | None = None,
    facts: LaunchFacts = ANY_LAUNCH,
    entry: str = "",
) -> FileReport:
    """The report on PTX text. Text that is not PTX gives a report whose `problem` says why.

    The others are as for `analyze_module`.
    """
    module, problem = parsed(text, name)
    if module is None:
        return FileReport(name, text, problem=problem)
    found = ruled(module, facts, entry, only)
    return FileReport(name, text, found.findings, notes=found.left_out, facts=facts, entry=entry)


def parsed(text: str, name: str) -> tuple[Module | None, str]:
    """The module of a text, or None and why there is none."""
    from ptxgen.ir.parser import parse

    try:
        module = parse(text, name=name)
    except PtxgenError as error:
        where = f"line {error.line}: " if error.line else ""
        return None, f"{error.id}: {where}{error.message}"
    problem = too_deep(module)
    return (None, f"DBG005: {problem}") if problem else (module, "")


def _checked(diagnostic: Diagnostic, module: Module) -> Finding:
    location = diagnostic.location
    own = location is None or (location.line == diagnostic.line and location.file == module.name)
    return Finding(
        adopted(diagnostic.id),
        diagnostic.message,
        Verdict.PROVED,
        diagnostic.line,
        None if own else location,
        _function_at(module, diagnostic.line),
        notes=diagnostic.notes,
        help=diagnostic.help,
    )


def _function_at(module: Module, line: int) -> str:
    """The function whose text has a line: the last one that begins before it."""
    best = ""
    for function in module.functions:
        if function.blocks and 0 < function.line <= line:
            best = function.name
    return best


def _finding(rule: Rule, found: Found, body: Body) -> Finding:
    at = found.at
    return Finding(
        rule,
        found.message,
        found.verdict,
        at.line if at is not None else 0,
        _author(at),
        body.function.name,
        found.token,
        tuple(Related(spot.line, text, _author(spot)) for spot, text in found.related),
        found.notes,
        (),
        found.help or rule.fix,
        tuple(Act(spot.line, who, does) for spot, who, does in found.acts),
    )


def _author(spot: Spot | None) -> SourceLocation | None:
    return None if spot is None else spot.location
