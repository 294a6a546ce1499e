"""Code on disk, emitted or compiled: safe for threads and processes, bounded, and never trusted blindly.

An entry is one file named by the digest of everything that the code depends on. It is written under a temporary name
and renamed, so that no reader sees half of it; its own digest stands in front, so that a damaged one is noticed,
dropped and replaced. A folder in which others than its owner can write is not used. Failing to write is not an error:
the cache only saves time.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from ptxgen.settings import Settings

MAGIC = b"ptxgen-code-1\n"
SUFFIX = ".code"
_HEADER = len(MAGIC) + hashlib.sha256().digest_size


def digest(*parts: str | bytes) -> str:
    """The name of what these parts determine. Parts are told apart: ("ab", "c") is not ("a", "bc")."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


@frozen
class CodeCache:
    """A folder of at most `limit` bytes; the entries used longest ago go first."""

    folder: Path
    limit: int

    @staticmethod
    def from_settings(settings: Settings) -> CodeCache | None:
        """The cache that the settings ask for, or None."""
        if not settings.cache or settings.cache_bytes == 0:
            return None
        folder = settings.cache_directory
        if folder is None:
            from platformdirs import user_cache_path

            folder = user_cache_path("ptxgen", appauthor=False)
        return CodeCache(folder / "code", settings.cache_bytes)

    def get(self, key: str) -> bytes | None:
        """The code of that name; None if it is not there or was damaged."""
        path = self._path(key)
        try:
            if not self._is_ours():
                return None
            data = path.read_bytes()
        except OSError:
            return None
        body = data[_HEADER:]
        if data[:_HEADER] != MAGIC + hashlib.sha256(body).digest():
            self.drop(key)
            return None
        with suppress(OSError):
            os.utime(path)
        return body

    def put(self, key: str, code: bytes) -> None:
        """Keep code under a name, and drop what is too much."""
        if len(code) + _HEADER > self.limit:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_ours():
                self._write(self._path(key), MAGIC + hashlib.sha256(code).digest() + code)
                self._shrink()

    def drop(self, key: str) -> None:
        """Forget one name."""
        with suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _is_ours(self) -> bool:
        """Whether nobody else can put code there: the folder belongs to this user, who alone writes in it."""
        if not hasattr(os, "getuid"):
            return True
        status = self.folder.stat()
        return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    def _path(self, key: str) -> Path:
        return self.folder / (key + SUFFIX)

    def _write(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def _shrink(self) -> None:
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self.limit:
                return
            # Another process may have been faster; the space is free either way.
            path.unlink(missing_ok=True)
            total -= size

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.glob("*" + SUFFIX):
            with suppress(FileNotFoundError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path
