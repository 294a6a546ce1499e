"""Every program of the corpus runs and gives the numbers that its source gives when it is compiled for the host."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.driver import Device, EmulatedDevice, open_device
from ptxgen.emulator import Limits
from tests.corpus.cases import PROGRAMS, VARIANTS, Program, Variant
from tests.corpus.files import FILES, File
from tests.corpus.running import allowed, differences, golden, run

# Debug code of a program differs between targets in little more than the target's name: half of it is run by default.
RUN = [
    pytest.param(file, marks=pytest.mark.slow if str(file.variant) == "G.sm_90" else (), id=str(file))
    for file in FILES
]


def compare(file: File, device: Device) -> None:
    found = run(file.program, file.text, device)
    assert not differences(file.program, file.variant, found)


@pytest.mark.parametrize("file", RUN)
def test_emulated(file: File, capfd: pytest.CaptureFixture[str]) -> None:
    with open_device("emulator") as device:
        compare(file, device)
    assert capfd.readouterr().out == file.program.printed


@pytest.mark.parametrize("file", [f for f in FILES if str(f.variant) == "O3.sm_80"], ids=str)
def test_one_cta_at_a_time(file: File) -> None:
    """As a large grid is run, batch after batch, and so that nothing varies with the CTA."""
    with EmulatedDevice(limits=Limits(batch_lanes=1)) as device:
        compare(file, device)


WATCHED = [
    pytest.param(file, marks=() if str(file.variant) == "O3.sm_90" else pytest.mark.slow, id=str(file))
    for file in FILES
]


@pytest.mark.parametrize("file", WATCHED)
def test_sanitizers_find_nothing(file: File) -> None:
    with open_device("emulator", sanitize="collect") as device:
        compare(file, device)
        assert isinstance(device, EmulatedDevice)
        assert not device.findings, "\n".join(str(finding) for finding in device.findings)


@pytest.mark.gpu
@pytest.mark.parametrize("file", FILES, ids=str)
def test_on_hardware(file: File, capfd: pytest.CaptureFixture[str]) -> None:
    with open_device("cuda") as device:
        compare(file, device)
    assert capfd.readouterr().out == file.program.printed


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_the_golden_is_of_these_arrays(program: Program) -> None:
    """Same names, types and sizes, and the program changes each of its results."""
    before, after = program.fresh(), golden(program)
    assert set(after) == set(program.results)
    for name in program.results:
        assert (before[name].dtype, before[name].size) == (after[name].dtype, after[name].size)
        assert before[name].tobytes() != after[name].tobytes()


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_a_wrong_result_is_seen(program: Program, variant: Variant) -> None:
    """What is compared, and how tightly: bounds are finite and small, and a change beyond them is reported."""
    exact = {name: array.copy() for name, array in golden(program).items()}
    assert not differences(program, variant, exact)
    bounds = allowed(program, variant)
    for name in program.results:
        wrong = {key: array.copy() for key, array in exact.items()}
        array = wrong[name].reshape(-1)
        size = float(np.max(np.abs(array.astype(np.float64))))
        if name in bounds:
            bound = np.broadcast_to(bounds[name].reshape(-1), array.shape)
            assert np.all(np.isfinite(bound))
            assert np.max(bound) <= 1e-4 * size
            array[-1] += 4 * bound[-1] + np.spacing(array[-1])
        else:
            array.view(np.uint8)[-1] ^= 1
        assert len(differences(program, variant, wrong)) == 1
