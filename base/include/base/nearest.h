/* SPDX-License-Identifier: Apache-2.0 */
/* Names near a name that does not exist, for messages that say what does. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/buf.h"

#include <stddef.h>

enum { NEAREST_KEPT = 4 };

/* Start with .wanted set and the rest zero. Everything is borrowed. */
struct nearest {
    const char *wanted;
    const char *names[NEAREST_KEPT]; /* best first */
    size_t distances[NEAREST_KEPT];
    size_t count;
};

/* Consider a candidate; it is kept when it is close enough to be a slip of the hand (letter case
 * does not count) or holds the wanted name as a part. */
void nearest_offer(struct nearest *n, const char *candidate);

/* Append `; did you mean "a", "b"?`, or nothing. */
ASSAY_RESULT nearest_describe(const struct nearest *n, struct buf *out);

#endif
