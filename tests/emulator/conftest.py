"""What the emulator's tests share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from ptxgen.emulator import EmulatorError
from tests.emulator.launching import execute, line_of


@pytest.fixture
def fails() -> Callable[..., EmulatorError]:
    """Run what must end in an error of this id at the line that contains `at`, and return the error."""

    def check(id: str, at: str, text: str, arguments: Sequence[Any] = (), **options: Any) -> EmulatorError:
        with pytest.raises(EmulatorError) as caught:
            execute(text, arguments, **options)
        assert caught.value.id == id, str(caught.value)
        if at:
            assert caught.value.line == line_of(text, at), str(caught.value)
        return caught.value

    return check
