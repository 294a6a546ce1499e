// Votes, matches, reductions and shuffles among the lanes of a warp, with whole and partial masks.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL votes(const int *x, unsigned *out, int n)
{
    int i = THREAD, lane = threadIdx.x & 31;
    int value = i < n ? x[i] : 0;
    unsigned *mine = out + 12 * i;
    mine[0] = __ballot_sync(EVERYONE, value > 0);
    mine[1] = __any_sync(EVERYONE, value > 90) | __all_sync(EVERYONE, value > -90) << 1;
    mine[2] = __match_any_sync(EVERYONE, value & 7);
    int same;
    unsigned all = __match_all_sync(EVERYONE, value >> 30 | 1, &same);
    mine[3] = all + 2 * (unsigned)same;
    mine[4] = __reduce_add_sync(EVERYONE, (unsigned)value);
    mine[5] = (unsigned)__reduce_min_sync(EVERYONE, value) ^ __reduce_max_sync(EVERYONE, (unsigned)value);
    mine[6] = __reduce_and_sync(EVERYONE, value | 7) ^ __reduce_or_sync(EVERYONE, value) ^ __reduce_xor_sync(EVERYONE, value);
    mine[7] = (unsigned)__shfl_sync(EVERYONE, value, lane * 7 + 3) + (unsigned)__shfl_xor_sync(EVERYONE, value, 5);
    mine[8] = (unsigned)__shfl_down_sync(EVERYONE, value, 3, 16) - (unsigned)__shfl_up_sync(EVERYONE, value, 2, 4);
    unsigned low;
    asm volatile("mov.u32 %0, %%lanemask_lt;" : "=r"(low));
    mine[9] = low ^ __activemask();
    mine[10] = mine[11] = 0;
    if (lane % 3 == 1) {
        unsigned third = 0x92492492u & EVERYONE;
        mine[10] = __ballot_sync(third, value & 1);
        mine[11] = __reduce_add_sync(third, 1u) + (unsigned)__shfl_sync(third, value, 4);
    }
    __syncwarp();
}
#else
HOST(const int *x, unsigned *out, int n)
{
    for (int w = 0; w < 4; w++) {
        int v[32];
        for (int l = 0; l < 32; l++) v[l] = 32 * w + l < n ? x[32 * w + l] : 0;
        for (int lane = 0; lane < 32; lane++) {
            unsigned *mine = out + 12 * (32 * w + lane);
            for (int j = 0; j < 12; j++) mine[j] = 0;
            int any = 0, all = 1, least = v[0];
            unsigned same = 1, most = 0, conjunction = ~0u, disjunction = 0, parity = 0;
            for (int l = 0; l < 32; l++) {
                mine[0] |= (unsigned)(v[l] > 0) << l;
                any |= v[l] > 90, all &= v[l] > -90;
                mine[2] |= (unsigned)((v[l] & 7) == (v[lane] & 7)) << l;
                same &= (v[l] >> 30 | 1) == (v[0] >> 30 | 1);
                mine[4] += (unsigned)v[l];
                least = v[l] < least ? v[l] : least;
                most = (unsigned)v[l] > most ? (unsigned)v[l] : most;
                conjunction &= v[l] | 7, disjunction |= v[l], parity ^= v[l];
                if (l % 3 == 1 && lane % 3 == 1) mine[10] |= (unsigned)(v[l] & 1) << l, mine[11]++;
            }
            mine[1] = any | all << 1;
            mine[3] = same ? ~0u + 2 : 0;
            mine[5] = (unsigned)least ^ most;
            mine[6] = conjunction ^ disjunction ^ parity;
            mine[7] = (unsigned)v[(lane * 7 + 3) % 32] + (unsigned)v[lane ^ 5];
            mine[8] = (unsigned)v[lane % 16 + 3 < 16 ? lane + 3 : lane] - (unsigned)v[lane % 4 >= 2 ? lane - 2 : lane];
            mine[9] = ((1u << lane) - 1) ^ ~0u;
            if (lane % 3 == 1) mine[11] += (unsigned)v[4];
        }
    }
}
#endif
