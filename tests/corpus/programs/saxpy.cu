// y = a*x + y, in a grid-stride loop.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL saxpy(const float *x, float *y, float a, int n)
{
    for (int i = THREAD; i < n; i += gridDim.x * blockDim.x)
        y[i] = a * x[i] + y[i];
}
#else
HOST(const float *x, float *y, float a, int n)
{
    for (int i = 0; i < n; i++)
        y[i] = a * x[i] + y[i];
}
#endif
