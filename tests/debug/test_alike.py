"""Findings that differ in numbers only are told once, with the lines of the others; a few are told one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen.debug.memory import authors_name
from ptxgen.debug.report.alike import grouped
from tests.debug.people.compile import FAULTY
from tests.debug.test_people import said

Debug = Callable[..., Result]


def test_copies_of_a_loop_are_told_once() -> None:
    found = said(FAULTY)["scan_in_place"]
    assert [f.id for f in found] == ["PTX150"] * 7
    (group,) = grouped(found)
    assert group.finding is found[0]
    assert group.more == f"6 more like it, at lines {', '.join(str(f.line) for f in found[1:])}"


def test_a_few_are_told_one_by_one() -> None:
    found = said(FAULTY)["scan_in_place"][:3]
    assert [(g.finding, g.others) for g in grouped(found)] == [(f, []) for f in found]


def test_every_finding_is_in_a_group() -> None:
    found = [f for each in said(FAULTY).values() for f in each]
    groups = list(grouped(found))
    assert len(groups) < len(found)
    assert {id(f) for g in groups for f in (g.finding, *g.others)} == {id(f) for f in found}


def test_the_report_counts_all(debug: Debug, tmp_path: Path) -> None:
    words = "  add.u32 %r1, %r1, 1;\n  @!%p1 bra J{0};\n  bar.sync {0};\nJ{0}:\n"
    body = "".join(words.format(n) for n in range(6))
    text = (
        ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p) {\n"
        ".reg .pred %p<3>; .reg .b32 %r<9>; .reg .b64 %rd<3>;\n  mov.u32 %r1, %tid.x;\n"
        f"  setp.lt.u32 %p1, %r1, 16;\n{body}  ld.param.u64 %rd1, [p];\n  st.global.u32 [%rd1], %r1;\n  ret;\n}}\n"
    )
    path = tmp_path / "k.ptx"
    path.write_text(text)
    result = debug("analyze", path, "--rule", "PTX120")
    assert result.output.count("error[PTX120]") == 1
    assert "5 more like it, at lines 14, 18, 22, 26, 30" in result.output
    assert "6 errors" in result.output


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("_ZZ4copyPfE1s", "s"),
        ("_ZZN5Shape4areaEvE4tile_0", "tile"),
        ("tile", "tile"),
        ("_Z4copyPf", "_Z4copyPf"),
    ],
)
def test_names_of_variables_inside_of_functions(symbol: str, name: str) -> None:
    assert authors_name(symbol) == name
