// Instructions that C++ has no word for, and special registers.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL assembly(const unsigned *x, const unsigned *y, unsigned *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    unsigned a = x[i], b = y[i], r, s, *o = out + 16 * i;
    asm("bfe.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b & 31), "r"(b >> 8 & 31)); o[0] = r;
    asm("bfe.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b & 31), "r"(b >> 8 & 31)); o[1] = r;
    asm("bfi.b32 %0, %1, %2, %3, %4;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 31), "r"(a & 15)); o[2] = r;
    asm("bfind.u32 %0, %1;" : "=r"(r) : "r"(a >> (b & 31))); o[3] = r;
    asm("bfind.shiftamt.s32 %0, %1;" : "=r"(r) : "r"(a)); o[4] = r;
    asm("prmt.b32.f4e %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(b & 3)); o[5] = r;
    asm("prmt.b32.rc16 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(a & 3)); o[6] = r;
    asm("lop3.b32 %0, %1, %2, %3, 0x1b;" : "=r"(r) : "r"(a), "r"(b), "r"(a + b)); o[7] = r;
    asm("{ add.cc.u32 %0, %2, %3; addc.u32 %1, %2, 0; }" : "=r"(r), "=r"(s) : "r"(a), "r"(b)); o[8] = r ^ s;
    asm("{ mad.lo.cc.u32 %0, %2, %3, %2; madc.hi.u32 %1, %2, %3, 0; }" : "=r"(r), "=r"(s) : "r"(a), "r"(b)); o[9] = r ^ s;
    asm("{ sub.cc.u32 %0, %2, %3; subc.u32 %1, %3, %2; }" : "=r"(r), "=r"(s) : "r"(a), "r"(b)); o[10] = r + 3 * s;
    asm("sad.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(7)); o[11] = r;
    asm("mad24.hi.u32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(1)); o[12] = r;
    asm("slct.u32.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"((int)(a ^ b))); o[13] = r;
    asm("{ .reg .pred p, q, c; setp.ne.u32 c, %1, 0; setp.lt.and.s32 p|q, %1, %2, c; selp.u32 %0, 3, 4, p; @q add.u32 %0, %0, 8; }" : "=r"(r) : "r"(a), "r"(b)); o[14] = r;
    asm("set.gt.u32.s32 %0, %1, %2;" : "=r"(r) : "r"(a), "r"(b)); o[15] = r;
}

KERNEL spaces(const unsigned *x, unsigned *out, int n)
{
    __shared__ unsigned tile[64];
    unsigned place[2] = {threadIdx.x, 5};
    tile[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    unsigned *pointers[3] = {tile, place, (unsigned *)x};
    unsigned *chosen = pointers[threadIdx.x % 3];
    unsigned lane, warp, cta, size;
    asm("mov.u32 %0, %%laneid;" : "=r"(lane));
    asm("mov.u32 %0, %%warpid;" : "=r"(warp));
    asm("mov.u32 %0, %%nctaid.x;" : "=r"(cta));
    asm("mov.u32 %0, WARP_SZ;" : "=r"(size));
    asm volatile("prefetch.global.L2 [%0];" ::"l"(x));
    unsigned loaded, cached;
    asm volatile("ld.global.nc.L1::no_allocate.u32 %0, [%1];" : "=r"(loaded) : "l"(x + threadIdx.x));
    asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];" : "=r"(cached) : "l"(x + n - 1));
    asm volatile("st.release.gpu.global.u32 [%0], %1;" ::"l"(out + 2 * threadIdx.x), "r"(chosen[threadIdx.x & 1] + loaded) : "memory");
    out[2 * threadIdx.x + 1] = (__isShared(chosen) | __isLocal(chosen) << 1 | __isGlobal(chosen) << 2) + lane * 8
                             + warp * 512 + cta * 4096 + size * 65536 + cached;
}
#else
HOST(const unsigned *x, const unsigned *y, unsigned *out, unsigned *kinds, int n)
{
    auto top = [](uint32_t v) { return v ? 31u - __builtin_clz(v) : ~0u; };
    for (int i = 0; i < n; i++) {
        uint32_t a = x[i], b = y[i], *o = out + 16 * i, at = b & 31, length = b >> 8 & 31;
        uint64_t field = ((uint64_t)a >> at) & ((1ull << length) - 1);
        o[0] = (uint32_t)field;
        uint32_t end = at + length - 1 > 31 ? 31 : at + length - 1, sign = length ? a >> end & 1 : 0;
        o[1] = 0;
        for (uint32_t j = 0; j < 32; j++) o[1] |= (j < length && at + j < 32 ? a >> (at + j) & 1 : sign) << j;
        o[2] = b;
        for (uint32_t j = 0; j < (a & 15) && at + j < 32; j++) o[2] = (o[2] & ~(1u << (at + j))) | (a >> j & 1) << (at + j);
        o[3] = top(a >> (b & 31));
        uint32_t size = (int32_t)a < 0 ? ~a : a;
        o[4] = size ? 31 - top(size) : ~0u;
        uint64_t pair = (uint64_t)b << 32 | a;
        o[5] = (uint32_t)(pair >> 8 * (b & 3));
        o[6] = (a >> 16 * (a & 1) & 0xffff) * 0x10001u;
        o[7] = 0;
        for (int j = 0; j < 32; j++) o[7] |= (0x1bu >> ((a >> j & 1) << 2 | (b >> j & 1) << 1 | ((a + b) >> j & 1)) & 1) << j;
        o[8] = (a + b) ^ (a + ((uint32_t)(a + b) < a));
        uint64_t low = (uint64_t)(uint32_t)(a * b) + a;
        o[9] = (uint32_t)low ^ ((uint32_t)((uint64_t)a * b >> 32) + (uint32_t)(low >> 32));
        o[10] = (a - b) + 3 * (b - a - (a < b));
        o[11] = (a > b ? a - b : b - a) + 7;
        o[12] = (uint32_t)((uint64_t)(a & 0xffffff) * (b & 0xffffff) >> 16) + 1;
        o[13] = (int32_t)(a ^ b) >= 0 ? a : b;
        o[14] = a == 0 ? 4 : (int32_t)a < (int32_t)b ? 3 : 12;
        o[15] = (int32_t)a > (int32_t)b ? ~0u : 0;
    }
    for (uint32_t t = 0; t < 64; t++) {
        uint32_t value = t % 3 == 0 || t % 3 == 2 ? x[t & 1] : t & 1 ? 5 : t;
        kinds[2 * t] = value + x[t];
        kinds[2 * t + 1] = (1u << t % 3) + t % 32 * 8 + t / 32 * 512 + 4096 + 32 * 65536 + x[n - 1];
    }
}
#endif
