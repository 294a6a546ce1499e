// Breadth-first search, a launch for each level, and components joined by their least member.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL step(const int *rows, const int *edges, int *distance, int *frontier, int *size, int level, int n)
{
    int i = THREAD;
    if (i >= n || *(volatile int *)&distance[i] != level) return; // others may be changing it
    for (int e = rows[i]; e < rows[i + 1]; e++)
        if (atomicCAS(&distance[edges[e]], -1, level + 1) == -1) frontier[edges[e]] = atomicAdd(size, 1) >= 0;
}

__device__ int root(volatile int *parent, int i)
{
    while (parent[i] != i) i = parent[i];
    return i;
}

KERNEL join(const int *rows, const int *edges, int *parent, int n)
{
    int i = THREAD;
    if (i >= n) return;
    for (int e = rows[i]; e < rows[i + 1]; e++) {
        int a = root(parent, i), b = root(parent, edges[e]);
        while (a != b) {
            int high = max(a, b), low = min(a, b);
            int before = atomicMin(&parent[high], low);
            if (before == high) break;
            a = before, b = low;
        }
    }
}

KERNEL flatten(int *parent, int n)
{
    int i = THREAD;
    if (i < n) ((volatile int *)parent)[i] = root(parent, i);
}
#else
HOST(const int *rows, const int *edges, int *distance, int *frontier, int *size, int *parent, int n)
{
    for (int level = 0; level < 6; level++)
        for (int i = 0; i < n; i++)
            if (distance[i] == level)
                for (int e = rows[i]; e < rows[i + 1]; e++)
                    if (distance[edges[e]] < 0) distance[edges[e]] = level + 1, frontier[edges[e]] = 1, ++*size;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < n; i++)
            for (int e = rows[i]; e < rows[i + 1]; e++) {
                int least = parent[i] < parent[edges[e]] ? parent[i] : parent[edges[e]];
                changed |= parent[i] != least || parent[edges[e]] != least;
                parent[i] = parent[edges[e]] = least;
            }
    }
}
#endif
