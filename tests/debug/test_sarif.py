"""SARIF 2.1.0: the properties that the standard requires, with the values that it allows.

The official schema is not kept here; its licence is not one of ours. These are the clauses that our documents touch.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import unquote, urlsplit

from ptxgen.debug import FileReport, analyze_text
from ptxgen.debug.baseline import without_known
from ptxgen.debug.report.sarif import as_sarif
from tests.debug.cases import read_cases
from tests.debug.conftest import BUGGY


def document() -> dict[str, Any]:
    reports = [case.report(f"a b/{n}.ptx") for n, case in enumerate(read_cases())]
    broken = FileReport("/absolute/[x].ptx", "", problem="PTX080: no PTX")
    return json.loads(json.dumps(as_sarif([*reports, broken])))


def test_what_the_standard_requires() -> None:
    made = document()
    assert made["version"] == "2.1.0"
    (run,) = made["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "ptxgen-debug"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids) > 30
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    for artifact in run["artifacts"]:
        uri = artifact["location"]["uri"]
        assert uri == uri.encode("ascii", "ignore").decode()
        assert " " not in uri
    assert unquote(urlsplit(run["artifacts"][-1]["location"]["uri"]).path) == "/absolute/[x].ptx"


def test_results() -> None:
    (run,) = document()["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) >= 80
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] in ("fail", "review")
        assert result["level"] in ("none", "note", "warning", "error")
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert result["message"]["text"]
        assert result["partialFingerprints"]["ptxgen/v1"]
        for place in [*result["locations"], *result.get("relatedLocations", [])]:
            region = place["physicalLocation"].get("region")
            if region is not None:
                assert region["startLine"] >= 1
                assert 1 <= region["startColumn"] < region["endColumn"]
                assert region["endColumn"] <= len(region["snippet"]["text"]) + 1


def test_columns_count_characters_of_the_line_as_it_stands() -> None:
    text = BUGGY.replace("  bar.sync 0;", "\t\tbar.sync\t0;\t// all of them")
    (run,) = json.loads(json.dumps(as_sarif([analyze_text(text, "k.ptx")])))["runs"]
    regions = [
        r["locations"][0]["physicalLocation"]["region"] for r in run["results"] if r["ruleId"] == "PTX120"
    ]
    assert [(r["startColumn"], r["endColumn"]) for r in regions] == [(3, 14)]


def test_a_race_is_a_flow_of_two_threads() -> None:
    (case, *_) = [c for c in read_cases() if c.rule == "PTX150"]
    (run,) = json.loads(json.dumps(as_sarif([case.report("k.ptx")])))["runs"]
    (flow,) = next(r["codeFlows"] for r in run["results"] if r["ruleId"] == "PTX150")
    sides = flow["threadFlows"]
    assert len({side["id"] for side in sides}) == 2
    assert [side["locations"][0]["executionOrder"] for side in sides] == [1, 2]
    lines = [s["locations"][0]["location"]["physicalLocation"]["region"]["startLine"] for s in sides]
    assert lines == [14, 17]


def test_what_a_baseline_accepts_is_suppressed() -> None:
    report = analyze_text(BUGGY, "k.ptx")
    prints = Counter(f.fingerprint(report.line(f.line)) for f in report.findings[:1])
    known = without_known(report, prints)
    (run,) = json.loads(json.dumps(as_sarif([known], 1)))["runs"]
    states = [(r["baselineState"], [s["status"] for s in r["suppressions"]]) for r in run["results"]]
    assert len(states) == len(report.findings)
    assert ("unchanged", ["accepted"]) in states
    assert states.count(("new", [])) == len(states) - 1
    assert run["invocations"][0]["exitCode"] == 1
    assert run["invocations"][0]["exitCodeDescription"] == "findings"


def test_odd_names_are_uris() -> None:
    for name in ("a:b.ptx", "#1?.ptx", "ä%20.ptx", "<stdin>", "-x y.ptx"):
        (run,) = json.loads(json.dumps(as_sarif([FileReport(name, "")])))["runs"]
        uri = run["artifacts"][0]["location"]["uri"]
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert unquote(parts.path) == name
