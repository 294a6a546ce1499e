"""Is a kernel right? Checked statically, assembled, run under the device's checks, compared with float64."""

from __future__ import annotations

from ptxgen.verification.comparing import compare, compare_outputs, nmse
from ptxgen.verification.parallel import Conditions, verify_kernels
from ptxgen.verification.results import Comparison, Run, Verification
from ptxgen.verification.single import as_diagnostic, run_kernel, verify_kernel, verify_text
from ptxgen.verification.workbench import Workbench

__all__ = [
    "Comparison",
    "Conditions",
    "Run",
    "Verification",
    "Workbench",
    "as_diagnostic",
    "compare",
    "compare_outputs",
    "nmse",
    "run_kernel",
    "verify_kernel",
    "verify_kernels",
    "verify_text",
]
