// 64-bit and 128-bit integers.
#include "corpus.h"

typedef unsigned long long u64;
typedef long long s64;

CORE u64 power_modulo(u64 base, unsigned exponent, u64 modulus)
{
    u64 result = 1;
    for (base %= modulus; exponent; exponent >>= 1) {
        if (exponent & 1) result = result * base % modulus;
        base = base * base % modulus;
    }
    return result;
}

CORE void work(u64 a, u64 b, u64 *out)
{
    s64 p = (s64)a, q = (s64)(b | 1);
    unsigned shift = (unsigned)b & 63;
    out[0] = a * b + (u64)(p >> 7);
    out[1] = a / (b | 1) + a % (b >> 40 | 1);
    out[2] = (u64)(p / q) ^ (u64)(p % (q >> 33 | 1));
    out[3] = a << shift ^ a >> (63 - shift) ^ (u64)(p >> shift);
    out[4] = (p < q ? a : b) + (a < b ? 1 : 2) + (u64)((p > 0) - (p < 0));
    out[5] = (u64)(unsigned)a * (unsigned)b + (u64)((s64)(int)a * (int)b);
    out[6] = power_modulo(a >> 34, (unsigned)b & 0xff, 1000000007);
    unsigned __int128 wide = (unsigned __int128)a * b + a;
    wide -= (unsigned __int128)b << 70;
    out[7] = (u64)(wide >> 64) ^ (u64)(wide >> 13);
}

#ifdef __CUDACC__
KERNEL integers(const u64 *x, const u64 *y, u64 *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    work(x[i], y[i], out + 10 * i);
    out[10 * i + 8] = __umul64hi(x[i], y[i]) + (u64)__mul64hi((s64)x[i], (s64)y[i]);
    out[10 * i + 9] = (u64)llmax((s64)x[i], (s64)y[i]) ^ ullmin(x[i], y[i]) ^ (u64)llabs((s64)x[i]);
}
#else
HOST(const u64 *x, const u64 *y, u64 *out, int n)
{
    for (int i = 0; i < n; i++) {
        u64 a = x[i], b = y[i];
        s64 p = (s64)a, q = (s64)b;
        work(a, b, out + 10 * i);
        out[10 * i + 8] = (u64)((unsigned __int128)a * b >> 64) + (u64)((__int128)p * q >> 64);
        out[10 * i + 9] = (u64)(p > q ? p : q) ^ (a < b ? a : b) ^ (p < 0 ? 0 - a : a);
    }
}
#endif
