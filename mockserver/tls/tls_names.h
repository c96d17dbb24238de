/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the numbers that travel in TLS, as the IANA registry "TLS Parameters" spells them. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls_name_row {
    uint16_t code;
    const char *name;
};

enum tls_name_table {
    TLS_NAMES_CIPHER,
    TLS_NAMES_GROUP,
    TLS_NAMES_SIGNATURE,
    TLS_NAMES_EXTENSION,
    TLS_NAMES_ALERT,
    TLS_NAMES_HANDSHAKE,
    TLS_NAMES_VERSION, /* "1.2", as the server description spells it */
    TLS_NAMES_COUNT
};

/* The rows of a table, sorted by code. */
const struct tls_name_row *tls_name_rows(enum tls_name_table table, size_t *ret_count);

/* NULL when nobody has registered the code. GREASE values (RFC 8701) are "GREASE". */
const char *tls_name(enum tls_name_table table, unsigned code);

/* Is this one of the sixteen values 0x?a?a that RFC 8701 reserves to keep servers honest? */
bool tls_is_grease(unsigned code);

enum { TLS_NAME_TEXT = 8 };

/* As tls_name(), but an unknown code is written as "0x1301" into text, which is then returned. */
const char *tls_name_or_hex(enum tls_name_table table, unsigned code, char text[TLS_NAME_TEXT]);

extern const struct tls_name_row tls_cipher_rows[];
extern const size_t tls_cipher_row_count;

#endif
