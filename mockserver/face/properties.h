/* SPDX-License-Identifier: Apache-2.0 */
/* Property bags of Azure: what stands behind the topic of a message, as the query of a URL. */
#ifndef PROPERTIES_H
#define PROPERTIES_H

#include "mqtt/packet.h"

#include <stdbool.h>

enum { PROPERTIES_TEXT = 400 };

struct properties {
    bool is_sound;
    bool has_json_type; /* $.ct says JSON */
    bool has_encoding;  /* $.ce */
    /* In words, "content type application/json; level=3"; what is wrong where it is not sound. */
    char text[PROPERTIES_TEXT];
};

/* Any bytes; an empty bag is sound. */
void properties_read(struct mqtt_view bag, struct properties *ret);

#endif
