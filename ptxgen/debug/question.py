"""A question about one module and one launch: the rules with its facts, and runs of it."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, field, frozen

from ptxgen.debug.dynamic.experiment import Contract, Experiment, Single, Subject
from ptxgen.debug.dynamic.observing import Observations, observe
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.dynamic.witnesses import with_witnesses
from ptxgen.debug.engine import Ruled, parsed, ruled
from ptxgen.debug.findings import FileReport, Finding, ordered
from ptxgen.debug.rule import Verdict
from ptxgen.errors import PtxgenError
from ptxgen.ir.analysis import ANY_LAUNCH, LaunchFacts
from ptxgen.ir.module import Module


@frozen
class Question:
    """What is launched: a request, or the contract of the kernel `kernel` of ptxgen; under which orders of warps."""

    request: LaunchRequest = field(factory=LaunchRequest)
    kernel: str = ""
    schedules: tuple[int | None, ...] = (None, 1, 2)
    seed: int = 0

    def experiment(self, module: Module) -> Experiment:
        """The runs that answer it. DBG010 to DBG012, KRN011 if it does not fit the module."""
        if self.kernel:
            from ptxgen.kernels.registry import get

            return Contract(get(self.kernel)(), self.seed)
        return Single(self.request.resolved(module))


def answered(text: str, name: str, question: Question, *, static: bool = True) -> FileReport:
    """The report on PTX text: the rules, unless `static` is False, and the runs."""
    module, problem = parsed(text, name)
    if module is None:
        return FileReport(name, text, problem=problem)
    try:
        experiment = question.experiment(module)
    except PtxgenError as error:
        return FileReport(name, text, problem=f"{error.id}: {error.message}")
    seen = observe(Subject(text, module), experiment, question.schedules)
    launches = _launches(experiment, seen)
    entry, facts = launches[0] if launches else ("", ANY_LAUNCH)
    said = _ruled(module, launches) if static else Ruled((), ())
    found = with_witnesses(said.findings, seen, module)
    notes = (*said.left_out, *_printed(seen), *_guessed(experiment))
    report = FileReport(
        name, text, found, runs=(seen.title,), notes=notes, facts=facts, entry=entry, ruled=static
    )
    if seen.problem and not seen.findings:
        why = f"a run of {seen.title} could not end: {seen.problem}"
        return evolve(report, runs=(), notes=(*report.notes, why))
    return report


def _guessed(experiment: Experiment) -> tuple[str, ...]:
    """A note on what was guessed, in words that can be put right."""
    options = experiment.launch.options if isinstance(experiment, Single) else ""
    return (f"say what was guessed: {options}",) if options else ()


def _printed(seen: Observations) -> tuple[str, ...]:
    """A note on what a run printed."""
    lines = seen.printed.splitlines()
    if not lines:
        return ()
    return (f"the run printed {len(lines)} line{'s' * (len(lines) > 1)}, the first: {lines[0][:80]}",)


def _launches(experiment: Experiment, seen: Observations) -> list[tuple[str, LaunchFacts]]:
    """What the rules may rely on: of a request what was given, of a contract what its run launched."""
    if isinstance(experiment, Single):
        return [(experiment.launch.function.name, experiment.launch.facts())]
    return [(entry, facts) for entry, every in seen.launches.items() for facts in every]


def _ruled(module: Module, launches: Sequence[tuple[str, LaunchFacts]]) -> Ruled:
    """The rules, with the facts of each launch; what several launches show is said once."""
    found: dict[tuple[object, ...], Finding] = {}
    left_out: dict[str, None] = {}
    for entry, facts in launches or [("", ANY_LAUNCH)]:
        said = ruled(module, facts, entry)
        left_out |= dict.fromkeys(said.left_out)
        for finding in said.findings:
            key = (finding.id, finding.line, finding.function)
            if key not in found or found[key].verdict is Verdict.UNKNOWN:
                found[key] = finding
    return Ruled(ordered(list(found.values())), tuple(left_out))
