// Every atomic operation, of every type; results do not depend on the order.
#include "corpus.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>

KERNEL integers(const int *x, int *out, unsigned long long *wide, int *seen, int n)
{
    int i = THREAD;
    if (i >= n) return;
    int v = x[i];
    atomicAdd(&out[0], v);
    atomicSub(&out[1], v);
    atomicMin(&out[2], v);
    atomicMax(&out[3], v);
    atomicMin((unsigned *)&out[4], (unsigned)v);
    atomicMax((unsigned *)&out[5], (unsigned)v);
    atomicAnd(&out[6], v | 0xff);
    atomicOr(&out[7], v & 0xf0f0);
    atomicXor(&out[8], v);
    int ticket = (int)atomicInc((unsigned *)&out[9], 40);
    atomicDec((unsigned *)&out[10], 50);
    atomicAdd(&seen[ticket], 1);
    seen[64 + atomicAdd(&out[11], 1)] = 1;
    if (atomicExch(&seen[512 + (v & 63)], 1) == 0) atomicAdd(&out[12], 1);
    if (atomicCAS(&seen[576 + (v & 31)], 0, 5) == 5) atomicAdd(&out[13], 1);
    atomicAdd_block(&out[16 + blockIdx.x], 1);
    atomicMax_system(&out[15], v ^ 1);
    atomicAdd(&wide[0], (unsigned long long)v << 20);
    atomicMax((long long *)&wide[1], (long long)v << 33);
    atomicMin(&wide[2], (unsigned long long)(long long)v);
    atomicXor(&wide[3], (unsigned long long)v * 0x100000001ull);
    unsigned long long old = *(volatile unsigned long long *)&wide[4], assumed; // a product modulo a prime, by compare and swap
    do {
        assumed = old;
        old = atomicCAS(&wide[4], assumed, assumed * (unsigned)(v & 0xff | 1) % 4294967291u);
    } while (old != assumed);
}

// Small whole numbers: every order gives the same sum.
KERNEL floats(const int *x, float *single, double *twice, __half2 *pair, int n)
{
    __shared__ float local;
    if (threadIdx.x == 0) local = 0;
    __syncthreads();
    int i = THREAD;
    if (i < n) {
        int v = x[i] & 7;
        atomicAdd(&single[0], (float)v);
        atomicAdd(&twice[0], v * 0.5);
        atomicAdd(pair, __halves2half2(__int2half_rn(v), __int2half_rn(1)));
        atomicAdd(&local, (float)v);
    }
    __syncthreads();
    if (threadIdx.x == 0) atomicAdd(&single[1], local);
}
#else
HOST(const int *x, int *out, unsigned long long *wide, int *seen, float *single, double *twice, uint16_t *pair, int n)
{
    double total = 0;
    for (int i = 0; i < n; i++) {
        int v = x[i];
        unsigned u = v;
        out[0] += v, out[1] -= v;
        if (v < out[2]) out[2] = v;
        if (v > out[3]) out[3] = v;
        if (u < (unsigned)out[4]) out[4] = v;
        if (u > (unsigned)out[5]) out[5] = v;
        out[6] &= v | 0xff, out[7] |= v & 0xf0f0, out[8] ^= v;
        seen[out[9]]++;
        out[9] = out[9] >= 40 ? 0 : out[9] + 1;
        out[10] = out[10] == 0 || out[10] > 50 ? 50 : out[10] - 1;
        seen[64 + out[11]++] = 1;
        if (!seen[512 + (v & 63)]) out[12]++;
        seen[512 + (v & 63)] = 1;
        if (seen[576 + (v & 31)] == 5) out[13]++;
        seen[576 + (v & 31)] = 5;
        out[16 + i / 128]++;
        if ((v ^ 1) > out[15]) out[15] = v ^ 1;
        wide[0] += (unsigned long long)v << 20;
        if (((long long)v << 33) > (long long)wide[1]) wide[1] = (unsigned long long)v << 33;
        if ((unsigned long long)(long long)v < wide[2]) wide[2] = (long long)v;
        wide[3] ^= (unsigned long long)v * 0x100000001ull;
        wide[4] = wide[4] * (unsigned)((v & 0xff) | 1) % 4294967291u;
        total += v & 7;
    }
    single[0] = single[1] = (float)total, twice[0] = total / 2;
    pair[0] = half_bits(total), pair[1] = half_bits(n);
}
#endif
