// Vector loads and stores of every width, through the read-only path as well.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL floats(const float4 *__restrict__ x, float4 *__restrict__ y, float2 *z, int n)
{
    int i = THREAD;
    if (i >= n) return;
    float4 v = __ldg(&x[i]), w = x[n - 1 - i];
    y[i] = make_float4(v.w, v.z * w.x, v.y - w.y, v.x);
    z[i] = make_float2(fmaxf(v.x, w.z), fminf(v.y, w.w));
}

KERNEL integers(const int2 *x, const ushort4 *y, const char3 *b, longlong2 *out, uchar4 *bytes, int n)
{
    int i = THREAD;
    if (i >= n) return;
    int2 v = __ldcs(&x[i]);
    ushort4 w = y[i];
    char3 c = b[i];
    __stcg(&out[i], make_longlong2((long long)v.x * w.x + c.x, (long long)v.y - w.y * c.y));
    bytes[i] = make_uchar4(w.z >> 8, w.w, (unsigned char)v.x, c.z + 1);
}
#else
HOST(const float *x, float *y, float *z, const int *p, const uint16_t *q, const int8_t *r, long long *out,
     unsigned char *bytes, int n)
{
    for (int i = 0; i < n; i++) {
        const float *v = x + 4 * i, *w = x + 4 * (n - 1 - i);
        y[4 * i] = v[3], y[4 * i + 1] = v[2] * w[0], y[4 * i + 2] = v[1] - w[1], y[4 * i + 3] = v[0];
        z[2 * i] = std::fmax(v[0], w[2]), z[2 * i + 1] = std::fmin(v[1], w[3]);
        const uint16_t *u = q + 4 * i;
        const int8_t *c = r + 3 * i;
        out[2 * i] = (long long)p[2 * i] * u[0] + c[0];
        out[2 * i + 1] = (long long)p[2 * i + 1] - u[1] * c[1];
        bytes[4 * i] = u[2] >> 8, bytes[4 * i + 1] = (unsigned char)u[3];
        bytes[4 * i + 2] = (unsigned char)p[2 * i], bytes[4 * i + 3] = (unsigned char)(c[2] + 1);
    }
}
#endif
