"""SARIF 2.1.0: the properties that the standard requires, with the values that it allows.

The official schema is not kept here; its licence is not one of ours. These are the clauses that our documents touch.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from ptxgen.debug import FileReport
from ptxgen.debug.report.sarif import as_sarif
from tests.debug.cases import read_cases


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
