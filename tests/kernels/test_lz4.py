"""LZ4 in both directions against the `lz4` package, and blocks that are broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import lz4.block
import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Lz4Compress, Lz4Decompress
from ptxgen.kernels.lz4 import block
from ptxgen.kernels.lz4.block import Status
from ptxgen.kernels.lz4.compress import text_like
from ptxgen.verification import compare_outputs

Bytes = NDArray[np.uint8]


def some(values: list[int], *fast: int) -> list[Any]:
    """All values, those that are not `fast` in the slow run only."""
    return [pytest.param(v, marks=[] if v in fast else pytest.mark.slow) for v in values]


@pytest.fixture(scope="module")
def watched() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


@pytest.fixture(scope="module")
def device() -> Iterator[EmulatedDevice]:
    with EmulatedDevice(track_initialised=True) as made:
        yield made


def texts(page: int) -> dict[str, Bytes]:
    """Pages of every temper."""
    rng = np.random.default_rng(page)
    near = np.tile(rng.integers(0, 256, 7, dtype=np.uint8), page)[:page]
    far = np.tile(rng.integers(0, 256, max(page // 3, 1), dtype=np.uint8), 4)[:page]
    return {
        "one run": np.zeros(page, np.uint8),
        "noise": rng.integers(0, 256, page, dtype=np.uint8),
        "period of 7": near,
        "repeated from afar": far,
        "few letters": rng.integers(0, 3, page, dtype=np.uint8),
        "runs": np.repeat(rng.integers(0, 256, page, dtype=np.uint8), rng.integers(1, 60, page))[:page],
        "words": text_like(rng, page),
        "noise, then a run": np.concatenate([rng.integers(0, 256, page // 2), np.zeros(page)])[:page].astype(
            np.uint8
        ),
    }


def compressed(device: EmulatedDevice, x: Bytes, page: int) -> list[bytes]:
    blocks, sizes = Lz4Compress(n=x.size, page=page)(x, device=device)
    return [row[:size].tobytes() for row, size in zip(blocks, sizes, strict=True)]


def decompressed(device: EmulatedDevice, blocks: list[bytes], page: int) -> tuple[list[bytes], list[Status]]:
    kernel = Lz4Decompress(pages=len(blocks), page=page)
    rows = np.zeros((len(blocks), kernel.sizes["stride"]), np.uint8)
    for row, made in zip(rows, blocks, strict=True):
        row[: len(made)] = np.frombuffer(made, np.uint8)
    sizes = np.asarray([len(made) for made in blocks], np.uint32)
    x, lengths, status = kernel(rows, sizes, device=device)
    assert all((row[length:] == 0).all() for row, length in zip(x, lengths, strict=True))
    return (
        [row[:length].tobytes() for row, length in zip(x, lengths, strict=True)],
        [Status(s) for s in status],
    )


@pytest.mark.parametrize("page", [256, pytest.param(2048, marks=pytest.mark.slow)])
def test_what_the_kernel_compresses_the_package_reads(device: EmulatedDevice, page: int) -> None:
    pages = texts(page)
    made = compressed(device, np.concatenate(list(pages.values())), page)
    for (name, text), packed in zip(pages.items(), made, strict=True):
        assert lz4.block.decompress(packed, uncompressed_size=page) == text.tobytes(), name
        assert packed == block.compress(text.tobytes()), name
        peer = len(lz4.block.compress(text.tobytes(), store_size=False))
        assert len(packed) <= 1.25 * peer + 32, (name, "a poor parse")


@pytest.mark.parametrize("mode", ["default", "high_compression"])
def test_what_the_package_compresses_the_kernel_reads(device: EmulatedDevice, mode: str) -> None:
    pages = [t.tobytes() for t in texts(512).values()]
    packed = [lz4.block.compress(text, mode=mode, store_size=False) for text in pages]
    assert decompressed(device, packed, 512) == (pages, [Status.OK] * len(pages))


@pytest.mark.parametrize("n", some([1, 3, 11, 12, 13, 17, 31, 32, 33, 48, 100], 3, 13, 33))
def test_short_pages_there_and_back(watched: EmulatedDevice, n: int) -> None:
    """Runs, of which short pages may hold no match, and words; no sanitizer finds anything."""
    for text in (np.full(n, 7, np.uint8), text_like(np.random.default_rng(n), n)):
        (packed,) = compressed(watched, text, 112)
        assert lz4.block.decompress(packed, uncompressed_size=n) == text.tobytes()
        assert decompressed(watched, [packed], 112) == ([text.tobytes()], [Status.OK])


def test_a_ragged_last_page(watched: EmulatedDevice) -> None:
    x = text_like(np.random.default_rng(0), 170)
    kernel = Lz4Compress(n=170, page=64)
    assert all(c.ok for c in compare_outputs(kernel, {"x": x}, kernel.run({"x": x}, device=watched)))
    parts = [lz4.block.decompress(p, uncompressed_size=64) for p in compressed(watched, x, 64)]
    assert b"".join(parts) == x.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "names"), [(4096, ("noise", "words", "runs")), (32768, ("noise, then a run",))]
)
def test_whole_pages(device: EmulatedDevice, page: int, names: tuple[str, ...]) -> None:
    pages = {name: text for name, text in texts(page).items() if name in names}
    made = compressed(device, np.concatenate(list(pages.values())), page)
    for text, packed in zip(pages.values(), made, strict=True):
        assert lz4.block.decompress(packed, uncompressed_size=page) == text.tobytes()
    back = decompressed(device, made, page)
    assert back == ([text.tobytes() for text in pages.values()], [Status.OK] * len(pages))


FAULTS: list[tuple[bytes, int, Status, bytes]] = [
    (b"", 16, Status.TRUNCATED, b""),
    (b"\x00", 16, Status.OK, b""),
    (b"\x30ab", 16, Status.TRUNCATED, b""),
    (b"\xf0", 16, Status.TRUNCATED, b""),
    (b"\xf0\xff\xff", 16, Status.TRUNCATED, b""),
    (b"\x10a\x01", 16, Status.TRUNCATED, b"a"),
    (b"\x10a\x01\x00", 16, Status.TRUNCATED, b"aaaaa"),
    (b"\x10a\x00\x00\x00", 16, Status.BAD_OFFSET, b"a"),
    (b"\x10a\x02\x00\x00", 16, Status.BAD_OFFSET, b"a"),
    (b"\x00\x01\x00\x00", 16, Status.BAD_OFFSET, b""),
    (b"\x1fa\x01\x00\xff\x00\x00", 16, Status.TOO_LONG, b"a"),
    (b"\x1fa\x01\x00\xff", 16, Status.TRUNCATED, b"a"),
    (b"\x1ba\x01\x00\x00", 16, Status.OK, b"a" * 16),
    (b"\xf0\x02" + b"b" * 17, 16, Status.TOO_LONG, b""),
    (b"\xf0\x01" + b"b" * 16, 16, Status.OK, b"b" * 16),
]


def test_broken_blocks_are_reported(watched: EmulatedDevice) -> None:
    texts, status = decompressed(watched, [fault[0] for fault in FAULTS], 16)
    for fault, text, found in zip(FAULTS, texts, status, strict=True):
        assert (found, text) == (fault[2], fault[3]), fault[0]
        assert block.decompress(fault[0], 16) == (text, found)


def test_a_size_beyond_the_row(watched: EmulatedDevice) -> None:
    kernel = Lz4Decompress(pages=1, page=16)
    rows = np.full((1, kernel.sizes["stride"]), 255, np.uint8)
    for size in (kernel.sizes["stride"] + 1, 2**32 - 1):
        _, lengths, status = kernel(rows, np.asarray([size], np.uint32), device=watched)
        assert (lengths[0], status[0]) == (0, Status.TRUNCATED)


def damaged(rng: np.random.Generator, count: int, page: int) -> list[bytes]:
    """Good blocks with some bytes changed, cut off or put in."""
    out: list[bytes] = []
    for _ in range(count):
        made = bytearray(block.compress(text_like(rng, page).tobytes()))
        for _ in range(rng.integers(1, 4)):
            made[rng.integers(len(made))] = rng.integers(256)
        out.append(bytes(made[: rng.integers(1, len(made) + 1)] if rng.random() < 0.3 else made))
    return out


def accepted(made: bytes, page: int) -> bytes | None:
    try:
        return lz4.block.decompress(made, uncompressed_size=page)
    except lz4.block.LZ4BlockError:
        return None


@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.slow)])
def test_damaged_blocks(device: EmulatedDevice, count: int) -> None:
    """Never out of bounds, which the emulator would report; and what the package accepts is read alike."""
    blocks = damaged(np.random.default_rng(count), count, 128)
    texts, status = decompressed(device, blocks, 128)
    assert {Status.OK, Status.TRUNCATED, Status.BAD_OFFSET, Status.TOO_LONG} <= set(status)
    agreed = 0
    for made, text, found in zip(blocks, texts, status, strict=True):
        assert block.decompress(made, 128) == (text, found)
        peer: Any = accepted(made, 128)
        if peer is not None:
            assert (text, found) == (peer, Status.OK)
            agreed += 1
    assert agreed > count // 10
