"""Fields of kernels: what each kind takes, and what it says of the rest."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from ptxgen.isa.types import Type, bf16, f16, f32
from ptxgen.kernels import Kernel, KernelError, choice, flag, limit, option, real, size


@frozen
class Fields(Kernel):
    """A kernel with a field of each kind."""

    rows: int = size(64)
    threads: int = option(128)
    window: int = limit()
    epsilon: float = real(1e-5)
    causal: bool = flag()
    style: str = choice("neox", "norm")
    element: Type = choice(f16, bf16)


def test_fields_keep_what_they_are_given() -> None:
    made = Fields(rows=3, window=7, epsilon=1, causal=True, style="norm", element=bf16)
    assert (made.window, made.epsilon, made.causal, made.style, made.element) == (7, 1.0, True, "norm", bf16)
    assert made.sizes == {"rows": 3, "threads": 128, "window": 7}
    assert Fields().window == 0


@pytest.mark.parametrize(
    ("fields", "id", "message"),
    [
        ({"rows": 0}, "KRN002", "at least 1, got 0"),
        ({"window": -1}, "KRN002", "at least 1, got -1"),
        ({"window": False}, "KRN002", "got False"),
        ({"epsilon": "small"}, "KRN006", "finite, got 'small'"),
        ({"epsilon": float("nan")}, "KRN006", "finite, got nan"),
        ({"epsilon": True}, "KRN006", "finite, got True"),
        ({"causal": 1}, "KRN005", "causal must be one of False, True, got 1"),
        ({"style": "neo"}, "KRN005", "style must be one of neox, norm, got 'neo'"),
        ({"element": f32}, "KRN005", "element must be one of f16, bf16, got f32"),
    ],
)
def test_a_wrong_value_is_refused(fields: dict[str, Any], id: str, message: str) -> None:
    with pytest.raises(KernelError, match=message) as caught:
        Fields(**fields)
    assert caught.value.id == id
