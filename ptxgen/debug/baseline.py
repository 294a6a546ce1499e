"""A baseline: findings that are known and accepted, by fingerprint, so that only new ones are shown.

What it hides is always counted. A fingerprint does not have the line's number, so that text may move.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from ptxgen.debug.errors import DebugError
from ptxgen.debug.findings import FileReport, Finding

SCHEMA = "ptxgen.debug-baseline/1"


def read_baseline(path: Path) -> Counter[str]:
    """How often each fingerprint is accepted. DBG003 if the file is no baseline."""
    try:
        document = json.loads(path.read_text("utf-8"))
        entries = document["findings"]
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        return Counter({str(entry["fingerprint"]): int(entry["count"]) for entry in entries})
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DebugError(
            "DBG003", f"{path} is not a baseline: {error}", help="make one with --write-baseline FILE"
        ) from None


def write_baseline(path: Path, reports: Sequence[FileReport]) -> None:
    """Accept everything that the reports say. DBG004 if the file cannot be written."""
    counts: Counter[str] = Counter()
    first: dict[str, Finding] = {}
    for report in reports:
        for finding in report.findings:
            fingerprint = finding.fingerprint(report.line(finding.line))
            counts[fingerprint] += 1
            first.setdefault(fingerprint, finding)
    entries = [
        {"fingerprint": key, "count": counts[key], "id": first[key].id, "message": first[key].message}
        for key in sorted(counts)
    ]
    try:
        path.write_text(json.dumps({"schema": SCHEMA, "findings": entries}, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise DebugError("DBG004", f"{path} cannot be written: {error.strerror or error}") from error


def without_known(report: FileReport, accepted: Counter[str]) -> FileReport:
    """The report without accepted findings, which it keeps in `accepted`; `accepted` is used up by them."""
    left: list[Finding] = []
    away: list[Finding] = []
    for finding in report.findings:
        fingerprint = finding.fingerprint(report.line(finding.line))
        if accepted[fingerprint] > 0:
            accepted[fingerprint] -= 1
            away.append(finding)
        else:
            left.append(finding)
    withheld = report.withheld | {finding.id for finding in away}
    return evolve(report, findings=tuple(left), accepted=tuple(away), withheld=withheld)
