#include <cuda_fp16.h>
#include <cuda_bf16.h>
__global__ void halves(const __half2* a, __half2* b, const __nv_bfloat16* c, float* d, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    b[i] = __hfma2(a[i], b[i], __float2half2_rn(0.5f));
    d[i] = __bfloat162float(c[i]) + __half2float(__low2half(a[i]));
}
__global__ void doubles(double* x, long long* y, unsigned n) {
    unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    double v = x[i];
    x[i] = sqrt(v) + sin(v) / (v + 1.0e-3) + fma(v, 2.5, 1.0);
    y[i] = __double2ll_rn(v) * 3 - (y[i] >> 3) + __brevll(y[i]) + __ffsll(y[i]);
}
__global__ void bits(unsigned* x, const uint4* q, int* s) {
    unsigned i = threadIdx.x;
    uint4 w = __ldg(q + i);
    x[i] = __byte_perm(w.x, w.y, 0x5140) + __popc(w.z) + (w.w >> 3 & 15) + __funnelshift_l(w.x, w.y, 7);
    s[i] = __dp4a((int)w.x, (int)w.y, s[i]);
    unsigned m = __ballot_sync(0xffffffff, w.x & 1);
    if (__any_sync(m, w.y > 3)) x[i + 32] = atomicCAS(x + 7, m, i) + atomicMax(x + 9, i);
    asm volatile("{ .reg .pred p; .reg .u32 t;\n setp.ne.u32 p, %1, 0;\n WAIT: @p bra DONE; add.u32 t, %0, 1;\n mov.u32 %0, t;\n DONE: }" : "+r"(x[i]) : "r"(i));
    asm volatile("{ .reg .pred p; .reg .u32 t;\n setp.ne.u32 p, %1, 0;\n WAIT: @p bra DONE; add.u32 t, %0, 2;\n mov.u32 %0, t;\n DONE: }" : "+r"(x[i]) : "r"(i));
}
