/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer of DER (X.690) onto a struct buf. The first failure sticks and makes every later call
 * do nothing, so that an encoder reads like the structure that it writes; der_status() at its end.
 */
#ifndef PKI_DER_H
#define PKI_DER_H

#include "base/buf.h"
#include "base/status.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,             /* | number: primitive */
    DER_CONTEXT_CONSTRUCTED = 0xa0, /* | number */
};

struct der {
    struct buf *out; /* borrowed */
    enum assay_status status;
};

struct der der_onto(struct buf *out);
ASSAY_RESULT der_status(const struct der *d);

/* A tag whose contents follow; der_close(d, mark) puts the length before them. */
size_t der_open(struct der *d, unsigned tag);
void der_close(struct der *d, size_t mark);

void der_raw(struct der *d, const void *data, size_t len);
void der_tlv(struct der *d, unsigned tag, const void *data, size_t len);
void der_int(struct der *d, int64_t number);
void der_bool(struct der *d, bool flag);
/* A whole number of bytes: no unused bits. */
void der_bit_string(struct der *d, const void *data, size_t len);
/* A dotted number, or a name that libcrypto knows. Sets ASSAY_ERR_NOT_FOUND for anything else. */
void der_oid(struct der *d, const char *oid);

#endif
