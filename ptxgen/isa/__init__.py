"""What PTX is: types, state spaces, special registers, targets and the instruction table (PTX ISA 9.0)."""

from __future__ import annotations

from ptxgen.isa import rows
from ptxgen.isa.registers import SPECIAL_REGISTERS, SpecialRegisterInfo
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import (
    ROWS,
    Effect,
    Form,
    OperandForm,
    Requirement,
    Role,
    Row,
    Scope,
    Shape,
    forms,
    refusal,
)
from ptxgen.isa.targets import PTX_VERSION, TARGETS, Target, TargetError, target
from ptxgen.isa.types import TYPES, Type

__all__ = [
    "PTX_VERSION",
    "ROWS",
    "SPECIAL_REGISTERS",
    "TARGETS",
    "TYPES",
    "Effect",
    "Form",
    "OperandForm",
    "Requirement",
    "Role",
    "Row",
    "Scope",
    "Shape",
    "SpecialRegisterInfo",
    "StateSpace",
    "Target",
    "TargetError",
    "Type",
    "forms",
    "refusal",
    "rows",
    "target",
]
