/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_bearssl_x509.h"

#include <string.h>

/* --- trust anchor ----------------------------------------------------------------------------- */

static void append_dn(void *ctx, const void *data, size_t len)
{
    struct bearssl_anchor *anchor = ctx;
    size_t room = sizeof(anchor->dn) - anchor->anchor.dn.len;

    if (len > room)
        len = room; /* a name that long matches no issuer then */
    memcpy(anchor->dn + anchor->anchor.dn.len, data, len);
    anchor->anchor.dn.len += len;
}

int stack_bearssl_decode_root(struct bearssl_anchor *anchor, const unsigned char *der, size_t len)
{
    const br_x509_pkey *key = NULL;
    int error = 0;

    memset(anchor, 0, sizeof(*anchor));
    br_x509_decoder_init(&anchor->decoder, append_dn, anchor);
    br_x509_decoder_push(&anchor->decoder, der, len);
    key = br_x509_decoder_get_pkey(&anchor->decoder);
    error = br_x509_decoder_last_error(&anchor->decoder);
    if (key == NULL)
        return error != 0 ? error : BR_ERR_X509_TRUNCATED;
    anchor->anchor.dn.data = anchor->dn;
    anchor->anchor.pkey = *key;
    anchor->anchor.flags = br_x509_decoder_isCA(&anchor->decoder) ? BR_X509_TA_CA : 0;
    return 0;
}

/* --- the validator ---------------------------------------------------------------------------- */

static struct bearssl_validator *validator_of(const br_x509_class **ctx)
{
    return (struct bearssl_validator *)(void *)ctx;
}

static const br_x509_class **minimal_of(struct bearssl_validator *v)
{
    return &v->minimal.vtable;
}

static bool has_flaw(const struct bearssl_validator *v, enum bearssl_flaw flaw)
{
    return v->flaws->has[flaw];
}

static void start_chain(const br_x509_class **ctx, const char *server_name)
{
    struct bearssl_validator *v = validator_of(ctx);

    v->certs = 0;
    v->is_overlong = false;
    v->minimal.vtable->start_chain(minimal_of(v),
                                   has_flaw(v, BEARSSL_FLAW_NAME) ? NULL : server_name);
}

static void start_cert(const br_x509_class **ctx, uint32_t length)
{
    struct bearssl_validator *v = validator_of(ctx);

    v->cert_len = 0;
    if (has_flaw(v, BEARSSL_FLAW_CHAIN) && v->certs == 0)
        br_x509_decoder_init(&v->leaf, NULL, NULL);
    if (!has_flaw(v, BEARSSL_FLAW_DATES))
        v->minimal.vtable->start_cert(minimal_of(v), length);
}

static void append(const br_x509_class **ctx, const unsigned char *data, size_t len)
{
    struct bearssl_validator *v = validator_of(ctx);

    if (has_flaw(v, BEARSSL_FLAW_CHAIN) && v->certs == 0)
        br_x509_decoder_push(&v->leaf, data, len);
    if (!has_flaw(v, BEARSSL_FLAW_DATES)) {
        v->minimal.vtable->append(minimal_of(v), data, len);
        return;
    }
    if (len > sizeof(v->cert) - v->cert_len) {
        v->is_overlong = true;
        return;
    }
    memcpy(v->cert + v->cert_len, data, len);
    v->cert_len += len;
}

/*
 * BearSSL cannot be told not to look at dates. So each certificate is judged at the moment when it
 * became valid; in all else it is judged as ever.
 */
static void replay_cert(struct bearssl_validator *v)
{
    br_x509_decoder_context dates;

    br_x509_decoder_init(&dates, NULL, NULL);
    br_x509_decoder_push(&dates, v->cert, v->cert_len);
    if (br_x509_decoder_last_error(&dates) == 0)
        br_x509_minimal_set_time(&v->minimal, dates.notbefore_days, dates.notbefore_seconds);
    v->minimal.vtable->start_cert(minimal_of(v), (uint32_t)v->cert_len);
    v->minimal.vtable->append(minimal_of(v), v->cert, v->cert_len);
}

static void end_cert(const br_x509_class **ctx)
{
    struct bearssl_validator *v = validator_of(ctx);

    if (has_flaw(v, BEARSSL_FLAW_DATES))
        replay_cert(v);
    v->minimal.vtable->end_cert(minimal_of(v));
    v->certs++;
}

static unsigned end_chain(const br_x509_class **ctx)
{
    struct bearssl_validator *v = validator_of(ctx);
    unsigned error = v->minimal.vtable->end_chain(minimal_of(v));

    if (!has_flaw(v, BEARSSL_FLAW_CHAIN))
        return v->is_overlong ? BR_ERR_X509_LIMIT_EXCEEDED : error;
    if (v->certs == 0)
        return BR_ERR_X509_EMPTY_CHAIN;
    return (unsigned)br_x509_decoder_last_error(&v->leaf);
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
    struct bearssl_validator *v =
        (struct bearssl_validator *)(uintptr_t)(const void *)ctx; /* the decoder is not const */

    if (!has_flaw(v, BEARSSL_FLAW_CHAIN))
        return v->minimal.vtable->get_pkey(&v->minimal.vtable, usages);
    if (usages != NULL)
        *usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
    return br_x509_decoder_get_pkey(&v->leaf);
}

static const br_x509_class validator_class = {
    .context_size = sizeof(struct bearssl_validator),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

void stack_bearssl_validator_init(struct bearssl_validator *validator,
                                  const struct virtual_flaw_set *flaws)
{
    validator->vtable = &validator_class;
    validator->flaws = flaws;
    validator->certs = 0;
}
