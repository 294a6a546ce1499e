"""Every environment variable that ptxgen reads to change what it does, in one place.

| variable             | meaning                                                                | default            |
|----------------------|------------------------------------------------------------------------|--------------------|
| `PTXGEN_DEVICE`      | what `open_device("auto")` opens: `cuda`, `cuda:1`, `emulator`          | the GPU, if any    |
| `PTXGEN_DEBUG`       | `1`: every launch is synchronised and checked                           | `0`                |
| `PTXGEN_CACHE`       | `0`: neither compiled nor emitted code is kept on disk                  | `1`                |
| `PTXGEN_CACHE_DIR`   | where code is kept                                                      | the user's cache   |
| `PTXGEN_CACHE_BYTES` | how much code is kept, in bytes                                         | 268435456          |

`PTXGEN_PTXAS`, `PTXGEN_NVDISASM` and `PTXGEN_CUOBJDUMP` name tools; `ptxgen.toolchain` reads them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from ptxgen.errors import PtxgenError

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


class SettingsError(PtxgenError):
    """An environment variable holds something that it cannot mean (id CFG001)."""


@frozen
class Settings:
    """The settings of this process. Read them by `Settings.current()`, each time that one is needed."""

    device: str = "auto"
    debug: bool = False
    cache: bool = True
    cache_directory: Path | None = None
    cache_bytes: int = 256 << 20

    @staticmethod
    def current(environment: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment asks for. CFG001 if a variable cannot be understood."""
        env = os.environ if environment is None else environment
        directory = env.get("PTXGEN_CACHE_DIR", "")
        return Settings(
            device=env.get("PTXGEN_DEVICE", "").strip() or "auto",
            debug=_flag(env, "PTXGEN_DEBUG", default=False),
            cache=_flag(env, "PTXGEN_CACHE", default=True),
            cache_directory=Path(directory).expanduser() if directory else None,
            cache_bytes=_count(env, "PTXGEN_CACHE_BYTES", 256 << 20),
        )


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise SettingsError("CFG001", f"{name} must be 0 or 1, got {value!r}")
    return word in _TRUE


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal():
        raise SettingsError("CFG001", f"{name} must be a number of bytes, got {value!r}")
    return int(value)
