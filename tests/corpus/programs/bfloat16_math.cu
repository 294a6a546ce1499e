// Arithmetic in bfloat16, single and in pairs, and its conversions.
#include "corpus.h"

#ifdef __CUDACC__
#include <cuda_bf16.h>

KERNEL arithmetic(const __nv_bfloat162 *x, const __nv_bfloat162 *y, __nv_bfloat162 *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    __nv_bfloat162 a = x[i], b = y[i];
    out[4 * i + 0] = __hfma2(a, b, a);
    out[4 * i + 1] = __hmin2(a, b);
    out[4 * i + 2] = __hadd2_rn(a, b);
    out[4 * i + 3] = __hmul2_rn(a, __habs2(b));
}

KERNEL conversions(const float *x, __nv_bfloat16 *single, __nv_bfloat162 *both, float *back, int n)
{
    int i = THREAD;
    if (i >= n) return;
    single[i] = __float2bfloat16_rn(x[i]);
    if (i % 2 == 0) both[i / 2] = __floats2bfloat162_rn(x[i], x[i + 1]);
    back[i] = __bfloat162float(__float2bfloat16_rz(x[i]));
}
#else
HOST(const uint16_t *x, const uint16_t *y, const float *z, uint16_t *out, uint16_t *single, uint16_t *both, float *back,
     int n)
{
    for (int i = 0; i < n; i++) {
        double a = bfloat_value(x[i]), b = bfloat_value(y[i]);
        uint16_t *p = out + i / 2 * 8 + i % 2;
        p[0] = bfloat_bits(a * b + a);
        p[2] = bfloat_bits(std::fmin(a, b));
        p[4] = bfloat_bits(a + b);
        p[6] = bfloat_bits(a * std::fabs(b));
        single[i] = both[i] = bfloat_bits(z[i]);
        uint32_t word;
        std::memcpy(&word, &z[i], 4);
        word &= 0xffff0000;
        std::memcpy(&back[i], &word, 4);
    }
}
#endif
