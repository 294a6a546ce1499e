"""Runs of a module under several schedules, and everything that they show."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout

from attrs import define, field

from ptxgen.debug.dynamic.experiment import Experiment, Subject
from ptxgen.debug.dynamic.launches import Launches
from ptxgen.emulator import EmulatorError, Traffic
from ptxgen.emulator.sanitizers import Finding, SanitizerError
from ptxgen.emulator.traffic import InstructionTraffic
from ptxgen.errors import PtxgenError
from ptxgen.ir.analysis import LaunchFacts

SCHEDULES: tuple[int | None, ...] = (None, 1, 2)
"""The textual order of warps first, then random ones."""


@define
class Observations:
    """What the runs of one experiment showed. `problem` says why one could not end; empty if all did."""

    title: str
    guessed: bool
    findings: list[Finding] = field(factory=list[Finding])
    schedules: dict[int, int | None] = field(factory=dict[int, "int | None"])
    """Under which schedule each finding (by position) was first seen."""
    traffic: list[InstructionTraffic] = field(factory=list[InstructionTraffic])
    problem: str = ""
    problem_line: int = 0
    runs: int = 0
    printed: str = ""
    """What the first run printed (`vprintf`)."""
    launches: Mapping[str, Sequence[LaunchFacts]] = field(factory=dict[str, "Sequence[LaunchFacts]"])
    """What the first run launched, by entry."""


def observe(
    subject: Subject,
    experiment: Experiment,
    schedules: Sequence[int | None] = SCHEDULES,
    *,
    count_traffic: bool = False,
) -> Observations:
    """Run an experiment under each schedule. Findings are kept once; a fault that ends a run is one of them.

    `count_traffic` counts the sectors and bank conflicts of the first run, which takes time.
    """
    seen = Observations(experiment.title, experiment.guessed)
    known: set[tuple[object, ...]] = set()
    launches = Launches(subject.module)
    seen.launches = launches.found
    for schedule in schedules:
        traffic = Traffic()
        prints = io.StringIO()
        found: tuple[Finding, ...] = ()
        try:
            watching = [traffic] if count_traffic and not seen.runs else []
            # Standard output is for reports.
            with redirect_stdout(prints):
                found = experiment.run(subject, schedule, (*watching, launches)).findings
        except SanitizerError as error:
            found = error.findings
        except PtxgenError as error:
            found = _sanitized(error)
            if not found and not seen.problem:
                seen.problem, seen.problem_line = f"{error.id}: {error.message}", error.line
        seen.printed = seen.printed or prints.getvalue()
        seen.runs += 1
        seen.traffic += traffic.instructions
        for finding in found:
            key = (finding.id, finding.line, finding.other.line if finding.other is not None else 0)
            if key not in known:
                known.add(key)
                seen.schedules[len(seen.findings)] = schedule
                seen.findings.append(finding)
    return seen


def _sanitized(error: PtxgenError) -> tuple[Finding, ...]:
    """The findings inside of an error, where it was raised on the way of one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SanitizerError):
            return cause.findings
        cause = cause.__cause__ if not isinstance(cause, EmulatorError) else None
    return ()
