// Forces between bodies, tile by tile, with an approximate inverse square root.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL forces(const float4 *bodies, float4 *force, int n)
{
    __shared__ float4 tile[64];
    int i = THREAD;
    float4 me = i < n ? bodies[i] : make_float4(0, 0, 0, 0);
    float x = 0, y = 0, z = 0, potential = 0;
    for (int start = 0; start < n; start += 64) {
        tile[threadIdx.x] = start + threadIdx.x < n ? bodies[start + threadIdx.x] : make_float4(0, 0, 0, 0);
        __syncthreads();
#pragma unroll 4
        for (int j = 0; j < 64; j++) {
            float dx = tile[j].x - me.x, dy = tile[j].y - me.y, dz = tile[j].z - me.z;
            float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + 0.01f);
            float pull = tile[j].w * inverse * inverse * inverse;
            x += dx * pull, y += dy * pull, z += dz * pull, potential += tile[j].w * inverse;
        }
        __syncthreads();
    }
    if (i < n) force[i] = make_float4(x, y, z, potential);
}
#else
HOST(const float *bodies, float *force, int n)
{
    for (int i = 0; i < n; i++) {
        double sum[4] = {0};
        for (int j = 0; j < n; j++) {
            const float *me = bodies + 4 * i, *other = bodies + 4 * j;
            double d[3], square = 0.01f;
            for (int k = 0; k < 3; k++) d[k] = other[k] - me[k], square += d[k] * d[k];
            double inverse = 1 / std::sqrt(square);
            for (int k = 0; k < 3; k++) sum[k] += d[k] * other[3] * inverse * inverse * inverse;
            sum[3] += other[3] * inverse;
        }
        for (int k = 0; k < 4; k++) force[4 * i + k] = (float)sum[k];
    }
}
#endif
