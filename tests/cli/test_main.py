"""The group itself: help, version, exit codes, streams, colours."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ptxgen import __version__
from ptxgen.cli.main import COMMANDS, cli


def test_help_names_every_command(ptxgen):
    result = ptxgen("--help")
    assert result.exit_code == 0
    assert "ptxgen demo" in result.stdout
    for name, summary in COMMANDS.items():
        assert f"  {name}  " in result.stdout
        assert summary in " ".join(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_has_an_example(ptxgen, name):
    result = ptxgen(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"ptxgen {name}" in result.stdout.split("Example")[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_unknown_option(ptxgen, name):
    result = ptxgen(name, "--no-such-option")
    assert result.exit_code == 2


def test_version(ptxgen):
    assert ptxgen("--version").stdout.split()[-1] == __version__


def test_unknown_command(ptxgen):
    result = ptxgen("frobnicate")
    assert result.exit_code == 2
    assert "frobnicate" in result.stderr


def test_a_mistyped_command_is_named(ptxgen):
    assert "Did you mean emit?" in ptxgen("emti").stderr
    assert "Did you mean" not in ptxgen("zzz").stderr


def test_nothing_shows_the_help(ptxgen):
    assert "Commands:" in ptxgen().output


def test_every_command_is_a_file_of_its_name():
    context = cli.make_context("ptxgen", ["list"])
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert cli.get_command(context, "frobnicate") is None


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ptxgen", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def test_as_a_module():
    done = python("list")
    assert done.returncode == 0
    assert "q4_k_gemv" in done.stdout


def test_no_colour_in_a_pipe_or_with_no_color():
    assert "\x1b" not in python("list").stdout
    assert "\x1b" not in python("list", FORCE_COLOR="", NO_COLOR="1").stdout


def test_exit_code_and_streams_of_an_error():
    done = python("emit", "--kernel", "nothing")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error[KRN011]")


def test_help_is_quick_to_load():
    """`--help` must not wait for the parser, the emulator or the GGUF package."""
    code = "import sys; from ptxgen.cli.main import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "lark", "networkx", "gguf", "cuda"}
