// Double precision: what IEEE 754 defines bit for bit, an iteration, and functions of the library.
#include "corpus.h"

CORE double newton_cube_root(double x)
{
    double root = x > 1 ? x : 1;
    for (int i = 0; i < 60; i++) {
        double next = (2 * root + x / (root * root)) / 3;
        if (next >= root) break;
        root = next;
    }
    return root;
}

#ifdef __CUDACC__
KERNEL defined(const double *x, const double *y, double *out, long long *bits, int n)
{
    int i = THREAD;
    if (i >= n) return;
    double a = x[i], b = y[i];
    out[8 * i + 0] = __dadd_rn(a, b);
    out[8 * i + 1] = __dmul_rn(a, b);
    out[8 * i + 2] = __ddiv_rn(a, b);
    out[8 * i + 3] = __dsqrt_rn(fabs(a));
    out[8 * i + 4] = fma(a, b, -a);
    out[8 * i + 5] = floor(a) + rint(b);
    out[8 * i + 6] = copysign(trunc(a), b);
    out[8 * i + 7] = fmin(a, b) - fmax(ceil(a), round(b));
    bits[i] = __double_as_longlong(a) ^ (long long)b ^ (long long)__double2float_rn(a) ^ (a < b ? 1ll << 60 : 0);
}
KERNEL roots(const double *x, double *out, int n)
{
    if (THREAD < n) out[THREAD] = newton_cube_root(fabs(x[THREAD]));
}
KERNEL functions(const double *x, double *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    out[4 * i + 0] = exp(x[i] * 0.25);
    out[4 * i + 1] = log(fabs(x[i]));
    out[4 * i + 2] = sin(x[i]);
    out[4 * i + 3] = atan(x[i]);
}
#else
HOST(const double *x, const double *y, double *out, long long *bits, double *root, double *function, int n)
{
    for (int i = 0; i < n; i++) {
        double a = x[i], b = y[i];
        out[8 * i + 0] = a + b;
        out[8 * i + 1] = a * b;
        out[8 * i + 2] = a / b;
        out[8 * i + 3] = std::sqrt(std::fabs(a));
        out[8 * i + 4] = std::fma(a, b, -a);
        out[8 * i + 5] = std::floor(a) + std::rint(b);
        out[8 * i + 6] = std::copysign(std::trunc(a), b);
        out[8 * i + 7] = std::fmin(a, b) - std::fmax(std::ceil(a), std::round(b));
        long long word;
        std::memcpy(&word, &a, 8);
        bits[i] = word ^ (long long)b ^ (long long)(float)a ^ (a < b ? 1ll << 60 : 0);
        root[i] = newton_cube_root(std::fabs(a));
        function[4 * i + 0] = std::exp(a * 0.25);
        function[4 * i + 1] = std::log(std::fabs(a));
        function[4 * i + 2] = std::sin(a);
        function[4 * i + 3] = std::atan(a);
    }
}
#endif
