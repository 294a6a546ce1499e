"""Large and hostile input: quick, never a traceback, and nothing of it obeyed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ptxgen.debug import analyze_text
from tests.check.test_foreign import HEAD, diamond, early_exit, guarded, straight
from tests.debug.cases import read_cases
from tests.debug.conftest import BUGGY
from tests.own_time import own_time

CORPUS = Path(__file__).parents[1] / "text" / "corpus"


def program(piece: Callable[[int], str], count: int) -> str:
    return f"{HEAD}{''.join(map(piece, range(count)))}END: st.shared.u32 [smem], %r{count};\nret;\n}}\n"


@pytest.mark.parametrize(
    ("piece", "count"), [(straight, 2000), (diamond, 330), (guarded, 500), (early_exit, 500)]
)
def test_two_thousand_lines_take_a_second(piece: Callable[[int], str], count: int) -> None:
    analyze_text(BUGGY)  # imports and tables
    text = program(piece, count)
    with own_time() as taken:
        assert not analyze_text(text).problem
    assert taken.seconds < 2  # half of it is for a machine that is busy


@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "count"), [(straight, 20000), (diamond, 3300), (guarded, 5000), (early_exit, 5000)]
)
def test_twenty_thousand_lines_take_ten_seconds(piece: Callable[[int], str], count: int) -> None:
    text = program(piece, count)
    with own_time() as taken:
        assert not analyze_text(text).problem
    assert taken.seconds < 10


def mutated(text: bytes, rng: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled or put in."""
    data = bytearray(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data))
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.randint(1, 8)]
            case 2:
                data[at:at] = data[at : at + rng.randint(1, 40)]
            case _:
                data[at:at] = rng.choice(
                    [b"{", b"}", b"[red]", b"<script>", b"999999999999", b"%p", b'"', b";", b"\0"]
                )
    return bytes(data)


def hostile(count: int) -> None:
    """No exception leaves `analyze_text`, and none takes long."""
    texts = [case.text.encode() for case in read_cases()] + [BUGGY.encode()]
    rng = random.Random(6)
    for _ in range(count):
        text = mutated(rng.choice(texts), rng).decode("utf-8", "replace")
        with own_time() as taken:
            analyze_text(text)
        assert taken.seconds < 5, text


def test_mutated_texts() -> None:
    hostile(300)


@pytest.mark.slow
def test_ten_thousand_mutated_texts() -> None:
    hostile(10_000)


@pytest.mark.parametrize(
    "text",
    [
        BUGGY.replace("smem[256]", "smem[99999999999999]"),
        BUGGY.replace("smem[256]", "smem[4096][4096][4096][4096]"),
        BUGGY.replace(".visible .entry k()", ".visible .entry k() .reqntid 2147483647, 65535, 65535"),
        BUGGY.replace(".visible .entry k()", ".visible .entry k() .maxntid 0"),
        BUGGY.replace("%tid.x", "%nothing.x"),
        BUGGY.replace("16;", "99999999999999999999;"),
        BUGGY.replace("bar.sync 0", "bar.sync 0, 4294967295"),
        "",
        "\0" * 1000,
        "{" * 100_000,
        ".version 9.0\n.target sm_90\n.address_size 64\n",
    ],
)
def test_extremes(text: str) -> None:
    with own_time() as taken:
        analyze_text(text)
    assert taken.seconds < 5
