"""A pytest file for the entries of a module: launches in the emulator that can be run as they are, and filled in.

Whatever comes from the module is written as a Python literal, so that no name can become code.
"""

from __future__ import annotations

from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.ir.module import Function, Module
from ptxgen.verification.trials import Content

_HEAD = '''\
"""Launches in ptxgen's emulator, written by `ptxgen-debug gen-tests`: look at sizes and inputs, add references."""

from pathlib import Path

import numpy as np
import pytest

from ptxgen.debug.dynamic import LaunchRequest, Single, Subject

SUBJECT = Subject.of((Path(__file__).parent / {path!r}).read_text("utf-8"))
REQUESTS = {{
{requests}}}
FLOATS = {{
{floats}}}
"""The buffers of single-precision numbers that each entry writes."""


def inputs(entry):
    """The bytes of every argument of an entry's launch, by parameter."""
    made = REQUESTS[entry].resolved(SUBJECT.module)
    return {{p.name: a.bytes for p, a in zip(made.function.params, made.arguments)}}


def launch(entry, schedule=None):
    """What the sanitizers found, and the bytes of every buffer afterwards."""
    return Single(REQUESTS[entry].resolved(SUBJECT.module)).run(SUBJECT, schedule, ())


@pytest.mark.parametrize("entry", REQUESTS)
def test_nothing_is_out_of_bounds_raced_for_or_uninitialised(entry):
    assert not launch(entry).findings


@pytest.mark.parametrize("schedule", [1, 2, 3])
@pytest.mark.parametrize("entry", REQUESTS)
def test_the_order_of_warps_does_not_matter(entry, schedule):
    assert launch(entry, schedule).buffers == launch(entry).buffers


@pytest.mark.parametrize("entry", REQUESTS)
def test_results_are_finite(entry):
    buffers = launch(entry).buffers
    for name in FLOATS[entry]:
        assert np.isfinite(np.frombuffer(buffers[name], np.float32)).all(), name


REFERENCES = {{}}
"""For an entry, a function of its launch's inputs (bytes by parameter) that gives what buffers should hold afterwards,
as arrays by parameter. Each one that is entered here is a test more; without any, nothing is compared."""

if REFERENCES:

    @pytest.mark.parametrize("entry", REFERENCES)
    def test_against_the_reference(entry):
        expected = REFERENCES[entry](inputs(entry))
        buffers = launch(entry).buffers
        for name, array in expected.items():
            np.testing.assert_allclose(np.frombuffer(buffers[name], array.dtype), array.reshape(-1), rtol=1e-5)
'''


def written_tests(module: Module, path: str) -> str:
    """The text of a test file beside which the PTX lies at `path`, with a guessed launch for each entry."""
    entries = [e for e in module.entries if e.blocks]
    requests = "".join(f"    {e.name!r}: {_request(module, e)},\n" for e in entries)
    floats = "".join(f"    {e.name!r}: {_floats(module, e)!r},\n" for e in entries)
    return _HEAD.format(path=path, requests=requests, floats=floats)


def _request(module: Module, entry: Function) -> str:
    launch = LaunchRequest(entry=entry.name).resolved(module)
    trial = launch.trial
    buffers: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for parameter, argument in zip(entry.params, trial.arguments, strict=True):
        if isinstance(argument, Content):
            buffers[parameter.name] = f"{len(argument.bytes) // 4}xf32"
        elif not parameter.shape and not parameter.type.is_float and parameter.bytes <= 8:
            numbers[parameter.name] = str(int.from_bytes(argument.bytes, "little"))
        elif not parameter.shape:
            numbers[parameter.name] = "1"
    return (
        f"LaunchRequest(entry={entry.name!r}, grid={trial.grid!r}, block={trial.block!r}, "
        f"shared_bytes={trial.shared_bytes!r}, numbers={numbers!r}, buffers={buffers!r})"
    )


def _floats(module: Module, entry: Function) -> list[str]:
    """The pointer parameters that single-precision numbers are stored through."""
    from ptxgen.debug.body import Body
    from ptxgen.ir.checker.views import ModuleView

    view = next(f for f in ModuleView(module, None, None).functions if f.function is entry)
    names = {
        a.base.name
        for a in Body(view).accesses
        if a.writes and a.base is not None and a.instruction.name.endswith(".f32")
    }
    return [p.name for p in entry.params if p.name in names]
