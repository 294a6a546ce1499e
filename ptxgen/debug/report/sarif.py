"""The report as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ptxgen import __version__
from ptxgen.debug.findings import FileReport, Finding, Related
from ptxgen.debug.report.excerpt import excerpt
from ptxgen.debug.rule import Rule, Verdict
from ptxgen.errors import Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def as_sarif(reports: Sequence[FileReport]) -> dict[str, object]:
    """One run over all files. A file that could not be analysed is a notification of the run."""
    rules = {f.id: f.rule for report in reports for f in report.findings}
    numbers = {id: number for number, id in enumerate(rules)}
    problems = [_notification(report) for report in reports if report.problem]
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "ptxgen-debug",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(report.name)}} for report in reports],
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": problems}],
        "results": [_result(report, f, numbers[f.id]) for report in reports for f in report.findings],
    }
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
    if finding.related:
        result["relatedLocations"] = [_related(report, n, r) for n, r in enumerate(finding.related)]
    return result


def _related(report: FileReport, id: int, related: Related) -> dict[str, object]:
    return {"id": id, "message": {"text": related.text}, **_location(report, related.line, "", "")}


def _location(report: FileReport, line: int, token: str, function: str) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": _uri(report.name)}}
    raw = report.line(line)
    if line:
        region: dict[str, object] = {"startLine": line}
        if raw.strip():
            shown = excerpt(line, raw, token)
            indent = len(raw) - len(raw.lstrip())
            region["startColumn"] = indent + shown.start + 1
            region["endColumn"] = indent + shown.start + max(shown.length, 1) + 1
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
