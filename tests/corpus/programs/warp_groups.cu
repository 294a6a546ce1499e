// Cooperative groups: tiles of a warp that reduce and scan, threads that met in a branch, a partition by label.
#include "corpus.h"

#ifdef __CUDACC__
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
namespace groups = cooperative_groups;

KERNEL tiles(const int *x, int *sums, int *scans, int n)
{
    auto tile = groups::tiled_partition<8>(groups::this_thread_block());
    int i = THREAD, value = i < n ? x[i] : 0;
    int sum = groups::reduce(tile, value, groups::plus<int>());
    int scan = groups::exclusive_scan(tile, value);
    if (tile.thread_rank() == 0 && i < n) sums[i / 8] = sum;
    if (i < n) scans[i] = scan;
}

// One atomic for all threads of a warp that want a place.
KERNEL aggregate(const int *x, int *count, int *places, int n)
{
    int i = THREAD;
    if (i < n && x[i] > 0) {
        auto here = groups::coalesced_threads();
        int first;
        if (here.thread_rank() == 0) first = atomicAdd(count, here.size());
        first = here.shfl(first, 0);
        places[first + here.thread_rank()] = x[i];
    }
}

KERNEL labels(const int *x, int *sizes, int *leaders, int n)
{
    int i = THREAD;
    auto warp = groups::tiled_partition<32>(groups::this_thread_block());
    auto same = groups::labeled_partition(warp, i < n ? x[i] & 3 : 4);
    int leader = same.shfl(i, 0);
    if (i < n) sizes[i] = same.size(), leaders[i] = leader;
}
#else
HOST(const int *x, int *sums, int *scans, int *count, int *places, int *sizes, int *leaders, int n)
{
    for (int i = 0; i < n; i++) {
        scans[i] = i % 8 ? scans[i - 1] + x[i - 1] : 0;
        sums[i / 8] = scans[i] + x[i];
        if (x[i] > 0) places[(*count)++] = x[i];
        sizes[i] = 0;
        for (int j = i / 32 * 32 + 31; j >= i / 32 * 32; j--)
            if (j < n && (x[j] & 3) == (x[i] & 3)) sizes[i]++, leaders[i] = j;
    }
}
#endif
