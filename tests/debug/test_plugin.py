"""The pytest plugin: kernels guarded in a test run, without a GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.debug.conftest import BUGGY, CLEAN
from tests.debug.test_sanitize import COPY

if TYPE_CHECKING:
    from ptxgen.pytest import Guard

pytest_plugins = ["ptxgen.pytest"]
SHAPES = {"x": "100xf32", "y": "100xf32:out"}


def test_clean_text_passes(ptx_guard: Guard) -> None:
    assert not ptx_guard(CLEAN).findings


def test_findings_fail_the_test_with_the_report(ptx_guard: Guard) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"error\[PTX120\](.|\n)*bar\.sync 0;"):
        ptx_guard(BUGGY)
    assert ptx_guard(BUGGY, without=("PTX120",)).dropped == 1


def test_launches_are_run(ptx_guard: Guard) -> None:
    report = ptx_guard(COPY, grid=2, block=64, args={"n": 100}, buffers=SHAPES)
    assert report.runs == ("copy on 2x1x1 CTAs of 64x1x1 threads",)
    with pytest.raises(pytest.fail.Exception, match=r"error\[PTX140\](.*\n)*.*seen in a run of copy"):
        ptx_guard(COPY, grid=2, block=64, args={"n": 101}, buffers=SHAPES)


def test_what_is_no_ptx_fails(ptx_guard: Guard) -> None:
    with pytest.raises(pytest.fail.Exception, match="cannot be analysed"):
        ptx_guard("no ptx")
