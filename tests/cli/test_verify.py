from __future__ import annotations

import attrs
import numpy as np
import pytest

from ptxgen import toolchain
from ptxgen.isa.types import u32
from ptxgen.kernels import Saxpy, VectorAdd, registry
from ptxgen.kernels.base import _emit

needs_ptxas = pytest.mark.skipif(
    toolchain.find("ptxas") is None, reason="ptxas is not installed (extra `toolchain`)"
)


def test_kernel(ptxgen):
    result = ptxgen("verify", "--kernel", "q4k_gemv", "--n", "3", "--k", "512")
    assert result.exit_code == 0, result.output
    assert "q4_k_gemv" in result.stdout
    assert "passed" in result.stdout
    assert "emulator" in result.stderr


def test_document(document):
    made = document("verify", "--kernel", "saxpy", "--n", "100")
    assert made["ok"]
    assert "emulator" in made["device"]
    (result,) = made["results"]
    assert result["fields"]["n"] == 100
    assert result["check"] == {"ok": True, "diagnostics": []}
    run = result["run"]
    assert run["ok"]
    assert run["fault"] is None
    # Every one of the 128 threads that a grid of whole CTAs has executes at least the bounds test.
    assert run["thread_instructions"] > 100 * 10
    (y,) = run["outputs"]
    assert y["name"] == "y"
    assert y["elements"] == 100
    assert y["outside"] == 0
    assert y["error"] <= y["tolerance"]


@pytest.fixture
def two_kernels(monkeypatch):
    """Every kernel takes minutes; that all of them verify is a step of its own in continuous integration."""
    kernels = [Saxpy, VectorAdd]
    monkeypatch.setattr(registry, "kernels", lambda: kernels)
    return ["saxpy", "vector_add"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_all(document, two_kernels, jobs):
    made = document("verify", "--all", "--jobs", jobs)
    assert [r["name"] for r in made["results"]] == two_kernels
    assert all(r["ok"] for r in made["results"])


@pytest.fixture
def saxpy_body(monkeypatch):
    """Replace what Saxpy emits."""

    def replace(body):
        monkeypatch.setattr(Saxpy, "body", body)
        _emit.cache_clear()

    yield replace
    _emit.cache_clear()


@pytest.mark.parametrize(("options", "watched"), [([], True), (["--no-sanitize"], False)])
def test_all_is_sanitized_unless_told_otherwise(document, two_kernels, saxpy_body, options, watched):
    """A race that leaves the numbers right: all threads of a CTA store into one word that nobody reads."""
    right = Saxpy.body

    def racy(self, k, x, y, n, a):
        k.shared("gap", u32)[0] = k.tid.x
        right(self, k, x, y, n, a)

    saxpy_body(racy)
    # -O2 would take the store away.
    made = document("verify", "--all", "--jobs", "1", "-O", "0", *options, code=1 if watched else 0)
    assert [bool(r["run"]["findings"]) for r in made["results"]] == [watched, False]


def test_kernels_of_other_targets_are_left_out(ptxgen, document, monkeypatch, two_kernels):
    monkeypatch.setattr(Saxpy, "only_targets", ("sm_90a",))
    assert [r["name"] for r in document("verify", "--all", "--target", "sm_80")["results"]] == ["vector_add"]
    assert "1 kernels are not for sm_80" in ptxgen("verify", "--all", "--target", "sm_80").stderr


def test_a_kernel_that_cannot_be_built_does_not_stop_the_others(document, two_kernels, saxpy_body):
    def broken(self, k, x, y, n, a):
        k.add(n, a)

    saxpy_body(broken)
    made = document("verify", "--all", "--jobs", "1", code=1)
    assert [r["ok"] for r in made["results"]] == [False, True]
    assert made["results"][0]["check"]["diagnostics"]


@needs_ptxas
def test_ptxas_tells_registers(document):
    made = document("verify", "--kernel", "saxpy", "--target", "sm_90")
    assert made["ptxas"]
    (entry,) = made["results"][0]["assemble"]["entries"]
    assert entry["name"] == "saxpy"
    assert 0 < entry["registers"] < 64
    assert entry["spill_bytes"] == 0


def test_without_ptxas(ptxgen, document, no_ptxas):
    result = ptxgen("verify", "--kernel", "saxpy")
    assert result.exit_code == 0
    assert "ptxas not found" in result.stderr
    made = document("verify", "--kernel", "saxpy")
    assert made["ptxas"] is None
    assert made["results"][0]["assemble"] is None


def test_wrong_result_fails(ptxgen, document, monkeypatch):
    """A kernel whose last bit is wrong in one element of a hundred."""
    right = Saxpy.reference

    def shifted(self, x, y, a):
        expected = right(self, x, y, a)
        expected[17] *= 1 + 2.0**-20
        return expected

    monkeypatch.setattr(Saxpy, "reference", shifted)
    monkeypatch.setattr(Saxpy, "tolerance", lambda self, x, y, a: np.abs(right(self, x, y, a)) * 2.0**-23)
    result = ptxgen("verify", "--kernel", "saxpy", "--n", "100")
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    (y,) = document("verify", "--kernel", "saxpy", "--n", "100", code=1)["results"][0]["run"]["outputs"]
    assert y["outside"] == 1


def test_fault_of_the_run_is_shown(ptxgen, document, monkeypatch):
    """A plan with one CTA too many for a kernel that does not look at n."""

    def body(self, k, x, y, n, a):
        i = k.global_id
        y[i] = k.fma(a, x[i], y[i])

    monkeypatch.setattr(Saxpy, "body", body)
    result = ptxgen("verify", "--kernel", "saxpy", "--n", "101")
    assert result.exit_code == 1
    assert "EMU001" in result.stdout
    run = document("verify", "--kernel", "saxpy", "--n", "101", code=1)["results"][0]["run"]
    assert run["fault"]["id"] == "EMU001"
    assert run["fault"]["location"]["file"] == __file__
    assert run["outputs"] == []


def test_file(ptxgen, document, saxpy):
    result = ptxgen("verify", saxpy)
    assert result.exit_code == 0, result.output
    assert "not run" in result.stderr
    (made,) = document("verify", saxpy)["results"]
    assert made["run"] is None
    assert made["fields"] is None
    assert made["target"] == "sm_80"


def test_file_that_is_wrong(ptxgen, saxpy):
    saxpy.write_text(saxpy.read_text().replace("fma.rn.f32", "fma.f32"))
    result = ptxgen("verify", saxpy)
    assert result.exit_code == 1
    assert "FAILED" in result.stdout


@pytest.mark.parametrize("arguments", [(), ("--all", "--kernel", "saxpy"), ("--all", "file.ptx")])
def test_one_kind_of_input(ptxgen, arguments):
    result = ptxgen("verify", *arguments)
    assert result.exit_code == 2
    assert "exactly one" in result.stderr


def test_missing_file(ptxgen, tmp_path):
    result = ptxgen("verify", tmp_path / "nowhere.ptx")
    assert result.exit_code == 2
    assert "error[CLI002]" in result.stderr


def test_bad_size(ptxgen):
    result = ptxgen("verify", "--kernel", "q4k_gemv", "--k", "100")
    assert result.exit_code == 2
    assert "error[KRN001]" in result.stderr


def test_every_field_is_reported(document):
    made = document("verify", "--kernel", "saxpy", "--n", "5")["results"][0]["fields"]
    assert set(made) == {a.name for a in attrs.fields(Saxpy) if a.init}
