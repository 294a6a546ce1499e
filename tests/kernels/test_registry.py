from __future__ import annotations

import pytest
from attrs import frozen

from ptxgen.kernels import Kernel, KernelError, Q4KGemv, VectorizedQ4KGemv, registry
from ptxgen.kernels.registry import snake_case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Saxpy", "saxpy"),
        ("VectorAdd", "vector_add"),
        ("Q4KGemv", "q4_k_gemv"),
        ("VectorizedQ4KGemv", "vectorized_q4_k_gemv"),
        ("FlashDecoding", "flash_decoding"),
    ],
)
def test_names_are_class_names_in_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize("name", ["q4_k_gemv", "q4k_gemv", "Q4K-GEMV"])
def test_a_kernel_is_found_by_name_and_alias(name: str) -> None:
    assert registry.get(name) is Q4KGemv


def test_listing_is_sorted_by_family_and_name() -> None:
    listed = registry.kernels()
    assert listed == sorted(listed, key=lambda kernel: (kernel.family, kernel.name))
    assert {"saxpy", "vector_add", "q4_k_gemv", "vectorized_q4_k_gemv"} <= set(registry.names())
    assert VectorizedQ4KGemv in registry.families()["gemv"]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(KernelError, match="did you mean") as caught:
        registry.get("vectorised_q4k_gemv")
    assert caught.value.id == "KRN011"
    assert "vectorized_q4k_gemv" in caught.value.help
    with pytest.raises(KernelError, match=r"the kernels are .*saxpy,.* vector_add"):
        registry.get("zzz")


def test_two_kernels_cannot_share_a_name() -> None:
    @frozen
    class Saxpy(Kernel):
        """An impostor."""

    before = registry.names()
    with pytest.raises(KernelError, match="two kernels are named 'saxpy'") as caught:
        registry.register(family="test")(Saxpy)
    assert caught.value.id == "KRN010"
    assert registry.names() == before
