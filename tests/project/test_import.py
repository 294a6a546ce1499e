"""`import ptxgen` is cheap: no parser generator, no graph library, no array library, no CUDA."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "lark", "networkx", "jinja2", "rich", "click", "gguf", "cuda", "requests", "yaml"}


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert not modules_after("import ptxgen") & HEAVY


@pytest.mark.parametrize("name", ["KernelBuilder", "ModuleBuilder", "Module", "LaunchConfig"])
def test_building_needs_no_parser_and_no_graph_library(name: str) -> None:
    assert not modules_after(f"from ptxgen import {name}") & {"lark", "networkx", "cuda", "gguf"}


def test_every_public_name_is_there() -> None:
    import ptxgen

    for name in ptxgen.__all__:
        assert getattr(ptxgen, name) is not None
    assert set(ptxgen.__all__) <= set(dir(ptxgen))


def test_unknown_name() -> None:
    import ptxgen

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ptxgen.nothing
