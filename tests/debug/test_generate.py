"""`gen-tests`: what it writes runs as it is, and no name in the PTX becomes code."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen import parse
from ptxgen.debug.calibrate import calibrated
from ptxgen.debug.dynamic import LaunchRequest, Subject
from ptxgen.debug.generate import contract_tests, literal, written_tests
from ptxgen.kernels.registry import get, kernels
from tests.debug.test_sanitize import COPY, GIVEN

Debug = Callable[..., Result]
COPIED = """
def copied(given):
    x, y = (np.frombuffer(given[name], np.float32) for name in "xy")
    n = int.from_bytes(given["n"], "little")
    return {"y": np.concatenate([x[:n], y[n:]])}
"""
CORPUS = Path(__file__).parents[1]
COMPILED = {
    path.stem: path
    for path in (*CORPUS.glob("corpus/ptx/*.O3.sm_90.ptx"), *CORPUS.glob("text/corpus/triton_*.sm_90.ptx"))
}
SAMPLE = ("arg_max", "q4_k_gemv", "bias_activation")
COMPILED_SAMPLE = ("reduction.O3.sm_90", "triton_layer_norm.sm_90", "printing.O3.sm_90")
UNGUESSED = {
    "top_k": "an index of another buffer in each buffer",
    "wgmma_attention": "tensor maps",
    "wgmma_gemm": "tensor maps",
}
"""Kernels whose inputs nobody can guess, and why; their contracts run."""
UNGUESSED_COMPILED = {
    "constant_memory.O3.sm_90": "one thread",
    "fences.O3.sm_90": "one thread",
    "graph_step.O3.sm_90": "a graph",
    "reduction.O3.sm_90": "a CTA of more than one warp, and of one CTA",
    "stencil.O3.sm_90": "a CTA of 18 x 18 threads",
    "triton_matmul_described.sm_90": "tensor maps",
}


def ran(folder: Path) -> subprocess.CompletedProcess[str]:
    """What pytest says of the files in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=alone, check=False)


def made(debug: Debug, folder: Path, name: str, text: str, *words: object) -> Result:
    """The tests of a text, in a folder."""
    stem = re.sub(r"\W", "_", name)
    (folder / f"{stem}.ptx").write_text(text, "utf-8")
    return debug("gen-tests", folder / f"{stem}.ptx", "-o", folder / f"test_{stem}.py", *words)


def test_the_file_runs_as_it_is(debug: Debug, tmp_path: Path) -> None:
    assert made(debug, tmp_path, "copy", COPY).exit_code == 0
    target = tmp_path / "test_copy.py"
    written = target.read_text("utf-8")
    target.write_text(
        written.replace("REFERENCES = {}", f"{COPIED}\nREFERENCES = {{'copy': copied}}"), "utf-8"
    )
    done = ran(tmp_path)
    assert "7 passed" in done.stdout, done.stdout
    assert "skipped" not in done.stdout
    (tmp_path / "copy.ptx").write_text(COPY.replace("[%rd5]", "[%rd5+1000000]"))
    assert ran(tmp_path).returncode == 1


def formatted(folder: Path) -> None:
    """Formatters leave the files as they are, and linters have nothing to say."""
    if shutil.which("ruff") is None:
        pytest.skip("needs ruff")
    for words in (["format", "--check"], ["check"]):
        command = ["ruff", *words, "--isolated", "--no-cache", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
        assert done.returncode == 0, done.stdout


def every(debug: Debug, folder: Path, texts: dict[str, str], unguessed: dict[str, str]) -> None:
    """Write tests for all texts, and run them: all pass, but for entries of which no guess suits."""
    for name, text in texts.items():
        result = made(debug, folder, name, text)
        assert result.exit_code == (name in unguessed), (name, result.stderr)
        assert ("no guess suits it" in result.stderr) == (name in unguessed), (name, result.stderr)
    formatted(folder)
    done = ran(folder)
    failed = set(re.findall(r"^FAILED (?:.*/)?test_(\w+)\.py", done.stdout, re.MULTILINE))
    assert failed == {re.sub(r"\W", "_", name) for name in unguessed if name in texts}, done.stdout
    assert " passed" in done.stdout


def test_a_sample_of_our_kernels_and_of_compilers(debug: Debug, tmp_path: Path) -> None:
    texts = {name: get(name)().emit_ptx() for name in SAMPLE}
    texts |= {name: COMPILED[name].read_text("utf-8") for name in COMPILED_SAMPLE}
    every(debug, tmp_path, texts, UNGUESSED_COMPILED)


@pytest.mark.slow
def test_every_kernel(debug: Debug, tmp_path: Path) -> None:
    every(debug, tmp_path, {k.name: k().emit_ptx() for k in kernels()}, UNGUESSED)


@pytest.mark.slow
def test_every_program_of_compilers(debug: Debug, tmp_path: Path) -> None:
    every(debug, tmp_path, {n: p.read_text("utf-8") for n, p in COMPILED.items()}, UNGUESSED_COMPILED)


def contracts(debug: Debug, folder: Path, names: list[str]) -> None:
    for name in names:
        assert made(debug, folder, name, get(name)().emit_ptx(), "--kernel", name).exit_code == 0
    formatted(folder)
    done = ran(folder)
    assert done.returncode == 0, done.stdout
    assert f"{4 * len(names)} passed" in done.stdout


def test_contracts(debug: Debug, tmp_path: Path) -> None:
    contracts(debug, tmp_path, ["softmax", "top_k"])
    text = get("softmax")().emit_ptx()
    assert text.count("max.f32")
    made(debug, tmp_path, "softmax", text.replace("max.f32", "min.f32"), "--kernel", "softmax")
    assert "test_results_are_those_of_the_reference" in ran(tmp_path).stdout


@pytest.mark.slow
def test_contracts_of_all_kinds(debug: Debug, tmp_path: Path) -> None:
    """One kernel of eight, since `ptxgen verify --all` runs all contracts."""
    contracts(debug, tmp_path, sorted(k.name for k in kernels())[::8])


def test_a_fault_that_is_there_already_is_not_guessed_away(debug: Debug, tmp_path: Path) -> None:
    text = get("transpose")().emit_ptx()
    lines = text.splitlines()
    barrier = next(n for n, line in enumerate(lines) if "bar.sync" in line)
    result = made(debug, tmp_path, "transpose", "\n".join([*lines[:barrier], "", *lines[barrier + 1 :]]))
    assert result.exit_code == 1
    assert "transpose: no guess suits it (SAN02" in result.stderr
    assert "or it has this fault" in result.stderr
    assert ran(tmp_path).returncode == 1


def test_what_is_said_of_a_launch_is_not_guessed(debug: Debug, tmp_path: Path) -> None:
    words = [word.replace("x=", "0=") for word in GIVEN]
    assert made(debug, tmp_path, "copy", COPY, *words, "--schedules", 5, "--seed", 3).exit_code == 0
    written = (tmp_path / "test_copy.py").read_text("utf-8")
    for part in ('"n": "100"', '"x": "100xf32"', '"y": "100xf32:out"', "grid=(2, 1, 1)", "seed=3"):
        assert part in written
    assert '"schedule", [None, 1, 2, 3, 4]' in written


def test_an_array_of_a_file_is_found_from_anywhere(debug: Debug, tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "x.npy", np.arange(100, dtype=np.float32))
    words = [word.replace("x=100xf32", f"x=@{tmp_path / 'x.npy'}") for word in GIVEN]
    made(debug, tmp_path, "copy", COPY, *words)
    assert repr(str(tmp_path / "x.npy"))[1:-1] in (tmp_path / "test_copy.py").read_text("utf-8")


def test_what_programs_print_is_not_in_the_file(debug: Debug) -> None:
    written = debug("gen-tests", COMPILED["printing.O3.sm_90"]).stdout
    ast.parse(written)
    assert "thread 0 has" not in written


@pytest.mark.parametrize(("words", "id"), [(("--entry", "other"), "DBG010"), (("--arg", "z=1"), "DBG011")])
def test_what_cannot_be_launched(debug: Debug, tmp_path: Path, words: tuple[str, ...], id: str) -> None:
    result = made(debug, tmp_path, "copy", COPY, *words)
    assert (result.exit_code, id in result.stderr) == (2, True)


def test_a_library_has_nothing_to_test(debug: Debug, tmp_path: Path) -> None:
    result = made(debug, tmp_path, "none", ".version 8.0\n.target sm_80\n.address_size 64\n")
    assert (result.exit_code, "DBG010" in result.stderr) == (2, True)


def test_names_are_literals() -> None:
    module = parse(COPY)
    hostile = 'x\'"\\"""); import os; ('
    guess = calibrated(Subject(COPY, module), LaunchRequest())
    module.entries[0].name = hostile
    from attrs import evolve

    named = evolve(guess, request=evolve(guess.request, entry=hostile, numbers={hostile: hostile}))
    path = "a'b\\\n{path}.ptx"
    for text, told in (
        (written_tests(module, [named], path), {hostile, path}),
        (contract_tests(hostile, path), {hostile, path}),
    ):
        tree = ast.parse(text)
        strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert told <= strings
        imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
        assert imported <= {"numpy", "pytest"}


@pytest.mark.parametrize("text", ["", "a", 'a"b', "a'b", "a'\"b", "\\", "\n\udcff{}"])
def test_literals(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
