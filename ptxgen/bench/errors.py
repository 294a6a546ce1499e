"""The exceptions of this room."""

from __future__ import annotations

from ptxgen.errors import PtxgenError


class BenchError(PtxgenError):
    """A measurement that cannot be believed, or cannot be made (ids BEN0xx)."""
