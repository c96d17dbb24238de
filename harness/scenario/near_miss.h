/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?": the nearest of some names by edit distance. */
#ifndef SCENARIO_NEAR_MISS_H
#define SCENARIO_NEAR_MISS_H

#include <stddef.h>

enum { NEAR_MISS_MAX = 64 }; /* longer names are never near */

struct near_miss {
    const char *wanted;
    const char *best; /* borrowed from the candidates; NULL: none is near */
    size_t distance;
};

struct near_miss near_miss_of(const char *wanted);
void near_miss_try(struct near_miss *n, const char *candidate);

/* Insertions, deletions, changes and swaps of neighbours, letter case counting half as much. */
size_t near_miss_distance(const char *a, const char *b);

#endif
