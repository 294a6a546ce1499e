"""Signatures: what a caller gives, what comes back, how shapes tell sizes."""

from __future__ import annotations

import pytest

from ptxgen.isa.types import f32, u8, u32
from ptxgen.launch import In, InOut, LaunchError, Out, Scalar, Signature

GEMV = Signature(w=In(u8, "n*k//256*144"), x=In(f32, "k"), y=Out(f32, "n"))
ROWS = Signature(x=In(f32, "rows", "cols"), y=Out(f32, "rows", "cols"), rows=Scalar(u32), eps=Scalar(f32))


def test_roles() -> None:
    assert list(GEMV.inputs) == ["w", "x"]
    assert list(GEMV.outputs) == ["y"]
    assert list(Signature(a=Scalar(f32), y=InOut(f32, "n")).inputs) == ["a", "y"]


def test_a_scalar_named_like_a_dim_is_told_by_the_shapes() -> None:
    assert list(ROWS.inputs) == ["x", "eps"]
    assert ROWS.bind({"x": (3, 5)}, {"cols": 5})["rows"] == 3


def test_fields_fix_the_sizes() -> None:
    sizes = GEMV.bind({"w": (4 * 288,), "x": (512,)}, {"n": 4, "k": 512})
    assert GEMV.arrays["y"].shape(sizes) == (4,)


@pytest.mark.parametrize(
    "shapes", [{"w": (4 * 287,), "x": (512,)}, {"x": (511,)}, {"x": (1, 512)}, {"x": ()}]
)
def test_wrong_shapes_are_refused(shapes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(LaunchError) as caught:
        GEMV.bind(shapes, {"n": 4, "k": 512})
    assert caught.value.id == "LCH020"


def test_two_arrays_must_agree() -> None:
    both = Signature(x=In(f32, "n"), y=InOut(f32, "n"))
    assert both.bind({"x": (7,), "y": (7,)}, {}) == {"n": 7}
    with pytest.raises(LaunchError) as caught:
        both.bind({"x": (7,), "y": (8,)}, {})
    assert "'y' must have the shape (n) = (7,), got (8,)" in caught.value.message


def test_a_size_that_nothing_tells() -> None:
    with pytest.raises(LaunchError) as caught:
        GEMV.bind({"x": (512,)}, {})
    assert caught.value.id == "LCH011"
