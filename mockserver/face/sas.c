/* SPDX-License-Identifier: Apache-2.0 */
#include "face/sas.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum field { SR, SIG, SE, SKN, FIELD_COUNT };

struct fields {
    const char *text[FIELD_COUNT]; /* NULL: missing */
    size_t len[FIELD_COUNT];
};

static const char *const field_names[FIELD_COUNT] = {"sr", "sig", "se", "skn"};

static bool found(struct sas_finding *f, enum face_rule_id rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool found(struct sas_finding *f, enum face_rule_id rule, const char *format, ...)
{
    va_list args;

    f->rule = rule;
    va_start(args, format);
    vsnprintf(f->detail, sizeof(f->detail), format, args);
    va_end(args);
    return false;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum assay_status percent_decode(const char *text, size_t len, struct buf *out)
{
    size_t start = out->len;
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < len && status == ASSAY_OK; i++) {
        int high = 0;
        int low = 0;

        if (text[i] != '%') {
            status = buf_add_char(out, text[i]);
            continue;
        }
        high = i + 2 < len ? hex_value(text[i + 1]) : -1;
        low = i + 2 < len ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            status = ASSAY_ERR_MALFORMED;
        else
            status = buf_add_char(out, (char)(high * 16 + low));
        i += 2;
    }
    if (status != ASSAY_OK)
        buf_truncate(out, start);
    return status;
}

static bool take_field(const char *text, size_t len, struct fields *fields, struct sas_finding *f)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals != NULL ? (size_t)(equals - text) : len;

    for (enum field i = 0; equals != NULL && i < FIELD_COUNT; i++) {
        if (strlen(field_names[i]) != name_len || strncmp(field_names[i], text, name_len) != 0)
            continue;
        if (fields->text[i] != NULL)
            return found(f, FACE_RULE_AZURE_SAS_FORM, "%s comes twice", field_names[i]);
        fields->text[i] = equals + 1;
        fields->len[i] = len - name_len - 1;
        return true;
    }
    return found(f, FACE_RULE_AZURE_SAS_FORM, "the field %.*s is unknown",
                 (int)(name_len < 40 ? name_len : 40), text);
}

static bool split(const char *text, size_t len, struct fields *fields, struct sas_finding *f)
{
    static const char scheme[] = "SharedAccessSignature ";
    size_t at = sizeof(scheme) - 1;

    if (len < at || strncasecmp(text, scheme, at) != 0)
        return found(f, FACE_RULE_AZURE_SAS_FORM,
                     "it does not begin with \"SharedAccessSignature \"%s",
                     len > 9 && strncmp(text, "HostName=", 9) == 0
                         ? "; this is a connection string, and the token is a part of it only"
                         : "");
    if (memchr(text, '\0', len) != NULL)
        return found(f, FACE_RULE_AZURE_SAS_FORM, "there is a NUL in it");
    while (at < len) {
        const char *end = memchr(text + at, '&', len - at);
        size_t size = end != NULL ? (size_t)(end - text) - at : len - at;

        if (!take_field(text + at, size, fields, f))
            return false;
        at += size + 1;
    }
    for (enum field i = 0; i < SKN; i++)
        if (fields->text[i] == NULL)
            return found(f, FACE_RULE_AZURE_SAS_FORM, "%s is missing", field_names[i]);
    return true;
}

/* A whole number of seconds, without a sign. */
static bool read_expiry(const struct fields *fields, int64_t *ret, struct sas_finding *f)
{
    int64_t value = 0;

    for (size_t i = 0; i < fields->len[SE]; i++) {
        char c = fields->text[SE][i];

        if (c < '0' || c > '9' || i >= 15)
            return found(f, FACE_RULE_AZURE_SAS_FORM,
                         "se is \"%.*s\"; seconds since 1970 would be right",
                         (int)(fields->len[SE] < 40 ? fields->len[SE] : 40), fields->text[SE]);
        value = value * 10 + (c - '0');
    }
    *ret = value;
    return fields->len[SE] > 0 || found(f, FACE_RULE_AZURE_SAS_FORM, "se is empty");
}

/* The resource that the token is for: the device itself, or the whole hub. */
static bool check_resource(const struct fields *fields, const char *want, struct sas_finding *f)
{
    struct buf resource;
    size_t hub_len = strcspn(want, "/");
    bool ok = false;

    buf_init(&resource, SAS_MAX);
    if (percent_decode(fields->text[SR], fields->len[SR], &resource) != ASSAY_OK)
        (void)found(f, FACE_RULE_AZURE_SAS_FORM, "sr has a %% that stands alone");
    else if (strcasecmp(buf_text(&resource), want) == 0 ||
             (resource.len == hub_len && strncasecmp(buf_text(&resource), want, hub_len) == 0))
        ok = true;
    else
        (void)found(f, FACE_RULE_AZURE_SAS_RESOURCE, "it is \"%.100s\"; \"%.100s\" would be right",
                    buf_text(&resource), want);
    buf_done(&resource);
    return ok;
}

/* base64(HMAC-SHA256(key, sr "\n" se)), both as they stand in the token. */
static bool check_signature(const struct fields *fields, const struct sas_demands *demands,
                            struct sas_finding *f)
{
    struct buf text;
    struct buf given;
    struct buf encoded;
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    bool ok = false;

    buf_init(&text, SAS_MAX);
    buf_init(&given, SAS_MAX);
    buf_init(&encoded, SAS_MAX);
    if (buf_add(&text, fields->text[SR], fields->len[SR]) != ASSAY_OK ||
        buf_add_char(&text, '\n') != ASSAY_OK ||
        buf_add(&text, fields->text[SE], fields->len[SE]) != ASSAY_OK ||
        HMAC(EVP_sha256(), demands->key, (int)demands->key_len, text.data, text.len, digest,
             &digest_len) == NULL)
        (void)found(f, FACE_RULE_AZURE_SAS_FORM, "it is too long");
    else if (percent_decode(fields->text[SIG], fields->len[SIG], &encoded) != ASSAY_OK ||
             buf_add_from_base64(&given, buf_text(&encoded), encoded.len) != ASSAY_OK)
        (void)found(f, FACE_RULE_AZURE_SAS_FORM,
                    "sig is not base64, or not encoded for URLs (%%2B, %%2F, %%3D)");
    else
        ok = (given.len == digest_len && CRYPTO_memcmp(given.data, digest, digest_len) == 0) ||
             found(f, FACE_RULE_AZURE_SAS_SIGNATURE,
                   "another key, the key not decoded from base64, or another text than sr, a "
                   "line feed and se");
    buf_done(&text);
    buf_done(&given);
    buf_done(&encoded);
    return ok;
}

void sas_check(const void *token, size_t len, const struct sas_demands *demands,
               struct sas_finding *ret)
{
    struct fields fields = {.text = {NULL}};
    int64_t expiry_s = 0;

    *ret = (struct sas_finding){.rule = FACE_RULE_COUNT};
    if (len > SAS_MAX / 2) {
        (void)found(ret, FACE_RULE_AZURE_SAS_FORM, "it has %zu bytes", len);
        return;
    }
    if (!split(token, len, &fields, ret) || !read_expiry(&fields, &expiry_s, ret) ||
        !check_resource(&fields, demands->resource, ret) || !check_signature(&fields, demands, ret))
        return;
    ret->expires_s = expiry_s;
    if (expiry_s < demands->now_s)
        (void)found(ret, FACE_RULE_AZURE_SAS_EXPIRED,
                    "se is %" PRId64 ", which is %" PRId64 " s behind the service's %" PRId64,
                    expiry_s, demands->now_s - expiry_s, demands->now_s);
}
