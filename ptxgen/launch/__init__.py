"""What a launch is, whoever runs it: configuration, signature and plan. Knows no device and no array library."""

from __future__ import annotations

from ptxgen.launch.config import Dim3, LaunchConfig, LaunchError
from ptxgen.launch.launchable import LEVEL, Launchable
from ptxgen.launch.plan import Launch, Plan, Workspace
from ptxgen.launch.signature import Array, In, InOut, Out, Parameter, Scalar, Signature, TensorMap

__all__ = [
    "LEVEL",
    "Array",
    "Dim3",
    "In",
    "InOut",
    "Launch",
    "LaunchConfig",
    "LaunchError",
    "Launchable",
    "Out",
    "Parameter",
    "Plan",
    "Scalar",
    "Signature",
    "TensorMap",
    "Workspace",
]
