"""Safetensors headers: what the `safetensors` package reads we read, and what is wrong is named."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.safetensors import read_file


def test_tensors_are_those_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    rng = np.random.default_rng(1)
    types = (np.float32, np.float16, np.float64, np.int64, np.uint8, np.bool_, np.int16)
    given = {f"t{i}": (9 * rng.standard_normal((3, i + 1, 2))).astype(type) for i, type in enumerate(types)}
    save_file(
        given | {"scalar": np.full((), 3, np.float32), "none": np.zeros((0, 4), np.float32)}, path, {"k": "v"}
    )
    theirs, ours = load_file(path), read_file(path)
    assert theirs.keys() == ours.keys()
    for name, each in theirs.items():
        assert ours[name].shape == each.shape
        assert ours[name].bytes.tobytes() == each.tobytes()
        assert not ours[name].bytes.flags.writeable


def entry(type: str = "F32", shape: Any = (2, 2), offsets: Any = (0, 16)) -> Any:
    return {"dtype": type, "shape": shape, "data_offsets": offsets}


def content(header: Any, data: int = 16, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + bytes(data)


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "INF025", "0 bytes"),
    "a vast header": (content({}, length=1 << 60), "INF025", "1152921504606846976 bytes"),
    "not JSON": (content(b"{]"), "INF027", "expected JSON"),
    "not UTF-8": (content(b'{"\xff": 1}'), "INF027", "expected JSON"),
    "nested": (content(b"[" * 100_000), "INF027", "brackets within brackets"),
    "a name twice": (content(b'{"a": 1, "a": 2}'), "INF027", "'a' twice"),
    "many items": (content(b"{" + b'"a":[' + b"[]," * (1 << 21) + b"[]]}"), "INF027", "items of JSON"),
    "a list": (content([]), "INF027", "a JSON object"),
    "no entry": (content({"a": 1}), "INF025", "a known dtype"),
    "dtype": (content({"a": entry("F4")}), "INF025", "a known dtype"),
    "three offsets": (content({"a": entry(offsets=(0, 8, 16))}), "INF025", "two data_offsets"),
    "negative size": (content({"a": entry(shape=(-2, -2))}), "INF025", "sizes from 0"),
    "size that is text": (content({"a": entry(shape=("2", 2))}), "INF025", "sizes from 0"),
    "many dimensions": (content({"a": entry(shape=[1] * 9 + [4])}), "INF025", "at most 8"),
    "a vast shape": (content({"a": entry(shape=[1 << 62] * 8)}), "INF025", "to fit the file"),
    "a vast shape times zero": (
        content({"a": entry(shape=[1 << 62, 1 << 62, 0])}),
        "INF025",
        "to fit the file",
    ),
    "length": (content({"a": entry(offsets=(0, 12))}), "INF025", "16 bytes of 'a'"),
    "backwards": (content({"a": entry(offsets=(16, 0))}), "INF025", "16 bytes of 'a'"),
    "before the data": (content({"a": entry(offsets=(-16, 0))}), "INF025", "16 bytes of 'a'"),
    "hole": (content({"a": entry(offsets=(8, 24))}, 24), "INF025", "a hole"),
    "overlap": (content({"a": entry(), "b": entry(offsets=(8, 24))}, 24), "INF025", "an overlap"),
    "cut off": (content({"a": entry()}, 15), "INF025", "an end at byte"),
    "too long": (content({"a": entry()}, 17), "INF025", "an end at byte"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_named(name: str, tmp_path: Path) -> None:
    raw, id, message = REFUSED[name]
    path = tmp_path / "a.safetensors"
    path.write_bytes(raw)
    with pytest.raises(InferenceError) as raised:
        read_file(path)
    assert (raised.value.id, message in raised.value.message) == (id, True), raised.value.message


def test_what_is_right_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content({"a": entry(), "__metadata__": {"x": "y"}}))
    assert read_file(path)["a"].shape == (2, 2)


def test_mutated_headers_are_errors_or_what_the_package_reads(tmp_path: Path) -> None:
    """What we take, the package takes, and both read the same."""
    rng, path = random.Random(3), tmp_path / "a.safetensors"
    save_file({f"t{i}": np.arange(4 * i + 4, dtype=np.float32).reshape(2, -1) for i in range(4)}, path)
    sound = path.read_bytes()
    end = 8 + int.from_bytes(sound[:8], "little")
    taken = 0
    for _ in range(400):
        raw = bytearray(sound)
        at = rng.randrange(end)
        raw[at] = rng.choice((raw[at] ^ 1 << rng.randrange(8), *b'0123456789",:[]{} F6'))
        path.write_bytes(raw[: rng.choice((len(raw), len(raw), rng.randrange(len(raw))))])
        try:
            ours = read_file(path)
        except InferenceError:
            continue
        theirs = load_file(path)
        assert {n: (t.shape, t.bytes.tobytes()) for n, t in ours.items()} == {
            n: (t.shape, t.tobytes()) for n, t in theirs.items()
        }
        taken += 1
    assert 10 < taken < 200
