from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptxgen import toolchain
from ptxgen.errors import Severity
from ptxgen.toolchain import Tool, ToolchainError, assemble, disassemble, find

needs_ptxas = pytest.mark.skipif(find("ptxas") is None, reason="ptxas is not installed (extra `toolchain`)")

GOOD = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry first(.param .u64 x) { .shared .b32 tile[64]; .reg .b32 %r<2>;
    mov.u32 %r1, %tid.x; st.shared.u32 [tile], %r1; ret; }
.visible .entry second() { ret; }
"""


@pytest.fixture
def fresh():
    find.cache_clear()
    yield
    find.cache_clear()


def script(path: Path, body: str) -> Tool:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return Tool("ptxas", path, "")


@needs_ptxas
def test_assembly():
    made = assemble(GOOD, "sm_90")
    assert made.accepted
    assert made.diagnostics == ()
    assert made.cubin[:4] == b"\x7fELF"
    resources = {r.entry: r for r in made.resources}
    assert set(resources) == {"first", "second"}
    assert resources["first"].shared == 256
    assert resources["second"].shared == 0
    assert all(0 < r.registers < 32 and r.spill_stores == r.spill_loads == 0 for r in made.resources)


@needs_ptxas
def test_refused_text_has_lines():
    made = assemble(GOOD.replace("mov.u32 %r1", "mov.u99 %r1"), "sm_80")
    assert not made.accepted
    assert made.cubin == b""
    assert made.diagnostics[0].line == 5
    assert made.diagnostics[0].id == "TLC003"
    assert all(d.severity is Severity.ERROR for d in made.diagnostics)


@needs_ptxas
def test_unknown_target_is_refused():
    made = assemble(GOOD, "sm_999")
    assert not made.accepted
    assert "sm_999" in made.diagnostics[0].message


@needs_ptxas
def test_spills_are_counted():
    count = 64
    names = ", ".join(f"%f{i}" for i in range(count))
    loads = "\n".join(f"ld.volatile.global.f32 %f{i}, [%rd1+{4 * i}];" for i in range(count))
    stores = "\n".join(f"st.volatile.global.f32 [%rd1+{4 * i}], %f{i};" for i in range(count))
    text = f"""\
.version 9.0
.target sm_80
.address_size 64
.visible .entry e(.param .u64 x) .maxnreg 24 {{ .reg .f32 {names}; .reg .b64 %rd1;
ld.param.u64 %rd1, [x];
{loads}
{stores}
ret; }}
"""
    (used,) = assemble(text, "sm_80").resources
    assert used.registers <= 24
    assert used.spill_stores > 0
    assert used.spill_loads > 0


def test_a_named_tool_is_the_only_candidate(monkeypatch, tmp_path, fresh):
    if os.name == "nt":
        pytest.skip("needs a POSIX shell for the stand-in tool")
    named = script(tmp_path / "mine", "echo 'release 1.2, V1.2.3'")
    monkeypatch.setenv("PTXGEN_PTXAS", str(named.path))
    assert find("ptxas") == Tool("ptxas", named.path, "1.2.3")
    find.cache_clear()
    monkeypatch.setenv("PTXGEN_PTXAS", str(tmp_path / "nothing"))
    assert find("ptxas") is None
    with pytest.raises(ToolchainError, match="TLC001"):
        assemble(GOOD, "sm_80")


def test_on_path_and_below_cuda_home(monkeypatch, tmp_path, fresh):
    if os.name == "nt":
        pytest.skip("needs a POSIX shell for the stand-in tool")
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv("PTXGEN_PTXAS", raising=False)
    monkeypatch.setenv("PATH", "")
    (tmp_path / "home" / "bin").mkdir(parents=True)
    (tmp_path / "path").mkdir()
    home = script(tmp_path / "home" / "bin" / "ptxas", "exit 1")
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "home"))
    assert find("ptxas") == home
    find.cache_clear()
    on_path = script(tmp_path / "path" / "ptxas", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert find("ptxas") == on_path
    find.cache_clear()
    on_path.path.chmod(0o644)
    assert find("ptxas") == home, "a file that cannot be executed is no tool"


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell for the stand-in tool")
def test_a_tool_that_fails_or_hangs(monkeypatch, tmp_path):
    silent = script(tmp_path / "silent", "exit 3")
    made = assemble(GOOD, "sm_80", silent)
    assert not made.accepted
    assert made.diagnostics[0].message == "ptxas failed without a message"
    monkeypatch.setattr(toolchain, "TIMEOUT", 0.2)
    with pytest.raises(ToolchainError, match="TLC002"):
        assemble(GOOD, "sm_80", script(tmp_path / "hangs", "exec sleep 20"))
    with pytest.raises(ToolchainError, match="TLC002"):
        assemble(GOOD, "sm_80", Tool("ptxas", tmp_path / "nothing", ""))


@needs_ptxas
@pytest.mark.skipif(find("nvdisasm") is None, reason="nvdisasm is not installed (extra `toolchain`)")
def test_disassembly():
    listing = disassemble(assemble(GOOD, "sm_80").cubin)
    assert ".text.first" in listing
    assert "S2R" in listing
    with pytest.raises(ToolchainError, match="TLC004"):
        disassemble(b"not a cubin")
