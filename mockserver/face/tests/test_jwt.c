/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of devices: one that is right, and what is found wrong with others. */
#include "signer.h"
#include "test_support.h"

#include "face/jwt.h"

#include <stdio.h>
#include <stdlib.h>

enum { NOW = 1906502400 };

#define ES256 "{\"alg\":\"ES256\",\"typ\":\"JWT\"}"
#define RS256 "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"

static struct face_key *key_of(const struct signer *s)
{
    struct face_key *key = NULL;
    struct assay_error err = {.text = ""};

    CHECK_OK(face_key_read(signer_public_pem(s), "face.key", &key, &err));
    return key;
}

static struct jwt_finding check_len(const struct face_key *key, const char *token, size_t len,
                                    bool is_lenient)
{
    const struct jwt_demands demands = {
        .audience = "project", .key = key, .now_s = NOW, .is_lenient = is_lenient};
    struct jwt_finding f;
    /* Exactly as long, so that a read behind the end is seen. */
    char *copy = malloc(len + (len == 0));

    memcpy(copy, token, len);
    jwt_check(copy, len, &demands, &f);
    free(copy);
    return f;
}

static struct jwt_finding check(const struct face_key *key, const char *token)
{
    return check_len(key, token, strlen(token), false);
}

/* The name of the rule; "good". */
static const char *name_of(const struct jwt_finding *f)
{
    return f->rule == FACE_RULE_COUNT ? "good" : face_rules[f->rule].name;
}

static const char *claims(const char *aud, int64_t iat, int64_t exp)
{
    char *text = NULL;

    if (asprintf(&text, "{\"aud\":%s,\"iat\":%lld,\"exp\":%lld}", aud, (long long)iat,
                 (long long)exp) < 0)
        abort();
    return test_keep(text);
}

static void takes_tokens_of_both_kinds_of_key(void)
{
    static const struct {
        const char *group, *header;
    } rows[] = {{"P-256", ES256}, {"RSA", RS256}};

    for (size_t i = 0; i < 2; i++) {
        struct signer *s = signer_new(rows[i].group);
        struct face_key *key = key_of(s);
        struct jwt_finding f =
            check(key, jwt_of(s, rows[i].header, claims("\"project\"", NOW, NOW + 3600)));

        CHECK_STR_EQ(name_of(&f), "good");
        CHECK(!f.was_lenient);
        face_key_free(key);
        signer_free(s);
    }
}

/* Each claim at its limit, and one second past it. */
static void holds_claims_against_project_and_clock(void)
{
    static const struct {
        const char *aud;
        int64_t iat, exp;
        const char *want;
    } rows[] = {
        {"\"project\"", NOW + 600, NOW + 3600, "good"},
        {"\"project\"", NOW + 601, NOW + 3600, "jwt-iat-future"},
        {"\"project\"", NOW - 3600, NOW - 600, "good"},
        {"\"project\"", NOW - 3600, NOW - 601, "jwt-expired"},
        {"\"project\"", NOW, NOW + 86400 + 600, "good"},
        {"\"project\"", NOW, NOW + 86400 + 601, "jwt-lifetime"},
        {"\"other\"", NOW, NOW + 60, "jwt-aud"},
        {"[\"project\"]", NOW, NOW + 60, "jwt-aud"},
        {"\"project\"", -5, NOW + 60, "jwt-iat"},
        {"\"project\"", NOW, -5, "jwt-exp"},
    };
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct jwt_finding f =
            check(key, jwt_of(s, ES256, claims(rows[i].aud, rows[i].iat, rows[i].exp)));

        CHECK_STR_EQ(name_of(&f), rows[i].want);
    }
    face_key_free(key);
    signer_free(s);
}

static void wants_every_claim(void)
{
    static const struct {
        const char *claims, *want;
    } rows[] = {
        {"{\"iat\":1906502400,\"exp\":1906502460}", "jwt-aud"},
        {"{\"aud\":\"project\",\"exp\":1906502460}", "jwt-iat"},
        {"{\"aud\":\"project\",\"iat\":1906502400}", "jwt-exp"},
        {"{\"aud\":\"project\",\"iat\":\"1906502400\",\"exp\":1906502460}", "jwt-iat"},
        {"{\"aud\":\"project\",\"iat\":1906502400,\"exp\":1906502460.5}", "jwt-exp"},
        {"{\"aud\":\"project\",\"aud\":\"project\",\"iat\":1906502400,\"exp\":1906502460}",
         "jwt-json"},
        {"[1906502400]", "jwt-json"},
        {"not json", "jwt-json"},
    };
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct jwt_finding f = check(key, jwt_of(s, ES256, rows[i].claims));

        CHECK_STR_EQ(name_of(&f), rows[i].want);
    }
    face_key_free(key);
    signer_free(s);
}

static void refuses_algorithms_that_prove_nothing(void)
{
    static const struct {
        const char *header, *want;
    } rows[] = {
        {"{\"alg\":\"none\"}", "jwt-alg-none"},     {"{\"alg\":\"None\"}", "jwt-alg-none"},
        {"{\"alg\":\"ES384\"}", "jwt-alg-unknown"}, {"{\"typ\":\"JWT\"}", "jwt-alg-unknown"},
        {"{\"alg\":256}", "jwt-alg-unknown"},       {RS256, "jwt-alg-key"},
        {"{\"alg\":\"HS512\"}", "jwt-alg-hmac"},
    };
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);
    const char *body = claims("\"project\"", NOW, NOW + 60);
    struct jwt_finding f;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        f = check(key, jwt_of(s, rows[i].header, body));
        CHECK_STR_EQ(name_of(&f), rows[i].want);
    }
    /* The public key as the secret of an HMAC: the confusion that broke many libraries. */
    f = check(key, jwt_with_hmac(signer_public_pem(s), "{\"alg\":\"HS256\"}", body));
    CHECK_STR_EQ(name_of(&f), "jwt-alg-hmac");
    CHECK_STR_CONTAINS(f.detail, "ES256 would be right");
    face_key_free(key);
    signer_free(s);
}

static void a_none_without_a_signature_has_the_wrong_form(void)
{
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);
    const char *body = claims("\"project\"", NOW, NOW + 60);
    char *token = NULL;
    struct jwt_finding f;

    if (asprintf(&token, "%s.%s.", base64url_of("{\"alg\":\"none\"}", 14),
                 base64url_of(body, strlen(body))) < 0)
        abort();
    f = check(key, token);
    CHECK_STR_EQ(name_of(&f), "jwt-form");
    CHECK_STR_CONTAINS(f.detail, "the signature is empty");
    free(token);
    face_key_free(key);
    signer_free(s);
}

static void tells_another_key_from_a_signature_in_the_wrong_form(void)
{
    struct signer *s = signer_new("P-256");
    struct signer *other = signer_new("P-256");
    struct face_key *key = key_of(s);
    const char *body = claims("\"project\"", NOW, NOW + 60);
    const char *token = jwt_of(other, ES256, body);
    uint8_t der[SIGNATURE_MAX];
    const char *dot = strrchr(token, '.');
    size_t len = signer_sign(s, token, (size_t)(dot - token), der);
    char *with_der = NULL;
    struct jwt_finding f = check(key, token);

    CHECK_STR_EQ(name_of(&f), "jwt-signature");
    if (asprintf(&with_der, "%.*s.%s", (int)(dot - token), token, base64url_of(der, len)) < 0)
        abort();
    f = check(key, with_der);
    CHECK_STR_EQ(name_of(&f), "jwt-signature-length");
    CHECK_STR_CONTAINS(f.detail, "DER");
    free(with_der);
    face_key_free(key);
    signer_free(s);
    signer_free(other);
}

/* ClearBlade is strict about base64url, Google was not. */
static void padding_is_a_matter_of_the_service(void)
{
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);
    char *padded = NULL;
    struct jwt_finding f;

    if (asprintf(&padded, "%s==", jwt_of(s, ES256, claims("\"project\"", NOW, NOW + 60))) < 0)
        abort();
    f = check(key, padded);
    CHECK_STR_EQ(name_of(&f), "jwt-base64url");
    f = check_len(key, padded, strlen(padded), true);
    CHECK_STR_EQ(name_of(&f), "good");
    CHECK(f.was_lenient);
    free(padded);
    face_key_free(key);
    signer_free(s);
}

static void every_beginning_of_a_token_is_refused(void)
{
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);
    const char *token = jwt_of(s, ES256, claims("\"project\"", NOW, NOW + 60));
    size_t forms[FACE_RULE_COUNT + 1] = {0};

    for (size_t len = 0; len < strlen(token); len++) {
        struct jwt_finding f = check_len(key, token, len, false);

        CHECK(f.rule != FACE_RULE_COUNT);
        forms[f.rule]++;
    }
    /* Cut in the middle of four letters, and before a dot. */
    CHECK(forms[FACE_RULE_GOOGLE_JWT_BASE64] > 0);
    CHECK(forms[FACE_RULE_GOOGLE_JWT_FORM] > 0);
    face_key_free(key);
    signer_free(s);
}

static void refuses_what_is_no_token_at_all(void)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } rows[] = {
        {"", 0, "jwt-form"},
        {"..", 2, "jwt-form"},
        {"a.b", 3, "jwt-form"},
        {"a.b.c.d", 7, "jwt-form"},
        {"secret", 6, "jwt-form"},
        {"e\0.e30.AAAA", 11, "jwt-base64url"},
        {"e30.e30.AA*A", 12, "jwt-base64url"},
        {"e30.e30.AAAAA", 13, "jwt-base64url"},
        {"e30.e30.AAAA", 12, "jwt-alg-unknown"},
    };
    struct signer *s = signer_new("P-256");
    struct face_key *key = key_of(s);
    char *huge = malloc(JWT_MAX + 1);
    struct jwt_finding f;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        f = check_len(key, rows[i].text, rows[i].len, false);
        CHECK_STR_EQ(name_of(&f), rows[i].want);
    }
    memset(huge, 'a', JWT_MAX + 1);
    f = check_len(key, huge, JWT_MAX + 1, false);
    CHECK_STR_EQ(name_of(&f), "jwt-form");
    free(huge);
    face_key_free(key);
    signer_free(s);
}

static void keys_are_public_and_of_two_kinds(void)
{
    struct signer *good = signer_new("P-256");
    struct signer *odd = signer_new("P-384");
    struct face_key *key = NULL;
    struct assay_error err = {.text = ""};

    CHECK_INT_EQ(face_key_read(signer_private_pem(good), "face.key", &key, &err),
                 ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "openssl pkey -in key.pem -pubout");
    CHECK_INT_EQ(face_key_read(signer_public_pem(odd), "face.key", &key, &err),
                 ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "P-256");
    CHECK_INT_EQ(face_key_read("key", "face.key", &key, &err), ASSAY_ERR_MALFORMED);
    CHECK(key == NULL);
    signer_free(good);
    signer_free(odd);
}

TEST_SUITE(jwt, TEST(takes_tokens_of_both_kinds_of_key),
           TEST(holds_claims_against_project_and_clock), TEST(wants_every_claim),
           TEST(refuses_algorithms_that_prove_nothing),
           TEST(a_none_without_a_signature_has_the_wrong_form),
           TEST(tells_another_key_from_a_signature_in_the_wrong_form),
           TEST(padding_is_a_matter_of_the_service), TEST(every_beginning_of_a_token_is_refused),
           TEST(refuses_what_is_no_token_at_all), TEST(keys_are_public_and_of_two_kinds));
