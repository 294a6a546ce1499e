from __future__ import annotations

from ptxgen import __version__
from ptxgen.isa import TARGETS


def test_table(ptxgen):
    result = ptxgen("info")
    assert result.exit_code == 0
    assert __version__ in result.stdout
    for name in TARGETS:
        assert name in result.stdout


def test_document(document):
    made = document("info")
    assert made["version"] == __version__
    devices = {d["name"]: d for d in made["devices"]}
    assert devices["emulator"]["available"]
    assert devices["emulator"]["target"].startswith("sm_")
    cuda = devices["cuda"]
    assert cuda["available"] != bool(cuda["reason"])
    assert {t["name"] for t in made["tools"]} == {"ptxas", "nvdisasm", "cuobjdump"}
    assert [t["name"] for t in made["targets"]] == list(TARGETS)
    assert next(p for p in made["packages"] if p["name"] == "numpy")["version"]


def test_missing_tool(ptxgen, document, no_ptxas):
    assert "ptxgen[toolchain]" in ptxgen("info").stdout
    ptxas = next(t for t in document("info")["tools"] if t["name"] == "ptxas")
    assert ptxas == {"name": "ptxas", "path": None, "version": None}
