"""Sizes written as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen.launch.config import LaunchError
from ptxgen.launch.dims import evaluate, names


@pytest.mark.parametrize(
    ("dim", "expected"),
    [
        (7, 7),
        ("n", 33),
        ("n*k//256*144", 33 * 512 // 256 * 144),
        ("(n + 15) // 16", 3),
        ("-(-n // 16)", 3),
        ("k % n - 1", 512 % 33 - 1),
    ],
)
def test_values(dim: int | str, expected: int) -> None:
    assert evaluate(dim, {"n": 33, "k": 512}) == expected


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_agrees_with_python(n: int, k: int) -> None:
    assert evaluate("(n+k-1)//k*k - n%k", {"n": n, "k": k}) == (n + k - 1) // k * k - n % k


def test_names() -> None:
    assert names("n*k//256*144") == {"n", "k"}
    assert names(4) == frozenset()


@pytest.mark.parametrize(
    "text", ["", "n +", "f(n)", "n.real", "n/2", "2**n", "n if n else 1", "1.5", "True", "[n]"]
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(LaunchError) as caught:
        evaluate(text, {"n": 1})
    assert caught.value.id == "LCH010"


def test_division_by_zero_is_a_size_error() -> None:
    with pytest.raises(LaunchError, match="divides by zero"):
        evaluate("8//n", {"n": 0})


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(LaunchError) as caught:
        evaluate("n*q", {"n": 1, "k": 2})
    assert caught.value.id == "LCH011"
    assert "'q'" in caught.value.message
    assert "k, n" in caught.value.help
