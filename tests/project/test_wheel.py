"""What is installed: only our own top-level names, with types, grammar and licence."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from the working tree, without a network: the build back end is called directly."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def test_top_level_names(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).parts[0] for name in wheel.namelist()}
    code = {name for name in names if not name.endswith(".dist-info")}
    assert code == {"ptxgen", "ptxgen_inference"}


def test_package_data(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "ptxgen", "inference"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if tracked:  # empty in an unpacked source archive
        assert {name.removeprefix("inference/") for name in tracked} <= names
    assert "ptxgen/py.typed" in names
    assert any(name.endswith(".lark") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_entry_points(wheel: zipfile.ZipFile) -> None:
    (file,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    text = wheel.read(file).decode()
    assert "ptxgen = ptxgen.cli.main:main" in text
    assert "ptxgen-debug = ptxgen.debug.cli.main:main" in text


def test_cuda_packages_are_asked_for_only_where_they_have_wheels(wheel: zipfile.ZipFile) -> None:
    (file,) = [name for name in wheel.namelist() if name.endswith("METADATA")]
    wanted = [
        Requirement(line.removeprefix("Requires-Dist: "))
        for line in wheel.read(file).decode().splitlines()
        if line.startswith(("Requires-Dist: cuda-", "Requires-Dist: nvidia-"))
    ]
    assert {r.name for r in wanted} >= {"cuda-bindings", "nvidia-cuda-nvcc"}
    for requirement in wanted:
        marker = requirement.marker
        assert marker is not None

        def asked_for(platform: str, machine: str, marker: Marker = marker) -> bool:
            here = {"sys_platform": platform, "platform_machine": machine}
            return any(
                marker.evaluate({**here, "extra": extra}) for extra in ("", "toolchain", "test", "dev")
            )

        assert asked_for("linux", "x86_64")
        assert asked_for("linux", "aarch64")
        assert asked_for("win32", "AMD64")
        assert not asked_for("darwin", "arm64")
        assert not asked_for("linux", "riscv64")
