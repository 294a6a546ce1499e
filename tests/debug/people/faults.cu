// Faults as people make them, one in each kernel, and how they are mended. Compiled twice by `compile.py`.
#include <cuda_pipeline.h>
#include <cuda_runtime.h>

#ifdef MEND
#define MENDED(...) __VA_ARGS__
#define FAULTY(...)
#else
#define MENDED(...)
#define FAULTY(...) __VA_ARGS__
#endif
#define KERNEL extern "C" __global__ void
#define KERNEL128 extern "C" __global__ void __launch_bounds__(128)
#define GLOBAL_INDEX int g = blockIdx.x * blockDim.x + threadIdx.x
#define SHARED(p) ((unsigned)__cvta_generic_to_shared(p))
#define ALL 0xffffffffu

// ---- barriers and shared memory

KERNEL reversal(float *x)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = x[t];
    MENDED(__syncthreads();)
    x[t] = s[255 - t];
}

KERNEL tiled_product(const float *a, const float *b, float *c, int n)
{
    __shared__ float left[16][16], right[16][16];
    int tx = threadIdx.x, ty = threadIdx.y, row = blockIdx.y * 16 + ty, column = blockIdx.x * 16 + tx;
    float sum = 0;
    for (int k = 0; k < n; k += 16) {
        left[ty][tx] = a[row * n + k + tx];
        right[ty][tx] = b[(k + ty) * n + column];
        __syncthreads();
        for (int i = 0; i < 16; i++) sum += left[ty][i] * right[i][tx];
        MENDED(__syncthreads();)
    }
    c[row * n + column] = sum;
}

KERNEL transposition(const float *x, float *y, int n)
{
    __shared__ float s[32][33];
    int c = blockIdx.x * 32 + threadIdx.x, r = blockIdx.y * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += 8) s[threadIdx.y + j][threadIdx.x] = x[(size_t)(r + j) * n + c];
    MENDED(__syncthreads();)
    c = blockIdx.y * 32 + threadIdx.x, r = blockIdx.x * 32 + threadIdx.y;
    for (int j = 0; j < 32; j += 8) y[(size_t)(r + j) * n + c] = s[threadIdx.x][threadIdx.y + j];
}

KERNEL reduction_tree(const float *x, float *y)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = x[blockIdx.x * 256 + t];
    __syncthreads();
#pragma unroll 1
    for (int d = 128; d; d /= 2) {
        if (t < d) s[t] += s[t + d];
        MENDED(__syncthreads();)
    }
    if (t == 0) y[blockIdx.x] = s[0];
}

KERNEL scan_in_place(float *x)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = x[t];
    __syncthreads();
    for (int d = 1; d < 256; d *= 2) {
        FAULTY(if (t >= d) s[t] += s[t - d];)
        MENDED(float before = t >= d ? s[t - d] : 0; __syncthreads(); s[t] += before;)
        __syncthreads();
    }
    x[t] = s[t];
}

KERNEL barrier_in_loop(float *x, int n)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    for (int i = FAULTY(t) MENDED(0); i < n; i += 256) {
        s[t] = x[MENDED(i + t) FAULTY(i)];
        __syncthreads();
        x[MENDED(i + t) FAULTY(i)] = s[255 - t];
        __syncthreads();
    }
}

KERNEL uncleared_histogram(const unsigned char *x, unsigned *counts, int n)
{
    __shared__ unsigned s[256];
    int t = threadIdx.x;
    s[t] = 0;
    MENDED(__syncthreads();)
    for (int i = t; i < n; i += blockDim.x) atomicAdd(&s[x[i]], 1u);
    __syncthreads();
    atomicAdd(&counts[t], s[t]);
}

KERNEL uncleared_rest(const float *x, float *y, int n)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    FAULTY(if (t < n) s[t] = x[t];)
    MENDED(s[t] = t < n ? x[t] : 0.f;)
    __syncthreads();
    float sum = 0;
    for (int i = 0; i < 256; i++) sum += s[i];
    y[t] = sum;
}

KERNEL short_halo(const float *x, float *y, int n)
{
    __shared__ float s[FAULTY(257) MENDED(258)];
    int t = threadIdx.x, g = blockIdx.x * 256 + t;
    s[t + 1] = g < n ? x[g] : 0;
    if (t == 0) s[0] = g > 0 ? x[g - 1] : 0;
    if (t == 255) s[257] = g + 1 < n ? x[g + 1] : 0;
    __syncthreads();
    if (g < n) y[g] = s[t] + s[t + 1] + s[t + 2];
}

KERNEL short_dynamic(float *x)
{
    extern __shared__ float s[];
    int t = threadIdx.x, last = blockDim.x;
    s[t FAULTY(+1)] = x[t];
    __syncthreads();
    x[t] = s[last MENDED(-1) - t];
}

KERNEL too_much_shared(float *x)
{
    __shared__ float s[(12 FAULTY(+1)) * 1024];
    int t = threadIdx.x;
    for (int i = t; i < 12 * 1024; i += blockDim.x) s[i] = x[i];
    __syncthreads();
    x[t] = s[12 * 1024 - 1 - t];
}

KERNEL bank_conflicts(const float *x, float *y)
{
    __shared__ float s[32][32 MENDED(+1)];
    int tx = threadIdx.x, ty = threadIdx.y;
    s[ty][tx] = x[ty * 32 + tx];
    __syncthreads();
    y[ty * 32 + tx] = s[tx][ty];
}

// ---- named barriers

KERNEL128 unequal_counts(float *x)
{
    __shared__ float s[128];
    int t = threadIdx.x;
    s[t] = x[t];
    if (t < 64) asm volatile("bar.sync 1, 128;" ::: "memory");
    else FAULTY(asm volatile("bar.sync 1, 64;" ::: "memory");) MENDED(asm volatile("bar.sync 1, 128;" ::: "memory");)
    x[t] = s[127 - t];
}

KERNEL128 other_barrier(float *x)
{
    __shared__ float s[64];
    int t = threadIdx.x;
    if (t < 64) {
        s[t] = x[t];
        asm volatile("bar.arrive 1, 128;" ::: "memory");
    } else {
        FAULTY(asm volatile("bar.sync 2, 128;" ::: "memory");)
        MENDED(asm volatile("bar.sync 1, 128;" ::: "memory");)
        x[t] = s[t - 64];
    }
}

KERNEL128 absent_threads(float *x)
{
    __shared__ float s[128];
    int t = threadIdx.x;
    s[t] = x[t];
    FAULTY(asm volatile("bar.sync 1, 256;" ::: "memory");)
    MENDED(asm volatile("bar.sync 1, 128;" ::: "memory");)
    x[t] = s[127 - t];
}

// ---- lanes of a warp

KERNEL warp_synchronous(const float *x, float *y)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = x[blockIdx.x * 256 + t];
    __syncthreads();
    for (int d = 128; d > 32; d /= 2) {
        if (t < d) s[t] += s[t + d];
        __syncthreads();
    }
    if (t < 32) {
        volatile float *v = s;
        for (int d = 32; d; d /= 2) {
            FAULTY(v[t] += v[t + d];)
            MENDED(float sum = v[t] + v[t + d]; __syncwarp(); v[t] = sum; __syncwarp();)
        }
    }
    if (t == 0) y[blockIdx.x] = s[0];
}

KERNEL neighbour_lane(float *x)
{
    __shared__ float s[256];
    int t = threadIdx.x;
    s[t] = x[t];
    MENDED(__syncwarp();)
    x[t] = s[t ^ 1];
}

KERNEL divergent_shuffle(const float *x, float *y)
{
    int t = threadIdx.x;
    float v = x[t];
    FAULTY(if ((t & 31) < 16) v += __shfl_down_sync(ALL, v, 1);)
    MENDED(float next = __shfl_down_sync(ALL, v, 1); if ((t & 31) < 16) v += next;)
    y[t] = v;
}

KERNEL divergent_ballot(const int *x, int *y)
{
    int t = threadIdx.x, v = x[t];
    FAULTY(if ((t & 31) < 8) y[t] = __ballot_sync(ALL, v > 3);)
    MENDED(unsigned votes = __ballot_sync(ALL, v > 3); if ((t & 31) < 8) y[t] = votes;)
}

KERNEL unlisted_lane(const int *x, int *y)
{
    int t = threadIdx.x, v = x[t];
    if ((t & 31) < 16) v = __shfl_sync(0xffffu, v, FAULTY((t & 31) + 16) MENDED((t + 1) & 15));
    y[t] = v;
}

KERNEL mask_as_width(const int *x, int *y)
{
    int t = threadIdx.x, v = x[t];
    FAULTY(asm volatile("shfl.sync.bfly.b32 %0, %0, 1, 0xffffffff, 31;" : "+r"(v));)
    MENDED(asm volatile("shfl.sync.bfly.b32 %0, %0, 1, 31, 0xffffffff;" : "+r"(v));)
    y[t] = v;
}

// ---- global memory that several threads write

KERNEL plain_histogram(const unsigned char *x, unsigned *counts, int n)
{
    GLOBAL_INDEX;
    FAULTY(if (g < n) counts[x[g]]++;)
    MENDED(if (g < n) atomicAdd(&counts[x[g]], 1u);)
}

KERNEL plain_sum(const float *x, float *y, int n)
{
    GLOBAL_INDEX;
    FAULTY(if (g < n) *y += x[g];)
    MENDED(if (g < n) atomicAdd(y, x[g]);)
}

KERNEL stencil_in_place(float *x, float *y, int n)
{
    GLOBAL_INDEX;
    if (g > 0 && g < n - 1) FAULTY(x[g]) MENDED(y[g]) = x[g - 1] + x[g + 1];
}

KERNEL unfenced_counter(const float *x, float *part, unsigned *count, float *y)
{
    __shared__ bool last;
    int t = threadIdx.x;
    float v = x[blockIdx.x * 32 + t];
    for (int d = 16; d; d /= 2) v += __shfl_xor_sync(ALL, v, d);
    if (t == 0) {
        part[blockIdx.x] = v;
        MENDED(__threadfence();)
        last = atomicAdd(count, 1) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && t == 0) {
        MENDED(__threadfence();)
        float sum = 0;
        for (int i = 0; i < gridDim.x; i++) sum += ((volatile float *)part)[i];
        *y = sum;
    }
}

KERNEL kept_lock(int *lock, float *y)
{
    if (threadIdx.x == 0) {
        while (atomicCAS(lock, 0, 1) != 0) {}
        __threadfence();
        y[0] += 1;
        MENDED(__threadfence(); atomicExch(lock, 0);)
    }
}

KERNEL lock_on_one_way(int *lock, float *y, int n)
{
    if (threadIdx.x == 0) {
        while (atomicCAS(lock, 0, 1) != 0) {}
        __threadfence();
        y[0] += 1;
        __threadfence();
        FAULTY(if (n > 3)) atomicExch(lock, 0);
    }
}

KERNEL plain_flag(FAULTY(int) MENDED(volatile int) * flag, float *y)
{
    if (threadIdx.x == 0 && blockIdx.x == 0) {
        while (*flag == 0) {}
    }
    y[blockIdx.x * blockDim.x + threadIdx.x] = 1;
}

KERNEL plain_grid_barrier(unsigned *count, float *y)
{
    if (threadIdx.x == 0) {
        atomicAdd(count, 1);
        while (*(FAULTY(unsigned) MENDED(volatile unsigned) *)count < gridDim.x) {}
    }
    __syncthreads();
    y[blockIdx.x * blockDim.x + threadIdx.x] = 1;
}

KERNEL constant_load(float *x, int n)
{
    GLOBAL_INDEX;
    if (g < n) {
        float v = FAULTY(__ldg(x + g)) MENDED(x[g]);
        x[g] = 2 * v;
    }
}

KERNEL early_dependent_read(const float *__restrict__ x, float *y)
{
    GLOBAL_INDEX;
    FAULTY(float v = __ldg(x + g);)
    asm volatile("griddepcontrol.wait;" ::: "memory");
    MENDED(float v = x[g];)
    y[g] = 2 * v;
}

// ---- addresses and sizes

KERNEL last_index(const float *x, float *y, int n)
{
    GLOBAL_INDEX;
    if (g FAULTY(<=) MENDED(<) n) y[g] = 2 * x[g];
}

KERNEL misaligned_vector(const float *x, float *y)
{
    int t = threadIdx.x;
    float4 v = *reinterpret_cast<const float4 *>(x + 4 * t FAULTY(+1));
    y[t] = v.x + v.y + v.z + v.w;
}

KERNEL wrapping_offset(float *x, int rows, int columns)
{
    int r = blockIdx.x, c = threadIdx.x;
    if (r < rows) {
        FAULTY(*(float *)((char *)x + (unsigned)(r * columns + c) * 4u) = 1;)
        MENDED(x[(size_t)r * columns + c] = 1;)
    }
}

KERNEL local_out_of_bounds(const float *x, float *y)
{
    float a[8];
    int t = threadIdx.x;
    for (int i = 0; i < 8; i++) a[i] = x[8 * t + i];
    float sum = 0;
#pragma unroll 1
    for (int i = 0; i FAULTY(<=) MENDED(<) 8; i++) sum += a[i];
    y[t] = sum;
}

KERNEL local_array(const int *k, float *y)
{
    int t = threadIdx.x;
    FAULTY(float a[8]; for (int i = 0; i < 8; i++) a[i] = t * i; y[t] = a[k[t] & 7];)
    MENDED(y[t] = t * (k[t] & 7);)
}

// ---- numbers and loops

KERNEL zero_divisor(int *x)
{
    int t = threadIdx.x;
    x[t] = 100 / (t MENDED(+1));
}

KERNEL wide_shift(unsigned *x)
{
    int t = threadIdx.x;
    FAULTY(asm volatile("shl.b32 %0, %0, 36;" : "+r"(x[t]));)
    MENDED(asm volatile("shl.b32 %0, %0, 16;" : "+r"(x[t]));)
}

KERNEL double_by_accident(float *x)
{
    int t = threadIdx.x;
    x[t] = x[t] * FAULTY(1.5) MENDED(1.5f) + FAULTY(0.1) MENDED(0.1f);
}

KERNEL endless_loop(const int *x, int *y, int n)
{
    int i = 0, sum = 0;
    volatile int k = 0;
    while (i < n) {
        sum += x[i] * k;
        FAULTY(k = k + 1;)
        MENDED(i++;)
    }
    y[0] = sum;
}

// ---- asynchronous copies

KERNEL unwaited_copy(const float4 *x, float *y)
{
    __shared__ float4 s[128];
    int t = threadIdx.x;
    __pipeline_memcpy_async(&s[t], &x[t], 16);
    __pipeline_commit();
    MENDED(__pipeline_wait_prior(0);)
    __syncthreads();
    y[t] = s[127 - t].x;
}

KERNEL early_stage(const float4 *x, float *y, int n)
{
    __shared__ float4 s[2][128];
    int t = threadIdx.x;
    float sum = 0;
    __pipeline_memcpy_async(&s[0][t], &x[t], 16);
    __pipeline_commit();
#pragma unroll 1
    for (int i = 0; i < n; i++) {
        if (i + 1 < n) __pipeline_memcpy_async(&s[(i + 1) & 1][t], &x[(i + 1) * 128 + t], 16);
        __pipeline_commit();
        __pipeline_wait_prior(FAULTY(2) MENDED(1));
        __syncthreads();
        sum += s[i & 1][127 - t].x;
        __syncthreads();
    }
    y[t] = sum;
}

KERNEL overwritten_stage(const float4 *x, float *y, int n)
{
    __shared__ float4 s[2][128];
    int t = threadIdx.x;
    float sum = 0;
    __pipeline_memcpy_async(&s[0][t], &x[t], 16);
    __pipeline_commit();
#pragma unroll 1
    for (int i = 0; i < n; i++) {
        if (i + 1 < n) __pipeline_memcpy_async(&s[(i + 1) & 1][t], &x[(i + 1) * 128 + t], 16);
        __pipeline_commit();
        __pipeline_wait_prior(1);
        __syncthreads();
        sum += s[i & 1][127 - t].x;
        MENDED(__syncthreads();)
    }
    y[t] = sum;
}

__device__ void make(unsigned long long *barrier)
{
    if (threadIdx.x == 0) asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(SHARED(barrier)) : "memory");
    __syncthreads();
}

__device__ void expect(unsigned long long *barrier, unsigned bytes)
{
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(SHARED(barrier)), "r"(bytes) : "memory");
}

__device__ void load(void *to, const void *from, unsigned long long *barrier)
{
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], 1024, [%2];" ::"r"(SHARED(to)),
                 "l"(__cvta_generic_to_global(from)), "r"(SHARED(barrier)) : "memory");
}

__device__ void wait(unsigned long long *barrier, unsigned parity)
{
    asm volatile("{ .reg .pred p; W: mbarrier.try_wait.parity.shared::cta.b64 p, [%0], %1; @!p bra W; }" ::"r"(SHARED(barrier)),
                 "r"(parity) : "memory");
}

__device__ void store(void *to, const void *from)
{
    asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], 512;" ::"l"(__cvta_generic_to_global(to)),
                 "r"(SHARED(from)) : "memory");
    asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}

KERNEL128 too_few_bytes(const float *x, float *y)
{
    __shared__ __align__(128) float s[256];
    __shared__ unsigned long long full;
    make(&full);
    if (threadIdx.x == 0) {
        expect(&full, FAULTY(512) MENDED(1024));
        load(s, x, &full);
    }
    wait(&full, 0);
    y[threadIdx.x] = s[255 - threadIdx.x];
}

KERNEL128 too_many_bytes(const float *x, float *y)
{
    __shared__ __align__(128) float s[256];
    __shared__ unsigned long long full;
    make(&full);
    if (threadIdx.x == 0) {
        expect(&full, FAULTY(2048) MENDED(1024));
        load(s, x, &full);
    }
    wait(&full, 0);
    y[threadIdx.x] = s[255 - threadIdx.x];
}

KERNEL128 unwaited_bulk_copy(const float *x, float *y)
{
    __shared__ __align__(128) float s[256];
    __shared__ unsigned long long full;
    make(&full);
    if (threadIdx.x == 0) {
        expect(&full, 1024);
        load(s, x, &full);
    }
    FAULTY(__syncthreads();)
    MENDED(wait(&full, 0);)
    y[threadIdx.x] = s[255 - threadIdx.x];
}

KERNEL128 constant_parity(const float *x, float *y, int n)
{
    __shared__ __align__(128) float s[256];
    __shared__ unsigned long long full;
    float sum = 0;
    make(&full);
    unsigned parity = 0;
#pragma unroll 1
    for (int i = 0; i < n; i++) {
        if (threadIdx.x == 0) {
            expect(&full, 1024);
            load(s, x + i * 256, &full);
        }
        wait(&full, parity);
        MENDED(parity ^= 1;)
        sum += s[255 - threadIdx.x];
        __syncthreads();
    }
    y[threadIdx.x] = sum;
}

KERNEL128 no_proxy_fence(const float *x, float *y)
{
    __shared__ __align__(128) float s[128];
    s[threadIdx.x] = 2 * x[threadIdx.x];
    MENDED(asm volatile("fence.proxy.async.shared::cta;" ::: "memory");)
    __syncthreads();
    if (threadIdx.x == 0) {
        store(y, s);
        asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
    }
}

KERNEL128 reused_source(const float *x, float *y, int n)
{
    __shared__ __align__(128) float s[128];
#pragma unroll 1
    for (int i = 0; i < n; i++) {
        s[threadIdx.x] = 2 * x[i * 128 + threadIdx.x];
        asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
        __syncthreads();
        if (threadIdx.x == 0) {
            store(y + i * 128, s);
            MENDED(asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");)
        }
        __syncthreads();
    }
    asm volatile("cp.async.bulk.wait_group 0;" ::: "memory");
}
