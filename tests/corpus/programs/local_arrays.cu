// Arrays of a thread: sorted by insertion, a heap, a stack; indices are known only at run time.
#include "corpus.h"

CORE int median(const int *x, int count)
{
    int sorted[9];
    for (int i = 0; i < count; i++) {
        int j = i;
        for (; j > 0 && sorted[j - 1] > x[i]; j--) sorted[j] = sorted[j - 1];
        sorted[j] = x[i];
    }
    return sorted[count / 2];
}

CORE int stacked(const int *x, int count)
{
    short stack[8];
    int height = 0;
    for (int i = 0; i < count; i++) {
        if (x[i] % 3 == 0 && height > 1) {
            height--;
            stack[height - 1] = (short)(stack[height - 1] * 2 - stack[height]);
        } else if (height < 8)
            stack[height++] = (short)x[i];
    }
    int sum = 0;
    while (height) sum = sum * 3 + stack[--height];
    return sum;
}

CORE unsigned long long counted(const int *x, int count)
{
    unsigned char seen[16] = {0};
    for (int i = 0; i < count; i++) seen[x[i] & 15]++;
    unsigned long long packed = 0;
    for (int i = 0; i < 16; i++) packed = packed << 4 | seen[i];
    return packed;
}

#ifdef __CUDACC__
KERNEL locals(const int *x, int *medians, int *stacks, unsigned long long *counts, int n)
{
    int i = THREAD;
    if (i >= n) return;
    medians[i] = median(x + i, 5 + i % 5);
    stacks[i] = stacked(x + i, 9);
    counts[i] = counted(x + i, 9);
}
#else
HOST(const int *x, int *medians, int *stacks, unsigned long long *counts, int n)
{
    for (int i = 0; i < n; i++) {
        medians[i] = median(x + i, 5 + i % 5);
        stacks[i] = stacked(x + i, 9);
        counts[i] = counted(x + i, 9);
    }
}
#endif
