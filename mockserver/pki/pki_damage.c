/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_damage.h"

#include "pki_der.h"

#include <string.h>

/* Put another header before the contents of the SEQUENCE that der holds. */
static enum assay_status set_header(struct buf *der, const uint8_t *header, size_t len)
{
    struct buf whole;
    size_t old = der->data[1] < 0x80 ? 2 : 2 + (der->data[1] & 0x7fu);

    buf_init(&whole, der->max);
    enum assay_status status = buf_add(&whole, header, len);
    if (status == ASSAY_OK)
        status = buf_add(&whole, der->data + old, der->len - old);
    if (status == ASSAY_OK) {
        buf_clear(der);
        status = buf_add(der, whole.data, whole.len);
    }
    buf_done(&whole);
    return status;
}

static size_t contents_len(const struct buf *der)
{
    return der->len - (der->data[1] < 0x80 ? 2 : 2 + (der->data[1] & 0x7fu));
}

/* A length in four bytes, whatever it would need. */
static enum assay_status set_length(struct buf *der, size_t len)
{
    const uint8_t header[] = {DER_SEQUENCE,         0x84,
                              (uint8_t)(len >> 24), (uint8_t)(len >> 16),
                              (uint8_t)(len >> 8),  (uint8_t)len};

    return set_header(der, header, sizeof(header));
}

/* BER (X.690 section 8.1.3.6): no length, but two zero bytes at the end. */
static enum assay_status indefinite_length(struct buf *der)
{
    static const uint8_t header[] = {DER_SEQUENCE, 0x80};

    ASSAY_TRY(set_header(der, header, sizeof(header)));
    return buf_add(der, "\0", 2);
}

static enum assay_status long_length(struct buf *der)
{
    return set_length(der, contents_len(der));
}

static enum assay_status length_short(struct buf *der)
{
    return set_length(der, contents_len(der) - 1);
}

static enum assay_status length_long(struct buf *der)
{
    return set_length(der, contents_len(der) + 1);
}

static enum assay_status length_huge(struct buf *der)
{
    return set_length(der, 0xffffffff);
}

static enum assay_status trailing_bytes(struct buf *der)
{
    return buf_add(der, "\0\0\0", 4);
}

static enum assay_status truncated(struct buf *der)
{
    buf_truncate(der, der->len / 2);
    return ASSAY_OK;
}

/* A field that RFC 5280 does not know, after the extensions. */
static enum assay_status extra_field(struct buf *tbs)
{
    struct buf whole;
    struct der d = der_onto(&whole);

    buf_init(&whole, tbs->max);
    size_t mark = der_open(&d, DER_SEQUENCE);
    der_raw(&d, tbs->data + tbs->len - contents_len(tbs), contents_len(tbs));
    der_tlv(&d, DER_CONTEXT | 9, "extra", 5);
    der_close(&d, mark);
    enum assay_status status = der_status(&d);
    if (status == ASSAY_OK) {
        buf_clear(tbs);
        status = buf_add(tbs, whole.data, whole.len);
    }
    buf_done(&whole);
    return status;
}

static const struct {
    const char *name;
    bool before_signing;
    enum assay_status (*apply)(struct buf *der);
} damages[] = {
    {"indefinite-length", false, indefinite_length},
    {"long-length", false, long_length},
    {"length-short", false, length_short},
    {"length-long", false, length_long},
    {"length-huge", false, length_huge},
    {"trailing-bytes", false, trailing_bytes},
    {"truncated", false, truncated},
    {"extra-field", true, extra_field},
};

static enum assay_status apply(const struct pki_spec *spec, bool before_signing, struct buf *der)
{
    for (size_t i = 0; i < pki_list_count(&spec->damage); i++)
        for (size_t k = 0; k < sizeof(damages) / sizeof(damages[0]); k++)
            if (damages[k].before_signing == before_signing && der->len > 2 &&
                strcmp(pki_list_at(&spec->damage, i).data, damages[k].name) == 0)
                ASSAY_TRY(damages[k].apply(der));
    return ASSAY_OK;
}

/* splitmix64: small, and the same numbers for the same seed on every machine. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

enum mutation { FLIP_BIT, SET_BYTE, DROP_BYTE, DOUBLE_BYTE, MUTATION_COUNT };

static enum assay_status mutate_once(uint64_t *state, struct buf *der)
{
    size_t at = (size_t)(next_random(state) % der->len);
    uint64_t choice = next_random(state);
    uint8_t byte = (uint8_t)(choice >> 8);

    switch ((enum mutation)(choice % MUTATION_COUNT)) {
    case FLIP_BIT:
        der->data[at] ^= (uint8_t)(1u << byte % 8);
        return ASSAY_OK;
    case SET_BYTE:
        der->data[at] = der->data[at] == byte ? (uint8_t)~byte : byte;
        return ASSAY_OK;
    case DROP_BYTE:
        memmove(der->data + at, der->data + at + 1, der->len - at - 1);
        buf_truncate(der, der->len - 1);
        return ASSAY_OK;
    case DOUBLE_BYTE:
        ASSAY_TRY(buf_add_char(der, 0));
        memmove(der->data + at + 1, der->data + at, der->len - at - 1);
        return ASSAY_OK;
    case MUTATION_COUNT:
        break;
    }
    return ASSAY_OK;
}

static enum assay_status mutate(const struct pki_spec *spec, const char *place, struct buf *der)
{
    uint64_t state = (uint64_t)spec->mutate_seed;

    if (spec->mutate_seed < 0 || strcmp(spec->mutate_where.data, place) != 0)
        return ASSAY_OK;
    for (int64_t i = 0; i < spec->mutate_count && der->len > 0; i++)
        ASSAY_TRY(mutate_once(&state, der));
    return ASSAY_OK;
}

enum assay_status pki_damage_tbs(const struct pki_spec *spec, struct buf *tbs)
{
    ASSAY_TRY(apply(spec, true, tbs));
    return mutate(spec, "tbs", tbs);
}

enum assay_status pki_damage_certificate(const struct pki_spec *spec, struct buf *der)
{
    ASSAY_TRY(apply(spec, false, der));
    return mutate(spec, "certificate", der);
}
