/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: packets in a readable notation, and a list of sound ones of every kind. */
#ifndef BYTES_H
#define BYTES_H

#include "base/buf.h"
#include "mqtt/packet.h"

/*
 * Append the bytes of a text to out: pairs of hex digits; <abc> is a string with its two bytes of
 * length; 'abc' the plain letters; blanks separate. A mistake aborts the test program.
 */
void bytes_add(struct buf *out, const char *text);

struct sample {
    const char *name;
    enum mqtt_version version;
    const char *bytes;
};

/* One whole packet each; every type in every version that has it. Ends with a NULL name. */
extern const struct sample samples[];

#endif
