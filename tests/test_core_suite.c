/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scenarios and the servers that carry them out: every description can be served, every chain
 * that is meant to be good is good under OpenSSL's strictest rules, and every other one is wrong in
 * exactly the way that its scenario says.
 */
#include "chain_errors.h"
#include "clock/scenario_clock.h"
#include "mock/description.h"
#include "mock/mock.h"
#include "pki/pki.h"
#include "prober/prober.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "test_support.h"
#include "tls_names.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdlib.h>

/* 2027-01-15T08:00:00Z */
#define BASE_S INT64_C(1800000000)

enum { MAX_ERRORS = 16, AUTH_LEVEL = 2 /* 112 bits: RSA-2048, SHA-256 */ };

struct found {
    int errors[MAX_ERRORS];
    size_t count;
};

static void add_error(struct found *found, int error)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->errors[i] == error)
            return;
    if (found->count < MAX_ERRORS)
        found->errors[found->count++] = error;
}

static int collect(int ok, X509_STORE_CTX *ctx)
{
    int error = X509_STORE_CTX_get_error(ctx);

    if (ok != 1)
        add_error(X509_STORE_CTX_get_app_data(ctx), error);
    return 1;
}

/* RFC 8446 section 4.4.2.2: X509_verify_cert() is content with keyAgreement. */
static void check_usage(X509 *leaf, struct found *found)
{
    if ((X509_get_key_usage(leaf) & X509v3_KU_DIGITAL_SIGNATURE) == 0)
        add_error(found, CHAIN_LEAF_MAY_NOT_SIGN);
}

static const char *text_at(const struct scenario *s, const char *path)
{
    return value_text(value_path(s->description, path));
}

static X509 *root_of(struct pki_store *store, const struct scenario *s)
{
    static const char *const types[][2] = {{"auto", "auto"}, {"ecdsa", "p256"}, {"rsa", "rsa2048"}};
    const uint8_t *at = NULL;
    X509 *root = NULL;
    struct buf der;

    buf_init(&der, 1 << 16);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i][0], text_at(s, "trust")) == 0)
            CHECK_OK(pki_store_root(store, types[i][1], &der, NULL));
    at = der.data;
    if (der.len > 0)
        root = d2i_X509(NULL, &at, (long)der.len);
    CHECK(root != NULL);
    buf_done(&der);
    return root;
}

static struct pki_chain *chain_of(struct pki_store *store, const struct scenario *s)
{
    struct pki_chain *chain = NULL;
    struct mock_times times = {0};
    struct assay_error err = {0};

    CHECK_OK(mock_times_of(s->description, BASE_S, &times, &err));
    if (pki_chain_make(store, value_get(s->description, "certs"),
                       value_get(s->description, "chain"), times.server_s, &chain,
                       &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s: %s", s->id, err.text);
    return chain;
}

static void set_rules(X509_STORE_CTX *ctx, const struct scenario *s)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    struct mock_times times = {0};
    struct assay_error err = {0};

    CHECK_OK(mock_times_of(s->description, BASE_S, &times, &err));
    CHECK_INT_EQ(
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_POLICY_CHECK), 1);
    CHECK_INT_EQ(X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER), 1);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, text_at(s, "host")) != 1)
        CHECK_INT_EQ(X509_VERIFY_PARAM_set1_host(param, text_at(s, "host"), 0), 1);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                               X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set_time(param, (time_t)times.board_s);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
}

/* Everything that a strict client has against the server of a scenario. */
static struct found verify(struct pki_store *store, const struct scenario *s)
{
    struct found found = {{0}, 0};
    struct pki_chain *chain = chain_of(store, s);
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    X509 *root = root_of(store, s);

    if (chain == NULL || trusted == NULL || ctx == NULL || others == NULL || root == NULL)
        goto out;
    CHECK_INT_EQ(X509_STORE_add_cert(trusted, root), 1);
    for (size_t i = 1; i < pki_chain_count(chain); i++)
        CHECK(sk_X509_push(others, pki_chain_x509(chain, i)) > 0);
    CHECK_INT_EQ(X509_STORE_CTX_init(ctx, trusted, pki_chain_x509(chain, 0), others), 1);
    set_rules(ctx, s);
    X509_STORE_CTX_set_app_data(ctx, &found);
    X509_STORE_CTX_set_verify_cb(ctx, collect);
    CHECK(X509_verify_cert(ctx) >= 0);
    check_usage(pki_chain_x509(chain, 0), &found);
out:
    X509_free(root);
    sk_X509_free(others);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(trusted);
    pki_chain_free(chain);
    return found;
}

static bool has(const int *errors, size_t count, int error)
{
    for (size_t i = 0; i < count; i++)
        if (errors[i] == error)
            return true;
    return false;
}

static void compare(const struct scenario *s, const int *want, const struct found *found)
{
    size_t count = 0;

    for (; want[count] != 0; count++)
        test_check(has(found->errors, found->count, want[count]), __FILE__, __LINE__,
                   "%s: OpenSSL does not say \"%s\"", s->id,
                   X509_verify_cert_error_string(want[count]));
    for (size_t i = 0; i < found->count; i++)
        test_check(has(want, count, found->errors[i]), __FILE__, __LINE__,
                   "%s: OpenSSL also says \"%s\" (%d)", s->id,
                   X509_verify_cert_error_string(found->errors[i]), found->errors[i]);
}

static struct scenario_set *load(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};

    if (scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &set, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s", err.text);
    return set;
}

static bool touches_certificates(const struct scenario *s)
{
    static const char *const words[] = {"certs", "chain", "host", "trust", "time", "board_time"};

    for (size_t i = 0; i < value_count(s->differs); i++) {
        const char *path = value_text(value_at(s->differs, i));
        size_t len = strcspn(path, ".");

        for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
            if (strlen(words[k]) == len && strncmp(path, words[k], len) == 0)
                return true;
    }
    return false;
}

static const int *errors_of(const struct scenario *s)
{
    static const int nothing[CHAIN_ERRORS_MAX] = {0};

    for (const struct chain_errors *row = chain_errors; row->id != NULL; row++)
        if (strcmp(row->id, s->id) == 0)
            return row->errors;
    /* What is wrong there is not the certificate. */
    if (!touches_certificates(s))
        return nothing;
    test_check(s->expect != SCENARIO_REFUSE, __FILE__, __LINE__,
               "%s is not in tests/chain_errors.c", s->id);
    return nothing;
}

/* A case that needs what boards with RSA only do not have is never served to them. */
static bool suits(const struct scenario *s, const char *key_type)
{
    const struct value *needed = value_get(s->needs, "key_types");

    if (needed == NULL || strcmp(key_type, "rsa2048") != 0)
        return true;
    for (size_t i = 0; i < value_count(needed); i++)
        if (strcmp(value_text(value_at(needed, i)), "rsa") == 0)
            return true;
    return false;
}

/* Boards of both kinds of keys: "auto" is ECDSA for most, RSA for those that know nothing else. */
static void verify_all(const char *key_type)
{
    struct scenario_set *set = load();
    struct pki_store *store = pki_store_new();

    CHECK_OK(pki_store_set_default_key(store, key_type, NULL));
    for (size_t i = 0; set != NULL && store != NULL && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);

        if (suits(s, key_type) && !s->board_serves) {
            struct found found = verify(store, s);

            compare(s, errors_of(s), &found);
        }
    }
    CHECK(set != NULL && store != NULL);
    pki_store_free(store);
    scenario_set_free(set);
}

static void good_chains_are_good_and_every_other_one_has_the_flaw_that_it_says(void)
{
    verify_all("p256");
}

static void so_they_are_for_boards_that_know_rsa_only(void)
{
    verify_all("rsa2048");
}

static void a_server_has_the_key_of_the_certificate_that_it_sends(void)
{
    struct scenario_set *set = load();
    struct pki_store *store = pki_store_new();

    for (size_t i = 0; set != NULL && store != NULL && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        struct pki_chain *chain = chain_of(store, s);

        if (chain != NULL && pki_chain_count(chain) > 0)
            test_check(X509_check_private_key(pki_chain_x509(chain, 0), pki_chain_key(chain)) == 1,
                       __FILE__, __LINE__, "%s", s->id);
        pki_chain_free(chain);
    }
    pki_store_free(store);
    scenario_set_free(set);
}

/* Where the board is the server, the bench has to be able to be such a client. */
static void visit(uv_loop_t *loop, struct pki_store *store, struct scenario_clock *clock,
                  const struct scenario *s)
{
    const struct prober_options options = {
        .loop = loop, .store = store, .clock = clock, .description = s->description};
    struct prober *prober = NULL;
    struct assay_error err = {0};

    test_check(prober_new(&options, &prober, &err) == ASSAY_OK, __FILE__, __LINE__, "%s: %s", s->id,
               err.text);
    prober_free(prober);
}

static void serve_all(const char *key_type)
{
    struct scenario_set *set = load();
    struct pki_store *store = pki_store_new();
    struct scenario_clock clock;
    struct assay_error err = {0};
    uv_loop_t loop;

    REQUIRE(set != NULL && store != NULL && uv_loop_init(&loop) == 0);
    CHECK_OK(pki_store_set_default_key(store, key_type, &err));
    scenario_clock_set(&clock, BASE_S * 1000, 0);
    for (size_t i = 0; i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        struct mock_options options = {.loop = &loop,
                                       .store = store,
                                       .clock = &clock,
                                       .description = s->description,
                                       .address = "127.0.0.1",
                                       .dns = true,
                                       .sntp = true};
        struct mock *mock = NULL;

        if (!suits(s, key_type))
            continue;
        if (s->board_serves) {
            visit(&loop, store, &clock, s);
            continue;
        }
        test_check(mock_start(&options, &mock, &err) == ASSAY_OK, __FILE__, __LINE__, "%s: %s",
                   s->id, err.text);
        mock_stop(mock);
    }
    CHECK_INT_EQ(uv_loop_close(&loop), 0);
    pki_store_free(store);
    scenario_set_free(set);
}

static void every_scenario_can_be_served_to_boards_that_know_ecdsa(void)
{
    serve_all("p256");
}

static void every_scenario_can_be_served_to_boards_that_know_rsa_only(void)
{
    serve_all("rsa2048");
}

static bool has_key(const struct key_spec *keys, const char *name)
{
    while (keys->name != NULL && strcmp(keys->name, name) != 0)
        keys++;
    return keys->name != NULL;
}

static void scenarios_may_say_what_the_servers_understand_and_nothing_else(void)
{
    for (const struct key_spec *key = scenario_description_keys; key->name != NULL; key++)
        test_check(has_key(mock_keys, key->name), __FILE__, __LINE__, "%s", key->name);
    for (const struct key_spec *key = mock_keys; key->name != NULL; key++)
        test_check(has_key(scenario_description_keys, key->name), __FILE__, __LINE__, "%s",
                   key->name);
}

static void alerts_have_the_names_under_which_the_tls_room_reports_them(void)
{
    for (const char *const *alert = scenario_alert_names; *alert != NULL; alert++) {
        bool known = false;

        for (unsigned code = 0; code < 256 && !known; code++) {
            const char *name = tls_name(TLS_NAMES_ALERT, code);

            known = name != NULL && strcmp(name, *alert) == 0;
        }
        test_check(known, __FILE__, __LINE__, "%s", *alert);
    }
}

TEST_SUITE(core_suite, TEST(good_chains_are_good_and_every_other_one_has_the_flaw_that_it_says),
           TEST(so_they_are_for_boards_that_know_rsa_only),
           TEST(a_server_has_the_key_of_the_certificate_that_it_sends),
           TEST(every_scenario_can_be_served_to_boards_that_know_ecdsa),
           TEST(every_scenario_can_be_served_to_boards_that_know_rsa_only),
           TEST(scenarios_may_say_what_the_servers_understand_and_nothing_else),
           TEST(alerts_have_the_names_under_which_the_tls_room_reports_them));
