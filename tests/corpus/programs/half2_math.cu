// Arithmetic on pairs of half-precision numbers.
#include "corpus.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>

KERNEL arithmetic(const __half2 *x, const __half2 *y, __half2 *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    __half2 a = x[i], b = y[i];
    out[6 * i + 0] = __hadd2_rn(a, b);
    out[6 * i + 1] = __hmul2_rn(a, b);
    out[6 * i + 2] = __hfma2(a, b, a);
    out[6 * i + 3] = __hmax2(a, __hneg2(b));
    out[6 * i + 4] = __hsub2_rn(__habs2(a), __low2half2(b));
    out[6 * i + 5] = __hge2(a, b);
}

KERNEL scalars(const __half *x, const __half *y, __half *out, int *flags, int n)
{
    int i = THREAD;
    if (i >= n) return;
    __half a = x[i], b = y[i];
    out[3 * i + 0] = __hfma_relu(a, b, __float2half(0.5f));
    out[3 * i + 1] = __hmin(a, b);
    out[3 * i + 2] = __float2half(__half2float(a) + __half2float(b));
    flags[i] = __hlt(a, b) | __heq(a, a) << 1 | (__hbgt2(__half2half2(a), __half2half2(b)) << 2)
             | __half2int_rz(a) << 3;
}
#else
HOST(const uint16_t *x, const uint16_t *y, uint16_t *pairs, uint16_t *out, int *flags, int n)
{
    for (int i = 0; i < n; i++) {
        double a = half_value(x[i]), b = half_value(y[i]), low = half_value(y[i & ~1]);
        uint16_t *p = pairs + i / 2 * 12 + i % 2;
        p[0] = half_bits(a + b);
        p[2] = half_bits(a * b);
        p[4] = half_bits(a * b + a);
        p[6] = half_bits(std::fmax(a, -b));
        p[8] = half_bits(std::fabs(a) - low);
        p[10] = half_bits(a >= b);
        out[3 * i] = half_bits(std::fmax(a * b + 0.5, 0));
        out[3 * i + 1] = half_bits(std::fmin(a, b));
        out[3 * i + 2] = half_bits(a + b);
        flags[i] = (a < b) | 2 | (a > b) << 2 | (int)a * 8;
    }
}
#endif
