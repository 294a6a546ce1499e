"""What the passes refuse."""

from __future__ import annotations

from ptxgen.errors import PtxgenError


class PassError(PtxgenError):
    """A pipeline that cannot be made, or a pass that broke a module."""
