"""The pytest plugin: `pytest_plugins = ["ptxgen.pytest"]`, then the fixture `ptx_guard`.

It runs a kernel's text under all rules and sanitizers, without a GPU, and fails the test with the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import frozen

from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.engine import analyze_text
from ptxgen.debug.findings import FileReport
from ptxgen.debug.question import Question, answered
from ptxgen.debug.rule import at_least
from ptxgen.debug.selection import Selection
from ptxgen.errors import Severity

Extent = int | tuple[int, ...]


@frozen
class Guard:
    """What the fixture gives."""

    def __call__(
        self,
        ptx: str | Path,
        *,
        entry: str = "",
        grid: Extent | None = None,
        block: Extent | None = None,
        args: Mapping[str, int | float] | None = None,
        buffers: Mapping[str, str] | None = None,
        shared: int | None = None,
        kernel: str = "",
        without: tuple[str, ...] = (),
        fail_on: str = "error",
    ) -> FileReport:
        """Check PTX text (or a file) by all rules, and run it if a launch is given; fails on findings.

        args: numbers by parameter. buffers: shapes such as `4096xf32` or `4096xf32:zeros`. kernel: the name of a kernel
        of ptxgen whose contract is run on the text. without: rules or families that do not count. Returns the report.
        """
        name = str(ptx) if isinstance(ptx, Path) else "<ptx>"
        text = ptx.read_text("utf-8") if isinstance(ptx, Path) else ptx
        question = _question(entry, grid, block, args, buffers, shared, kernel)
        report = analyze_text(text, name) if question is None else answered(text, name, question)
        report = Selection.of((), without).apply(report)
        if report.problem:
            pytest.fail(f"{name} cannot be analysed: {report.problem}", pytrace=False)
        bad = [f for f in report.findings if at_least(f.severity, Severity(fail_on))]
        if bad:
            pytest.fail(described(report, fail_on), pytrace=False)
        return report


def described(report: FileReport, fail_on: str) -> str:
    """The findings that count, as text."""
    from ptxgen.debug.report.text import described as lines_of

    limit = Severity(fail_on)
    parts = [
        "\n".join(line.plain for line in lines_of(report, finding))
        for finding in report.findings
        if at_least(finding.severity, limit)
    ]
    return "\n\n".join(parts)


def _question(
    entry: str,
    grid: Extent | None,
    block: Extent | None,
    args: Mapping[str, int | float] | None,
    buffers: Mapping[str, str] | None,
    shared: int | None,
    kernel: str,
) -> Question | None:
    if kernel:
        return Question(kernel=kernel)
    if grid is None and block is None and not args and not buffers:
        return None
    request = LaunchRequest(
        entry=entry,
        grid=_extent(grid),
        block=_extent(block),
        shared_bytes=shared,
        numbers={name: str(value) for name, value in (args or {}).items()},
        buffers=buffers or {},
    )
    return Question(request)


def _extent(given: Extent | None) -> tuple[int, int, int] | None:
    if given is None:
        return None
    x, y, z = (*((given,) if isinstance(given, int) else given), 1, 1, 1)[:3]
    return x, y, z


@pytest.fixture
def ptx_guard() -> Guard:
    """A function that runs PTX under all rules and sanitizers: `ptx_guard(text, grid=8, block=256, args=..., ...)`."""
    return Guard()
