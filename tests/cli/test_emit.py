from __future__ import annotations

import subprocess

import pytest

from ptxgen import parse, toolchain
from ptxgen.kernels import Q4KGemv, Saxpy, registry


def test_prints_exactly_the_text(ptxgen):
    result = ptxgen("emit", "--kernel", "saxpy", "--target", "sm_90")
    assert result.exit_code == 0
    assert result.stdout == Saxpy().emit_ptx("sm_90")
    assert result.stderr == ""


@pytest.mark.parametrize("kernel", [kernels[0] for kernels in registry.families().values()])
def test_a_kernel_of_each_family(ptxgen, kernel):
    text = ptxgen("emit", "--kernel", kernel.name).stdout
    assert text == kernel().emit_ptx()
    assert parse(text).to_ptx() == text


@pytest.mark.parametrize("options", [("--k", "512"), ("--k=512",), ("--k", "0x200")])
def test_fields_are_options(ptxgen, options):
    result = ptxgen("emit", "--kernel", "q4k_gemv", *options, "--n", "33")
    assert result.exit_code == 0, result.output
    assert result.stdout == Q4KGemv(n=33, k=512).emit_ptx()


def test_options_mix_with_fields(ptxgen):
    result = ptxgen("emit", "--n", "33", "--target", "sm_89", "--kernel", "q4k_gemv", "--k", "768")
    assert result.stdout == Q4KGemv(n=33, k=768).emit_ptx("sm_89")


def test_file(ptxgen, tmp_path):
    path = tmp_path / "out.ptx"
    result = ptxgen("emit", "--kernel", "saxpy", "-o", path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert path.read_bytes().decode() == Saxpy().emit_ptx()


def test_file_that_cannot_be_written(ptxgen, tmp_path):
    result = ptxgen("emit", "--kernel", "saxpy", "-o", tmp_path / "nowhere" / "out.ptx")
    assert result.exit_code == 2
    assert "error[CLI003]" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "id", "hint"),
    [
        (("--kernel", "saxpi"), "KRN011", "saxpy"),
        (("--kernel", "q4k_gemv", "--k", "500"), "KRN001", "512"),
        (("--kernel", "q4k_gemv", "--kk", "512"), "CLI020", "--k"),
        (("--kernel", "q4k_gemv", "--k", "many"), "CLI021", "int"),
        (("--kernel", "q4k_gemv", "--k"), "CLI021", "int"),
        (("--kernel", "q4k_gemv", "512"), "CLI022", "--n 4096"),
        (("--kernel", "q4k_gemv", "--n", "0"), "KRN002", "at least 1"),
        (("--kernel", "saxpy", "--target", "sm_99"), "PTX018", "sm_90"),
        (("--kernel", "saxpy", "--target", "[bold]sm[/bold]"), "PTX018", "[bold]sm[/bold]"),
    ],
)
def test_refusals(ptxgen, arguments, id, hint):
    result = ptxgen("emit", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"error[{id}]" in result.stderr
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


def test_kernel_is_needed(ptxgen):
    result = ptxgen("emit")
    assert result.exit_code == 2
    assert "--kernel" in result.stderr


def test_help_lists_the_fields_of_the_kernel(ptxgen):
    text = ptxgen("emit", "--kernel", "q4k_gemv", "--help").stdout
    assert "Fields of q4_k_gemv" in text
    assert "--threads int" in text


@pytest.mark.skipif(toolchain.find("ptxas") is None, reason="ptxas is not installed (extra `toolchain`)")
def test_output_pipes_into_ptxas(ptxgen, tmp_path):
    """The documented pipe: `ptxgen emit ... | ptxas -arch=sm_80 -`."""
    text = ptxgen("emit", "--kernel", "q4k_gemv", "--target", "sm_80").stdout
    tool = toolchain.find("ptxas")
    done = subprocess.run(
        [tool.path, "-arch=sm_80", "-"], input=text.encode(), cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "elf.o").read_bytes()[:4] == b"\x7fELF"
