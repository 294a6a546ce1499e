// Keys with their values, sorted in shared memory.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL sort(unsigned long long *keys, int *values)
{
    __shared__ unsigned long long key[256];
    __shared__ int value[256];
    int t = threadIdx.x, base = blockIdx.x * 256;
    key[t] = keys[base + t], value[t] = values[base + t];
    key[t + 128] = keys[base + t + 128], value[t + 128] = values[base + t + 128];
    for (int size = 2; size <= 256; size *= 2)
        for (int stride = size / 2; stride; stride /= 2) {
            __syncthreads();
            int i = 2 * t - (t & (stride - 1)), j = i + stride;
            bool up = !(i & size);
            if ((key[i] > key[j]) == up) {
                unsigned long long k = key[i];
                key[i] = key[j], key[j] = k;
                int v = value[i];
                value[i] = value[j], value[j] = v;
            }
        }
    __syncthreads();
    keys[base + t] = key[t], values[base + t] = value[t];
    keys[base + t + 128] = key[t + 128], values[base + t + 128] = value[t + 128];
}
#else
#include <algorithm>
#include <numeric>
HOST(unsigned long long *keys, int *values)
{
    for (int b = 0; b < 2; b++) { // all keys are different
        std::vector<int> order(256);
        std::iota(order.begin(), order.end(), 256 * b);
        std::sort(order.begin(), order.end(), [&](int i, int j) { return keys[i] < keys[j]; });
        std::vector<unsigned long long> k;
        std::vector<int> v;
        for (int i : order) k.push_back(keys[i]), v.push_back(values[i]);
        std::copy(k.begin(), k.end(), keys + 256 * b);
        std::copy(v.begin(), v.end(), values + 256 * b);
    }
}
#endif
