"""A question about one module and one launch: the rules with its facts, and runs of it."""

from __future__ import annotations

from attrs import evolve, field, frozen

from ptxgen.debug.dynamic.experiment import Contract, Experiment, Single, Subject
from ptxgen.debug.dynamic.observing import observe
from ptxgen.debug.dynamic.request import LaunchRequest
from ptxgen.debug.dynamic.witnesses import with_witnesses
from ptxgen.debug.engine import analyze_module, parsed
from ptxgen.debug.findings import FileReport, Finding
from ptxgen.errors import PtxgenError
from ptxgen.ir.analysis import ANY_LAUNCH
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
    facts, entry = ANY_LAUNCH, ""
    if isinstance(experiment, Single):
        entry = experiment.launch.function.name
        facts = experiment.launch.facts()
    findings: tuple[Finding, ...] = analyze_module(module, facts, entry) if static else ()
    seen = observe(Subject(text, module), experiment, question.schedules)
    found = with_witnesses(findings, seen, module)
    report = FileReport(name, text, found, runs=(seen.title,), facts=facts, entry=entry, ruled=static)
    if seen.problem and not seen.findings:
        return evolve(report, runs=(), notes=(f"a run of {seen.title} could not end: {seen.problem}",))
    return report
