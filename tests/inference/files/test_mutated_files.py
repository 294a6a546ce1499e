"""Mutated and hostile files: a clear error or the model that was meant, in bounded time and memory.

Time is the processor time of the reader's own thread (see `tests/own_time.py`); memory is what the process may map.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import open_model
from ptxgen_inference.files.table import MOST_TENSORS
from ptxgen_inference.files.values import MOST_ELEMENTS, MOST_KEYS
from tests.inference.files.making import ARCHITECTURE, ARRAY, STRING, entry, file, key, put, text
from tests.own_time import own_time

ROOT = Path(__file__).parents[3]
SECONDS, MEBIBYTES = 2.0, 512

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is limited by Linux's means"
)


def fuzz(runs: int, seed: int, folder: Path) -> dict[str, Any]:
    """What `fuzz/fuzz_gguf.py` says, run in a process that may take `MEBIBYTES`."""
    program = [sys.executable, str(ROOT / "fuzz" / "fuzz_gguf.py")]
    options = ["--runs", str(runs), "--seed", str(seed), "--memory", str(MEBIBYTES)]
    done = subprocess.run([*program, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def judge(found: dict[str, Any]) -> None:
    outcomes = found["outcomes"]
    assert found["slowest"] < SECONDS
    read = sum(count for name, count in outcomes.items() if name.endswith(("same", "read")))
    assert found["runs"] / 50 < read < found["runs"] / 2, (
        "the mutations are too wild or too tame to test anything"
    )
    assert {"signed INF024", "signed same", "read", "INF012", "INF018"} <= outcomes.keys()


def test_mutated_files(tmp_path: Path) -> None:
    judge(fuzz(300, 20260, tmp_path))


@pytest.mark.slow
def test_many_mutated_files(tmp_path: Path) -> None:
    judge(fuzz(5000, 1, tmp_path))


def strings() -> bytes:
    """As many strings as the limit allows."""
    count = MOST_ELEMENTS
    return file([ARCHITECTURE, key("k", ARRAY, struct.pack("<IQ", STRING, count) + text("\u00df") * count)])


def more_strings() -> bytes:
    count = MOST_ELEMENTS + 1
    return file([ARCHITECTURE, key("k", ARRAY, struct.pack("<IQ", STRING, count) + text("") * count)])


def wide_text() -> bytes:
    """Text of four bytes a character in memory, of which one in the file."""
    return file([ARCHITECTURE, key("k", STRING, text("a" * (65 << 20) + "\U0001f600"))])


def wide_text_within_limits() -> bytes:
    return file([ARCHITECTURE, key("k", STRING, text("a" * (63 << 20) + "\U0001f600"))])


def numbers() -> bytes:
    count = MOST_ELEMENTS
    return file([ARCHITECTURE, key("k", ARRAY, struct.pack("<IQ", 10, count) + b"\xff" * (8 * count))])


def bytes_array() -> bytes:
    count = 60 << 20
    return file([ARCHITECTURE, key("k", ARRAY, struct.pack("<IQ", 0, count) + bytes(count))])


def keys() -> bytes:
    return file([ARCHITECTURE, *(key(f"{i:06}", STRING, text("")) for i in range(MOST_KEYS - 1))])


def more_keys() -> bytes:
    return file([ARCHITECTURE, *(key(f"{i:06}", STRING, text("")) for i in range(MOST_KEYS))])


def tensors() -> bytes:
    rows = [entry(f"{i:05}", [1, 1, 1, 8], 0, 32 * i) for i in range(MOST_TENSORS)]
    return file(entries=rows, data=bytes(32 * len(rows)))


def bad_text_at_the_end() -> bytes:
    return file([ARCHITECTURE, key("k", STRING, text(b"a" * (60 << 20) + b"\xff"))])


HOSTILE: dict[Callable[[], bytes], str] = {
    strings: "",
    more_strings: "INF012",
    numbers: "",
    bytes_array: "INF012",
    wide_text: "INF012",
    wide_text_within_limits: "",
    keys: "",
    more_keys: "INF012",
    tensors: "",
    bad_text_at_the_end: "INF013",
}


def main(path: str) -> None:
    """Read a file as a process of its own: prints the error's id and the seconds it took."""
    import runpy

    runpy.run_path(str(ROOT / "fuzz" / "fuzz_gguf.py"))["limit"](MEBIBYTES)
    id = ""
    with own_time() as taken:
        try:
            open_model(path)
        except InferenceError as error:
            id = error.id
    print(json.dumps([id, taken.seconds]))


@pytest.mark.slow
@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_hostile_files(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = put(tmp_path, make())
    program = f"from tests.inference.files.test_mutated_files import main; main({str(path)!r})"
    environment_of_tests = [sys.executable, "-c", program]
    done = subprocess.run(environment_of_tests, cwd=ROOT, capture_output=True, text=True, check=False)
    path.unlink()
    assert done.returncode == 0, done.stderr
    id, seconds = json.loads(done.stdout)
    assert id == HOSTILE[make]
    assert seconds < SECONDS
