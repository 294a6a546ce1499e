"""Which line of the user's Python asked for a launch."""

from __future__ import annotations

import sys
from pathlib import Path

from ptxgen.errors import SourceLocation

_PACKAGE = str(Path(__file__).parent.parent)


def caller() -> SourceLocation | None:
    """The innermost line outside ptxgen."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return SourceLocation(frame.f_code.co_filename, frame.f_lineno)
