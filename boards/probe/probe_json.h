/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the probe: members of JSON objects (RFC 8259), found where they stand. Nothing is copied,
 * decoded or checked beyond what finding the end of a value takes.
 */
#ifndef PROBE_JSON_H
#define PROBE_JSON_H

#include "probe/probe_messages.h"

/*
 * The value of a member of an object, with its quotes or brackets. Names are compared as they are
 * written. The text may hold any bytes.
 * @return length 0: the text is no object down to there, or it has no such member
 */
struct probe_mqtt_text probe_json_member(struct probe_mqtt_text object, const char *name);

#endif
