"""The report as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ptxgen import __version__
from ptxgen.debug.findings import FileReport, Finding, Related
from ptxgen.debug.report.excerpt import span
from ptxgen.debug.rule import Rule, Verdict
from ptxgen.errors import Severity, SourceLocation

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_EXITS = {0: "clean", 1: "findings", 2: "something could not be analysed"}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def as_sarif(reports: Sequence[FileReport], exit_code: int | None = None) -> dict[str, object]:
    """One run over all files. A file that could not be analysed is a notification of the run.

    What a baseline accepts is there as well, as suppressed. `exit_code` is that of the process, where there is one.
    """
    every = [(report, f) for report in reports for f in (*report.findings, *report.accepted)]
    rules = {f.id: f.rule for _, f in every}
    numbers = {id: number for number, id in enumerate(rules)}
    problems = [_notification(report) for report in reports if report.problem]
    results = [_result(report, f, numbers[f.id]) for report, f in every]
    invocation: dict[str, object] = {
        "executionSuccessful": not problems,
        "toolExecutionNotifications": problems,
    }
    if exit_code is not None:
        invocation |= {"exitCode": exit_code, "exitCodeDescription": _EXITS.get(exit_code, "error")}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "ptxgen-debug",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {"location": {"uri": _uri(report.name)}, "roles": ["analysisTarget"], "sourceLanguage": "ptx"}
            for report in reports
        ],
        "invocations": [invocation],
        "results": results,
    }
    if any(report.accepted for report in reports):
        # If one result has a state, all have (3.27.24).
        for (report, f), result in zip(every, results, strict=True):
            result["baselineState"] = "unchanged" if f in report.accepted else "new"
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.title.replace("-", " ").split() if word.isalnum())
        or rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family.value], "precision": rule.confidence.value},
    }


def _result(report: FileReport, finding: Finding, number: int) -> dict[str, object]:
    text = [finding.message, *finding.evidence, *finding.notes, f"Fix: {finding.help}"]
    result: dict[str, object] = {
        "ruleId": finding.id,
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "kind": "review"
        if finding.verdict is Verdict.UNKNOWN and finding.severity is Severity.HINT
        else "fail",
        "message": {"text": "\n".join(text)},
        "locations": [_location(report, finding.line, finding.token, finding.function)],
        "partialFingerprints": {"ptxgen/v1": finding.fingerprint(report.line(finding.line))},
        "properties": {"verdict": finding.verdict.value},
    }
    if result["kind"] == "review":
        # The standard reserves levels to results that failed.
        result["level"] = "none"
    # An empty list says that the result was looked up and is not suppressed (3.27.23).
    result["suppressions"] = (
        [{"kind": "external", "status": "accepted", "justification": "in the baseline"}]
        if finding in report.accepted
        else []
    )
    related = [_related(report, n, r) for n, r in enumerate(finding.related)]
    if finding.location is not None:
        related.append(_author(finding.location, len(related)))
    if related:
        result["relatedLocations"] = related
    if finding.acts:
        result["codeFlows"] = [_flow(report, finding)]
    return result


def _related(report: FileReport, id: int, related: Related) -> dict[str, object]:
    return {"id": id, "message": {"text": related.text}, **_location(report, related.line, "", "")}


def _author(location: SourceLocation, id: int) -> dict[str, object]:
    """The line of the source that the PTX was made of."""
    region = {"startLine": location.line, **({"startColumn": location.column} if location.column else {})}
    return {
        "id": id,
        "message": {"text": "the source of this line"},
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(location.file)},
            **({"region": region} if location.line > 0 else {}),
        },
    }


def _flow(report: FileReport, finding: Finding) -> dict[str, object]:
    """The sides of a race: a thread flow each, in one of the orders that may happen."""
    flows = [
        {
            "id": act.who,
            "message": {"text": act.who},
            "locations": [
                {
                    "location": {"message": {"text": act.does}, **_location(report, act.line, "", "")},
                    "executionOrder": order,
                    "importance": "essential",
                }
            ],
        }
        for order, act in enumerate(finding.acts, 1)
    ]
    return {"message": {"text": "one of the orders that may happen"}, "threadFlows": flows}


def _location(report: FileReport, line: int, token: str, function: str) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(report.name)}}
    raw = report.line(line)
    if line:
        region: dict[str, object] = {"startLine": line}
        if raw.strip():
            start, end = span(raw, token)
            region["startColumn"] = start + 1
            region["endColumn"] = max(end, start + 1) + 1
            region["snippet"] = {"text": raw}
        physical["region"] = region
    found: dict[str, object] = {"physicalLocation": physical}
    if function:
        found["logicalLocations"] = [{"name": function, "kind": "function"}]
    return found


def _uri(name: str) -> str:
    path = Path(name)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix())


def _notification(report: FileReport) -> dict[str, object]:
    return {
        "level": "error",
        "message": {"text": report.problem},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.name)}}}],
    }
