"""What every room's tests share: hypothesis profiles, and skips for hardware and packages that are not here."""

from __future__ import annotations

import gc
import importlib.util
import os
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

# Tests change kernels and passes while they run, of which the names of kept code know nothing.
os.environ["PTXGEN_CACHE"] = "0"

# Both cores may be busy, so time says nothing about an example; in CI the examples are the same on each run.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow-sample", type=int, metavar="N", help="of the selected slow tests run only N, evenly spread"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Thin out the slow tests; `-m` has had its say by now."""
    wanted = config.getoption("--slow-sample")
    slow = [item for item in items if item.get_closest_marker("slow")]
    if not wanted or len(slow) <= wanted:
        return
    kept = {slow[(2 * i + 1) * len(slow) // (2 * wanted)] for i in range(wanted)}
    dropped = [item for item in slow if item not in kept]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in set(dropped)]


def pytest_collection_finish() -> None:
    """Modules and items live to the end: without this the collector walks over all of them every second or two.

    What tests leave behind it looks for less often as well; that costs memory instead.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 50)


@cache
def missing_gpu() -> str:
    """Why no GPU can be used; empty if one can."""
    from ptxgen.driver import open_device
    from ptxgen.errors import PtxgenError

    try:
        open_device("cuda")
    except PtxgenError as error:
        return error.message
    return ""


@cache
def missing_peer() -> str:
    """Why no peer implementation can be used; empty if they can."""
    absent = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(absent)} (extra `peer`)" if absent else ""


@cache
def missing_llama() -> str:
    """Why llama.cpp cannot be compared with; empty if it can."""
    return "" if importlib.util.find_spec("llama_cpp") else "not installed: llama_cpp (extra `llama`)"


@cache
def missing_browser() -> str:
    """Why no browser can be driven; empty if one can."""
    return "" if importlib.util.find_spec("playwright") else "not installed: playwright (extra `browser`)"


CAPABILITIES = {"gpu": missing_gpu, "peer": missing_peer, "llama": missing_llama, "browser": missing_browser}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, missing in CAPABILITIES.items():
        if item.get_closest_marker(name) and (reason := missing()):
            pytest.skip(f"{name}: {reason}")
