"""Every example runs, on the emulator. Each asserts its own results; what it prints is looked at here."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"
PEERS = {"torch_tensors"}
"""Examples that need another package."""
EXAMPLES = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.peer] if path.stem in PEERS else [])
    for path in sorted(FOLDER.glob("*.py"))
]


@pytest.mark.parametrize("path", EXAMPLES)
def test_example(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PTXGEN_DEVICE", "emulator")
    runpy.run_path(str(path), run_name="__main__")
    printed = capsys.readouterr().out
    if path.stem == "find_the_fault":
        assert printed.count("error[EMU") == 3, "each of the three faults is reported"
    else:
        assert "largest error" in printed
