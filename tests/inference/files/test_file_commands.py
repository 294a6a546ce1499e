"""`ptxgen-infer inspect` and `quantize` as they are typed: errors are text with an exit code, not tracebacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ptxgen_inference.cli.main import cli
from ptxgen_inference.files import write_gguf
from tests.inference.files.making import METADATA, every_format, put


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.mark.parametrize("command", [("inspect",), ("quantize", "--type", "q8_0")])
def test_a_damaged_file_is_an_error(command: tuple[str, ...], tmp_path: Path) -> None:
    path = put(tmp_path, b"GGUF\x03\0\0\0")
    result = run(*command, path, *([tmp_path / "out.gguf"] if len(command) > 1 else []))
    assert result.exit_code == 2
    assert "error[INF012]" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_what_is_there_is_not_overwritten(tmp_path: Path, force: tuple[str, ...]) -> None:
    path = tmp_path / "in.gguf"
    write_gguf(path, METADATA, [])
    before = path.read_bytes()
    refused = run("quantize", path, path, "--type", "q8_0", *force)
    assert refused.exit_code == 2
    assert "it is the file that is read" in refused.stderr
    assert path.read_bytes() == before
    refused = run("quantize", tmp_path / "nowhere.gguf", path, "--type", "q8_0", *force)
    assert refused.exit_code == 2
    assert ("no such file" if force else "pass --force") in refused.stderr
    assert path.read_bytes() == before


def test_help_names_both() -> None:
    result = run("--help")
    assert "inspect" in result.output
    assert "quantize" in result.output


def test_quantised_weights_are_refused_until_allowed(tmp_path: Path) -> None:
    path = tmp_path / "in.gguf"
    write_gguf(path, METADATA, every_format())
    command = ["quantize", path, tmp_path / "out.gguf", "--type", "q8_0"]
    refused = run(*command)
    assert refused.exit_code == 2
    assert "--allow-requantize" in refused.stderr
    done = run(*command, "--allow-requantize")
    assert done.exit_code == 0, done.output
    assert run("inspect", tmp_path / "out.gguf").exit_code == 0


def test_a_folder_that_is_no_model_says_what_one_has(tmp_path: Path) -> None:
    refused = run("inspect", tmp_path)
    assert refused.exit_code == 2
    assert "no config.json" in refused.stderr
    write_gguf(tmp_path / "in.gguf", METADATA, [])
    assert "name in.gguf" in run("inspect", tmp_path).stderr
