"""The report as a JSON document (`ptxgen.debug/1`, described in the documentation)."""

from __future__ import annotations

from collections.abc import Sequence

from ptxgen.debug.findings import FileReport, Finding
from ptxgen.errors import Severity, SourceLocation


def as_document(reports: Sequence[FileReport]) -> dict[str, object]:
    """Everything that was found, file by file."""
    return {"files": [_file(report) for report in reports]}


def _file(report: FileReport) -> dict[str, object]:
    counts = report.counts()
    return {
        "file": report.name,
        "problem": report.problem or None,
        "counts": {severity.value: counts[severity] for severity in Severity},
        "hidden_by_baseline": report.hidden,
        "switched_off": report.dropped,
        "runs": list(report.runs),
        "notes": list(report.notes),
        "findings": [_finding(report, finding) for finding in report.findings],
    }


def _finding(report: FileReport, finding: Finding) -> dict[str, object]:
    rule = finding.rule
    return {
        "id": finding.id,
        "title": rule.title,
        "family": rule.family.value,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "confidence": rule.confidence.value,
        "message": finding.message,
        "function": finding.function or None,
        "line": finding.line or None,
        "text": report.line(finding.line) or None,
        "location": _location(finding.location),
        "related": [
            {"line": r.line, "text": r.text, "location": _location(r.location)} for r in finding.related
        ],
        "evidence": list(finding.evidence),
        "notes": list(finding.notes),
        "why": rule.why,
        "help": finding.help,
        "section": rule.section or None,
        "fingerprint": finding.fingerprint(report.line(finding.line)),
    }


def _location(location: SourceLocation | None) -> dict[str, object] | None:
    if location is None:
        return None
    return {"file": location.file, "line": location.line, "column": location.column or None}
