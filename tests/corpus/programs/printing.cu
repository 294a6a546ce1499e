// printf from a kernel: what is printed is looked at by the test, what is stored by the golden.
#include "corpus.h"

#ifdef __CUDACC__
#include <stdio.h>

KERNEL report(const int *x, int *out, int n)
{
    int i = THREAD;
    if (i >= n) return;
    if (x[i] > 0) printf("thread %d has %d, %.2f and %s\n", i, x[i], 0.5 * x[i], x[i] & 1 ? "odd" : "even");
    if (i == 0) printf("done %c %llx\n", 'A' + n % 26, 0x123456789abcdefull);
    out[i] = x[i] + 1;
}
#else
HOST(const int *x, int *out, int n)
{
    for (int i = 0; i < n; i++) out[i] = x[i] + 1;
}
#endif
