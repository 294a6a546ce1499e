"""`gen-tests`: what it writes runs as it is, and no name in the PTX becomes code."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from ptxgen import parse
from ptxgen.debug.generate import written_tests
from tests.debug.test_sanitize import COPY

Debug = Callable[..., Result]
COPIED = """
def copied(given):
    x, y = (np.frombuffer(given[name], np.float32) for name in "xy")
    n = int.from_bytes(given["n"], "little")
    return {"y": np.concatenate([x[:n], y[n:]])}
"""


def test_the_file_runs_as_it_is(debug: Debug, tmp_path: Path) -> None:
    (tmp_path / "copy.ptx").write_text(COPY)
    target = tmp_path / "test_copy.py"
    assert debug("gen-tests", tmp_path / "copy.ptx", "-o", target).exit_code == 0
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(target)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout
    assert "skipped" not in done.stdout
    written = target.read_text("utf-8")
    target.write_text(
        written.replace("REFERENCES = {}", f"{COPIED}\nREFERENCES = {{'copy': copied}}"), "utf-8"
    )
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "6 passed" in done.stdout, done.stdout
    (tmp_path / "copy.ptx").write_text(COPY.replace("[%rd5]", "[%rd5+1000000]"))
    assert subprocess.run(words, capture_output=True, cwd=tmp_path, check=False).returncode == 1


def test_names_are_literals() -> None:
    module = parse(COPY)
    hostile = 'x\'"\\"""); import os; ('
    module.entries[0].name = hostile
    tree = ast.parse(written_tests(module, "a'b\\\n.ptx"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {hostile, "a'b\\\n.ptx"} <= strings
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert imported == {"numpy", "pytest"}
