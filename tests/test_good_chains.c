/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board has to accept is accepted by libraries of three families: OpenSSL at its strictest
 * (test_core_suite), GnuTLS and mbedTLS here. Where one of them refuses what the rules allow, a
 * table says so and why.
 */
#include "clock/scenario_clock.h"
#include "mock/description.h"
#include "pki/pki.h"
#include "scenario/scenario.h"
#include "test_support.h"

#include <gnutls/x509.h>
#include <mbedtls/x509_crt.h>

#include <string.h>
#include <time.h>

enum { MAX_CHAIN = 128 };

/* What "now" of the scenarios is. */
static int64_t now_s(void)
{
    struct timespec now = {0};

    CHECK_INT_EQ(clock_gettime(CLOCK_REALTIME, &now), 0);
    return now.tv_sec;
}

/* A library that refuses a chain which is right: a finding about it, see docs/findings. */
struct refusal {
    const char *id;
    const char *reason;
};

static const struct refusal mbedtls_refuses[] = {
    {"POS-01/ed25519", "2.28 has no Ed25519"},
    {"POS-12", "counts self-issued certificates in the path length"},
    {"PATH-10", "takes the certificates in the order in which they come"},
    {"PATH-17/space", "compares names without regard to case, but space by space"},
    {"NAME-19", "2.28 compares names only"},
    {"EXT-22", "does not know name constraints, and they are critical"},
    {"EXT-27/critical", "knows the policy anyPolicy only, and the extension is critical"},
    {NULL, NULL},
};

static const struct refusal gnutls_refuses[] = {
    {"POS-12", "counts self-issued certificates in the path length"},
    {"PATH-14", "takes the first issuer of the right name and tries no other"},
    {"PATH-17/case", "compares names byte by byte where the string type is the same"},
    {"PATH-17/space", "as above"},
    {NULL, NULL},
};

static const char *text_at(const struct scenario *s, const char *path)
{
    return value_text(value_path(s->description, path));
}

/*
 * Both libraries ask time() of the program: some chains are good in 2038 only. The C library's own
 * is not needed here.
 */
static time_t verifying_at;

time_t time(time_t *ret)
{
    if (ret != NULL)
        *ret = verifying_at;
    return verifying_at;
}

static struct pki_chain *mint(struct pki_store *store, const struct scenario *s)
{
    struct pki_chain *chain = NULL;
    struct mock_times times = {0};
    struct assay_error err = {0};

    CHECK_OK(mock_times_of(s->description, now_s(), &times, &err));
    verifying_at = (time_t)times.server_s;
    test_check(pki_chain_make(store, value_get(s->description, "certs"),
                              value_get(s->description, "chain"), times.server_s, &chain,
                              &err) == ASSAY_OK,
               __FILE__, __LINE__, "%s: %s", s->id, err.text);
    return chain;
}

static enum assay_status root_of(struct pki_store *store, const struct scenario *s, struct buf *der)
{
    const char *type = strcmp(text_at(s, "trust"), "rsa") == 0 ? "rsa2048" : "p256";

    return pki_store_root(store, type, der, NULL);
}

typedef bool (*verifier)(const struct pki_chain *chain, const struct buf *root,
                         const struct scenario *s, char *why, size_t why_size);

static bool mbedtls_accepts(const struct pki_chain *chain, const struct buf *root,
                            const struct scenario *s, char *why, size_t why_size)
{
    mbedtls_x509_crt sent;
    mbedtls_x509_crt trusted;
    uint32_t flags = 0;
    int result = 0;

    mbedtls_x509_crt_init(&sent);
    mbedtls_x509_crt_init(&trusted);
    result = mbedtls_x509_crt_parse_der(&trusted, root->data, root->len);
    for (size_t i = 0; result == 0 && i < pki_chain_count(chain); i++) {
        size_t len = 0;
        const uint8_t *der = pki_chain_der(chain, i, &len);

        result = mbedtls_x509_crt_parse_der(&sent, der, len);
    }
    if (result == 0)
        result =
            mbedtls_x509_crt_verify(&sent, &trusted, NULL, text_at(s, "host"), &flags, NULL, NULL);
    snprintf(why, why_size, "-0x%x, flags 0x%x", (unsigned)-result, (unsigned)flags);
    mbedtls_x509_crt_free(&sent);
    mbedtls_x509_crt_free(&trusted);
    return result == 0;
}

static gnutls_x509_crt_t gnutls_parse(const uint8_t *der, size_t len)
{
    gnutls_datum_t data = {.data = (unsigned char *)(uintptr_t)der, .size = (unsigned)len};
    gnutls_x509_crt_t cert = NULL;

    if (gnutls_x509_crt_init(&cert) != 0)
        return NULL;
    if (gnutls_x509_crt_import(cert, &data, GNUTLS_X509_FMT_DER) == 0)
        return cert;
    gnutls_x509_crt_deinit(cert);
    return NULL;
}

static bool gnutls_accepts(const struct pki_chain *chain, const struct buf *root,
                           const struct scenario *s, char *why, size_t why_size)
{
    char host[256] = "";
    char purpose[] = GNUTLS_KP_TLS_WWW_SERVER;
    gnutls_typed_vdata_st demands[] = {
        {.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)host},
        {.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)purpose}};
    gnutls_x509_trust_list_t list = NULL;
    gnutls_x509_crt_t trusted = gnutls_parse(root->data, root->len);
    gnutls_x509_crt_t sent[MAX_CHAIN] = {NULL};
    size_t count = 0;
    unsigned status = ~0U;
    int result = gnutls_x509_trust_list_init(&list, 0);

    snprintf(host, sizeof(host), "%s", text_at(s, "host"));
    for (; count < pki_chain_count(chain) && count < MAX_CHAIN; count++) {
        size_t len = 0;
        const uint8_t *der = pki_chain_der(chain, count, &len);

        sent[count] = gnutls_parse(der, len);
        result = sent[count] != NULL ? result : GNUTLS_E_ASN1_DER_ERROR;
    }
    if (result == 0)
        result = gnutls_x509_trust_list_add_cas(list, &trusted, 1, 0) == 1 ? 0 : -1;
    if (result == 0)
        result = gnutls_x509_trust_list_verify_crt2(list, sent, (unsigned)count, demands, 2, 0,
                                                    &status, NULL);
    snprintf(why, why_size, "%s, status 0x%x", gnutls_strerror(result), status);
    for (size_t i = 0; i < count; i++)
        gnutls_x509_crt_deinit(sent[i]);
    gnutls_x509_crt_deinit(trusted);
    gnutls_x509_trust_list_deinit(list, 0);
    return result == 0 && status == 0;
}

static const char *known_refusal(const struct refusal *rows, const char *id)
{
    for (; rows->id != NULL; rows++)
        if (strcmp(rows->id, id) == 0)
            return rows->reason;
    return NULL;
}

static void check_good(struct pki_store *store, const struct scenario *s, verifier accepts,
                       const struct refusal *refusals)
{
    struct pki_chain *chain = mint(store, s);
    const char *reason = known_refusal(refusals, s->id);
    char why[128] = "";
    struct buf root;
    bool accepted = false;

    buf_init(&root, 1 << 16);
    CHECK_OK(root_of(store, s, &root));
    if (chain != NULL) {
        accepted = accepts(chain, &root, s, why, sizeof(why));
        test_check(accepted == (reason == NULL), __FILE__, __LINE__, "%s: %s (%s)", s->id,
                   accepted ? "accepted by now" : "refused", why);
    }
    buf_done(&root);
    pki_chain_free(chain);
}

static void check_all(verifier accepts, const struct refusal *refusals)
{
    struct scenario_set *set = NULL;
    struct pki_store *store = pki_store_new();
    struct assay_error err = {0};
    size_t good = 0;

    if (scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &set, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s", err.text);
    for (size_t i = 0; set != NULL && store != NULL && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        bool has_chain = value_count(value_get(s->description, "chain")) > 0;

        /* A board that is a server has a chain of its own; the bench shows it none. */
        if (s->expect != SCENARIO_ACCEPT || !has_chain || s->board_serves)
            continue;
        check_good(store, s, accepts, refusals);
        good++;
    }
    CHECK(good > 40);
    pki_store_free(store);
    scenario_set_free(set);
}

static void mbedtls_accepts_what_a_board_has_to_accept(void)
{
    check_all(mbedtls_accepts, mbedtls_refuses);
}

static void gnutls_accepts_what_a_board_has_to_accept(void)
{
    check_all(gnutls_accepts, gnutls_refuses);
}

TEST_SUITE(good_chains, TEST(mbedtls_accepts_what_a_board_has_to_accept),
           TEST(gnutls_accepts_what_a_board_has_to_accept));
