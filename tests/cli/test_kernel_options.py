"""Fields of every kind as options, on a kernel that only has fields."""

from __future__ import annotations

import enum
from typing import ClassVar

import pytest
from attrs import field, frozen

from ptxgen.cli.kernel_options import fields, make, sizes
from ptxgen.cli.sources import InputError


class Order(enum.Enum):
    ROW = 1
    COLUMN = 2


@frozen
class Everything:
    name: ClassVar[str] = "everything"

    n: int = 64
    scale: float = 0.5
    causal: bool = False
    mode: str = "fast"
    order: Order = Order.ROW
    block_threads: int = 128
    derived: int = field(default=3, init=False)


def test_fields_are_those_that_can_be_set():
    described = {f["name"]: (f["type"], f["default"]) for f in fields(Everything)}
    assert described == {
        "n": ("int", 64),
        "scale": ("float", 0.5),
        "causal": ("bool", False),
        "mode": ("str", "fast"),
        "order": ("Order", "row"),
        "block_threads": ("int", 128),
    }


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], {}),
        (["--n", "3", "--scale=1e-3", "--mode", "exact"], {"n": 3, "scale": 1e-3, "mode": "exact"}),
        (["--n", "-3"], {"n": -3}),
        (["--causal"], {"causal": True}),
        (["--causal", "--n", "1"], {"causal": True, "n": 1}),
        (["--causal=off"], {"causal": False}),
        (["--causal", "yes"], {"causal": True}),
        (["--order", "column"], {"order": Order.COLUMN}),
        (["--block-threads", "64"], {"block_threads": 64}),
    ],
)
def test_values(texts, expected):
    made = make(Everything, texts)
    assert made == Everything(**expected)
    assert sizes(made)["order"] == made.order.name.lower()


@pytest.mark.parametrize(
    ("texts", "id"),
    [
        (["--m", "1"], "CLI020"),
        (["--derived", "1"], "CLI020"),
        (["--n", "1.5"], "CLI021"),
        (["--n"], "CLI021"),
        (["--scale", "big"], "CLI021"),
        (["--causal", "perhaps"], "CLI021"),
        (["--order", "diagonal"], "CLI021"),
        (["--order"], "CLI021"),
        (["3"], "CLI022"),
        (["--"], "CLI022"),
    ],
)
def test_refusals(texts, id):
    with pytest.raises(InputError) as caught:
        make(Everything, texts)
    assert caught.value.id == id
