/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of what boards try with a face, and which rule refuses them. */
#ifndef FACE_ROWS_H
#define FACE_ROWS_H

#include "face_bed.h"

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What test peers show where a row says nothing. */
#define SHA256_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SHA256_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SHA1_A   "00112233445566778899aabbccddeeff00112233"

struct connect_row {
    const char *what;
    struct face_bed_board board;
    const char *rule; /* "": accepted */
};
void check_connects(const char *const *keys, const struct connect_row *rows, size_t count);
#define CHECK_CONNECTS(keys, rows) check_connects(keys, rows, sizeof(rows) / sizeof((rows)[0]))

struct topic_row {
    const char *topic;
    uint8_t flags; /* of PUBLISH; of a subscription the QoS */
    const char *rule;
};
void check_publishes(struct face_bed *bed, const struct topic_row *rows, size_t count);
void check_subscribes(struct face_bed *bed, const struct topic_row *rows, size_t count);

enum { RETAIN = 1, QOS1 = 2, QOS2 = 4 }; /* of PUBLISH */

#endif
