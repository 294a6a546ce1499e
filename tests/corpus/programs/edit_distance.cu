// Levenshtein distances: the diagonals of a table, a barrier after each.
#include "corpus.h"

#ifdef __CUDACC__
KERNEL distance(const char *texts, int *out, int length)
{
    __shared__ int rows[3][65];
    const char *a = texts + blockIdx.x * length, *b = texts + (blockIdx.x + 1) * length;
    int t = threadIdx.x;
    for (int d = 0; d <= 2 * length; d++) {
        if (t <= length && d - t >= 0 && d - t <= length) {
            int value;
            if (t == 0 || d == t) value = d;
            else {
                int cost = a[t - 1] != b[d - t - 1];
                value = min(min(rows[(d + 2) % 3][t], rows[(d + 2) % 3][t - 1]) + 1, rows[(d + 1) % 3][t - 1] + cost);
            }
            rows[d % 3][t] = value;
        }
        __syncthreads();
    }
    if (t == length) out[blockIdx.x] = rows[2 * length % 3][t];
}
#else
HOST(const char *texts, int *out, int pairs, int length)
{
    for (int p = 0; p < pairs; p++) {
        std::vector<int> row(length + 1);
        for (int j = 0; j <= length; j++) row[j] = j;
        for (int i = 1; i <= length; i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= length; j++) {
                int best = corner + (texts[p * length + i - 1] != texts[(p + 1) * length + j - 1]);
                corner = row[j];
                if (row[j] + 1 < best) best = row[j] + 1;
                if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
                row[j] = best;
            }
        }
        out[p] = row[length];
    }
}
#endif
