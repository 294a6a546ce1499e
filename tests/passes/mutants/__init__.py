"""Mutants: passes that skip one of their conditions, each with a kernel that tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from ptxgen.ir.module import Module
from ptxgen.passes import PassError, Pipeline
from ptxgen.verification.translation import Validation
from ptxgen.verification.trials import Trial
from tests.passes.text import kernel


@frozen
class Setting:
    """What stands around statements, and what is launched: so many guesses, or these trials."""

    start: str
    end: str
    count: int = 4
    directives: str = ""
    trials: tuple[Trial, ...] | None = None


@frozen
class Mutant:
    """A condition that is answered otherwise, and statements that compute something else then.

    `found` is the error that says so: of validation, or of the checker after the pass.
    """

    passes: str
    owner: Any = field(repr=False)
    condition: str
    instead: Any = field(repr=False)
    body: str
    end: str | None = None
    found: str = "PAS020"

    def module(self, around: Setting) -> Module:
        end = around.end if self.end is None else self.end
        return kernel(around.start + self.body + end, directives=around.directives)


def always(answer: object) -> Callable[..., object]:
    """A condition that is answered alike, whatever it is asked."""
    return lambda *arguments, **options: answer


def seen(module: Module, passes: str, around: Setting, *, check: bool = True) -> str | None:
    """What validation says of a pipeline: the error's id, or nothing, where all launches count."""
    validation = Validation(around.trials, count=around.count)
    try:
        Pipeline(Pipeline.parse(passes).passes, check=check).watched_by(validation).run(module)
    except PassError as error:
        return error.id
    launches = around.count if around.trials is None else len(around.trials)
    assert all(verdict.agreed == launches for _, verdict in validation.verdicts)
    return None
