"""What makers of random kernels share, and what tests do with many such kernels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from attrs import define, field
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from ptxgen.ir import Module
from ptxgen.passes import Pipeline
from ptxgen.verification.translation import Validation
from ptxgen.verification.trials import Trial

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


@define
class Drawing:
    """A kernel in the making: its lines, the last number taken for a name, and whether all threads come here."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    lines: list[str] = field(factory=list[str])
    last: int = 20
    uniform: bool = True

    def number(self) -> int:
        self.last += 1
        return self.last

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))


def pass_by_pass(
    kernels: st.SearchStrategy[Module], pipeline: str, trial: Trial, part: int, count: int
) -> Counter[bool]:
    """Validate each pass on so many kernels; on how many of them the launch counted."""
    agreed: Counter[bool] = Counter()

    @seed(part)
    @settings(max_examples=count, phases=NO_SHRINKING, database=None)
    @given(kernels)
    def check(module: Module) -> None:
        validation = Validation(trials=(trial,))
        Pipeline.parse(pipeline).watched_by(validation).run(module)
        agreed.update(bool(verdict.agreed) for _, verdict in validation.verdicts)

    check()
    return agreed


def idle(kernels: st.SearchStrategy[Module], pipeline: str, count: int) -> dict[str, int]:
    """The passes of a pipeline that change at most one in 40 kernels, and how many they change."""
    acted: Counter[str] = Counter()

    @seed(0)
    @settings(max_examples=count, phases=NO_SHRINKING, database=None)
    @given(kernels)
    def run(module: Module) -> None:
        steps = Pipeline(Pipeline.parse(pipeline).passes, check=False).run(module)
        acted.update(str(step.pass_) for step in steps if step.statistics.changed)

    run()
    return {name: acted[name] for name in pipeline.split(",") if acted[name] <= count // 40}
