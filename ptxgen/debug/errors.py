"""What the bug finder itself cannot do (`DBG0xx`); what it finds are no errors but findings."""

from __future__ import annotations

from ptxgen.errors import PtxgenError


class DebugError(PtxgenError):
    """The bug finder was asked for something that it cannot do."""
