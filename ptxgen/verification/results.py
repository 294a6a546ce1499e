"""What a verification found out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.errors import Diagnostic, Severity
from ptxgen.toolchain import Assembly


@frozen
class Comparison:
    """One output against its reference: the element that is worst, measured by its own tolerance.

    `error` is |output - reference| there and `tolerance` what is allowed there; both are inf or NaN where the output
    is. `elements` were compared, `outside` of them are beyond their tolerance.
    """

    output: str
    error: float
    tolerance: float
    elements: int
    outside: int

    @property
    def ok(self) -> bool:
        """Whether every element is within its tolerance."""
        return self.outside == 0


@frozen
class Run:
    """One run of a kernel: the comparisons, wall-clock seconds, and what was executed where the device counts.

    `fault` is what stopped the run: then there are no comparisons and no `outputs`. `findings` are the sanitizers'.
    """

    comparisons: tuple[Comparison, ...]
    seconds: float
    instructions: int | None = None
    thread_instructions: int | None = None
    fault: Diagnostic | None = None
    findings: tuple[Diagnostic, ...] = ()
    outputs: Mapping[str, NDArray[Any]] = field(factory=dict[str, NDArray[Any]], eq=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the run ended, every output is right, and no sanitizer found anything."""
        return self.fault is None and not self.findings and all(c.ok for c in self.comparisons)


@frozen
class Verification:
    """What was found out about one text. `assembly` and `run` are None where they were not tried."""

    name: str
    target: str
    text: str = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    assembly: Assembly | None
    run: Run | None

    @property
    def checked(self) -> bool:
        """Whether the static checker found no error."""
        return not any(d.severity is Severity.ERROR for d in self.diagnostics)

    @property
    def ok(self) -> bool:
        """Whether nothing that was tried found a fault."""
        return (
            self.checked
            and (self.assembly is None or self.assembly.accepted)
            and (self.run is None or self.run.ok)
        )
