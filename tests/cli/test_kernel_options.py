"""Fields of every kind as options, on a kernel that only has fields."""

from __future__ import annotations

import enum
from typing import ClassVar

import pytest
from attrs import field, frozen

from ptxgen.cli.kernel_options import fields, make, sizes
from ptxgen.cli.sources import InputError
from ptxgen.kernels import KernelError
from ptxgen.kernels.base import part
from ptxgen.kernels.formats import weight_format
from ptxgen.quant import FORMATS, Q4_K, BlockFormat


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


@frozen
class Near:
    rows: int = 2
    unroll: int = 1


@frozen
class Far:
    stages: int = 3
    rows: int = 4


@frozen
class Composed:
    name: ClassVar[str] = "composed"

    n: int = 1
    format: BlockFormat = weight_format(Q4_K)
    strategy: Near | Far = part(Near, Far)


def test_parts_and_named_objects_are_described():
    described = {f["name"]: (f["type"], f["default"]) for f in fields(Composed)}
    assert described == {
        "n": ("int", 1),
        "format": ("|".join(FORMATS), "Q4_K"),
        "strategy": ("near|far", "near"),
        "strategy.rows": ("int", 2),
        "strategy.unroll": ("int", 1),
        "strategy.stages": ("int", 3),
    }


@pytest.mark.parametrize(
    ("texts", "format", "strategy"),
    [
        ([], "Q4_K", Near()),
        (["--format", "Q6_K"], "Q6_K", Near()),
        (["--format=q6_k"], "Q6_K", Near()),
        (["--strategy", "far"], "Q4_K", Far()),
        (["--strategy.rows", "8"], "Q4_K", Near(rows=8)),
        (["--strategy.rows=8", "--strategy", "far", "--strategy.stages", "5"], "Q4_K", Far(rows=8, stages=5)),
    ],
)
def test_parts_and_named_objects_from_text(texts, format, strategy):
    made = make(Composed, texts)
    assert made == Composed(format=FORMATS[format], strategy=strategy)
    assert sizes(made) == {"n": 1, "format": format, "strategy": type(strategy).__name__.lower()}


@pytest.mark.parametrize(
    ("texts", "id", "says"),
    [
        (["--format", "green"], "CLI021", "Q4_K"),
        (["--strategy", "middle"], "CLI021", "near|far"),
        (["--strategy.stages", "5"], "CLI020", "stages"),
        (["--strategy.row", "5"], "CLI020", "rows"),
        (["--strategy.rows", "many"], "CLI021", "int"),
        (["--n.rows", "5"], "CLI020", "rows"),
        (["--m.rows", "5"], "CLI020", "m"),
    ],
)
def test_refusals_of_parts(texts, id, says):
    with pytest.raises(InputError) as caught:
        make(Composed, texts)
    assert caught.value.id == id
    assert says in str(caught.value) + caught.value.help


def test_a_part_is_an_object_in_python():
    with pytest.raises(KernelError) as caught:
        Composed(strategy="near")
    assert caught.value.id == "KRN005"
