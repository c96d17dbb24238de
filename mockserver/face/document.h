/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents that are laid over each other: what shadows and twins have in common. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "mqtt/packet.h"

#include <jansson.h>

#include <stdbool.h>

/* NULL: no JSON, or a name comes twice. */
json_t *document_parse(struct mqtt_view text);
/* Members that are null go, objects are laid over each other, all else is replaced. */
void document_merge(json_t *base, json_t *over);
/* What of `desired` is missing in `reported`, or differs; a new object, perhaps an empty one. */
json_t *document_delta(json_t *desired, json_t *reported);
/* Every value of `like` as {"timestamp": ...}; nulls stay, to be laid over others. */
json_t *document_stamp(json_t *like, int64_t unix_s);
/* Those stamps of `stamps` that stand where `like` has something. */
json_t *document_select(json_t *stamps, json_t *like);
/* Levels of objects and arrays. */
size_t document_depth(json_t *json);
/* Compact text, to be freed; NULL: no memory. */
char *document_text(const json_t *json);

#endif
