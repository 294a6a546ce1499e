"""What the emulator does not run it refuses by name, with the table's reason."""

from __future__ import annotations

import pytest

from ptxgen import parse
from ptxgen.emulator import EmulatorError
from ptxgen.emulator.lower import lower
from ptxgen.isa import Form
from tests.isa.lines import Line, kernel, legal_lines

REFUSED = {
    (form.row, form.not_emulated): (form, line) for form, line in legal_lines(12, seed=5) if form.not_emulated
}


@pytest.mark.parametrize(("form", "line"), REFUSED.values(), ids=[line.name for _, line in REFUSED.values()])
def test_refused_with_its_reason(form: Form, line: Line) -> None:
    text, before = kernel([line], "sm_100a")
    module = parse(text)
    with pytest.raises(EmulatorError) as caught:
        lower(module.functions[0])
    assert caught.value.id == "EMU031"
    assert f"{form.name} is not emulated: {form.not_emulated}" in caught.value.message
    assert caught.value.line == before + 1
