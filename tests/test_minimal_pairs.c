/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case and its control, minted and read again with OpenSSL: of the certificates that both send,
 * only those fields differ that the scenario's `differs` can move.
 */
#include "clock/scenario_clock.h"
#include "mock/description.h"
#include "pki/pki.h"
#include "scenario/scenario.h"
#include "test_support.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>

/* 2027-01-15T08:00:00Z */
#define BASE_S INT64_C(1800000000)

enum { MAX_FIELDS = 32, FIELD_LEN = 64 };

/* Names of fields: "subject", or the object identifier of an extension. */
struct fields {
    char names[MAX_FIELDS][FIELD_LEN];
    size_t count;
};

#define BASIC_CONSTRAINTS "2.5.29.19"
#define KEY_USAGE         "2.5.29.15"
#define EXT_KEY_USAGE     "2.5.29.37"
#define SUBJECT_ALT_NAME  "2.5.29.17"
#define SUBJECT_KEY_ID    "2.5.29.14"
#define AUTHORITY_KEY_ID  "2.5.29.35"
#define NAME_CONSTRAINTS  "2.5.29.30"
#define PADDING           "1.3.6.1.4.1.55555.1"
#define ALGORITHMS        "tbs_algorithm", "outer_algorithm"

/* A path of `differs` below certs.NAME, and what it moves in that certificate. */
static const struct {
    const char *key;
    const char *moves[8];
} moved[] = {
    {"issuer", {"issuer", AUTHORITY_KEY_ID, ALGORITHMS}},
    {"issuer_name", {"issuer"}},
    {"subject", {"subject"}},
    {"san", {SUBJECT_ALT_NAME}},
    {"san_critical", {SUBJECT_ALT_NAME}},
    {"not_before", {"not_before"}},
    {"not_after", {"not_after"}},
    {"not_after_raw", {"not_after"}},
    {"time_form", {"not_before", "not_after"}},
    {"key", {"key", SUBJECT_KEY_ID}},
    {"public_key_from", {"key"}},
    {"basic_constraints", {BASIC_CONSTRAINTS}},
    {"key_usage", {KEY_USAGE}},
    {"extended_key_usage", {EXT_KEY_USAGE}},
    {"name_constraints", {NAME_CONSTRAINTS}},
    {"authority_key_id", {AUTHORITY_KEY_ID}},
    {"padding", {PADDING}},
    {"hash", {ALGORITHMS}},
    {"pss", {ALGORITHMS}},
    {"tbs_algorithm", {"tbs_algorithm"}},
    {"outer_algorithm", {"outer_algorithm"}},
    {"version", {"version"}},
    /* A leaf where a CA was. */
    {"recipe",
     {BASIC_CONSTRAINTS, KEY_USAGE, EXT_KEY_USAGE, SUBJECT_ALT_NAME, "not_before", "not_after"}},
    /* Signatures are not compared: they differ whenever anything does. */
    {"signature", {NULL}},
    {"forge", {NULL}},
    {"flip_signature_bit", {NULL}},
    {"truncate_signature", {NULL}},
    {"force_extensions", {NULL}},
    /* Those that the list names: see may_move(). */
    {"extensions", {NULL}},
};

static void add_field(struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->names[i], name) == 0)
            return;
    if (fields->count < MAX_FIELDS)
        snprintf(fields->names[fields->count++], FIELD_LEN, "%s", name);
    else
        test_check(false, __FILE__, __LINE__, "more than %d fields", MAX_FIELDS);
}

static void note_if(struct fields *differing, const char *name, bool differs)
{
    if (differs)
        add_field(differing, name);
}

static bool same_algorithm(const X509_ALGOR *a, const X509_ALGOR *b)
{
    return X509_ALGOR_cmp(a, b) == 0;
}

/* Every extension of that identifier, with its mark and its bytes, in order. */
static void describe_extension(X509 *cert, const char *oid, struct buf *out)
{
    for (int i = 0; i < X509_get_ext_count(cert); i++) {
        X509_EXTENSION *extension = X509_get_ext(cert, i);
        const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(extension);
        char name[FIELD_LEN];

        OBJ_obj2txt(name, sizeof(name), X509_EXTENSION_get_object(extension), 1);
        if (strcmp(name, oid) != 0)
            continue;
        CHECK_OK(buf_add_char(out, X509_EXTENSION_get_critical(extension) ? '!' : '.'));
        CHECK_OK(buf_add(out, ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data)));
    }
}

static void compare_extension(X509 *a, X509 *b, const char *oid, struct fields *differing)
{
    struct buf left;
    struct buf right;

    buf_init(&left, 1 << 20);
    buf_init(&right, 1 << 20);
    describe_extension(a, oid, &left);
    describe_extension(b, oid, &right);
    note_if(differing, oid,
            left.len != right.len ||
                (left.len > 0 && memcmp(left.data, right.data, left.len) != 0));
    buf_done(&left);
    buf_done(&right);
}

static void compare_extensions(X509 *a, X509 *b, struct fields *differing)
{
    X509 *const both[] = {a, b};

    for (size_t k = 0; k < 2; k++)
        for (int i = 0; i < X509_get_ext_count(both[k]); i++) {
            char oid[FIELD_LEN];

            OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(X509_get_ext(both[k], i)), 1);
            compare_extension(a, b, oid, differing);
        }
}

static bool same_time(const ASN1_TIME *a, const ASN1_TIME *b)
{
    return ASN1_STRING_type(a) == ASN1_STRING_type(b) && ASN1_STRING_cmp(a, b) == 0;
}

/* Leaves have a random serial number. */
static void compare_certificates(X509 *a, X509 *b, struct fields *differing)
{
    const X509_ALGOR *outer[2] = {NULL, NULL};

    X509_get0_signature(NULL, &outer[0], a);
    X509_get0_signature(NULL, &outer[1], b);
    note_if(differing, "version", X509_get_version(a) != X509_get_version(b));
    note_if(differing, "tbs_algorithm",
            !same_algorithm(X509_get0_tbs_sigalg(a), X509_get0_tbs_sigalg(b)));
    note_if(differing, "outer_algorithm", !same_algorithm(outer[0], outer[1]));
    note_if(differing, "issuer",
            X509_NAME_cmp(X509_get_issuer_name(a), X509_get_issuer_name(b)) != 0);
    note_if(differing, "subject",
            X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)) != 0);
    note_if(differing, "not_before", !same_time(X509_get0_notBefore(a), X509_get0_notBefore(b)));
    note_if(differing, "not_after", !same_time(X509_get0_notAfter(a), X509_get0_notAfter(b)));
    note_if(differing, "key",
            ASN1_STRING_cmp(X509_get0_pubkey_bitstr(a), X509_get0_pubkey_bitstr(b)) != 0);
    compare_extensions(a, b, differing);
}

static const char *text_at(const struct scenario *s, const char *path)
{
    const char *text = value_text(value_path(s->description, path));

    return text != NULL ? text : "";
}

static void allow_listed_extensions(const struct scenario *s, const char *name,
                                    struct fields *allowed)
{
    char path[128];
    const struct value *list = NULL;

    snprintf(path, sizeof(path), "certs.%s.extensions", name);
    list = value_path(s->description, path);
    for (size_t i = 0; i < value_count(list); i++) {
        const char *said = value_text(value_get(value_at(list, i), "oid"));
        ASN1_OBJECT *object = OBJ_txt2obj(said, 0);
        char oid[FIELD_LEN] = "";

        CHECK(object != NULL);
        OBJ_obj2txt(oid, sizeof(oid), object, 1);
        add_field(allowed, oid);
        ASN1_OBJECT_free(object);
    }
}

/* The key of `certs.NAME.KEY` where the path is one of this certificate; NULL: of something else.
 */
static const char *key_of(const char *path, const char *name)
{
    size_t len = strlen(name);

    if (strncmp(path, "certs.", 6) != 0 || strncmp(path + 6, name, len) != 0)
        return NULL;
    return path[6 + len] == '.' ? path + 6 + len + 1 : path[6 + len] == '\0' ? "" : NULL;
}

static void allow_path(const struct scenario *s, const char *name, const char *path,
                       struct fields *allowed)
{
    static const char *const by_issuer[] = {"issuer", AUTHORITY_KEY_ID, ALGORITHMS};
    char issuer[128];
    const char *key = key_of(path, name);
    bool known = key == NULL;

    for (size_t i = 0; key != NULL && i < sizeof(moved) / sizeof(moved[0]); i++) {
        if (strcmp(moved[i].key, key) != 0)
            continue;
        known = true;
        for (size_t k = 0; moved[i].moves[k] != NULL; k++)
            add_field(allowed, moved[i].moves[k]);
        if (strcmp(key, "extensions") == 0)
            allow_listed_extensions(s, name, allowed);
    }
    test_check(known, __FILE__, __LINE__, "%s: the table of this test does not know %s", s->id,
               path);
    snprintf(issuer, sizeof(issuer), "certs.%s.issuer", name);
    if (key_of(path, text_at(s, issuer)) != NULL)
        for (size_t i = 0; i < sizeof(by_issuer) / sizeof(by_issuer[0]); i++)
            add_field(allowed, by_issuer[i]);
}

/* What may differ in the certificate `name`. A version without extensions has none. */
static bool may_move(const struct scenario *s, const char *name, const char *field)
{
    struct fields allowed = {.count = 0};
    char path[128];

    for (size_t i = 0; i < value_count(s->differs); i++) {
        const char *differs = value_text(value_at(s->differs, i));

        allow_path(s, name, differs, &allowed);
        if (strcmp(differs, "time") == 0) {
            add_field(&allowed, "not_before");
            add_field(&allowed, "not_after");
        }
    }
    snprintf(path, sizeof(path), "certs.%s", name);
    if (value_int(value_get(value_path(s->description, path), "version")) == 1 &&
        strspn(field, "0123456789.") == strlen(field))
        return true;
    for (size_t i = 0; i < allowed.count; i++)
        if (strcmp(allowed.names[i], field) == 0)
            return true;
    return false;
}

static struct pki_chain *mint(struct pki_store *store, const struct scenario *s)
{
    struct pki_chain *chain = NULL;
    struct mock_times times = {0};
    struct assay_error err = {0};

    CHECK_OK(mock_times_of(s->description, BASE_S, &times, &err));
    test_check(pki_chain_make(store, value_get(s->description, "certs"),
                              value_get(s->description, "chain"), times.server_s, &chain,
                              &err) == ASSAY_OK,
               __FILE__, __LINE__, "%s: %s", s->id, err.text);
    return chain;
}

static const char *sent_at(const struct scenario *s, size_t i)
{
    return value_text(value_at(value_get(s->description, "chain"), i));
}

static size_t sent_where(const struct scenario *s, const char *name)
{
    size_t count = value_count(value_get(s->description, "chain"));

    for (size_t i = 0; i < count; i++)
        if (strcmp(sent_at(s, i), name) == 0)
            return i;
    return count;
}

static void compare_member(const struct scenario *s, const char *name, X509 *control, X509 *own)
{
    struct fields differing = {.count = 0};

    compare_certificates(control, own, &differing);
    for (size_t i = 0; i < differing.count; i++)
        test_check(may_move(s, name, differing.names[i]), __FILE__, __LINE__,
                   "%s: %s differs in %s, which nothing in `differs` explains", s->id, name,
                   differing.names[i]);
}

/* The number of certificates that both the case and its control send. */
static size_t compare_pair(struct pki_store *store, const struct scenario *s,
                           const struct scenario *control)
{
    struct pki_chain *own = mint(store, s);
    struct pki_chain *good = mint(store, control);
    size_t compared = 0;

    for (size_t i = 0; own != NULL && good != NULL && i < pki_chain_count(own); i++) {
        size_t at = sent_where(control, sent_at(s, i));

        if (at == pki_chain_count(good))
            continue;
        compare_member(s, sent_at(s, i), pki_chain_x509(good, at), pki_chain_x509(own, i));
        compared++;
    }
    pki_chain_free(own);
    pki_chain_free(good);
    return compared;
}

static struct scenario_set *load(void)
{
    struct scenario_set *set = NULL;
    struct assay_error err = {0};

    if (scenario_set_load(ASSAY_SOURCE_DIR "/scenarios", &set, &err) != ASSAY_OK)
        test_check(false, __FILE__, __LINE__, "%s", err.text);
    return set;
}

static void a_case_differs_from_its_control_in_what_it_says_and_in_nothing_else(void)
{
    struct scenario_set *set = load();
    struct pki_store *store = pki_store_new();
    size_t compared = 0;

    for (size_t i = 0; set != NULL && store != NULL && i < scenario_set_count(set); i++) {
        const struct scenario *s = scenario_set_at(set, i);
        const struct scenario *control = scenario_set_find(set, s->control);

        if (control != s && control != NULL)
            compared += compare_pair(store, s, control);
    }
    CHECK(compared > 150);
    pki_store_free(store);
    scenario_set_free(set);
}

TEST_SUITE(minimal_pairs,
           TEST(a_case_differs_from_its_control_in_what_it_says_and_in_nothing_else));
