"""Environment variables, and values that they cannot have."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen.settings import Settings, SettingsError


def test_defaults() -> None:
    assert Settings.current({}) == Settings("auto", False, True, None, 256 << 20)


def test_everything_said() -> None:
    environment = {
        "PTXGEN_DEVICE": " cuda:1 ",
        "PTXGEN_DEBUG": "on",
        "PTXGEN_CACHE": "0",
        "PTXGEN_CACHE_DIR": "/tmp/somewhere",
        "PTXGEN_CACHE_BYTES": "1000",
    }
    assert Settings.current(environment) == Settings("cuda:1", True, False, Path("/tmp/somewhere"), 1000)


@pytest.mark.parametrize(
    ("name", "value"), [("PTXGEN_DEBUG", "maybe"), ("PTXGEN_CACHE", "2"), ("PTXGEN_CACHE_BYTES", "-1")]
)
def test_nonsense_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.current({name: value})
    assert caught.value.id == "CFG001"
    assert name in caught.value.message
    assert repr(value) in caught.value.message


def test_the_process_environment_is_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTXGEN_DEBUG", "1")
    assert Settings.current().debug
    monkeypatch.setenv("PTXGEN_DEBUG", "0")
    assert not Settings.current().debug
