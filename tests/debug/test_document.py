"""What docs/debug.md shows is what its reader gets: commands run, and print what stands below them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ptxgen.cli.main import cli as ptxgen
from ptxgen.kernels.registry import get
from ptxgen.toolchain import find
from tests.debug.conftest import BUGGY
from tests.debug.test_explain import DOT
from tests.debug.test_options import NAMED
from tests.debug.test_sanitize import COPY

Debug = Callable[..., Result]
PAGE = (Path(__file__).parents[2] / "docs" / "debug.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FILES = {
    "kernel.ptx": BUGGY, "copy.ptx": COPY, "a.ptx": COPY, "build/b.ptx": COPY, "before.ptx": DOT, "after.ptx": DOT,
    "k.ptx": NAMED.replace("index", "k").replace(".param .u64 y", ".param .u64 x").replace("[y]", "[x]"),
    "softmax.ptx": get("softmax")().emit_ptx(),
}  # fmt: skip


def shown() -> list[tuple[str, str]]:
    """Each command with what is printed below it."""
    found: list[tuple[str, str]] = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


def test_there_is_something_to_run() -> None:
    assert len(shown()) >= 15
    assert sum(bool(printed) for _, printed in shown()) >= 3


@pytest.mark.parametrize(("command", "printed"), shown(), ids=[command for command, _ in shown()])
def test_commands(
    command: str, printed: str, debug: Debug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ("ptxas" in command or "(ptxas)" in printed) and find("ptxas") is None:
        pytest.skip("needs ptxas")
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, "utf-8")
    first, _, second = command.rpartition(" | ")
    program, *words = shlex.split(second)
    if program != "ptxgen-debug":
        return
    input = BUGGY
    if first.startswith("ptxgen "):
        input = CliRunner().invoke(ptxgen, shlex.split(first)[1:]).stdout
    if "255" in words:
        Path("kernel.ptx").write_text(BUGGY.replace("bar.sync 0", "bar.sink 0"))
    result = debug(*words, input=input)
    assert result.exit_code in (0, 1), result.stderr
    if printed:
        assert [line.rstrip() for line in result.stdout.splitlines() if line.strip()] == printed.splitlines()


@pytest.mark.parametrize(("fault", "passes"), [("", True), ("+4", False)])
def test_the_example_of_the_plugin_is_a_test_file(fault: str, passes: bool, tmp_path: Path) -> None:
    (example,) = re.findall(r"^```py\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "test_copy.py").write_text(example)
    (tmp_path / "copy.ptx").write_text(COPY.replace("[%rd4]", f"[%rd4{fault}]"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=alone, check=False)
    assert (done.returncode == 0) == passes, done.stdout
    assert ("1 passed" if passes else "error[PTX140]") in done.stdout
