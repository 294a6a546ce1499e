"""`--sanitize` and `--schedule` of `run` and `verify`."""

from __future__ import annotations

import pytest

from ptxgen.kernels.elementwise.vectors import Saxpy
from tests.emulator.launching import kernel, line_of

RACE = kernel("""
    .reg .b32 %r<4>; .reg .b64 %rd<4>;
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    st.global.u32 [%rd0], %r0;
    ret;""")
OVERRUN = RACE.replace("[%rd0]", "[%rd0+256]")


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "kernel.ptx"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


ARGUMENTS = ("--block", "32", "--arg", "p=u32[64]:zeros")


def test_findings_are_shown_and_fail(ptxgen, file):
    path = file(RACE)
    assert ptxgen("run", path, *ARGUMENTS).exit_code == 0
    result = ptxgen("run", path, *ARGUMENTS, "--sanitize")
    assert result.exit_code == 1
    assert f"kernel.ptx:{line_of(RACE, 'st.global')}" in result.stdout
    assert "SAN020" in result.stdout


def test_findings_in_documents(document, file):
    made = document("run", file(RACE), *ARGUMENTS, "--sanitize", code=1)
    assert [d["id"] for d in made["findings"]] == ["SAN020"]
    assert made["outputs"]


def test_a_fault_that_stops_the_launch_is_one_finding(ptxgen, document, file):
    path = file(OVERRUN)
    assert "SAN001" in ptxgen("run", path, *ARGUMENTS, "--sanitize").stdout
    made = document("run", path, *ARGUMENTS, "--sanitize", code=1)
    assert [d["id"] for d in made["findings"]] == ["SAN001"]


def test_correct_kernels_have_none(document):
    for more in ((), ("--sanitize",), ("--sanitize", "--schedule", "3"), ("--schedule", "4")):
        made = document("verify", "--kernel", "saxpy", "--n", "1000", *more)
        assert made["ok"]
        assert made["results"][0]["run"]["findings"] == []


def test_verify_shows_what_the_sanitizers_find(ptxgen, document, monkeypatch):
    """All threads write the same number to the same place: the result is right, and yet it is a race."""

    def body(self, k, x, y, n, a):
        i = k.global_id
        with k.if_(i < n):
            y[i] = k.fma(a, x[i], y[i])
        y[0] = y[0]

    monkeypatch.setattr(Saxpy, "body", body)
    result = ptxgen("verify", "--kernel", "saxpy", "--n", "100", "--sanitize")
    assert result.exit_code == 1
    assert "SAN020" in result.stdout
    made = document("verify", "--kernel", "saxpy", "--n", "100", "--sanitize", code=1)["results"][0]["run"]
    assert made["fault"] is None
    assert {d["id"] for d in made["findings"]} >= {"SAN020"}
    assert not made["ok"]


def test_a_gpu_has_no_sanitizers(ptxgen, file):
    assert ptxgen("run", file(RACE), *ARGUMENTS, "--sanitize", "--device", "cuda").exit_code != 0
