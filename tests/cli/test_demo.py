from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ptxgen.cli.heart import excerpt, heart
from ptxgen.ir.parser import parse
from ptxgen.kernels import VectorizedQ4KGemv
from ptxgen.quant import Q4_K


def test_story(ptxgen):
    result = ptxgen("demo", "--n", "33", "--k", "1024", "--device", "emulator")
    assert result.exit_code == 0, result.output
    for expected in (
        "the same bytes",
        "no findings",
        "Proven",
        "0 of 33",
        "33 of 33 values equal",
        "ptxgen list",
    ):
        assert expected in result.stdout
    assert "fma" in result.stdout, "the inner loop is shown"


def test_document(document):
    made = document("demo", "--n", "17", "--k", "512", "--device", "emulator")
    assert made["ok"]
    assert (made["n"], made["k"]) == (17, 512)
    assert made["column"]["equal"] == made["column"]["rows"] == 17
    assert {c["against"] for c in made["comparisons"]} == {"float64", "gguf"}
    for comparison in made["comparisons"]:
        assert comparison["ok"]
        assert comparison["outside"] == 0
        assert comparison["error"] <= comparison["tolerance"]


def test_kept_file_is_gguf(ptxgen, tmp_path):
    import gguf

    path = tmp_path / "demo.gguf"
    assert ptxgen("demo", "--n", "3", "--k", "256", "--keep", path, "--device", "emulator").exit_code == 0
    (tensor,) = gguf.GGUFReader(path).tensors
    assert tensor.tensor_type == gguf.GGMLQuantizationType.Q4_K
    assert list(tensor.shape) == [256, 3]


def test_without_ptxas(ptxgen, no_ptxas):
    result = ptxgen("demo", "--n", "3", "--k", "256", "--device", "emulator")
    assert result.exit_code == 0
    assert "not found (optional)" in result.stdout


def test_wrong_decoder_is_noticed(ptxgen, document, monkeypatch):
    """The nibbles of the first byte of each block exchanged: the run must be told apart from the file's meaning."""
    right = VectorizedQ4KGemv.run

    def swapped(self, inputs, *, device=None, target=None):
        blocks = inputs["w"].copy()
        first = blocks[:, Q4_K.block.qs.offset]
        blocks[:, Q4_K.block.qs.offset] = first << 4 | first >> 4
        return right(self, {**inputs, "w": blocks}, device=device, target=target)

    monkeypatch.setattr(VectorizedQ4KGemv, "run", swapped)
    arguments = ("demo", "--n", "33", "--k", "512", "--device", "emulator")
    result = ptxgen(*arguments)
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "Proven" not in result.stdout
    made = document(*arguments, code=1)
    assert not made["ok"]
    assert all(c["outside"] for c in made["comparisons"])


def test_fault_of_the_run(ptxgen, document, monkeypatch):
    from ptxgen.errors import PtxgenError

    def broken(self, inputs, *, device=None, target=None):
        raise PtxgenError("EMU001", "out of bounds [bold]here")

    monkeypatch.setattr(VectorizedQ4KGemv, "run", broken)
    arguments = ("demo", "--n", "3", "--k", "256", "--device", "emulator")
    result = ptxgen(*arguments)
    assert result.exit_code == 1
    assert "out of bounds [bold]here" in result.stdout
    assert not document(*arguments, code=1)["ok"]


def test_file_that_cannot_be_written(ptxgen, tmp_path):
    result = ptxgen("demo", "--n", "3", "--k", "256", "--keep", tmp_path / "nowhere" / "demo.gguf")
    assert result.exit_code == 2
    assert "error[CLI003]" in result.stderr


def test_bad_size(ptxgen):
    result = ptxgen("demo", "--k", "100")
    assert result.exit_code == 2
    assert "error[KRN001]" in result.stderr


def test_heart_is_the_inner_loop():
    gemv = VectorizedQ4KGemv(n=64, k=14336)
    text = gemv.emit_ptx()
    lines = text.splitlines()
    span, what = heart(parse(text).function(gemv.name))
    assert what == "its inner loop"
    inside = [lines[number - 1] for number in span]
    assert any("cp.async" in line for line in inside)
    assert any("fma.rn.f32" in line for line in inside)
    assert any("bra" in line for line in inside)
    assert not any("ld.param" in line for line in inside)


def test_heart_of_straight_code(saxpy):
    function = parse(saxpy.read_text()).function("saxpy")
    span, what = heart(function)
    assert len(span) > 10
    assert what == "straight code"


@pytest.mark.parametrize("length", [1, 24, 25, 30, 200])
@pytest.mark.parametrize("focus", [0, 1, 12, 26, 100, 199])
def test_excerpt(length, focus):
    span = range(100, 100 + length)
    parts = excerpt(span, 24, min(100 + focus, span[-1]))
    shown = [line for part in parts for line in part]
    assert len(shown) == min(length, 24)
    assert shown == sorted(set(shown))
    assert (shown[0], shown[-1]) == (span[0], span[-1])
    assert min(100 + focus, span[-1]) in shown or (length > 24 and focus > length - 6)
    assert all(before.stop < after.start for before, after in pairwise(parts))


def test_same_seed_same_numbers(document):
    runs = [
        document("demo", "--n", "3", "--k", "256", "--seed", "7", "--device", "emulator") for _ in range(2)
    ]
    assert runs[0]["comparisons"] == runs[1]["comparisons"]
    assert np.isfinite(runs[0]["comparisons"][0]["error"])
