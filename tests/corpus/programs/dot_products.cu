// Four products at once, and instructions on the bytes and halves of a word.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL dots(const int *x, const int *y, int *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    int a = x[i], b = y[i];
    out[8 * i + 0] = __dp4a(a, b, i);
    out[8 * i + 1] = (int)__dp4a((unsigned)a, (unsigned)b, 5u);
    out[8 * i + 2] = __dp2a_lo(a, b, -i) + __dp2a_hi(a, b, i);
    out[8 * i + 3] = (int)(__vadd4(a, b) ^ __vsub2(a, b));
    out[8 * i + 4] = (int)(__vmaxs4(a, b) ^ __vminu2(a, b));
    out[8 * i + 5] = (int)__vabsdiffu4(a, b);
    out[8 * i + 6] = (int)(__vcmpgtu4(a, b) & 0x11111111);
    out[8 * i + 7] = (int)__vavgu4(a, b);
}
#else
HOST(const int *x, const int *y, int *out, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t word[8] = {0}, a = x[i], b = y[i];
        word[0] = i, word[1] = 5;
        uint32_t sums = 0, differences = 0, most = 0, least = 0;
        for (int j = 0; j < 4; j++) {
            int p = a >> 8 * j & 255, q = b >> 8 * j & 255, s = (int8_t)p, t = (int8_t)q;
            word[0] += s * t;
            word[1] += p * q;
            word[2] += (int16_t)(a >> 16 * (j & 1)) * t;
            sums |= (uint32_t)((p + q) & 255) << 8 * j;
            most |= (uint32_t)((s > t ? p : q)) << 8 * j;
            word[5] |= (uint32_t)std::abs(p - q) << 8 * j;
            word[6] |= (uint32_t)(p > q ? 0x11 : 0) << 8 * j;
            word[7] |= (uint32_t)((p + q + 1) >> 1) << 8 * j;
        }
        for (int j = 0; j < 2; j++) {
            uint32_t p = a >> 16 * j & 0xffff, q = b >> 16 * j & 0xffff;
            differences |= ((p - q) & 0xffff) << 16 * j;
            least |= (p < q ? p : q) << 16 * j;
        }
        word[3] = sums ^ differences, word[4] = most ^ least;
        std::memcpy(out + 8 * i, word, 32);
    }
}
#endif
