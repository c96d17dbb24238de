/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of rounds: medians, extremes, and ratios within a round. */
#ifndef LOAD_TABLE_H
#define LOAD_TABLE_H

#include <stddef.h>

enum { LOAD_MAX_ROUNDS = 200 };

struct load_figures {
    double min;
    double median;
    double max;
};

struct load_figures load_figures(const double *values, size_t count);
/* values[i] / base[i]: a machine drifts from minute to minute, so only what was measured in one
 * round is compared. */
struct load_figures load_ratios(const double *values, const double *base, size_t count);

void load_sort(double *values, size_t count); /* ascending */
double load_quantile(const double *sorted, size_t count, double q);

#endif
