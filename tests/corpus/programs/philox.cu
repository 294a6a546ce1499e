// Philox 4x32-10, numbers in [0, 1) made from it, and an estimate of pi by counting.
#include "corpus.h"

struct Block { unsigned word[4]; };

CORE Block philox(unsigned counter, unsigned stream, unsigned low, unsigned high)
{
    Block b = {{counter, 0, stream, 0}};
    for (int round = 0; round < 10; round++) {
        unsigned long long p = (unsigned long long)b.word[0] * 0xd2511f53u, q = (unsigned long long)b.word[2] * 0xcd9e8d57u;
        Block next = {{(unsigned)(q >> 32) ^ b.word[1] ^ low, (unsigned)q, (unsigned)(p >> 32) ^ b.word[3] ^ high, (unsigned)p}};
        b = next;
        low += 0x9e3779b9u, high += 0xbb67ae85u;
    }
    return b;
}

CORE float unit(unsigned word) { return (float)(word >> 8) * 5.9604644775390625e-8f; }

CORE unsigned xorshift(unsigned long long *state)
{
    *state ^= *state >> 12, *state ^= *state << 25, *state ^= *state >> 27;
    return (unsigned)(*state * 2685821657736338717ull >> 32);
}

#ifdef __CUDACC__
KERNEL numbers(uint4 *words, float4 *units, unsigned *inside, unsigned seed, int n)
{
    int i = THREAD;
    bool hit = false;
    if (i < n) {
        Block b = philox(i, 7, seed, ~seed);
        words[i] = make_uint4(b.word[0], b.word[1], b.word[2], b.word[3]);
        float4 u = make_float4(unit(b.word[0]), unit(b.word[1]), unit(b.word[2]), unit(b.word[3]));
        units[i] = u;
        unsigned long long state = seed + i;
        unsigned a = xorshift(&state) >> 20, c = xorshift(&state) >> 20;
        hit = a * a + c * c < 1u << 24;
    }
    unsigned count = __syncthreads_count(hit);
    if (threadIdx.x == 0) atomicAdd(inside, count);
}
#else
HOST(unsigned *words, float *units, unsigned *inside, unsigned seed, int n)
{
    for (int i = 0; i < n; i++) {
        Block b = philox(i, 7, seed, ~seed);
        for (int j = 0; j < 4; j++) words[4 * i + j] = b.word[j], units[4 * i + j] = unit(b.word[j]);
        unsigned long long state = seed + i;
        unsigned a = xorshift(&state) >> 20, c = xorshift(&state) >> 20;
        *inside += a * a + c * c < 1u << 24;
    }
}
#endif
