"""Stop strings: whatever the pieces, the text before the first one, and nothing held back without need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.stops import StopStrings

SMALL = st.text("ab", max_size=8)
STOPS = st.lists(st.text("ab", min_size=1, max_size=4), max_size=3)


@given(st.lists(SMALL), STOPS)
def test_the_text_before_the_first_stop_string(pieces: list[str], stops: list[str]) -> None:
    cut = StopStrings(tuple(stops))
    text = ""
    so_far = ""
    for piece in pieces:
        text += cut.push(piece)
        so_far += piece
        first = min((at for at in map(so_far.find, stops) if at >= 0), default=None)
        assert cut.stopped == (first is not None)
        if first is not None:
            assert text == so_far[:first]
        else:
            held = so_far[len(text) :]
            assert so_far.startswith(text)
            assert not held or any(stop.startswith(held) for stop in stops)
    end = cut.end()
    assert text + end == (text if cut.stopped else "".join(pieces))
    assert not (cut.stopped and end)


def test_text_is_held_only_while_it_can_become_a_stop_string() -> None:
    cut = StopStrings(("</s>",))
    assert [cut.push(piece) for piece in ("a<", "/", "b<", "/s", ">c")] == ["a", "", "</b", "", ""]
    assert cut.stopped


def test_an_empty_stop_string_is_refused() -> None:
    with pytest.raises(InferenceError, match="INF055") as refused:
        StopStrings(("",))
    assert refused.value.id == "INF055"
