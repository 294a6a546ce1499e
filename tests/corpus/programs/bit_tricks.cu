// Counting, finding, reversing, choosing and shifting bits.
#include "corpus.h"

CORE unsigned gray(unsigned x) { return x ^ x >> 1; }
CORE unsigned majority(unsigned a, unsigned b, unsigned c) { return (a & b) | (b & c) | (a & c); }

CORE unsigned morton(unsigned x)
{
    x &= 0xffff;
    x = (x | x << 8) & 0x00ff00ff;
    x = (x | x << 4) & 0x0f0f0f0f;
    x = (x | x << 2) & 0x33333333;
    return (x | x << 1) & 0x55555555;
}

CORE unsigned next_permutation(unsigned x, int zeros)
{
    unsigned t = x | (x - 1);
    return (t + 1) | (((~t & -~t) - 1) >> (zeros + 1) % 32);
}

#ifdef __CUDACC__
KERNEL bits(const unsigned *x, const unsigned *y, unsigned *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    unsigned a = x[i], b = y[i];
    unsigned long long wide = (unsigned long long)a << 32 | b;
    out[16 * i + 0] = __popc(a) + (__popcll(wide) << 8);
    out[16 * i + 1] = __clz(a) + (__clzll(wide >> (b & 63)) << 8);
    out[16 * i + 2] = __ffs(a) + (__ffsll(wide << (b & 63)) << 8);
    out[16 * i + 3] = __brev(a);
    out[16 * i + 4] = (unsigned)(__brevll(wide) >> 7);
    out[16 * i + 5] = __byte_perm(a, b, 0x4163) ^ __byte_perm(a, b, a & 0x7777);
    out[16 * i + 6] = __funnelshift_l(a, b, a);
    out[16 * i + 7] = __funnelshift_r(a, b, b);
    out[16 * i + 8] = __funnelshift_lc(a, b, b & 63) ^ __funnelshift_rc(a, b, a & 63);
    out[16 * i + 9] = majority(a, b, a >> 3) ^ (a & ~b | (b ^ 0x5555aaaa));
    out[16 * i + 10] = morton(a) | morton(b) << 1;
    out[16 * i + 11] = next_permutation(a | 1, __ffs(a | 1) - 1);
    out[16 * i + 12] = (a >> 5 & 0x7f) | ((int)b << 9 >> 20);
    out[16 * i + 13] = gray(a) + __umulhi(a, b) - __mulhi((int)a, (int)b);
    out[16 * i + 14] = __sad((int)a >> 8, (int)b >> 8, 7) + __usad(a, b, 3) + __uhadd(a, b) + __rhadd((int)a, (int)b);
    out[16 * i + 15] = __umul24(a, b) ^ __mul24((int)a, (int)b) ^ abs((int)a) ^ max((int)a, (int)b) ^ min(a, b);
}
#else
static int leading(uint64_t x, int width)
{
    int count = 0;
    while (count < width && !(x >> (width - 1 - count) & 1)) count++;
    return count;
}

static uint64_t reversed(uint64_t x, int width)
{
    uint64_t result = 0;
    for (int i = 0; i < width; i++) result |= (x >> i & 1) << (width - 1 - i);
    return result;
}

static unsigned permuted(unsigned a, unsigned b, unsigned control)
{
    uint64_t both = (uint64_t)b << 32 | a;
    unsigned result = 0;
    for (int i = 0; i < 4; i++) result |= (unsigned)(both >> 8 * (control >> 4 * i & 7) & 255) << 8 * i;
    return result;
}

HOST(const unsigned *x, const unsigned *y, unsigned *out, int n)
{
    for (int i = 0; i < n; i++) {
        unsigned a = x[i], b = y[i];
        uint64_t wide = (uint64_t)a << 32 | b, pair = (uint64_t)b << 32 | a;
        auto first = [](uint64_t v) { return v ? __builtin_ctzll(v) + 1 : 0; };
        auto low24 = [](unsigned v) { return (int32_t)(v << 8) >> 8; };
        int32_t p = (int32_t)a, q = (int32_t)b;
        out[16 * i + 0] = __builtin_popcount(a) + (__builtin_popcountll(wide) << 8);
        out[16 * i + 1] = leading(a, 32) + (leading(wide >> (b & 63), 64) << 8);
        out[16 * i + 2] = first(a) + (first(wide << (b & 63)) << 8);
        out[16 * i + 3] = (unsigned)reversed(a, 32);
        out[16 * i + 4] = (unsigned)(reversed(wide, 64) >> 7);
        out[16 * i + 5] = permuted(a, b, 0x4163) ^ permuted(a, b, a & 0x7777);
        out[16 * i + 6] = (unsigned)(pair << (a & 31) >> 32);
        out[16 * i + 7] = (unsigned)(pair >> (b & 31));
        unsigned left = (b & 63) > 32 ? 32 : b & 63, right = (a & 63) > 32 ? 32 : a & 63;
        out[16 * i + 8] = (unsigned)(pair << left >> 32) ^ (unsigned)(pair >> right);
        out[16 * i + 9] = majority(a, b, a >> 3) ^ ((a & ~b) | (b ^ 0x5555aaaa));
        out[16 * i + 10] = morton(a) | morton(b) << 1;
        out[16 * i + 11] = next_permutation(a | 1, first(a | 1) - 1);
        out[16 * i + 12] = (a >> 5 & 0x7f) | (unsigned)((int32_t)(b << 9) >> 20);
        out[16 * i + 13] = gray(a) + (unsigned)((uint64_t)a * b >> 32) - (unsigned)((int64_t)p * q >> 32);
        out[16 * i + 14] = std::abs((p >> 8) - (q >> 8)) + 7 + (a > b ? a - b : b - a) + 3
                         + (unsigned)(((uint64_t)a + b) >> 1) + (unsigned)(((int64_t)p + q + 1) >> 1);
        out[16 * i + 15] = (a & 0xffffff) * (b & 0xffffff) ^ (unsigned)low24(a) * (unsigned)low24(b)
                         ^ (p < 0 ? 0u - a : a) ^ (unsigned)(p > q ? p : q) ^ (a < b ? a : b);
    }
}
#endif
