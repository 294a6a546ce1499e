"""Large and hostile input: quick, never a traceback, and nothing of it obeyed."""

from __future__ import annotations

import random
import re
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


def by_bytes(text: str, rng: random.Random) -> str:
    return mutated(text.encode(), rng).decode("utf-8", "replace")


TOKEN = re.compile(r"\s+|[%.$\w]+|.", re.DOTALL)
NUMBERS = (
    "0",
    "-1",
    "4294967295",
    "18446744073709551616",
    "1" * 400,
    "0x" + "f" * 40,
    "0fFFFFFFFF",
    "1.0e999",
)


def by_parts(text: str, rng: random.Random) -> str:
    """A few lines or tokens taken out, doubled or exchanged; numbers made huge; a part nested deeply."""
    for _ in range(rng.randint(1, 3)):
        parts = text.splitlines(keepends=True) if rng.random() < 0.5 else TOKEN.findall(text)
        if not parts:
            return text
        at, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        match rng.randrange(6):
            case 0:
                del parts[at : at + rng.randint(1, 3)]
            case 1:
                parts[at:at] = parts[at : at + 1] * rng.choice((1, 2, 50))
            case 2:
                parts[at], parts[other] = parts[other], parts[at]
            case 3:
                digits = [n for n, part in enumerate(parts) if part.isdecimal()]
                if digits:
                    parts[rng.choice(digits)] = rng.choice(NUMBERS)
            case 4:
                opened, closed = rng.choice((("{", "}"), ("(", ")"), ("[", "]"), ("@%p1 ", ""), ("-", "")))
                depth = rng.choice((2, 40, 3000))
                parts[at] = opened * depth + parts[at] + closed * depth
            case _:
                parts[at:at] = parts[other : other + rng.randint(1, 20)]
        text = "".join(parts)
    return text


def hostile(count: int, change: Callable[[str, random.Random], str]) -> None:
    """No exception leaves `analyze_text`, and none takes long."""
    texts = [case.text for case in read_cases()] + [BUGGY]
    rng = random.Random(6)
    for _ in range(count):
        text = change(rng.choice(texts), rng)
        with own_time() as taken:
            analyze_text(text)
        assert taken.seconds < 5, text


@pytest.mark.parametrize("change", [by_bytes, by_parts])
def test_mutated_texts(change: Callable[[str, random.Random], str]) -> None:
    hostile(200, change)


@pytest.mark.slow
@pytest.mark.parametrize(("change", "count"), [(by_bytes, 10_000), (by_parts, 4_000)])
def test_thousands_of_mutated_texts(change: Callable[[str, random.Random], str], count: int) -> None:
    hostile(count, change)


def chained(i: int) -> str:
    """One of many guards, behind the last of which memory is accessed."""
    return f"setp.eq.u32 %p{i}, %r0, {i + 64};\n@%p{i} bra END;\nadd.u32 %r{i + 1}, %r0, {i};\n"


def test_a_long_chain_of_guards_ends() -> None:
    assert not analyze_text(program(chained, 1500)).problem


def test_a_cta_of_1024_threads_costs_little_more() -> None:
    text = program(early_exit, 500).replace("k(.param .u64 p)", "k(.param .u64 p) .reqntid 1024")
    with own_time() as taken:
        assert not analyze_text(text).problem
    assert taken.seconds < 2


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
