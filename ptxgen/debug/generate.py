"""A pytest file for the entries of a module: launches in the emulator that can be run as they are, and filled in.

Whatever comes from the module is written as a Python literal, so that no name can become code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ptxgen.debug.calibrate import Guess, written_floats
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.ir.module import Module

_GUESSED = '''\
"""Launches in ptxgen's emulator, written by `ptxgen-debug gen-tests`.

Launches are guessed, as far as nobody said them: look at sizes and inputs, and add
references.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ptxgen.debug.dynamic import LaunchRequest, Single, Subject

SUBJECT = Subject.read(Path(__file__).parent / {path})
REQUESTS = {{
{requests}}}
FLOATS = {{
{floats}}}
"""The buffers of single-precision numbers that each entry writes."""
REPEATABLE = {repeatable}
"""Entries whose results do not depend on the order of warps."""


def inputs(entry):
    """The bytes of every argument of an entry's launch, by parameter."""
    made = REQUESTS[entry].resolved(SUBJECT.module)
    return {{p.name: a.bytes for p, a in zip(made.function.params, made.arguments)}}


@cache
def launch(entry, schedule=None):
    """What the sanitizers found, and the bytes of every buffer afterwards."""
    return Single(REQUESTS[entry].resolved(SUBJECT.module)).run(SUBJECT, schedule, ())


@pytest.mark.parametrize("schedule", [None, {schedules}])
@pytest.mark.parametrize("entry", REQUESTS)
def test_nothing_is_out_of_bounds_raced_for_or_uninitialised(entry, schedule):
    assert not launch(entry, schedule).findings


@pytest.mark.parametrize("schedule", [{schedules}])
@pytest.mark.parametrize("entry", REPEATABLE)
def test_the_order_of_warps_does_not_matter(entry, schedule):
    assert launch(entry, schedule).buffers == launch(entry).buffers


@pytest.mark.parametrize("entry", REQUESTS)
def test_results_are_finite(entry):
    buffers = launch(entry).buffers
    for name in FLOATS[entry]:
        assert np.isfinite(np.frombuffer(buffers[name], np.float32)).all(), name


REFERENCES = {{}}
"""For an entry, a function of its launch's inputs (bytes by parameter) that gives what
buffers should hold afterwards, as arrays by parameter. Each one that is entered here is
a test more; without any, nothing is compared."""

if REFERENCES:

    @pytest.mark.parametrize("entry", REFERENCES)
    def test_against_the_reference(entry):
        expected = REFERENCES[entry](inputs(entry))
        buffers = launch(entry).buffers
        for name, array in expected.items():
            found = np.frombuffer(buffers[name], array.dtype)
            np.testing.assert_allclose(found, array.reshape(-1), rtol=1e-5)
'''
_CONTRACT = '''\
"""The contract of a kernel of ptxgen, run in its emulator on the text of a file.

Written by `ptxgen-debug gen-tests`. Inputs, reference and tolerance are the kernel's.
"""

from pathlib import Path

import pytest
from ptxgen.debug.dynamic import Contract, Subject
from ptxgen.kernels.registry import get

SUBJECT = Subject.read(Path(__file__).parent / {path})
CONTRACT = Contract(get({kernel})(), seed={seed})


@pytest.mark.parametrize("schedule", [None, {schedules}])
def test_nothing_is_out_of_bounds_raced_for_or_uninitialised(schedule):
    assert not CONTRACT.run(SUBJECT, schedule, ()).findings


def test_results_are_those_of_the_reference():
    assert [c for c in CONTRACT.comparisons(SUBJECT) if not c.ok] == []
'''


def contract_tests(kernel: str, path: str, schedules: int = 3, seed: int = 0) -> str:
    """The text of a test file that runs the contract of a kernel on the PTX file at `path`, seen from beside it."""
    return _CONTRACT.format(
        path=literal(path), kernel=literal(kernel), seed=seed, schedules=_orders(schedules)
    )


def written_tests(module: Module, guesses: Sequence[Guess], path: str, schedules: int = 3) -> str:
    """The text of a test file beside which the PTX lies at `path`, with a launch for each guess."""
    entries = {entry.name: entry for entry in module.entries}
    names = [guess.request.entry for guess in guesses]
    floats = {name: written_floats(module, entries[name]) for name in names}
    return _GUESSED.format(
        path=literal(path),
        requests="".join(f"    {literal(g.request.entry)}: {_request(g.request)},\n" for g in guesses),
        floats="".join(f"    {literal(name)}: {_list(floats[name], 4)},\n" for name in names),
        repeatable=_list((g.request.entry for g in guesses if g.repeats), 0),
        schedules=_orders(schedules),
    )


def literal(text: str) -> str:
    """A string as formatters write it: in double quotes where that needs no more escapes."""
    written = repr(text)
    if written[0] == '"' or '"' in text:
        return written
    return '"' + written[1:-1].replace("\\'", "'") + '"'


def _orders(schedules: int) -> str:
    return ", ".join(map(str, range(1, schedules))) or "1"


def _list(names: Iterable[str], indent: int) -> str:
    lines = "".join(f"{' ' * (indent + 4)}{literal(name)},\n" for name in names)
    return f"[\n{lines}{' ' * indent}]" if lines else "[]"


def _request(request: LaunchRequest) -> str:
    """A request, one argument a line, so that formatters leave it as it is."""
    arguments = {
        "entry": literal(request.entry),
        "grid": repr(request.grid),
        "block": repr(request.block),
        "cluster": repr(request.cluster) if request.cluster != (1, 1, 1) else "",
        "shared_bytes": repr(request.shared_bytes),
        "numbers": _mapping(request.numbers),
        "buffers": _mapping(request.buffers),
        "seed": repr(request.seed) if request.seed else "",
    }
    lines = "".join(f"        {name}={value},\n" for name, value in arguments.items() if value)
    return f"LaunchRequest(\n{lines}    )"


def _mapping(given: Mapping[str, str]) -> str:
    lines = "".join(f"            {literal(name)}: {literal(value)},\n" for name, value in given.items())
    return f"{{\n{lines}        }}" if lines else "{}"
