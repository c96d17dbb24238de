/* SPDX-License-Identifier: Apache-2.0 */
#include "face_rows.h"

#include "test_support.h"

#include <stdio.h>
#include <string.h>

void check_connects(const char *const *keys, const struct connect_row *rows, size_t count)
{
    struct face_bed bed;

    REQUIRE(face_bed_open(&bed, keys));
    for (size_t i = 0; i < count; i++) {
        size_t accepted = face_bed_count(&bed, EV_FACE_ACCEPTED);
        const char *rule = face_bed_connect(&bed, &rows[i].board, NULL);

        if (!CHECK(strcmp(rule, rows[i].rule) == 0))
            printf("    %s: \"%s\", not \"%s\"\n", rows[i].what, rule, rows[i].rule);
        CHECK_UINT_EQ(face_bed_count(&bed, EV_FACE_ACCEPTED), accepted + (rule[0] == '\0'));
    }
    face_bed_close(&bed);
}

void check_publishes(struct face_bed *bed, const struct topic_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!CHECK(strcmp(face_bed_publish(bed, rows[i].topic, "{}", rows[i].flags, NULL),
                          rows[i].rule) == 0))
            printf("    %s\n", rows[i].topic);
}

void check_subscribes(struct face_bed *bed, const struct topic_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!CHECK(strcmp(face_bed_subscribe(bed, rows[i].topic, rows[i].flags, NULL),
                          rows[i].rule) == 0))
            printf("    %s\n", rows[i].topic);
}
