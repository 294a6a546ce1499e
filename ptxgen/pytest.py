"""The pytest plugin of ptxgen: `pytest_plugins = ["ptxgen.pytest"]` gives the fixture `ptx_guard`."""

from __future__ import annotations

from ptxgen.debug.pytest_plugin import Guard, ptx_guard

__all__ = ["Guard", "ptx_guard"]
