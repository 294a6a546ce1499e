"""Is a kernel right? Checked statically, assembled, run under the device's checks, compared with float64."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen import toolchain
from ptxgen.errors import Diagnostic, PtxgenError, Severity
from ptxgen.toolchain import Assembly, Tool

if TYPE_CHECKING:
    from ptxgen.driver import Device
    from ptxgen.emulator import LaunchStatistics
    from ptxgen.kernels import Kernel


@define
class Workbench:
    """A device with every check on, and what it has executed so far (the emulator counts; a GPU does not)."""

    device: Device
    launches: int = 0
    instructions: int = 0
    thread_instructions: int = 0

    @staticmethod
    def open(name: str = "emulator", *, sanitize: bool = False, schedule: int | None = None) -> Workbench:
        """The device of that name, as `open_device` knows it. On the emulator uninitialised reads are reported, too.

        `sanitize` lets all sanitizers watch; they collect what they find. `schedule` is the seed of a random order of
        warps. Both are the emulator's: `auto` then means the emulator.
        """
        from ptxgen.driver import DriverError, EmulatedDevice, open_device

        watched = sanitize or schedule is not None
        device = open_device("emulator" if watched and name == "auto" else name)
        bench = Workbench(device)
        if isinstance(device, EmulatedDevice):
            device.close()
            bench.device = EmulatedDevice(
                track_initialised=True,
                on_launch=bench.count,
                sanitize="collect" if sanitize else False,
                schedule=schedule,
            )
        elif watched:
            device.close()
            raise DriverError(
                "DEV004",
                f"sanitizers and schedules are the emulator's, not {name!r}'s",
                help="--device emulator",
            )
        return bench

    @property
    def counts(self) -> bool:
        """Whether the device counts what it executes."""
        return self.device.kind == "emulator"

    def count(self, entry: str, statistics: LaunchStatistics) -> None:
        """Add up one launch."""
        self.launches += 1
        self.instructions += statistics.instructions
        self.thread_instructions += statistics.thread_instructions


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


def verify_kernel(
    kernel: Kernel, bench: Workbench, *, target: str | None = None, seed: int = 0, ptxas: Tool | None = None
) -> Verification:
    """Verify a kernel on random inputs. With `ptxas` it is assembled, too. Faults are reported, not raised."""
    name = target or default_target(kernel)
    text = kernel.emit_ptx(name)
    static = verify_text(text, kernel.name, target=name, ptxas=ptxas)
    if not static.checked:
        return static
    run = run_kernel(kernel, kernel.example_inputs(np.random.default_rng(seed)), bench)
    return Verification(kernel.name, name, text, static.diagnostics, static.assembly, run)


def verify_text(
    text: str, name: str, *, target: str | None = None, ptxas: Tool | None = None
) -> Verification:
    """Check PTX text and, with `ptxas`, assemble it. Nothing is run: text alone does not say what is right."""
    from ptxgen.ir.checker import check
    from ptxgen.ir.parser import parse

    try:
        module = parse(text, name=name)
    except PtxgenError as error:
        return Verification(name, target or "", text, (as_diagnostic(error),), None, None)
    chosen = target or module.target
    diagnostics = tuple(check(module, target=target))
    assembly = toolchain.assemble(text, chosen, ptxas) if ptxas else None
    return Verification(name, chosen, text, diagnostics, assembly, None)


def run_kernel(kernel: Kernel, inputs: Mapping[str, Any], bench: Workbench) -> Run:
    """Run a kernel and compare its outputs with `kernel.reference`, within `kernel.tolerance`."""
    instructions, thread_instructions = bench.instructions, bench.thread_instructions
    known = len(bench.device.findings)
    started = time.perf_counter()
    try:
        outputs = kernel.run(inputs, device=bench.device)
    except PtxgenError as error:
        seconds = time.perf_counter() - started
        found = tuple(f.diagnostic() for f in bench.device.findings[known:])
        # A fault that a sanitizer has told about is among its findings.
        return Run((), seconds, fault=found[-1] if found else as_diagnostic(error), findings=found[:-1])
    seconds = time.perf_counter() - started
    found = tuple(f.diagnostic() for f in bench.device.findings[known:])
    expected, bounds = kernel.expected(inputs), kernel.bounds(inputs)
    comparisons = tuple(compare(name, outputs[name], expected[name], bounds[name]) for name in expected)
    if not bench.counts:
        return Run(comparisons, seconds, findings=found, outputs=outputs)
    return Run(
        comparisons,
        seconds,
        bench.instructions - instructions,
        bench.thread_instructions - thread_instructions,
        findings=found,
        outputs=outputs,
    )


def compare(name: str, output: NDArray[Any], expected: NDArray[Any], bound: NDArray[Any]) -> Comparison:
    """The element of an output that is worst by its own tolerance, and how many are outside. NaN is outside."""
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.abs(np.asarray(output, np.float64) - expected)
        # Where nothing is allowed and nothing is wrong, 0/0 must not count.
        ratio = np.where(error == 0, 0.0, error / bound)
    ratio = np.where(np.isnan(ratio), np.inf, ratio).reshape(-1)
    worst = int(ratio.argmax())
    return Comparison(
        name,
        float(error.reshape(-1)[worst]),
        float(np.broadcast_to(bound, error.shape).reshape(-1)[worst]),
        error.size,
        int(np.count_nonzero(ratio > 1)),
    )


def as_diagnostic(error: PtxgenError) -> Diagnostic:
    """An error as a finding of severity error."""
    message = "; ".join([error.message, *error.notes])
    return Diagnostic(error.id, Severity.ERROR, message, error.line, error.location, error.help)


def default_target(kernel: Kernel) -> str:
    """The target that a kernel is emitted for when none is named: ptxgen's, or the kernel's oldest after it."""
    from ptxgen.kernels.base import DEFAULT_TARGET

    known = kernel.targets()
    return DEFAULT_TARGET if DEFAULT_TARGET in known else known[0]
