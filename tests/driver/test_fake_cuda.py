"""The stand-in is only worth something if it looks like the real package."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tests.driver.cuda_enums import ENUMS
from tests.driver.fake_cuda import Driver

FUNCTIONS = [name for name in vars(Driver) if name.startswith("cu")]


@pytest.fixture(scope="module")
def real() -> Any:
    return pytest.importorskip("cuda.bindings.driver", reason="the package cuda-bindings is not installed")


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_values_are_the_real_ones(real: Any, kind: Any) -> None:
    theirs = getattr(real, kind.__name__)
    assert {m.name: int(m) for m in kind} == {m.name: int(getattr(theirs, m.name)) for m in kind}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_as_many_arguments_as_the_real_ones(real: Any, name: str) -> None:
    signature = getattr(real, name).__doc__.splitlines()[0]
    inside = signature[signature.index("(") + 1 : -1]
    ours = len(inspect.signature(getattr(Driver, name)).parameters) - 1  # without the fake itself
    assert ours == _count(inside), signature


def test_the_launch_structure_has_the_fields_that_are_set(real: Any) -> None:
    from ptxgen.driver.cuda.launching import launch_config
    from ptxgen.launch import LaunchConfig

    config = LaunchConfig(
        (4, 2, 1), (32, 1, 1), 96, cluster=(2, 1, 1), cooperative=True, programmatic_dependent=True
    )
    made = launch_config(real, config, real.CUstream(5))
    assert (made.gridDimX, made.gridDimY, made.blockDimX, made.sharedMemBytes) == (4, 2, 32, 96)
    assert made.numAttrs == 3
    cluster, cooperative, dependent = made.attrs
    assert (cluster.value.clusterDim.x, cluster.value.clusterDim.y) == (2, 1)
    assert cooperative.value.cooperative == 1
    assert dependent.value.programmaticStreamSerializationAllowed == 1


def _count(parameters: str) -> int:
    """Top-level commas in a signature such as `dev, options: Optional[tuple[A] | list[B]]`."""
    depth, commas = 0, 0
    for letter in parameters:
        depth += (letter in "[(") - (letter in ")]")
        commas += letter == "," and depth == 0
    return commas + 1 if parameters else 0
