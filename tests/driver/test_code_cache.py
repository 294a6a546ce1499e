"""Code on disk: round trip, damage, bounds, several threads and processes, folders of others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ptxgen.driver.code_cache import MAGIC, CodeCache, digest
from ptxgen.settings import Settings


@pytest.fixture
def cache(tmp_path: Path) -> CodeCache:
    return CodeCache(tmp_path / "deep" / "code", 1 << 20)


def test_round_trip(cache: CodeCache) -> None:
    key = digest("text", "options")
    assert cache.get(key) is None
    cache.put(key, b"code")
    assert cache.get(key) == b"code"
    cache.drop(key)
    assert cache.get(key) is None
    cache.drop(key)


def test_parts_of_a_digest_are_told_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab") != digest("ab", "")
    assert digest("ab") == digest(b"ab")


@pytest.mark.parametrize("damage", [b"", b"short", MAGIC + b"x" * 40, None])
def test_damage_is_noticed_and_replaced(cache: CodeCache, damage: bytes | None) -> None:
    key = digest("text")
    cache.put(key, b"code" * 100)
    (path,) = cache.folder.iterdir()
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"\xff" if damage is None else damage)
    assert cache.get(key) is None
    assert not path.exists()
    cache.put(key, b"code" * 100)
    assert cache.get(key) == b"code" * 100


def test_the_entries_used_longest_ago_go_first(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, 3500)
    for age, name in enumerate("abc"):
        cache.put(digest(name), b"x" * 1000)
        os.utime(tmp_path / f"{digest(name)}.code", (age, age))
    assert cache.get(digest("a")) is not None
    cache.put(digest("d"), b"x" * 1000)
    assert [cache.get(digest(name)) is not None for name in "abcd"] == [True, False, True, True]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3500


def test_code_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, 100)
    cache.put(digest("a"), b"x" * 200)
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    cache = CodeCache(blocked / "code", 1000)
    cache.put(digest("a"), b"x")
    assert cache.get(digest("a")) is None


def test_threads_see_whole_entries_or_none(cache: CodeCache) -> None:
    key = digest("shared")
    bodies = {bytes([i]) * 50_000 for i in range(4)}
    seen: set[bytes | None] = set()

    def work(body: bytes) -> None:
        for _ in range(25):
            cache.put(key, body)
            seen.add(cache.get(key))

    threads = [threading.Thread(target=work, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= bodies
    assert [path.name for path in cache.folder.iterdir()] == [f"{key}.code"]


def test_processes_share_a_folder_within_its_bounds(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ptxgen.driver.code_cache import CodeCache, digest\n"
        "cache = CodeCache(Path(sys.argv[1]), 20_000)\n"
        "for i in range(60):\n"
        "    cache.put(digest(str(i)), bytes([i]) * 1000)\n"
        "    assert cache.get(digest(str(i))) in (None, bytes([i]) * 1000)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000


def test_settings_decide(tmp_path: Path) -> None:
    chosen = CodeCache.from_settings(Settings(cache_directory=tmp_path, cache_bytes=5))
    assert chosen == CodeCache(tmp_path / "code", 5)
    assert CodeCache.from_settings(Settings(cache=False)) is None
    assert CodeCache.from_settings(Settings(cache_bytes=0)) is None
    default = CodeCache.from_settings(Settings())
    assert default is not None
    assert default.folder.parent.name == "ptxgen" or "ptxgen" in default.folder.parts


@pytest.mark.skipif(os.name != "posix", reason="folders have owners and modes on POSIX")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_in_which_others_can_write_is_not_used(cache: CodeCache, mode: int) -> None:
    cache.put(digest("a"), b"code")
    cache.folder.chmod(mode)
    assert cache.get(digest("a")) is None
    cache.put(digest("b"), b"code")
    assert [path.name for path in cache.folder.iterdir()] == [f"{digest('a')}.code"]
    cache.folder.chmod(0o700)
    assert cache.get(digest("a")) == b"code"
