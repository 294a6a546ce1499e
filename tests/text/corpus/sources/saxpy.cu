extern "C" __global__ void __launch_bounds__(256, 2) saxpy(const float* __restrict__ x, float* __restrict__ y, int n, float a) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = a * x[i] + y[i];
}
