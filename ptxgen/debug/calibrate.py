"""Launches for entries that nobody described: guesses are tried in the emulator until one suits the program.

What a program expects of its inputs (numbers that fit its buffers, halves where it reads halves, enough dynamic shared
memory) stands nowhere in PTX. A guess that does not suit shows itself as a finding, or as results that are no numbers,
and says by its kind what to try next.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from attrs import evolve, frozen

from ptxgen.debug.body import Body
from ptxgen.debug.dynamic.experiment import Single, Subject
from ptxgen.debug.dynamic.request import LaunchRequest, Triple
from ptxgen.emulator import Limits
from ptxgen.emulator.sanitizers import SanitizerError
from ptxgen.errors import PtxgenError
from ptxgen.ir.checker.views import ModuleView
from ptxgen.ir.module import Function, Module
from ptxgen.isa.spaces import StateSpace
from ptxgen.verification.trials import BUFFER_BYTES, Content, Trial, guessed

_LIMITS = Limits(memory_bytes=1 << 30, grid_threads=1 << 16, thread_steps=20_000)
_CONTENTS = ("f32", "f16", "u32", "zeros")
"""What buffers hold whose type the text does not say: halves are small numbers as floats, too, and so on."""
_NUMBERS = (None, 32, 64, 16, 1)
"""What integers are; None stands for random ones below 65."""
_BLOCKS: tuple[Triple, ...] = ((64, 1, 1), (128, 1, 1), (256, 1, 1), (32, 1, 1), (16, 16, 1), (1, 1, 1))
_GRIDS: tuple[Triple, ...] = ((2, 1, 1), (1, 1, 1))
_SHARED = (1 << 15, 100 << 10, 227 << 10)
"""Dynamic shared memory, up to the most that an SM gives a CTA (compute capability 9.0)."""


_TRIES = 40


@frozen
class Guess:
    """A launch with everything said. `problem` is what no guess could avoid; empty for one that suits.

    `writes` says whether any buffer was changed, `repeats` whether two orders of warps leave the same bytes.
    """

    request: LaunchRequest
    problem: str = ""
    writes: bool = True
    repeats: bool = True


@frozen
class _Choice:
    """Which of the possibilities are taken, by position. Contents and numbers are tried for each shape of a launch."""

    content: int = 0
    number: int = 0
    block: int = 0
    grid: int = 0
    shared: int = 0

    def next(self, wanted: str, most: Mapping[str, int]) -> _Choice | None:
        """Another choice: of what is wanted if there is another one, else of something else."""
        for name in (wanted, "content", "number", "block", "grid", "shared"):
            if getattr(self, name) + 1 < most[name]:
                inner = {} if name in ("content", "number") else {"content": 0, "number": 0}
                return evolve(self, **inner, **{name: getattr(self, name) + 1})
        return None


def calibrated(subject: Subject, given: LaunchRequest) -> Guess:
    """A launch of the entry that `given` names, with what it says, and guesses for the rest.

    DBG010 to DBG012 if it does not fit the module.
    """
    entry = given.chosen(subject.module)
    given.resolved(subject.module)
    trial = next(t for t in guessed(subject.module, 1, given.seed) if t.entry == entry.name)
    floats = written_floats(subject.module, entry)
    types = _types(subject.module, entry)
    fixed = given.block is not None or any(entry.directive(n) is not None for n in ("reqntid", "maxntid"))
    most = {
        "content": len(_CONTENTS),
        "number": len(_NUMBERS),
        "shared": len(_SHARED) if trial.shared_bytes and given.shared_bytes is None else 1,
        "block": 1 if fixed else len(_BLOCKS),
        "grid": len(_GRIDS) if given.grid is None else 1,
    }
    choice: _Choice | None = _Choice()
    first = idle = None
    for _ in range(_TRIES):
        if choice is None:
            break
        request = _request(given, entry, trial, types, choice)
        guess, wanted = _tried(subject, request, floats)
        if not guess.problem and guess.writes:
            return guess
        first = first or guess
        if not guess.problem:
            idle = idle or guess
        choice = choice.next(wanted, most)
    found = idle or first
    assert found is not None
    given_by_value = ", ".join(p.name for p in entry.params if p.shape)
    if found.problem and given_by_value:
        return evolve(
            found, problem=f"{found.problem}; {given_by_value} is passed by value: no guess makes one"
        )
    return found


def _request(
    given: LaunchRequest, entry: Function, trial: Trial, types: Mapping[str, str], choice: _Choice
) -> LaunchRequest:
    """`given` with what a choice says of the rest."""
    bound = given.bound(entry)
    numbers, buffers = dict(bound.numbers), {n: _absolute(text) for n, text in bound.buffers.items()}
    for parameter, argument in zip(entry.params, trial.arguments, strict=True):
        name = parameter.name
        if name in numbers or name in buffers:
            continue
        if isinstance(argument, Content):
            buffers[name] = _buffer(types.get(name, ""), _CONTENTS[choice.content])
        elif not parameter.shape and parameter.type.is_float:
            numbers[name] = "1"
        elif not parameter.shape and parameter.bytes <= 8:
            number = _NUMBERS[choice.number]
            numbers[name] = str(int.from_bytes(argument.bytes, "little") if number is None else number)
    block = trial.block if trial.block != _BLOCKS[0] else _BLOCKS[choice.block]
    shared = _SHARED[choice.shared] if trial.shared_bytes else 0
    return evolve(
        given,
        entry=entry.name,
        grid=given.grid or _GRIDS[choice.grid],
        block=given.block or block,
        shared_bytes=shared if given.shared_bytes is None else given.shared_bytes,
        numbers=numbers,
        buffers=buffers,
    )


def _buffer(known: str, content: str) -> str:
    """A buffer of numbers of its type, where that is known."""
    if content == "zeros":
        return f"{BUFFER_BYTES // 4}xu32:zeros"
    type = known or content
    return f"{BUFFER_BYTES * 8 // int(type[1:])}x{type}"


def _absolute(text: str) -> str:
    """A file is meant from where the command runs, wherever the tests are run."""
    return f"@{Path(text[1:]).resolve()}" if text.startswith("@") else text


def _tried(subject: Subject, request: LaunchRequest, floats: Sequence[str]) -> tuple[Guess, str]:
    """What became of a request, and what had better be guessed otherwise."""
    single = Single(request.resolved(subject.module), _LIMITS)
    try:
        with redirect_stdout(io.StringIO()):
            left = single.run(subject, None, ())
            again = left if left.findings else single.run(subject, 1, ())
    except PtxgenError as error:
        ids = error.findings if isinstance(error, SanitizerError) else ()
        said = ids[0].message if ids else f"{error.id}: {error.message}"
        return Guess(request, said), _wanted(ids[0].id if ids else error.id, said)
    for finding in (*left.findings, *again.findings):
        return Guess(request, f"{finding.id}: {finding.message}"), _wanted(finding.id, finding.message)
    for name in floats:
        if not np.isfinite(np.frombuffer(left.buffers.get(name, b""), np.float32)).all():
            return Guess(request, f"{name} is not finite"), "content"
    before = {
        parameter.name: argument.bytes
        for parameter, argument in zip(single.launch.function.params, single.launch.arguments, strict=True)
    }
    writes = any(data != before[name] for name, data in left.buffers.items())
    return Guess(request, "", writes, left.buffers == again.buffers), "number"


def _wanted(id: str, said: str) -> str:
    """What to guess otherwise after a finding."""
    if "shared address" in said:
        return "shared"
    if id in ("SAN020", "SAN021", "SAN022") and "shared memory" not in said:
        return "grid"
    return "block" if id.startswith(("SAN01", "SAN02", "SAN03")) else "number"


def _types(module: Module, entry: Function) -> dict[str, str]:
    """For pointer parameters through which only floats of one type are accessed, that type."""
    found: dict[str, set[str]] = {}
    for access in _body(module, entry).accesses:
        if access.base is not None and access.space in (StateSpace.GLOBAL, StateSpace.GENERIC):
            found.setdefault(access.base.name, set()).add(access.instruction.name.rpartition(".")[2])
    return {name: next(iter(types)) for name, types in found.items() if types in ({"f32"}, {"f64"})}


def written_floats(module: Module, entry: Function) -> list[str]:
    """The pointer parameters that single-precision numbers are stored through."""
    names = {
        a.base.name
        for a in _body(module, entry).accesses
        if a.writes and a.base is not None and a.instruction.name.endswith(".f32")
    }
    return [p.name for p in entry.params if p.name in names]


def _body(module: Module, entry: Function) -> Body:
    return Body(next(f for f in ModuleView(module, None, None).functions if f.function is entry))
