"""The JSON documents are the ones that `docs/json.md` describes: every key, no other."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ptxgen import toolchain

PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
FREE = {"fields"}  # keyed by the fields of a kernel


def section(schema: str) -> str:
    """The text of the page about a schema, and about diagnostics, which others refer to."""
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    return "\n".join(part for part in parts if part.startswith((schema, "diagnostic")))


def keys(value: object) -> set[str]:
    """Every key of a document, at any depth."""
    match value:
        case dict():
            below = (keys(v) for k, v in value.items() if not (k in FREE and isinstance(v, dict)))
            return set(value).union(*below)
        case list():
            return set().union(*(keys(v) for v in value))
        case _:
            return set()


@pytest.fixture
def arguments(saxpy, tmp_path):
    np.save(tmp_path / "x.npy", np.ones(4, np.float32))
    bad = tmp_path / "bad.ptx"
    bad.write_text(saxpy.read_text().replace("fma.rn.f32 %f4", "fma.rn.f32 %rd4"))
    values = [f"x=@{tmp_path / 'x.npy'}", "y=f32[4]:zeros", "n=u32:4", "a=f32:1"]
    return {
        "list": ["list"],
        "info": ["info"],
        "check": ["check", bad],
        "verify": ["verify", "--kernel", "saxpy", "--n", "10"],
        "demo": ["demo", "--n", "2", "--k", "256", "--device", "emulator"],
        "passes": ["bench", "passes", "--no-kernels", saxpy],
        "additions": ["bench", "passes", "--no-kernels", "--add", "predication", saxpy],
        "run": ["run", saxpy, "--block", "32", *(w for v in values for w in ("--arg", v))],
    }


needs_tools = pytest.mark.skipif(
    not all(toolchain.find(name) for name in ("ptxas", "nvdisasm")),
    reason="ptxas or nvdisasm is not installed",
)


@pytest.mark.parametrize(
    "name",
    [
        *("list", "info", "check", "verify", "demo", "run"),
        *(pytest.param(name, marks=needs_tools) for name in ("passes", "additions")),
    ],
)
def test_every_key_is_described(document, arguments, name):
    made = document(*arguments[name], code=1 if name == "check" else 0)
    schema = made.pop("schema")
    assert schema == f"ptxgen.{name}/1"
    described = set(re.findall(r"`(\w+)`", section(schema)))
    assert keys(made) <= described
