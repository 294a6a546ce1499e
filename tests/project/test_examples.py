"""Every example runs, on the emulator."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    if "largest error" in printed:
        assert float(printed.split()[-1]) < 1e-6
    else:
        assert printed.count("error[EMU") == 3, "each of the three faults is reported"
