"""`ptxgen-debug` as the tests use it: in this process, with the streams apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from ptxgen.debug.cli.main import cli

BUGGY = """\
.version 9.0
.target sm_90
.address_size 64
.visible .entry k() {
.reg .pred %p<3>; .reg .b32 %r<9>;
.shared .align 4 .b8 smem[256];
  mov.u32 %r1, %tid.x;
  setp.lt.u32 %p1, %r1, 16;
  @!%p1 bra JOIN;
  st.shared.u32 [smem], %r1;
  bar.sync 0;
JOIN:
  ld.shared.u32 %r2, [smem+4];
  st.shared.u32 [smem+8], %r2;
  ret;
}
"""
CLEAN = (
    BUGGY.replace("  @!%p1 bra JOIN;\n", "")
    .replace("  setp.lt.u32 %p1, %r1, 16;\n", "  setp.eq.u32 %p1, %r1, 0;\n")
    .replace("  st.shared.u32 [smem], %r1;", "  @%p1 st.shared.u32 [smem], %r1;")
)


@pytest.fixture
def debug() -> Callable[..., Result]:
    """Run `ptxgen-debug ARGUMENTS...`; exceptions that are no exits are raised."""

    def run(*arguments: object, input: str | bytes | None = None) -> Result:
        # Tables are as wide as the reader of a pipe sees them, whatever the terminal of the tests.
        result = CliRunner(env={"COLUMNS": None}).invoke(cli, [str(a) for a in arguments], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
