"""Is a kernel right? Checked statically, assembled, run under the device's checks, compared with float64."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ptxgen import toolchain
from ptxgen.errors import Diagnostic, PtxgenError, Severity
from ptxgen.toolchain import Tool
from ptxgen.verification.comparing import compare_outputs
from ptxgen.verification.results import Run, Verification
from ptxgen.verification.workbench import Workbench

if TYPE_CHECKING:
    from ptxgen.kernels import Kernel


def verify_kernel(
    kernel: Kernel, bench: Workbench, *, target: str | None = None, seed: int = 0, ptxas: Tool | None = None
) -> Verification:
    """Verify a kernel on random inputs. With `ptxas` it is assembled, too. Faults are reported, not raised.

    One text is checked, assembled and run: that for `target`, or else for the kernel's default one on the emulator, and
    for the newest that a GPU runs.
    """
    name = target or kernel.default_target()
    try:
        name = target or bench.target_of(kernel)
        text = kernel.emit_ptx(name, level=bench.device.level)
    except PtxgenError as error:
        return Verification(kernel.name, name, "", (as_diagnostic(error),), None, None)
    static = verify_text(text, kernel.name, target=name, ptxas=ptxas)
    if not static.checked:
        return static
    run = run_kernel(kernel, kernel.example_inputs(np.random.default_rng(seed)), bench, name)
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


def run_kernel(kernel: Kernel, inputs: Mapping[str, Any], bench: Workbench, target: str | None = None) -> Run:
    """Run a kernel and compare its outputs with `kernel.reference`, within `kernel.tolerance`.

    Without `target`, the text for the newest target that runs on the device is run.
    """
    instructions, thread_instructions = bench.instructions, bench.thread_instructions
    known = len(bench.device.findings)
    started = time.perf_counter()
    try:
        outputs = kernel.run(inputs, device=bench.device, target=target)
    except PtxgenError as error:
        seconds = time.perf_counter() - started
        found = tuple(f.diagnostic() for f in bench.device.findings[known:])
        # A fault that a sanitizer has told about is among its findings.
        return Run((), seconds, fault=found[-1] if found else as_diagnostic(error), findings=found[:-1])
    seconds = time.perf_counter() - started
    found = tuple(f.diagnostic() for f in bench.device.findings[known:])
    comparisons = compare_outputs(kernel, inputs, outputs)
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


def as_diagnostic(error: PtxgenError) -> Diagnostic:
    """An error as a finding of severity error."""
    return Diagnostic(
        error.id, Severity.ERROR, error.message, error.line, error.location, error.help, error.notes
    )
