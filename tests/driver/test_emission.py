"""The text of kernels on disk: what it depends on, what is kept with it, and when it is built again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve, frozen

from ptxgen.driver import EmulatedDevice, emission
from ptxgen.driver.code_cache import CodeCache
from ptxgen.driver.emission import emitted, identity
from ptxgen.ir.module import Module
from ptxgen.ir.printer import Printed, print_module
from ptxgen.kernels import Kernel, Q4_0Gemv, VectorAdd, registry
from ptxgen.quant import FORMATS

TARGET, LEVEL = "sm_80", "O2"


@pytest.fixture
def kept(tmp_path: Path) -> CodeCache:
    return CodeCache(tmp_path / "code", 1 << 20)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The targets that a kernel was built for."""
    built: list[str] = []
    build = Kernel.build

    def counted(kernel: Kernel, target: str | None = None, *, level: str = LEVEL) -> Module:
        built.append(str(target))
        return build(kernel, target, level=level)

    monkeypatch.setattr(Kernel, "build", counted)
    return built


def test_what_is_read_is_what_was_printed(kept: CodeCache, builds: list[str]) -> None:
    kernel = VectorAdd().template
    first, second = (emitted(kernel, TARGET, LEVEL, kept) for _ in range(2))
    assert builds == [TARGET]
    assert first == second == print_module(kernel.build(TARGET, level=LEVEL))
    assert isinstance(second, Printed)
    assert len(second.lines) > 10


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_damaged_entries_are_built_again(kept: CodeCache, builds: list[str], damage: bytes | None) -> None:
    kernel = VectorAdd().template
    good = emitted(kernel, TARGET, LEVEL, kept)
    (entry,) = kept.folder.iterdir()
    entry.write_bytes(entry.read_bytes()[:-9] if damage is None else damage)
    assert emitted(kernel, TARGET, LEVEL, kept) == good
    assert emitted(kernel, TARGET, LEVEL, kept) == good
    assert builds == [TARGET, TARGET]


def test_target_level_and_source_make_other_entries(
    kept: CodeCache, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = VectorAdd().template
    emitted(kernel, TARGET, LEVEL, kept)
    emitted(kernel, "sm_90", LEVEL, kept)
    emitted(kernel, TARGET, "O0", kept)
    monkeypatch.setattr(emission, "source_digest", lambda: "another version")
    emitted(kernel, TARGET, LEVEL, kept)
    assert builds == [TARGET, "sm_90", TARGET, TARGET]
    assert len(list(kept.folder.iterdir())) == 4


def test_devices_read_what_others_have_built(builds: list[str]) -> None:
    kernel = VectorAdd(n=33)
    inputs = kernel.example_inputs(np.random.default_rng(0))
    results = []
    for _ in range(2):
        with EmulatedDevice() as device:
            results.append(kernel.run(inputs, device=device)["z"])
    assert len(builds) == 1
    np.testing.assert_array_equal(*results)


def test_without_a_cache_each_device_builds(builds: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTXGEN_CACHE", "0")
    for _ in range(2):
        with EmulatedDevice() as device:
            VectorAdd(n=1).run(VectorAdd(n=1).example_inputs(np.random.default_rng(0)), device=device)
    assert len(builds) == 2


def test_each_kernel_that_ships_has_an_identity_of_its_own() -> None:
    identities = [identity(kernel().template) for kernel in registry.kernels()]
    assert None not in identities
    assert len(set(identities)) == len(identities)


def test_equal_templates_share_an_identity() -> None:
    assert identity(VectorAdd(n=1).template) == identity(VectorAdd(n=7).template)
    assert identity(Q4_0Gemv(k=32).template) != identity(Q4_0Gemv(k=64).template)
    assert identity(1) != identity(1.0) != identity("1.0")


@frozen
class Elsewhere(VectorAdd):
    """A kernel whose source is not ptxgen's."""


def test_what_is_not_ptxgens_is_built_each_time(kept: CodeCache, builds: list[str]) -> None:
    for _ in range(2):
        assert isinstance(emitted(Elsewhere().template, TARGET, LEVEL, kept), Module)
    assert len(builds) == 2
    assert not kept.folder.exists()
    q4_0 = FORMATS["Q4_0"]
    assert identity(q4_0) is not None
    assert identity(evolve(q4_0, decode_blocks=lambda blocks: blocks)) is None
    assert identity(object()) is None
