"""Outputs against references: every element by its own tolerance, and the mean squared error of them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.verification.results import Comparison

if TYPE_CHECKING:
    from ptxgen.kernels import Kernel


def compare_outputs(
    kernel: Kernel, inputs: Mapping[str, Any], outputs: Mapping[str, NDArray[Any]]
) -> tuple[Comparison, ...]:
    """Every output of a run against `kernel.expected`, within `kernel.bounds`."""
    numbers, expected, bounds = kernel.numbers(outputs), kernel.expected(inputs), kernel.bounds(inputs)
    return tuple(compare(name, numbers[name], expected[name], bounds[name]) for name in expected)


def compare(
    name: str, output: NDArray[np.float64], expected: NDArray[Any], bound: NDArray[Any]
) -> Comparison:
    """The element of an output that is worst by its own tolerance, and how many are outside.

    A NaN is outside unless one is expected there; an infinity is right where the same is expected.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        same = (output == expected) | (np.isnan(output) & np.isnan(expected))
        error = np.where(same, 0.0, np.abs(output - expected))
        # Nothing is allowed where the bound is zero (of either sign), negative or no number.
        ratio = np.where(error == 0, 0.0, np.where(bound > 0, error / bound, np.inf))
    ratio = np.where(np.isnan(ratio), np.inf, ratio).reshape(-1)
    worst = int(ratio.argmax())
    return Comparison(
        name,
        float(error.reshape(-1)[worst]),
        float(np.broadcast_to(bound, error.shape).reshape(-1)[worst]),
        error.size,
        int(np.count_nonzero(ratio > 1)),
    )


def nmse(output: NDArray[Any], expected: NDArray[Any]) -> float:
    """Normalised mean squared error, sum((a - b)^2) / sum(b^2), in float64: 0 is equal, 1 is an output of zeros."""
    expected = np.asarray(expected, np.float64)
    error = float(np.sum((np.asarray(output, np.float64) - expected) ** 2))
    return error / float(np.sum(expected**2)) if error else 0.0
