from __future__ import annotations

from typing import ClassVar

import pytest
from attrs import frozen

from ptxgen.kernels import Kernel, KernelError, Q4KGemv, Saxpy, VectorizedQ4KGemv, WarpPerRow, size
from ptxgen.kernels.rules import Rule, at_least, at_most, multiple, one_of


@frozen
class Tiled(Kernel):
    """A kernel with one rule of each kind."""

    rows: int = size(64)
    tile: int = size(16)
    width: int = size(32)

    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("rows", "tile"),
        at_most("tile", 32),
        at_least("rows", "tile"),
        one_of("width", 16, 32, 64),
    )


@pytest.mark.parametrize(
    ("fields", "message", "help"),
    [
        ({"rows": 20}, "Tiled: rows must be a multiple of 16 (tile), got 20", "use 16 or 32"),
        ({"rows": 7}, "Tiled: rows must be a multiple of 16 (tile), got 7", "use 16"),
        ({"tile": 64}, "Tiled: tile must be at most 32, got 64", "use 32 or less"),
        ({"width": 48}, "Tiled: width must be one of 16, 32, 64, got 48", "the nearest is 32"),
        ({"width": 1}, "Tiled: width must be one of 16, 32, 64, got 1", "the nearest is 16"),
    ],
)
def test_a_broken_rule_names_field_value_rule_and_fix(
    fields: dict[str, int], message: str, help: str
) -> None:
    with pytest.raises(KernelError) as caught:
        Tiled(**fields)
    assert (caught.value.id, caught.value.message, caught.value.help) == ("KRN001", message, help)


def test_at_least() -> None:
    rule = at_least("rows", "tile")
    assert rule.holds(16, {"tile": 16})
    assert not rule.holds(15, {"tile": 16})
    assert rule.text({"tile": 16}) == "must be at least 16 (tile)"
    assert rule.fix(15, {"tile": 16}) == "use 16 or more"


@pytest.mark.parametrize("kernel", [Q4KGemv, VectorizedQ4KGemv])
def test_a_gemv_needs_whole_blocks(kernel: type[Kernel]) -> None:
    with pytest.raises(
        KernelError, match=r"k must be a multiple of 256 \(block_weights\), got 896"
    ) as caught:
        kernel(k=896)
    assert caught.value.help.startswith("use 768 or 1024, or ")
    assert "Q5_0" in caught.value.help


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"threads": 100}, "threads must be a multiple of 32, got 100"),
        ({"threads": 4096}, "threads must be at most 1024, got 4096"),
        ({"n": 2**31}, "n must be at most 2147483647"),
    ],
)
def test_limits_of_a_launch(fields: dict[str, int], message: str) -> None:
    for kernel in (Saxpy, Q4KGemv):
        with pytest.raises(KernelError, match=message):
            kernel(**fields)


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", None, True])
def test_a_size_is_a_positive_whole_number(value: object) -> None:
    with pytest.raises(KernelError) as caught:
        Saxpy(n=value)  # type: ignore[arg-type]
    assert caught.value.id == "KRN002"
    assert repr(value) in caught.value.message


@pytest.mark.parametrize("threads", [0, -32, "128"])
def test_threads_are_a_positive_whole_number(threads: object) -> None:
    with pytest.raises(KernelError) as caught:
        Q4KGemv(threads=threads)  # type: ignore[arg-type]
    assert caught.value.id == "KRN002"


def test_options_of_a_strategy() -> None:
    with pytest.raises(KernelError, match="rows must be one of 1, 2, 4, 8, got 3") as caught:
        WarpPerRow(rows=3)
    assert caught.value.id == "KRN005"
