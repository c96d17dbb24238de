/* SPDX-License-Identifier: Apache-2.0 */
#include "face/sigv4.h"

#include "face/sas.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { REQUEST_MAX = 16384, PARAMS_MAX = 24, PARAM_TEXT = 4096, SHA256_BYTES = 32, DATE_TEXT = 17 };

static const char algorithm[] = "AWS4-HMAC-SHA256";
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

enum param { ALGORITHM, CREDENTIAL, DATE, EXPIRES, HEADERS, SIGNATURE, TOKEN, KNOWN_COUNT };
static const char *const known[KNOWN_COUNT] = {
    "X-Amz-Algorithm",     "X-Amz-Credential", "X-Amz-Date",          "X-Amz-Expires",
    "X-Amz-SignedHeaders", "X-Amz-Signature",  "X-Amz-Security-Token"};

struct query {
    size_t count;
    struct buf pairs[PARAMS_MAX]; /* "name=value", encoded anew */
    struct buf values[KNOWN_COUNT];
    bool is_there[KNOWN_COUNT];
};

/* ---- the signature ---- */

static void to_hex(const uint8_t *bytes, char ret[static SIGV4_HEX])
{
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static bool hmac(const void *key, size_t key_len, const char *text, size_t len,
                 uint8_t ret[static SHA256_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;

    if (HMAC(EVP_sha256(), key, (int)key_len, (const uint8_t *)text, len, digest, &digest_len) ==
        NULL)
        return false;
    memcpy(ret, digest, SHA256_BYTES);
    return true;
}

static enum assay_status hash_request(const struct sigv4_parts *p, char ret[static SIGV4_HEX])
{
    struct buf request;
    uint8_t digest[EVP_MAX_MD_SIZE];
    enum assay_status status = ASSAY_OK;

    buf_init(&request, REQUEST_MAX);
    status = buf_printf(&request, "GET\n%s\n%s\nhost:%s\n\nhost\n%s", p->path, p->query, p->host,
                        p->payload_hash);
    if (status == ASSAY_OK &&
        EVP_Digest(request.data, request.len, digest, NULL, EVP_sha256(), NULL) != 1)
        status = ASSAY_ERR_CRYPTO;
    if (status == ASSAY_OK)
        to_hex(digest, ret);
    buf_done(&request);
    return status;
}

/* kDate, kRegion, kService, kSigning: one after the other over the parts of the scope. */
static bool derive_key(const struct sigv4_parts *p, uint8_t key[static SHA256_BYTES])
{
    char first[512];
    const char *part = p->scope;
    int len = snprintf(first, sizeof(first), "AWS4%s", p->secret_key);
    bool ok = len > 0 && (size_t)len < sizeof(first) &&
              hmac(first, (size_t)len, part, strcspn(part, "/"), key);

    for (part += strcspn(part, "/"); ok && *part == '/'; part += strcspn(part, "/")) {
        part++;
        ok = hmac(key, SHA256_BYTES, part, strcspn(part, "/"), key);
    }
    OPENSSL_cleanse(first, sizeof(first));
    return ok;
}

enum assay_status sigv4_sign(const struct sigv4_parts *p, char ret[static SIGV4_HEX])
{
    struct buf text;
    char hash[SIGV4_HEX];
    uint8_t key[SHA256_BYTES];
    uint8_t signature[SHA256_BYTES];
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(hash_request(p, hash));
    if (!derive_key(p, key))
        return ASSAY_ERR_LIMIT;
    buf_init(&text, REQUEST_MAX);
    status = buf_printf(&text, "%s\n%s\n%s\n%s", algorithm, p->date, p->scope, hash);
    if (status == ASSAY_OK && !hmac(key, SHA256_BYTES, buf_text(&text), text.len, signature))
        status = ASSAY_ERR_CRYPTO;
    if (status == ASSAY_OK)
        to_hex(signature, ret);
    buf_done(&text);
    OPENSSL_cleanse(key, sizeof(key));
    return status;
}

/* ---- the query ---- */

static enum assay_status encode(const struct buf *text, struct buf *out)
{
    for (size_t i = 0; i < text->len; i++) {
        char c = (char)text->data[i];
        bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                        (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.~", c) != NULL);

        ASSAY_TRY(is_plain ? buf_add_char(out, c) : buf_printf(out, "%%%02X", text->data[i]));
    }
    return ASSAY_OK;
}

static enum assay_status take_param(struct query *q, const char *text, size_t len)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals != NULL ? (size_t)(equals - text) : len;
    struct buf name;
    struct buf value;
    struct buf *pair = &q->pairs[q->count];
    enum assay_status status = q->count < PARAMS_MAX ? ASSAY_OK : ASSAY_ERR_LIMIT;

    buf_init(&name, PARAM_TEXT);
    buf_init(&value, PARAM_TEXT);
    if (status == ASSAY_OK)
        status = percent_decode(text, name_len, &name);
    if (status == ASSAY_OK && equals != NULL)
        status = percent_decode(equals + 1, len - name_len - 1, &value);
    if (status == ASSAY_OK) {
        buf_init(pair, PARAM_TEXT);
        q->count++;
        status = encode(&name, pair);
    }
    if (status == ASSAY_OK)
        status = buf_add_char(pair, '=');
    if (status == ASSAY_OK)
        status = encode(&value, pair);
    for (enum param i = 0; status == ASSAY_OK && i < KNOWN_COUNT; i++) {
        if (strcmp(known[i], buf_text(&name)) != 0)
            continue;
        q->is_there[i] = true;
        buf_clear(&q->values[i]);
        status = buf_add(&q->values[i], value.data, value.len);
    }
    buf_done(&name);
    buf_done(&value);
    return status;
}

static enum assay_status read_query(const char *text, struct query *q)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "&");

        if (len > 0)
            ASSAY_TRY(take_param(q, text, len));
        text += len + (text[len] == '&');
    }
    return ASSAY_OK;
}

static void query_init(struct query *q)
{
    *q = (struct query){.count = 0};
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        buf_init(&q->values[i], PARAM_TEXT);
}

static void query_done(struct query *q)
{
    for (size_t i = 0; i < q->count; i++)
        buf_done(&q->pairs[i]);
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        buf_done(&q->values[i]);
}

static bool is_param(const struct buf *pair, enum param param)
{
    size_t len = strlen(known[param]);

    return pair->len > len && strncmp(buf_text(pair), known[param], len) == 0 &&
           buf_text(pair)[len] == '=';
}

/* In the order of the encoded names; an insertion sort of a handful. */
static void sort(struct query *q)
{
    for (size_t i = 1; i < q->count; i++) {
        for (size_t k = i; k > 0 && strcmp(buf_text(&q->pairs[k - 1]), buf_text(&q->pairs[k])) > 0;
             k--) {
            struct buf other = q->pairs[k];

            q->pairs[k] = q->pairs[k - 1];
            q->pairs[k - 1] = other;
        }
    }
}

static enum assay_status canonical_query(const struct query *q, bool with_token, struct buf *out)
{
    for (size_t i = 0; i < q->count; i++) {
        if (is_param(&q->pairs[i], SIGNATURE) || (!with_token && is_param(&q->pairs[i], TOKEN)))
            continue;
        ASSAY_TRY(buf_printf(out, "%s%s", out->len > 0 ? "&" : "", buf_text(&q->pairs[i])));
    }
    return ASSAY_OK;
}

/* ---- what is found ---- */

static const char mismatch[] =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";
static const char invalid_token[] = "The security token included in the request is invalid.";
static const char incomplete[] =
    "AWS query-string parameters must include 'X-Amz-Algorithm', 'X-Amz-Credential', "
    "'X-Amz-Signature', 'X-Amz-SignedHeaders' and 'X-Amz-Date'. Re-examine the query-string "
    "parameters.";

static bool found(struct sigv4_finding *f, enum face_rule_id rule, const char *message,
                  const char *detail, ...) __attribute__((format(printf, 4, 5)));

static bool found(struct sigv4_finding *f, enum face_rule_id rule, const char *message,
                  const char *detail, ...)
{
    va_list args;

    f->rule = rule;
    if (message != f->message)
        snprintf(f->message, sizeof(f->message), "%s", message);
    va_start(args, detail);
    vsnprintf(f->detail, sizeof(f->detail), detail, args);
    va_end(args);
    return false;
}

static const char *value_of(const struct query *q, enum param param)
{
    return buf_text(&q->values[param]);
}

static bool check_form(const struct query *q, struct sigv4_finding *f)
{
    static const enum param needed[] = {ALGORITHM, CREDENTIAL, DATE, HEADERS, SIGNATURE};
    bool is_any = false;

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        is_any = is_any || q->is_there[needed[i]];
    if (!is_any)
        return found(f, FACE_RULE_AWS_SIGV4_NONE, "Missing Authentication Token",
                     "nothing of its query is X-Amz-...");
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (!q->is_there[needed[i]])
            return found(f, FACE_RULE_AWS_SIGV4_FORM, incomplete, "%s is missing",
                         known[needed[i]]);
    if (strcmp(value_of(q, ALGORITHM), algorithm) != 0)
        return found(f, FACE_RULE_AWS_SIGV4_FORM, incomplete,
                     "X-Amz-Algorithm is \"%.40s\"; %s would be right", value_of(q, ALGORITHM),
                     algorithm);
    if (strcmp(value_of(q, HEADERS), "host") != 0)
        return found(f, FACE_RULE_AWS_SIGV4_FORM, mismatch,
                     "X-Amz-SignedHeaders is \"%.80s\"; \"host\" is what the bench can check",
                     value_of(q, HEADERS));
    return true;
}

struct credential {
    char key[129];
    char date[16];
    char region[64];
    char service[64];
    char end[32];
    const char *scope; /* behind the key */
};

static bool read_credential(const char *text, struct credential *ret, struct sigv4_finding *f)
{
    struct {
        char *to;
        size_t cap;
    } parts[] = {{ret->key, sizeof(ret->key)},
                 {ret->date, sizeof(ret->date)},
                 {ret->region, sizeof(ret->region)},
                 {ret->service, sizeof(ret->service)},
                 {ret->end, sizeof(ret->end)}};
    const char *at = text;

    for (size_t i = 0; i < 5; i++) {
        size_t len = strcspn(at, "/");

        if (len == 0 || len >= parts[i].cap || (at[len] == '\0') != (i == 4))
            return found(f, FACE_RULE_AWS_SIGV4_SCOPE, incomplete,
                         "X-Amz-Credential is \"%.100s\"; KEY/YYYYMMDD/REGION/iotdevicegateway/"
                         "aws4_request would be right",
                         text);
        snprintf(parts[i].to, parts[i].cap, "%.*s", (int)len, at);
        at += len + 1;
        if (i == 0)
            ret->scope = at;
    }
    return true;
}

static bool check_scope(const struct sigv4_demands *d, const struct query *q,
                        const struct credential *c, struct sigv4_finding *f)
{
    if (strcmp(c->key, d->access_key) != 0)
        return found(f, FACE_RULE_AWS_SIGV4_KEY, invalid_token,
                     "it is \"%.64s\"; \"%.64s\" would be right", c->key, d->access_key);
    if (strcmp(c->service, "iotdevicegateway") != 0)
        return found(f, FACE_RULE_AWS_SIGV4_SCOPE,
                     "Credential should be scoped to correct service: 'iotdevicegateway'.",
                     "the service is \"%s\"; \"iotdevicegateway\" would be right", c->service);
    if (d->region[0] != '\0' && strcmp(c->region, d->region) != 0)
        return found(f, FACE_RULE_AWS_SIGV4_SCOPE, "Credential should be scoped to a valid region.",
                     "the region is \"%s\"; \"%s\" would be right", c->region, d->region);
    if (strcmp(c->end, "aws4_request") != 0)
        return found(f, FACE_RULE_AWS_SIGV4_SCOPE,
                     "Credential should be scoped with a valid terminator: 'aws4_request'.",
                     "it ends with \"%s\"", c->end);
    if (strncmp(c->date, value_of(q, DATE), 8) != 0 || strlen(c->date) != 8)
        return found(f, FACE_RULE_AWS_SIGV4_SCOPE,
                     "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
                     "date from HTTP.",
                     "the day in X-Amz-Credential is %s, and X-Amz-Date is %.20s", c->date,
                     value_of(q, DATE));
    return true;
}

/* 20130524T000000Z */
static bool read_date(const char *text, int64_t *ret)
{
    int digits[14];
    size_t count = 0;
    struct tm tm = {0};

    if (strlen(text) != DATE_TEXT - 1 || text[8] != 'T' || text[15] != 'Z')
        return false;
    for (size_t i = 0; i < 15; i++) {
        if (i == 8)
            continue;
        if (text[i] < '0' || text[i] > '9')
            return false;
        digits[count++] = text[i] - '0';
    }
    tm.tm_year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3] - 1900;
    tm.tm_mon = digits[4] * 10 + digits[5] - 1;
    tm.tm_mday = digits[6] * 10 + digits[7];
    tm.tm_hour = digits[8] * 10 + digits[9];
    tm.tm_min = digits[10] * 10 + digits[11];
    tm.tm_sec = digits[12] * 10 + digits[13];
    *ret = (int64_t)timegm(&tm);
    return tm.tm_mon >= 0 && tm.tm_mon < 12;
}

static void write_date(int64_t unix_s, char ret[static DATE_TEXT])
{
    time_t t = (time_t)unix_s;
    struct tm tm;

    if (gmtime_r(&t, &tm) == NULL || strftime(ret, DATE_TEXT, "%Y%m%dT%H%M%SZ", &tm) == 0)
        ret[0] = '\0';
}

/* "Signature expired: ... is now earlier than ... (... - 5 min.)", as the service has it. */
static void say_skew(const char *date, bool is_early, int64_t now_s, struct sigv4_finding *f)
{
    char now[DATE_TEXT];
    char limit[DATE_TEXT];

    write_date(now_s, now);
    write_date(is_early ? now_s + SIGV4_SKEW_S : now_s - SIGV4_SKEW_S, limit);
    snprintf(f->message, sizeof(f->message), "Signature %s: %s is %s than %s (%s %c 5 min.)",
             is_early ? "not yet current" : "expired", date,
             is_early ? "still later" : "now earlier", limit, now, is_early ? '+' : '-');
}

static bool check_times(const struct sigv4_demands *d, const struct query *q,
                        struct sigv4_finding *f)
{
    const char *date = value_of(q, DATE);
    const char *expires = value_of(q, EXPIRES);
    int64_t signed_s = 0;
    char *end = NULL;
    long lives_s = strtol(expires, &end, 10);

    if (!read_date(date, &signed_s))
        return found(f, FACE_RULE_AWS_SIGV4_FORM, incomplete,
                     "X-Amz-Date is \"%.40s\"; 20300601T000000Z is the form", date);
    if (signed_s > d->now_s + SIGV4_SKEW_S || signed_s < d->now_s - SIGV4_SKEW_S) {
        bool is_early = signed_s > d->now_s;

        say_skew(date, is_early, d->now_s, f);
        return found(f, FACE_RULE_AWS_SIGV4_DATE, f->message,
                     "X-Amz-Date is %" PRId64 " s %s the service's clock",
                     is_early ? signed_s - d->now_s : d->now_s - signed_s,
                     is_early ? "ahead of" : "behind");
    }
    if (!q->is_there[EXPIRES])
        return true;
    if (*end != '\0' || end == expires || lives_s < 1 || lives_s > 604800)
        return found(f, FACE_RULE_AWS_SIGV4_FORM, incomplete,
                     "X-Amz-Expires is \"%.40s\"; 1 to 604800 seconds would be right", expires);
    if (d->now_s > signed_s + lives_s)
        return found(f, FACE_RULE_AWS_SIGV4_DATE, "Signature expired",
                     "X-Amz-Expires is %ld s, and the request was signed %" PRId64 " s ago",
                     lives_s, d->now_s - signed_s);
    return true;
}

/* The same request, signed as people do it by mistake. */
struct variant {
    bool with_token;
    bool other_host; /* without the port, or with that of TLS */
    const char *payload_hash;
    const char *mistake; /* NULL: it is right */
};

static const struct variant variants[] = {
    {false, false, of_nothing, NULL},
    {true, false, of_nothing,
     "X-Amz-Security-Token was signed; here it is appended behind X-Amz-Signature, unsigned"},
    {false, true, of_nothing, "another host was signed than the header Host says: mind the port"},
    {false, false, "UNSIGNED-PAYLOAD",
     "UNSIGNED-PAYLOAD was signed; here it is the SHA-256 of nothing, e3b0c442..."},
    {false, false, "", "the hash of the payload is empty; here it is the SHA-256 of nothing"},
};

static void other_host(const char *host, char *ret, size_t cap)
{
    size_t len = strcspn(host, ":");

    if (host[len] == ':')
        snprintf(ret, cap, "%.*s", (int)len, host);
    else
        snprintf(ret, cap, "%s:443", host);
}

static bool is_signed(const struct sigv4_demands *d, const struct query *q,
                      const struct credential *c, const struct variant *v)
{
    char host[300];
    char signature[SIGV4_HEX];
    struct buf query;
    bool ok = false;

    other_host(d->host, host, sizeof(host));
    buf_init(&query, REQUEST_MAX);
    if (canonical_query(q, v->with_token, &query) == ASSAY_OK &&
        sigv4_sign(&(struct sigv4_parts){.secret_key = d->secret_key,
                                         .path = "/mqtt",
                                         .query = buf_text(&query),
                                         .host = v->other_host ? host : d->host,
                                         .payload_hash = v->payload_hash,
                                         .date = value_of(q, DATE),
                                         .scope = c->scope},
                   signature) == ASSAY_OK)
        ok = q->values[SIGNATURE].len == SIGV4_HEX - 1 &&
             CRYPTO_memcmp(q->values[SIGNATURE].data, signature, SIGV4_HEX - 1) == 0;
    buf_done(&query);
    return ok;
}

static bool check_signature(const struct sigv4_demands *d, const struct query *q,
                            const struct credential *c, struct sigv4_finding *f)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        if (!is_signed(d, q, c, &variants[i]))
            continue;
        return variants[i].mistake == NULL ||
               found(f, FACE_RULE_AWS_SIGV4_SIGNATURE, mismatch, "%s", variants[i].mistake);
    }
    return found(f, FACE_RULE_AWS_SIGV4_SIGNATURE, mismatch,
                 "another secret key, or another canonical request than GET, /mqtt, the sorted "
                 "query without X-Amz-Signature, host:%.64s",
                 d->host);
}

static bool check_token(const struct sigv4_demands *d, const struct query *q,
                        struct sigv4_finding *f)
{
    if (d->session_token[0] == '\0' || strcmp(value_of(q, TOKEN), d->session_token) == 0)
        return true;
    return found(f, FACE_RULE_AWS_SIGV4_TOKEN, invalid_token, "%s",
                 q->is_there[TOKEN] ? "it is another one"
                                    : "there is none; temporary credentials need it, appended "
                                      "behind X-Amz-Signature");
}

static void check(const struct sigv4_demands *d, const char *text, struct query *q,
                  struct sigv4_finding *f)
{
    struct credential credential;

    if (read_query(text, q) != ASSAY_OK) {
        (void)found(f, FACE_RULE_AWS_SIGV4_FORM, incomplete, "the query cannot be read");
        return;
    }
    sort(q);
    if (check_form(q, f) && read_credential(value_of(q, CREDENTIAL), &credential, f) &&
        check_scope(d, q, &credential, f) && check_times(d, q, f) &&
        check_signature(d, q, &credential, f))
        (void)check_token(d, q, f);
}

void sigv4_check(const struct sigv4_demands *d, struct sigv4_finding *ret)
{
    const char *query = strchr(d->path, '?');
    size_t len = query != NULL ? (size_t)(query - d->path) : strlen(d->path);
    struct query q;

    *ret = (struct sigv4_finding){.rule = FACE_RULE_COUNT};
    if (len != 5 || strncmp(d->path, "/mqtt", 5) != 0) {
        (void)found(ret, FACE_RULE_AWS_SIGV4_PATH, "Forbidden", "it is \"%.*s\"",
                    (int)(len < 100 ? len : 100), d->path);
        return;
    }
    query_init(&q);
    check(d, query != NULL ? query + 1 : "", &q, ret);
    query_done(&q);
}
