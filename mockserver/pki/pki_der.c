/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_der.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <string.h>

struct der der_onto(struct buf *out)
{
    return (struct der){.out = out, .status = ASSAY_OK};
}

enum assay_status der_status(const struct der *d)
{
    return d->status;
}

void der_raw(struct der *d, const void *data, size_t len)
{
    if (d->status == ASSAY_OK)
        d->status = buf_add(d->out, data, len);
}

static void put_byte(struct der *d, unsigned byte)
{
    uint8_t octet = (uint8_t)byte;

    der_raw(d, &octet, 1);
}

size_t der_open(struct der *d, unsigned tag)
{
    put_byte(d, tag);
    return d->out->len;
}

void der_close(struct der *d, size_t mark)
{
    uint8_t length[1 + sizeof(size_t)];
    uint8_t *room = NULL;
    size_t width = 1;
    size_t len = d->out->len - mark;

    if (d->status != ASSAY_OK)
        return;
    if (len >= 0x80)
        for (size_t rest = len; rest > 0; rest >>= 8)
            width++;
    length[0] = (uint8_t)(len < 0x80 ? len : 0x80 | (width - 1));
    for (size_t i = 1; i < width; i++)
        length[i] = (uint8_t)(len >> 8 * (width - 1 - i));
    d->status = buf_extend(d->out, width, &room);
    if (d->status != ASSAY_OK)
        return;
    memmove(d->out->data + mark + width, d->out->data + mark, len);
    memcpy(d->out->data + mark, length, width);
}

void der_tlv(struct der *d, unsigned tag, const void *data, size_t len)
{
    size_t mark = der_open(d, tag);

    der_raw(d, data, len);
    der_close(d, mark);
}

void der_int(struct der *d, int64_t number)
{
    uint8_t octets[sizeof(number)];
    size_t first = 0;

    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (uint8_t)((uint64_t)number >> 8 * (sizeof(octets) - 1 - i));
    /* The shortest form that keeps the sign (X.690 section 8.3.2). */
    while (first + 1 < sizeof(octets) && ((octets[first] == 0x00 && octets[first + 1] < 0x80) ||
                                          (octets[first] == 0xff && octets[first + 1] >= 0x80)))
        first++;
    der_tlv(d, DER_INTEGER, octets + first, sizeof(octets) - first);
}

void der_bool(struct der *d, bool flag)
{
    uint8_t octet = flag ? 0xff : 0x00;

    der_tlv(d, DER_BOOLEAN, &octet, 1);
}

void der_bit_string(struct der *d, const void *data, size_t len)
{
    size_t mark = der_open(d, DER_BIT_STRING);

    put_byte(d, 0);
    der_raw(d, data, len);
    der_close(d, mark);
}

/* libcrypto also takes "1..2" and "1.2."; a name that it knows is no number and passes. */
static bool is_well_formed(const char *oid)
{
    size_t len = strlen(oid);

    if (len == 0 || strspn(oid, "0123456789.") != len)
        return len > 0;
    return oid[0] != '.' && oid[len - 1] != '.' && strstr(oid, "..") == NULL;
}

void der_oid(struct der *d, const char *oid)
{
    ASN1_OBJECT *object = is_well_formed(oid) ? OBJ_txt2obj(oid, 0) : NULL;

    if (object == NULL || OBJ_length(object) == 0) {
        ERR_clear_error();
        ASN1_OBJECT_free(object);
        d->status = d->status != ASSAY_OK ? d->status : ASSAY_ERR_NOT_FOUND;
        return;
    }
    der_tlv(d, DER_OID, OBJ_get0_data(object), OBJ_length(object));
    ASN1_OBJECT_free(object);
}
