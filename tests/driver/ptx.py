"""PTX that the driver's tests load."""

from __future__ import annotations

SAXPY = """\
.version 9.0
.target sm_80
.address_size 64

.global .align 4 .b32 counter;

.visible .entry saxpy(
    .param .u64 .ptr .global .align 4 x,
    .param .u64 .ptr .global .align 4 y,
    .param .u32 n,
    .param .f32 a
)
{
    .reg .pred %p;
    .reg .b32 %r<6>;
    .reg .b64 %rd<6>;
    .reg .f32 %f<4>;

    ld.param.u64 %rd1, [x];
    ld.param.u64 %rd2, [y];
    ld.param.u32 %r1, [n];
    ld.param.f32 %f1, [a];
    mov.u32 %r2, %tid.x;
    mov.u32 %r3, %ctaid.x;
    mov.u32 %r4, %ntid.x;
    mad.lo.u32 %r5, %r3, %r4, %r2;
    setp.ge.u32 %p, %r5, %r1;
    @%p bra done;
    mul.wide.u32 %rd3, %r5, 4;
    add.u64 %rd4, %rd1, %rd3;
    add.u64 %rd5, %rd2, %rd3;
    ld.global.f32 %f2, [%rd4];
    ld.global.f32 %f3, [%rd5];
    fma.rn.f32 %f3, %f2, %f1, %f3;
    st.global.f32 [%rd5], %f3;
done:
    ret;
}
"""

BY_VALUE = """\
.version 9.0
.target sm_90
.address_size 64

.visible .entry by_value(
    .param .align 8 .b8 pair[16],
    .param .u64 out
)
{
    .reg .b64 %rd<4>;

    ld.param.u64 %rd1, [pair];
    ld.param.u64 %rd2, [pair+8];
    ld.param.u64 %rd3, [out];
    st.global.u64 [%rd3], %rd1;
    st.global.u64 [%rd3+8], %rd2;
    ret;
}

.visible .entry tiled(.param .align 64 .b8 map[128])
.reqntid 32, 2, 1
{
    ret;
}

.visible .entry bounded()
.maxntid 64, 1, 1
{
    .shared .align 16 .b8 tile[1024];
    ret;
}
"""
