import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Copy, ResidualAdd, VectorAdd
from ptxgen_inference.runtime.memory_plan import MemoryPlan, Span, place
from ptxgen_inference.runtime.recording import Workbench, record
from ptxgen_inference.runtime.trace import Trace

spans = st.builds(
    lambda size, first, life: Span(size, first, first + life),
    st.integers(1, 5000),
    st.integers(0, 12),
    st.integers(0, 5),
)


@given(st.lists(spans, max_size=20))
def test_what_lives_at_once_does_not_overlap(spans: list[Span]):
    starts, total = place(spans)
    for i, (a, start) in enumerate(zip(spans, starts, strict=True)):
        assert start % 256 == 0
        assert start + a.bytes <= total
        for b, other in zip(spans[:i], starts, strict=False):
            apart = start + a.bytes <= other or other + b.bytes <= start
            assert apart or a.last < b.first or b.last < a.first


def test_memory_is_used_again():
    starts, total = place([Span(512, 0, 1), Span(512, 1, 2), Span(512, 2, 3)])
    assert total == 1024
    assert starts[0] == starts[2] != starts[1]


def test_what_is_read_later_is_copied_before_an_update():
    """y = x + x in x's place, then z = x + y: x is wanted as it was."""
    device = EmulatedDevice()
    given = device.to_device(np.arange(5, dtype=np.float32))
    trace = Trace()
    x = trace.one(VectorAdd(n=5), x=given, y=given)
    y = trace.one(ResidualAdd(n=5), residual=x, x=given)
    z = trace.one(VectorAdd(n=5), x=x, y=y)
    recording = record(Workbench(device), trace, {"y": y, "z": z})
    assert [type(call.kernel) for call in recording.calls].count(Copy) == 1
    for _ in range(2):
        recording.replay()
        assert (recording.outputs["y"].to_host() == 3 * np.arange(5)).all()
        assert (recording.outputs["z"].to_host() == 5 * np.arange(5)).all()


def test_what_nobody_reads_again_is_updated_in_place():
    device = EmulatedDevice()
    given = device.to_device(np.arange(5, dtype=np.float32))
    trace = Trace()
    x = trace.one(VectorAdd(n=5), x=given, y=given)
    y = trace.one(ResidualAdd(n=5), residual=x, x=given)
    plan = MemoryPlan.of(trace.calls, [y])
    assert len(plan.calls) == 2
    assert plan.offsets[x] == plan.offsets[y]
    assert plan.bytes == 256
