"""The exceptions of this room."""

from __future__ import annotations

from ptxgen.errors import PtxgenError


class KernelError(PtxgenError):
    """A kernel that does not exist, or sizes, options or a target that it does not support (ids KRN0xx)."""
