"""LaunchConfig: normalisation and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.launch import LaunchConfig, LaunchError


@pytest.mark.parametrize(
    ("given", "expected"),
    [(8, (8, 1, 1)), ((2, 3), (2, 3, 1)), ([2, 3, 4], (2, 3, 4)), (np.int64(5), (5, 1, 1))],
)
def test_extents_are_normalised(given: Any, expected: tuple[int, int, int]) -> None:
    config = LaunchConfig(grid=given, block=given)
    assert config.grid == config.block == expected


@pytest.mark.parametrize("bad", [0, -1, (), (1, 2, 3, 4), (1, 0), 2.0, "12", ("1",), (1.5,)])
def test_bad_extents_are_refused(bad: Any) -> None:
    with pytest.raises(LaunchError) as caught:
        LaunchConfig(grid=bad, block=1)
    assert caught.value.id == "LCH001"
    assert repr(bad) in caught.value.message


def test_counts() -> None:
    config = LaunchConfig(grid=(2, 3), block=(4, 5, 6))
    assert (config.ctas, config.cta_threads, config.threads) == (6, 120, 720)


def test_negative_shared_memory_is_refused() -> None:
    with pytest.raises(LaunchError) as caught:
        LaunchConfig(1, 1, shared_bytes=-4)
    assert caught.value.id == "LCH002"


def test_cluster_must_divide_the_grid_along_each_axis() -> None:
    assert LaunchConfig((4, 6), 1, cluster=(2, 3)).cluster == (2, 3, 1)
    with pytest.raises(LaunchError) as caught:
        LaunchConfig((4, 6), 1, cluster=(3, 2))
    assert caught.value.id == "LCH003"
