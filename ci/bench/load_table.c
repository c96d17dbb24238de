/* SPDX-License-Identifier: Apache-2.0 */
#include "load_table.h"

#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

void load_sort(double *values, size_t count)
{
    qsort(values, count, sizeof(values[0]), ascending);
}

double load_quantile(const double *sorted, size_t count, double q)
{
    return count > 0 ? sorted[(size_t)((double)(count - 1) * q + 0.5)] : 0;
}

struct load_figures load_figures(const double *values, size_t count)
{
    double sorted[LOAD_MAX_ROUNDS];

    if (count == 0 || count > LOAD_MAX_ROUNDS)
        return (struct load_figures){0};
    memcpy(sorted, values, count * sizeof(values[0]));
    load_sort(sorted, count);
    return (struct load_figures){sorted[0], load_quantile(sorted, count, 0.5), sorted[count - 1]};
}

struct load_figures load_ratios(const double *values, const double *base, size_t count)
{
    double ratios[LOAD_MAX_ROUNDS] = {0};

    for (size_t i = 0; i < count && i < LOAD_MAX_ROUNDS; i++)
        ratios[i] = values[i] / base[i];
    return load_figures(ratios, count);
}
