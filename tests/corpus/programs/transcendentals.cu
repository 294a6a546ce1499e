// Functions of single precision: the library's, the hardware's approximations, and what IEEE 754 defines.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL library(const float *x, float *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    float v = x[i], *o = out + 10 * i;
    o[0] = sinf(v);
    o[1] = cosf(v * 1e6f); // a reduction with an array of digits of 2/pi
    o[2] = expf(v);
    o[3] = logf(fabsf(v));
    o[4] = powf(fabsf(v), 1.5f);
    o[5] = atan2f(v, 2.0f);
    o[6] = tanhf(v);
    o[7] = erff(v);
    o[8] = cbrtf(v);
    o[9] = exp2f(v);
}

KERNEL hardware(const float *x, float *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    float v = x[i], *o = out + 6 * i, a = fabsf(v) + 0.25f;
    o[0] = __sinf(v * 0.3f);
    o[1] = __cosf(v * 0.3f);
    o[2] = __expf(v);
    o[3] = __log2f(a);
    o[4] = rsqrtf(a);
    o[5] = __fdividef(1.0f, a);
}

KERNEL defined(const float *x, float *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    float v = x[i], *o = out + 10 * i, w = x[n - 1 - i];
    o[0] = __fsqrt_rn(fabsf(v));
    o[1] = __frcp_rn(v);
    o[2] = __fdiv_rn(v, w);
    o[3] = fmodf(v, 0.7f);
    o[4] = __fmaf_rz(v, w, v);
    o[5] = __fadd_ru(v, w) - __fadd_rd(v, w);
    o[6] = __saturatef(v);
    o[7] = ldexpf(v, 3) + rintf(w) + truncf(v);
    o[8] = copysignf(v, w) + fdimf(v, w);
    o[9] = isfinite(v / (w - w)) + 2 * signbit(w) + 4 * isnan(w) + nextafterf(v, w);
}
#else
HOST(const float *x, float *library, float *hardware, float *defined, int n)
{
    for (int i = 0; i < n; i++) {
        float v = x[i], w = x[n - 1 - i];
        double a = std::fabs(v), b = (double)(std::fabs(v) + 0.25f);
        double one[10] = {std::sin((double)v), std::cos((double)(v * 1e6f)), std::exp((double)v), std::log(a), std::pow(a, 1.5),
                          std::atan2((double)v, 2.0), std::tanh((double)v), std::erf((double)v), std::cbrt((double)v),
                          std::exp2((double)v)};
        double two[6] = {std::sin((double)(v * 0.3f)), std::cos((double)(v * 0.3f)), std::exp((double)v), std::log2(b),
                         1 / std::sqrt(b), 1 / b};
        for (int j = 0; j < 10; j++) library[10 * i + j] = (float)one[j];
        for (int j = 0; j < 6; j++) hardware[6 * i + j] = (float)two[j];
        float *o = defined + 10 * i;
        o[0] = std::sqrt(std::fabs(v));
        o[1] = 1 / v;
        o[2] = v / w;
        o[3] = std::fmod(v, 0.7f);
        // Toward zero: what the nearest float overshoots is taken back.
        __float128 exact = (__float128)v * w + v;
        float near = (float)exact;
        if ((near > 0 && near > exact) || (near < 0 && near < exact)) near = std::nextafter(near, 0.0f);
        o[4] = near;
        __float128 sum = (__float128)v + w;
        float up = (float)sum, down = up;
        if (up < sum) up = std::nextafter(up, INFINITY);
        if (down > sum) down = std::nextafter(down, -INFINITY);
        o[5] = up - down;
        o[6] = v < 0 ? 0 : v > 1 ? 1 : v;
        o[7] = std::ldexp(v, 3) + std::rint(w) + std::trunc(v);
        o[8] = std::copysign(v, w) + std::fdim(v, w);
        o[9] = 0 + 2 * std::signbit(w) + 0 + std::nextafter(v, w);
    }
}
#endif
