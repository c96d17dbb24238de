/* SPDX-License-Identifier: Apache-2.0 */
#include "face/jwt.h"

#include "base/buf.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum part { HEADER, CLAIMS, SIGNATURE, PART_COUNT };

struct token {
    const char *text[PART_COUNT]; /* encoded */
    size_t len[PART_COUNT];
    struct buf decoded[PART_COUNT];
    json_t *header;
    json_t *claims;
};

static const char *const part_names[PART_COUNT] = {"header", "claims", "signature"};

static bool found(struct jwt_finding *f, enum face_rule_id rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* False, so that a check can end with it. */
static bool found(struct jwt_finding *f, enum face_rule_id rule, const char *format, ...)
{
    va_list args;

    f->rule = rule;
    va_start(args, format);
    vsnprintf(f->detail, sizeof(f->detail), format, args);
    va_end(args);
    return false;
}

static bool split(const char *text, size_t len, struct token *t, struct jwt_finding *f)
{
    size_t at = 0;
    size_t dots = 0;

    for (size_t i = 0; i < len; i++)
        dots += text[i] == '.';
    if (dots != PART_COUNT - 1)
        return found(f, FACE_RULE_GOOGLE_JWT_FORM,
                     "it has %zu dots; header.claims.signature has two", dots);
    for (enum part p = 0; p < PART_COUNT; p++) {
        const char *dot = memchr(text + at, '.', len - at);
        size_t end = dot != NULL ? (size_t)(dot - text) : len;

        t->text[p] = text + at;
        t->len[p] = end - at;
        at = end + 1;
        if (t->len[p] == 0)
            return found(f, FACE_RULE_GOOGLE_JWT_FORM, "the %s is empty", part_names[p]);
        if (p < PART_COUNT - 1 && end == len)
            return found(f, FACE_RULE_GOOGLE_JWT_FORM, "the %s is missing", part_names[p + 1]);
    }
    return true;
}

/* Plain base64 of it, as base/buf.h reads it; false: another letter. */
static bool respell(const char *text, size_t len, struct buf *plain, bool *ret_lenient)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '+' || c == '/')
            *ret_lenient = true;
        if (buf_add_char(plain, (char)(c == '-' ? '+' : c == '_' ? '/' : c)) != ASSAY_OK)
            return false;
    }
    while (plain->len % 4 != 0)
        if (buf_add_char(plain, '=') != ASSAY_OK)
            return false;
    return true;
}

static size_t without_padding(const char *text, size_t len)
{
    size_t left = len;

    while (left > 0 && text[left - 1] == '=' && len - left < 2)
        left--;
    return left;
}

static bool decode(struct token *t, enum part p, bool lenient, struct jwt_finding *f)
{
    struct buf plain;
    size_t len = without_padding(t->text[p], t->len[p]);
    bool was_lenient = len != t->len[p];
    bool ok = false;

    if (len % 4 == 1)
        return found(f, FACE_RULE_GOOGLE_JWT_BASE64,
                     "the %s has %zu letters, which no encoding has: it was cut", part_names[p],
                     len);
    buf_init(&plain, JWT_MAX + 4);
    ok = respell(t->text[p], len, &plain, &was_lenient) &&
         buf_add_from_base64(&t->decoded[p], buf_text(&plain), plain.len) == ASSAY_OK;
    buf_done(&plain);
    if (!ok)
        return found(f, FACE_RULE_GOOGLE_JWT_BASE64, "in the %s", part_names[p]);
    if (was_lenient && !lenient)
        return found(f, FACE_RULE_GOOGLE_JWT_BASE64,
                     "the %s has padding (=) or the letters + and / of plain base64",
                     part_names[p]);
    f->was_lenient = f->was_lenient || was_lenient;
    return true;
}

static bool parse(struct token *t, enum part p, json_t **ret, struct jwt_finding *f)
{
    json_error_t error;
    json_t *json =
        json_loadb(buf_text(&t->decoded[p]), t->decoded[p].len, JSON_REJECT_DUPLICATES, &error);

    if (json == NULL)
        return found(f, FACE_RULE_GOOGLE_JWT_JSON, "the %s: %s", part_names[p], error.text);
    *ret = json;
    return json_is_object(json) ||
           found(f, FACE_RULE_GOOGLE_JWT_JSON, "the %s is no object", part_names[p]);
}

static bool check_algorithm(const struct token *t, const struct face_key *key,
                            struct jwt_finding *f)
{
    const char *alg = json_string_value(json_object_get(t->header, "alg"));
    bool is_ec = face_key_kind(key) == FACE_KEY_P256;
    const char *want = is_ec ? "ES256" : "RS256";

    if (alg == NULL)
        return found(f, FACE_RULE_GOOGLE_JWT_ALG, "the header has no alg");
    if (strcasecmp(alg, "none") == 0)
        return found(f, FACE_RULE_GOOGLE_JWT_NONE, "%s would be right", want);
    if (strncmp(alg, "HS", 2) == 0)
        return found(f, FACE_RULE_GOOGLE_JWT_HMAC, "alg is %.32s; %s would be right", alg, want);
    if (strcmp(alg, "ES256") != 0 && strcmp(alg, "RS256") != 0)
        return found(f, FACE_RULE_GOOGLE_JWT_ALG, "alg is %.32s; %s would be right", alg, want);
    if (strcmp(alg, want) != 0)
        return found(f, FACE_RULE_GOOGLE_JWT_ALG_KEY, "alg is %s, and the key is %s", alg,
                     is_ec ? "on the curve P-256" : "an RSA key");
    return true;
}

static bool check_signature(const struct token *t, const struct face_key *key,
                            struct jwt_finding *f)
{
    const struct buf *signature = &t->decoded[SIGNATURE];
    size_t signed_len = (size_t)(t->text[SIGNATURE] - t->text[HEADER]) - 1;
    bool is_ec = face_key_kind(key) == FACE_KEY_P256;

    if (is_ec && signature->len != 64)
        return found(f, FACE_RULE_GOOGLE_JWT_LENGTH, "this one has %zu%s", signature->len,
                     signature->len > 0 && signature->data[0] == 0x30
                         ? ", and begins like the DER form of an ECDSA signature"
                         : "");
    if (!face_key_verifies(key, t->text[HEADER], signed_len, signature->data, signature->len))
        return found(f, FACE_RULE_GOOGLE_JWT_SIGNATURE, "%s",
                     "another key, or the signed text is not header.claims as they were sent");
    return true;
}

static bool check_audience(const struct token *t, const char *want, struct jwt_finding *f)
{
    const json_t *aud = json_object_get(t->claims, "aud");

    if (aud == NULL)
        return found(f, FACE_RULE_GOOGLE_JWT_AUD, "there is no aud; \"%.64s\" would be right",
                     want);
    if (!json_is_string(aud))
        return found(f, FACE_RULE_GOOGLE_JWT_AUD, "it has to be a single text, \"%.64s\"", want);
    if (strcmp(json_string_value(aud), want) != 0)
        return found(f, FACE_RULE_GOOGLE_JWT_AUD, "\"%.64s\"; \"%.64s\" would be right",
                     json_string_value(aud), want);
    return true;
}

static bool check_times(const struct token *t, int64_t now_s, struct jwt_finding *f)
{
    const json_t *iat = json_object_get(t->claims, "iat");
    const json_t *exp = json_object_get(t->claims, "exp");
    int64_t issued = json_integer_value(iat);
    int64_t ends = json_integer_value(exp);

    if (!json_is_integer(iat) || issued < 0)
        return found(f, FACE_RULE_GOOGLE_JWT_IAT, "%s",
                     iat == NULL ? "it is missing" : "seconds since 1970 would be right");
    if (!json_is_integer(exp) || ends < 0)
        return found(f, FACE_RULE_GOOGLE_JWT_EXP, "%s",
                     exp == NULL ? "it is missing" : "seconds since 1970 would be right");
    if (issued > now_s + JWT_SKEW_S)
        return found(f, FACE_RULE_GOOGLE_JWT_FUTURE,
                     "iat is %" PRId64 ", which is %" PRId64 " s ahead of the service's %" PRId64,
                     issued, issued - now_s, now_s);
    if (ends < now_s - JWT_SKEW_S)
        return found(f, FACE_RULE_GOOGLE_JWT_EXPIRED,
                     "exp is %" PRId64 ", which is %" PRId64 " s behind the service's %" PRId64,
                     ends, now_s - ends, now_s);
    if (ends - issued > JWT_LIFETIME_S + JWT_SKEW_S)
        return found(f, FACE_RULE_GOOGLE_JWT_LIFE, "%" PRId64 " s from iat to exp", ends - issued);
    f->expires_s = ends + JWT_SKEW_S;
    return true;
}

static void check(const char *text, size_t len, struct token *t, const struct jwt_demands *demands,
                  struct jwt_finding *f)
{
    if (len > JWT_MAX) {
        (void)found(f, FACE_RULE_GOOGLE_JWT_FORM, "it has %zu bytes", len);
        return;
    }
    if (!split(text, len, t, f))
        return;
    for (enum part p = 0; p < PART_COUNT; p++)
        if (!decode(t, p, demands->is_lenient, f))
            return;
    if (!parse(t, HEADER, &t->header, f) || !parse(t, CLAIMS, &t->claims, f) ||
        !check_algorithm(t, demands->key, f) || !check_signature(t, demands->key, f) ||
        !check_audience(t, demands->audience, f))
        return;
    (void)check_times(t, demands->now_s, f);
}

void jwt_check(const void *token, size_t len, const struct jwt_demands *demands,
               struct jwt_finding *ret)
{
    struct token t = {.header = NULL};

    *ret = (struct jwt_finding){.rule = FACE_RULE_COUNT};
    for (enum part p = 0; p < PART_COUNT; p++)
        buf_init(&t.decoded[p], JWT_MAX);
    check(token, len, &t, demands, ret);
    for (enum part p = 0; p < PART_COUNT; p++)
        buf_done(&t.decoded[p]);
    json_decref(t.header);
    json_decref(t.claims);
}
