extern __shared__ float dynamic[];
__device__ float warp_sum(float v) {
    for (int d = 16; d; d >>= 1) v += __shfl_xor_sync(0xffffffffu, v, d);
    return v;
}
template <int N> __global__ void reduce(const float4* x, float* out, int n) {
    __shared__ float partial[N / 32];
    float total = 0.f;
    for (int i = threadIdx.x; i < n; i += N) { float4 v = x[i]; total += v.x + v.y + v.z + v.w; }
    total = warp_sum(total);
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = total;
    __syncthreads();
    if (threadIdx.x < 32) {
        total = threadIdx.x < N / 32 ? partial[threadIdx.x] : 0.f;
        total = warp_sum(total);
        if (threadIdx.x == 0) atomicAdd(out, total);
    }
}
template __global__ void reduce<128>(const float4*, float*, int);
template __global__ void reduce<256>(const float4*, float*, int);
__global__ void softmax(const float* x, float* y, int cols) {
    float* row = dynamic;
    float peak = -INFINITY;
    for (int i = threadIdx.x; i < cols; i += blockDim.x) { row[i] = x[(size_t)blockIdx.x * cols + i]; peak = fmaxf(peak, row[i]); }
    for (int d = 16; d; d >>= 1) peak = fmaxf(peak, __shfl_xor_sync(0xffffffffu, peak, d));
    float sum = 0.f;
    for (int i = threadIdx.x; i < cols; i += blockDim.x) sum += (row[i] = __expf(row[i] - peak));
    sum = warp_sum(sum);
    for (int i = threadIdx.x; i < cols; i += blockDim.x) y[(size_t)blockIdx.x * cols + i] = row[i] / sum;
}
