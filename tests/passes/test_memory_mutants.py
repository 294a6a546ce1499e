"""Each condition of the passes over memory is needed: without it validation sees another result."""

from __future__ import annotations

import pytest

from ptxgen.passes import PassError, Pipeline, vectorisation
from ptxgen.verification.translation import Validation
from tests.passes.test_mutants import Mutant, always
from tests.passes.text import kernel

START = """
ld.param.u64 %rd1, [q];
ld.param.u64 %rd5, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mad.lo.u32 %r1, %r2, 64, %r1;
mad.wide.u32 %rd2, %r1, 16, %rd1;
mad.wide.u32 %rd3, %r1, 16, %rd5;
setp.lt.u32 %p1, %r1, 40;
setp.lt.u32 %p2, %r1, 20;
mov.u32 %r9, 0;
"""
"""Every thread has 16 bytes of its own behind each pointer; the last instruction stores %r9."""
END = "\nst.global.u32 [%rd3], %r9;"

MUTANTS = {
    "vector load across a store to its bytes": Mutant(
        "vectorisation", vectorisation._Block, "_crosses", always(True),
        "ld.global.u32 %r3, [%rd2]; st.global.u32 [%rd2+4], 77; ld.global.u32 %r4, [%rd2+4]; add.u32 %r9, %r3, %r4;",
    ),
    "vector load of a misaligned pair": Mutant(
        "vectorisation", vectorisation.Affine, "is_multiple", always(True),
        "ld.global.u32 %r3, [%rd2+4]; ld.global.u32 %r4, [%rd2+8]; add.u32 %r9, %r3, %r4;",
    ),
    "vector store of a register that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "mov.u32 %r3, 5; st.global.u32 [%rd2], %r3; mov.u32 %r3, 6; st.global.u32 [%rd2+4], %r3;",
    ),
    "vector store under a guard that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "@%p1 st.global.u32 [%rd2], 1; setp.lt.u32 %p1, %r1, 5; @%p1 st.global.u32 [%rd2+4], 2;",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_the_condition_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    text = START + mutant.body + END
    sound = Validation()
    Pipeline.parse(mutant.passes).watched_by(sound).run(kernel(text))
    assert all(verdict.agreed == 4 for _, verdict in sound.verdicts)
    monkeypatch.setattr(mutant.owner, mutant.condition, mutant.instead)
    with pytest.raises(PassError) as caught:
        Pipeline(Pipeline.parse(mutant.passes).passes, check=False).watched_by(Validation()).run(kernel(text))
    assert caught.value.id == "PAS020"
