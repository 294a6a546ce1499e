"""`ptxgen bench run` where there is no GPU: everything but the times."""

from __future__ import annotations

import json

import pytest


def test_table_and_file(ptxgen, tmp_path):
    path = tmp_path / "results.json"
    result = ptxgen("bench", "run", "--kernel", "saxpy", "--device", "emulator", "--out", path)
    assert result.exit_code == 0, result.output
    assert "emulated" in result.stdout
    assert "nothing was timed" in result.stderr
    made = json.loads(path.read_text())
    assert made["schema"] == "ptxgen.bench/1"
    assert made["ceilings"] is None
    assert made["environment"]["kind"] == "emulator"
    (entry,) = made["results"]
    assert (entry["name"], entry["ok"], entry["speed"], entry["fault"]) == ("saxpy", True, None, None)
    assert entry["proof"]["emulator"][0]["ok"]
    assert entry["traffic"]["sectors_per_request"] == pytest.approx(
        4.0, rel=0.01
    )  # the last warp is not full


def test_families(document, ptxgen):
    made = document("bench", "run", "--family", "elementwise", "--kernel", "q4k_gemv", "--device", "emulator")
    names = [r["name"] for r in made["results"]]
    assert names[-1] == "q4_k_gemv"
    assert {"saxpy", "vector_add"} <= set(names)
    result = ptxgen("bench", "run", "--family", "elementswise")
    assert result.exit_code == 2
    assert "CLI023" in result.stderr
