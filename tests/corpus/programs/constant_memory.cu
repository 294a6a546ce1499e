// Tables in constant memory, initialised globals, pointers between them.
#include "corpus.h"

#ifdef __CUDACC__
#define CONSTANT __constant__
#define GLOBAL __device__
#else
#define CONSTANT static const
#define GLOBAL static
#endif

CONSTANT int taps[7] = {1, -2, 3, 7, 3, -2, 1};
CONSTANT double scale = 0.125;
GLOBAL unsigned char crc_names[2][8] = {"forward", "reverse"};
GLOBAL int primes[] = {2, 3, 5, 7, 11, 13, 17, 19};
GLOBAL int *middle = &primes[4];
GLOBAL float halves[4] = {0.5f, 0.25f, -1.5f, 1e-3f};
struct Rule { short from, to; float weight; };
CONSTANT Rule rules[3] = {{1, 5, 0.5f}, {4, 20, -2.0f}, {0, 40, 0.25f}};
#ifdef __CUDACC__
GLOBAL int total;
#endif

CORE float ruled(int value)
{
    float weight = 0;
    for (int i = 0; i < 3; i++)
        if (value >= rules[i].from && value < rules[i].to) weight += rules[i].weight;
    return weight;
}

#ifdef __CUDACC__
KERNEL convolve(const int *x, int *y, float *z, double *w, int n)
{
    int i = THREAD;
    if (i >= n) return;
#else
HOST(const int *x, int *y, float *z, double *w, int *sum, int n)
{
    for (int i = 0; i < n; i++) {
#endif
    int value = 0;
    for (int j = 0; j < 7; j++)
        if (i + j - 3 >= 0 && i + j - 3 < n) value += taps[j] * x[i + j - 3];
    y[i] = value + crc_names[i & 1][i % 7] * middle[i % 6 - 3] - primes[x[i] & 7];
    z[i] = ruled(x[i] & 63) * halves[i & 3];
    w[i] = scale * value;
#ifdef __CUDACC__
    atomicAdd(&total, value);
}
KERNEL collect(int *sum) { *sum = total, total = 0; }
#else
    *sum += value;
    }
}
#endif
