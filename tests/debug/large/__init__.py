"""Texts of many kinds, each as long as one likes: what programs look like when they are large."""

from __future__ import annotations

from tests.debug.large.asynchronous import ASYNCHRONOUS
from tests.debug.large.control import CONTROL
from tests.debug.large.memory import MEMORY
from tests.debug.large.modules import MODULES
from tests.debug.large.text import Kind
from tests.debug.large.values import VALUES

KINDS: dict[str, Kind] = {**VALUES, **CONTROL, **MEMORY, **ASYNCHRONOUS, **MODULES}

__all__ = ["KINDS", "Kind"]
