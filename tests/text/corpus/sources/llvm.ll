target triple = "nvptx64-nvidia-cuda"
@buffer = external addrspace(3) global [0 x i8], align 16
@tile = internal addrspace(3) global [64 x float] undef, align 16
@lut = internal unnamed_addr constant [4 x [2 x i16]] [[2 x i16] [i16 1, i16 -2], [2 x i16] [i16 3, i16 4], [2 x i16] [i16 5, i16 6], [2 x i16] [i16 7, i16 8]], align 4
@record = global { i32, ptr, double } { i32 7, ptr @lut, double 2.5 }
@.str = private unnamed_addr constant [6 x i8] c"hi %d\00"
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare void @llvm.nvvm.barrier0()
declare i32 @vprintf(ptr, ptr)
declare float @llvm.fma.f32(float, float, float)
declare float @llvm.sqrt.f32(float)
declare i64 @llvm.ctpop.i64(i64)

define internal float @scale(float %x, i32 %n) noinline {
  %f = sitofp i32 %n to float
  %m = fmul float %x, %f
  %r = call float @llvm.fma.f32(float %m, float 0x3FF3333340000000, float -1.000000e+00)
  ret float %r
}
define ptx_kernel void @dispatch(ptr addrspace(1) noalias align 16 %x, ptr addrspace(1) %y, i32 %op, ptr %fn, i8 %flag) #0 {
entry:
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %base = mul i32 %b, 128
  %i = add i32 %base, %t
  %i64 = zext i32 %i to i64
  %p = getelementptr <4 x float>, ptr addrspace(1) %x, i64 %i64
  %v = load <4 x float>, ptr addrspace(1) %p, align 16
  %v0 = extractelement <4 x float> %v, i32 0
  %v3 = extractelement <4 x float> %v, i32 3
  %slot = getelementptr [64 x float], ptr addrspace(3) @tile, i32 0, i32 %t
  store float %v0, ptr addrspace(3) %slot
  call void @llvm.nvvm.barrier0()
  switch i32 %op, label %other [ i32 0, label %zero i32 1, label %one i32 2, label %two i32 3, label %three i32 4, label %four i32 5, label %five ]
zero:
  %z = call float @scale(float %v3, i32 %t)
  br label %join
one:
  %o = call float %fn(float %v0, i32 %i)
  br label %join
two:
  %s = call float @llvm.sqrt.f32(float %v3)
  br label %join
three:
  %h = fptrunc float %v0 to half
  %h2 = fadd half %h, 0xH3C00
  %hf = fpext half %h2 to float
  br label %join
four:
  %asm = call i32 asm sideeffect "{ .reg .pred p; .reg .b32 t;\0A\09 setp.ne.b32 p, $1, 0;\0A\09 LOOP: @p bra DONE;\0A\09 add.u32 t, $1, 1;\0A\09 mov.b32 $0, t;\0A\09 DONE: }", "=r,r"(i32 %i)
  %af = bitcast i32 %asm to float
  br label %join
five:
  %q = getelementptr [4 x [2 x i16]], ptr @lut, i32 0, i32 %t, i32 1
  %w = load i16, ptr %q
  %wf = uitofp i16 %w to float
  br label %join
other:
  %c = call i32 @vprintf(ptr @.str, ptr null)
  %d = sitofp i32 %c to float
  br label %join
join:
  %r = phi float [ %z, %zero ], [ %o, %one ], [ %s, %two ], [ %hf, %three ], [ %af, %four ], [ %wf, %five ], [ %d, %other ]
  %out = getelementptr float, ptr addrspace(1) %y, i64 %i64
  %pc = call i64 @llvm.ctpop.i64(i64 %i64)
  %pt = trunc i64 %pc to i32
  %pf = sitofp i32 %pt to float
  %sum = fadd float %r, %pf
  %big = load float, ptr addrspace(3) @buffer
  %sum2 = fadd float %sum, %big
  store float %sum2, ptr addrspace(1) %out
  %old = atomicrmw add ptr addrspace(1) %y, i32 1 seq_cst
  ret void
}
attributes #0 = { "nvvm.maxntid"="128,1,1" "nvvm.minctasm"="2" "nvvm.maxnreg"="64" }
