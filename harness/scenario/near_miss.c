/* SPDX-License-Identifier: Apache-2.0 */
#include "near_miss.h"

#include <ctype.h>
#include <string.h>

/* One edit costs two, so that a difference of letter case only can cost one. */
enum { EDIT = 2 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t change_cost(char a, char b)
{
    if (a == b)
        return 0;
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : EDIT;
}

size_t near_miss_distance(const char *a, const char *b)
{
    size_t rows[3][NEAR_MISS_MAX + 1] = {{0}};
    size_t len_a = strlen(a);
    size_t len_b = strlen(b);

    if (len_a > NEAR_MISS_MAX || len_b > NEAR_MISS_MAX)
        return (size_t)EDIT * (len_a + len_b);
    for (size_t j = 0; j <= len_b; j++)
        rows[0][j] = j * EDIT;
    for (size_t i = 1; i <= len_a; i++) {
        const size_t *before = rows[(i - 1) % 3];
        const size_t *twice_before = rows[(i + 1) % 3];
        size_t *row = rows[i % 3];

        row[0] = i * EDIT;
        for (size_t j = 1; j <= len_b; j++) {
            row[j] = smaller(before[j], row[j - 1]) + EDIT;
            row[j] = smaller(row[j], before[j - 1] + change_cost(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], twice_before[j - 2] + EDIT);
        }
    }
    return rows[len_a % 3][len_b];
}

struct near_miss near_miss_of(const char *wanted)
{
    return (struct near_miss){.wanted = wanted, .best = NULL, .distance = 0};
}

void near_miss_try(struct near_miss *n, const char *candidate)
{
    size_t distance = near_miss_distance(n->wanted, candidate);
    size_t length = smaller(strlen(n->wanted), strlen(candidate));

    /* At most one edit for every three letters: farther away it is another word. */
    if (distance > EDIT * (1 + length / 4))
        return;
    if (n->best == NULL || distance < n->distance) {
        n->best = candidate;
        n->distance = distance;
    }
}
