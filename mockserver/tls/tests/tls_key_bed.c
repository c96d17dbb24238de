/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_key_bed.h"

#include "test_support.h"

const char *key_established(const struct bed *bed, const char *field)
{
    const struct event *e = bed_event(bed, EV_TLS_ESTABLISHED, 0);

    return e != NULL ? event_get_text(e, field) : "(not established)";
}

bool key_try(struct bed *bed, const char *tls, const char *certs, void (*prepare)(SSL_CTX *client))
{
    if (!test_check(bed->store != NULL ? bed_again(bed) : bed_open(bed), __FILE__, __LINE__,
                    "no bed"))
        return false;
    if (prepare != NULL)
        prepare(bed->client_ctx);
    if (certs != NULL && strstr(certs, "rsa") != NULL)
        CHECK(bed_trust_root(bed, "rsa2048"));
    if (!test_check(bed_serve(bed, tls, certs) == ASSAY_OK, __FILE__, __LINE__, "%s: %s",
                    tls != NULL ? tls : "defaults", bed->err.text))
        return false;
    return bed_handshake(bed);
}

void key_refused(const char *tls, const char *certs, enum assay_status status, const char *says)
{
    struct bed bed = {0};

    REQUIRE(bed_open(&bed));
    CHECK_INT_EQ(bed_serve(&bed, tls, certs), status);
    CHECK_STR_CONTAINS(bed.err.text, says);
    CHECK(bed.context == NULL);
    bed_close(&bed);
}

void key_at_most_1_2(SSL_CTX *client)
{
    SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION);
}

bool key_message_holds(const struct bed *bed, const char *name, const void *part, size_t len)
{
    const struct event *e = bed_message(bed, "tx", name);
    const struct event_field *bytes = e != NULL ? event_field(e, "bytes") : NULL;

    return bytes != NULL && memmem(bytes->text, bytes->text_len, part, len) != NULL;
}
