"""What the rules say of sectors and banks is what the emulator counts."""

from __future__ import annotations

import pytest

from ptxgen.debug import analyze_module
from ptxgen.debug.dynamic import Subject
from ptxgen.driver import EmulatedDevice
from ptxgen.emulator import Traffic
from tests.corpus.cases import PROGRAMS, Program, Variant
from tests.corpus.running import run

VARIANT = Variant("O3", "sm_90")
QUICK = ("transpose", "bitonic_sort")


@pytest.mark.parametrize(
    "program",
    [pytest.param(p, marks=() if p.name in QUICK else pytest.mark.slow, id=p.name) for p in PROGRAMS],
)
def test_conflicts_and_sectors_are_there(program: Program) -> None:
    text = program.ptx(VARIANT).read_text("utf-8")
    said = [f for f in analyze_module(Subject.of(text).module) if f.id in ("PTX160", "PTX161")]
    if program.name == "bitonic_sort":
        assert said
    traffic = Traffic()
    with EmulatedDevice(observers=[traffic]) as device:
        run(program, text, device)
    for finding in said:
        for counted in traffic.instructions:
            if counted.instruction.line == finding.line:
                assert counted.sector_use < 0.75 if finding.id == "PTX160" else counted.conflicts > 0, finding
