"""The command line as the tests use it: in this process, with the streams apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ptxgen.cli.main import cli

SAXPY = """\
.version 9.0
.target sm_80
.address_size 64

.visible .entry saxpy(
    .param .u64 x,
    .param .u64 y,
    .param .u32 n,
    .param .f32 a
)
{
    .reg .pred %p<2>;
    .reg .b32 %r<6>;
    .reg .f32 %f<5>;
    .reg .b64 %rd<6>;
    ld.param.u64 %rd1, [x];
    ld.param.u64 %rd2, [y];
    ld.param.u32 %r1, [n];
    ld.param.f32 %f1, [a];
    mov.u32 %r2, %ctaid.x;
    mov.u32 %r3, %ntid.x;
    mov.u32 %r4, %tid.x;
    mad.lo.u32 %r5, %r2, %r3, %r4;
    setp.ge.u32 %p1, %r5, %r1;
    @%p1 bra done;
    mul.wide.u32 %rd3, %r5, 4;
    add.u64 %rd4, %rd1, %rd3;
    add.u64 %rd5, %rd2, %rd3;
    ld.global.f32 %f2, [%rd4];
    ld.global.f32 %f3, [%rd5];
    fma.rn.f32 %f4, %f1, %f2, %f3;
    st.global.f32 [%rd5], %f4;
done:
    ret;
}
"""


@pytest.fixture
def ptxgen() -> Callable[..., Result]:
    """Run `ptxgen ARGUMENTS...`; exceptions that are no exits are raised."""

    def run(
        *arguments: object, input: str | bytes | None = None, env: dict[str, str] | None = None
    ) -> Result:
        # Whatever runs the tests may say how wide its own terminal is.
        environment = {"COLUMNS": None, **(env or {})}
        return CliRunner().invoke(
            cli,
            [str(a) for a in arguments],
            input=input,
            env=environment,
            catch_exceptions=False,
            prog_name="ptxgen",
        )

    return run


@pytest.fixture
def document(ptxgen: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """Run with `--json`, and read the one document that is printed."""

    def run(*arguments: object, code: int = 0, **options: Any) -> dict[str, Any]:
        result = ptxgen(*arguments, "--json", **options)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return run


@pytest.fixture
def saxpy(tmp_path: Path) -> Path:
    """A correct kernel in a file, written by hand."""
    path = tmp_path / "saxpy.ptx"
    path.write_text(SAXPY)
    return path


@pytest.fixture
def no_ptxas(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without ptxas."""
    from ptxgen import toolchain

    monkeypatch.setenv("PTXGEN_PTXAS", "/nowhere/ptxas")
    toolchain.find.cache_clear()
    yield
    toolchain.find.cache_clear()
