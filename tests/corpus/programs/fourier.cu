// Transforms over the integers modulo 65537 in shared memory (exact), and over the complex numbers in registers.
#include "corpus.h"

CORE unsigned multiplied(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b % 65537u); }

CORE unsigned raised(unsigned base, unsigned exponent)
{
    unsigned result = 1;
    for (; exponent; exponent >>= 1, base = multiplied(base, base))
        if (exponent & 1) result = multiplied(result, base);
    return result;
}

struct Complex { float re, im; };
CORE Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
CORE Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
CORE Complex turned(Complex a) { return {a.im, -a.re}; }

CORE void four(Complex *v)
{
    Complex a = v[0] + v[2], b = v[0] - v[2], c = v[1] + v[3], d = turned(v[1] - v[3]);
    v[0] = a + c, v[1] = b + d, v[2] = a - c, v[3] = b - d;
}

#ifdef __CUDACC__
KERNEL exact(const unsigned *x, unsigned *y) // 64 points in each block of 32 threads
{
    __shared__ unsigned data[64];
    int t = threadIdx.x;
    x += blockIdx.x * 64, y += blockIdx.x * 64;
    data[__brev(t) >> 26] = x[t], data[__brev(t + 32) >> 26] = x[t + 32];
    __syncthreads();
    for (int half = 1; half < 64; half *= 2) {
        int offset = t & (half - 1), low = 2 * (t - offset) + offset;
        unsigned factor = raised(raised(3, 65536 / (2 * half)), offset);
        unsigned a = data[low], b = multiplied(data[low + half], factor);
        data[low] = (a + b) % 65537, data[low + half] = (a + 65537 - b) % 65537;
        __syncthreads();
    }
    y[t] = data[t], y[t + 32] = data[t + 32];
}

KERNEL small(const float2 *x, float2 *y, int n)
{
    int i = THREAD;
    if (i >= n) return;
    Complex v[4];
    for (int j = 0; j < 4; j++) v[j] = {x[4 * i + j].x, x[4 * i + j].y};
    four(v);
    for (int j = 0; j < 4; j++) y[4 * i + j] = make_float2(v[j].re, v[j].im);
}
#else
HOST(const unsigned *x, unsigned *y, const float *z, float *w, int blocks, int n)
{
    for (int b = 0; b < blocks; b++)
        for (int k = 0; k < 64; k++) {
            unsigned sum = 0;
            for (int j = 0; j < 64; j++) sum = (sum + multiplied(x[64 * b + j], raised(raised(3, 1024), j * k % 64))) % 65537;
            y[64 * b + k] = sum;
        }
    for (int i = 0; i < n; i++) {
        Complex v[4];
        std::memcpy(v, z + 8 * i, sizeof v);
        four(v);
        std::memcpy(w + 8 * i, v, sizeof v);
    }
}
#endif
