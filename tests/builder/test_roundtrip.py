"""Every module that the builder makes survives text, is the same in every process, and is accepted by ptxas."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ptxgen
from ptxgen.ir import Module
from tests.builder.strategies import modules
from tests.builder.support import assemble


@given(modules())
def test_text_carries_the_module(module: Module) -> None:
    assert ptxgen.parse(module.to_ptx()) == module


@given(modules(target="sm_90a", most=3))
def test_text_is_stable(module: Module) -> None:
    text = module.to_ptx()
    assert ptxgen.parse(text).to_ptx() == text


@settings(max_examples=12)
@given(data=st.data())
def test_ptxas_accepts(ptxas: str, data: st.DataObject) -> None:
    module = data.draw(modules(target=data.draw(st.sampled_from(("sm_75", "sm_80", "sm_90", "sm_120")))))
    assert assemble(ptxas, module) == ""


@pytest.mark.slow
@settings(max_examples=300)
@given(module=modules(most=40))
def test_ptxas_accepts_many(ptxas: str, module: Module) -> None:
    assert assemble(ptxas, module) == ""
