/* SPDX-License-Identifier: Apache-2.0 */
/* What flaws of a virtual board's server stumble over in the first bytes of a connection. */
#ifndef VIRTUAL_FIRST_FLIGHT_H
#define VIRTUAL_FIRST_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct virtual_first_flight {
    bool is_odd;        /* no ClientHello as it has to be, or something behind it */
    bool is_fragmented; /* a ClientHello that goes on in the next record */
    bool has_compression, has_heartbeat;
    bool has_bad_share; /* a key share of zeros, or of P-256 alone */
};

/* data begins with a record of type handshake; what is beyond len has not come yet. */
void virtual_first_flight_read(const uint8_t *data, size_t len, struct virtual_first_flight *ret);

/* A ServerHello as a server writes it that takes everything; returns its length. */
enum { VIRTUAL_SERVER_HELLO = 5 + 4 + 38 };
void virtual_server_hello_write(bool is_compressed, uint8_t ret[static VIRTUAL_SERVER_HELLO]);

#endif
