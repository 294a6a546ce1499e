"""Which line of the author's Python made an instruction."""

from __future__ import annotations

import sys
from pathlib import Path

from ptxgen.errors import SourceLocation

_OWN = frozenset(str(path) for path in Path(__file__).parent.glob("*.py"))
_seen: dict[tuple[str, int], SourceLocation] = {}


def caller() -> SourceLocation | None:
    """The innermost line outside the builder. Library kernels count as authors: their own lines are the useful ones."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_code.co_filename in _OWN:
        if frame.f_back is None:
            return None
        frame = frame.f_back
    key = (frame.f_code.co_filename, frame.f_lineno)
    location = _seen.get(key)
    if location is None:
        location = _seen[key] = SourceLocation(*key)
    return location
