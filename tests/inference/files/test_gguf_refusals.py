"""One file for each thing that a GGUF file can have wrong, and the error that names it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import open_model
from tests.inference.files.making import (
    ARCHITECTURE,
    ARRAY,
    BOOL,
    STRING,
    UINT32,
    entry,
    file,
    key,
    put,
    text,
)

F32, Q8_0, Q4_K = (FORMATS[name].ggml_type for name in ("F32", "Q8_0", "Q4_K"))


def array(type: int, count: int, content: bytes = b"") -> bytes:
    return struct.pack("<IQ", type, count) + content


def number(name: str, value: int) -> bytes:
    return key(name, UINT32, struct.pack("<I", value))


TWO = entry("a", [8], F32, 0), entry("b", [8], F32, 32)

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "INF010", "an empty file"),
    "not GGUF": (b"GGML" + bytes(100), "INF010", "47 47 4d 4c"),
    "magic alone": (b"GGUF", "INF012", "the version"),
    "version 1": (file(version=struct.pack("<I", 1)), "INF011", "version 1"),
    "version 4": (file(version=struct.pack("<I", 4)), "INF011", "version 4"),
    "big endian": (file(version=struct.pack(">I", 3)), "INF011", "big-endian"),
    "counts cut off": (b"GGUF" + struct.pack("<IQ", 3, 0), "INF012", "number of metadata keys"),
    "many tensors": (file(counts=(1 << 60, 1)), "INF012", "tensors in this file, got 1152921504606846976"),
    "many keys": (file(counts=(0, 1 << 60)), "INF012", "metadata keys in this file, got 1152921504606846976"),
    "a key that is not there": (file(counts=(0, 2)), "INF012", "a metadata key"),
    "a tensor that is not there": (
        file([ARCHITECTURE, number("x" * 60, 1)], counts=(1, 2)),
        "INF012",
        "a tensor name",
    ),
    "long key": (file([ARCHITECTURE, struct.pack("<Q", 1 << 40)]), "INF012", "1099511627776 bytes"),
    "key beyond its limit": (file([ARCHITECTURE, number("k" * 70000, 1)]), "INF012", "at most 65535 bytes"),
    "empty key": (file([ARCHITECTURE, number("", 1)]), "INF012", "at least one byte"),
    "key not UTF-8": (file([ARCHITECTURE, key(b"k\xff", BOOL, b"\1")]), "INF013", "ff"),
    "value not UTF-8": (file([ARCHITECTURE, key("k", STRING, text(b"a\xc3("))]), "INF013", "c3"),
    "token not UTF-8": (
        file([ARCHITECTURE, key("k", ARRAY, array(STRING, 2, text("ok") + text(b"\x80")))]),
        "INF013",
        "80",
    ),
    "type of value": (file([ARCHITECTURE, key("k", 13, bytes(8))]), "INF014", "from 0 to 12, got 13"),
    "type of elements": (file([ARCHITECTURE, key("k", ARRAY, array(77, 1, bytes(8)))]), "INF014", "got 77"),
    "array of arrays": (
        file([ARCHITECTURE, key("k", ARRAY, array(ARRAY, 1, array(UINT32, 1, bytes(4))))]),
        "INF014",
        "an array of arrays",
    ),
    "bool": (file([ARCHITECTURE, key("k", BOOL, b"\2")]), "INF014", "0 or 1"),
    "bools": (file([ARCHITECTURE, key("k", ARRAY, array(BOOL, 3, b"\1\0\xff"))]), "INF014", "255"),
    "long array": (file([ARCHITECTURE, key("k", ARRAY, array(UINT32, 1 << 61))]), "INF012", "elements"),
    "long array of strings": (
        file([ARCHITECTURE, key("k", ARRAY, array(STRING, 4, bytes(24)))]),
        "INF012",
        "4 elements",
    ),
    "array cut off": (
        file([ARCHITECTURE, key("k", ARRAY, array(STRING, 2, text("ok" * 30) + bytes(7)))]),
        "INF012",
        "a length in the array 'k'",
    ),
    "string of array cut off": (
        file([ARCHITECTURE, key("k", ARRAY, array(STRING, 1, struct.pack("<Q", 9) + b"short"))]),
        "INF012",
        "9 bytes of a string in the array 'k'",
    ),
    "duplicate key": (file([ARCHITECTURE, ARCHITECTURE]), "INF015", "'general.architecture' again"),
    "no architecture": (file([number("general.file_type", 1)]), "INF020", "no such key"),
    "architecture a number": (file([number("general.architecture", 1)]), "INF020", "got 1"),
    "alignment 0": (file([ARCHITECTURE, number("general.alignment", 0)]), "INF019", "got 0"),
    "alignment 24": (file([ARCHITECTURE, number("general.alignment", 24)]), "INF019", "got 24"),
    "alignment huge": (file([ARCHITECTURE, number("general.alignment", 1 << 31)]), "INF019", "2147483648"),
    "alignment a string": (
        file([ARCHITECTURE, key("general.alignment", STRING, text("32"))]),
        "INF019",
        "type 8",
    ),
    "duplicate tensor": (file(entries=[TWO[0], TWO[0]], data=bytes(64)), "INF015", "'a' again"),
    "name of tensor": (file(entries=[entry("n" * 65, [8], F32, 0)], data=bytes(32)), "INF012", "at most 64"),
    "empty name": (file(entries=[entry("", [8], F32, 0)], data=bytes(32)), "INF012", "at least one byte"),
    "name not UTF-8": (file(entries=[entry(b"\xfe", [8], F32, 0)], data=bytes(32)), "INF013", "fe"),
    "no dimensions": (file(entries=[entry("a", [], F32, 0)], data=bytes(32)), "INF016", "got 0"),
    "five dimensions": (file(entries=[entry("a", [1] * 5, F32, 0)], data=bytes(32)), "INF016", "got 5"),
    "dimension 0": (file(entries=[entry("a", [8, 0], F32, 0)], data=bytes(32)), "INF016", "positive"),
    "overflowing product": (
        file(entries=[entry("a", [1 << 33, 1 << 33], F32, 0)], data=bytes(32)),
        "INF016",
        "to fit the file",
    ),
    "row of Q8_0": (file(entries=[entry("a", [31], Q8_0, 0)], data=bytes(34)), "INF016", "blocks of 32"),
    "row of Q4_K": (
        file(entries=[entry("a", [128, 2], Q4_K, 0)], data=bytes(144)),
        "INF016",
        "blocks of 256",
    ),
    "Q2_K": (file(entries=[entry("a", [256], 10, 0)], data=bytes(84)), "INF017", "Q2_K (type 10)"),
    "unknown type": (file(entries=[entry("a", [256], 999, 0)], data=bytes(84)), "INF017", "type 999"),
    "offset unaligned": (
        file(entries=[TWO[0], entry("b", [8], F32, 33)], data=bytes(65)),
        "INF018",
        "no multiple of the alignment 32",
    ),
    "overlap": (file(entries=[TWO[0], entry("b", [8], F32, 0)], data=bytes(32)), "INF018", "overlaps"),
    "gap": (file(entries=[TWO[0], entry("b", [8], F32, 64)], data=bytes(96)), "INF018", "leaves a gap"),
    "offset huge": (
        file(entries=[TWO[0], entry("b", [8], F32, (1 << 64) - 32)], data=bytes(64)),
        "INF018",
        "18446744073709551584",
    ),
    "data cut off": (file(entries=TWO, data=bytes(63)), "INF018", "within the file's"),
    "no data": (file(entries=TWO), "INF018", "within the file's"),
    "more data": (file(entries=TWO, data=bytes(65)), "INF018", "1 more bytes"),
    "data without tensors": (file(data=bytes(33)), "INF018", "after the last table"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_named(name: str, tmp_path: Path) -> None:
    content, id, message = REFUSED[name]
    path = put(tmp_path, content)
    with pytest.raises(InferenceError) as raised:
        open_model(path)
    assert raised.value.id == id
    assert message in raised.value.message
    assert str(path) in raised.value.message


def test_what_is_right_is_read(tmp_path: Path) -> None:
    """The faults above are the only ones of their files."""
    model = open_model(put(tmp_path, file(entries=TWO, data=bytes(range(64)))))
    assert {t.name: t.data.tobytes() for t in model.tensors.values()} == {
        "a": bytes(range(32)),
        "b": bytes(range(32, 64)),
    }


def test_empty_arrays_and_texts_are_values(tmp_path: Path) -> None:
    keys = [
        ARCHITECTURE,
        key("none", ARRAY, array(STRING, 0)),
        key("zero", ARRAY, array(UINT32, 0)),
        key("text", STRING, text("")),
    ]
    metadata = open_model(put(tmp_path, file(keys))).metadata
    assert (metadata["none"], metadata["zero"], metadata["text"]) == ([], [], "")


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", Path("/dev/null") / "x"):
        with pytest.raises(InferenceError, match="no such file") as raised:
            open_model(path)
        assert raised.value.id == "INF030"
