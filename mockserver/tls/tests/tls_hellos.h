/* SPDX-License-Identifier: Apache-2.0 */
/* ClientHellos of the TLS stacks on this machine, made when they are asked for. */
#ifndef TLS_HELLOS_H
#define TLS_HELLOS_H

#include "base/buf.h"

#include <stdbool.h>

struct hello_source {
    const char *name;
    /* Appends the body of a ClientHello (behind record and handshake headers) to out. */
    bool (*make)(struct buf *out);
    bool tls13;        /* it offers TLS 1.3 */
    bool max_fragment; /* and max_fragment_length */
};

/* End with a NULL name. */
extern const struct hello_source hello_sources[];

#endif
