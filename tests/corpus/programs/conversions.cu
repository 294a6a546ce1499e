// Between integers and floats of all sizes, in every rounding mode, saturating where the value does not fit.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL from_float(const float *x, int *words, long long *wide, int n)
{
    int i = THREAD;
    if (i >= n) return;
    float v = x[i];
    int *w = words + 8 * i;
    w[0] = __float2int_rn(v);
    w[1] = __float2int_rz(v);
    w[2] = __float2int_ru(v);
    w[3] = __float2int_rd(v);
    w[4] = (int)__float2uint_rn(v);
    w[5] = (signed char)__float2int_rz(fmodf(v, 100.0f));
    w[6] = (int)lrintf(v * 0.01f) ^ (int)floorf(fmodf(v, 1000.0f));
    w[7] = __float_as_int(v) + __float2int_rn(rintf(v * 0.001f));
    wide[2 * i] = __float2ll_rz(v);
    wide[2 * i + 1] = (long long)__double2ull_rn((double)v * 1e6);
}

KERNEL from_integer(const long long *x, float *single, double *twice, int n)
{
    int i = THREAD;
    if (i >= n) return;
    long long v = x[i];
    float *s = single + 8 * i;
    s[0] = __int2float_rn((int)v);
    s[1] = __int2float_rz((int)v);
    s[2] = __uint2float_ru((unsigned)v);
    s[3] = __ll2float_rd(v);
    s[4] = __ull2float_rn((unsigned long long)v);
    s[5] = (float)(short)v;
    s[6] = __double2float_ru((double)v);
    s[7] = (float)(unsigned char)v;
    twice[3 * i] = __ll2double_rn(v);
    twice[3 * i + 1] = __int2double_rn((int)v) + __hiloint2double((int)0x40080000, (int)v);
    twice[3 * i + 2] = __ull2double_rz((unsigned long long)v);
}
#else
#include <cfenv>
template <typename To, typename From> static To rounded(From value, int mode)
{
    volatile From input = value;
    std::fesetround(mode);
    volatile To result = (To)input;
    std::fesetround(FE_TONEAREST);
    return result;
}

static int limited(double v, double low, double high) { return (int)(long long)std::fmin(std::fmax(v, low), high); }

HOST(const float *x, const long long *y, int *words, long long *wide, float *single, double *twice, int n)
{
    const double low = -2147483648.0, high = 2147483647.0;
    for (int i = 0; i < n; i++) {
        float v = x[i];
        int *w = words + 8 * i;
        w[0] = limited(std::nearbyint(v), low, high);
        w[1] = limited(std::trunc(v), low, high);
        w[2] = limited(std::ceil(v), low, high);
        w[3] = limited(std::floor(v), low, high);
        w[4] = limited(std::nearbyint(v), 0, 4294967295.0);
        w[5] = (int8_t)std::fmod(v, 100.0f);
        w[6] = limited(std::nearbyint(v * 0.01f), low, high) ^ (int)std::floor(std::fmod(v, 1000.0f));
        int bits;
        std::memcpy(&bits, &v, 4);
        w[7] = bits + (int)std::nearbyint(v * 0.001f);
        wide[2 * i] = (long long)v;
        double scaled = std::nearbyint((double)v * 1e6);
        wide[2 * i + 1] = scaled <= 0 ? 0 : (long long)(unsigned long long)scaled;
        long long a = y[i];
        float *s = single + 8 * i;
        s[0] = (float)(int)a;
        s[1] = rounded<float>((int)a, FE_TOWARDZERO);
        s[2] = rounded<float>((long long)(unsigned)a, FE_UPWARD);
        s[3] = rounded<float>(a, FE_DOWNWARD);
        s[4] = (float)(unsigned long long)a;
        s[5] = (float)(short)a;
        s[6] = rounded<float>((double)a, FE_UPWARD);
        s[7] = (float)(unsigned char)a;
        twice[3 * i] = (double)a;
        uint64_t pattern = 0x4008000000000000ull | (uint32_t)a;
        double made;
        std::memcpy(&made, &pattern, 8);
        twice[3 * i + 1] = (double)(int)a + made;
        // The hardware's 64 bits, cut to the 53 that a double holds.
        uint64_t u = (uint64_t)a;
        int spare = u >> 53 ? 11 - __builtin_clzll(u) : 0;
        twice[3 * i + 2] = (double)(u >> spare << spare);
    }
}
#endif
