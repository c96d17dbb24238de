/* SPDX-License-Identifier: Apache-2.0 */
#include "password_file.h"

#include "base/buf.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string.h>

enum { SHA512_LEN = 64, ROUNDS_MAX = 10000000, LINE_MAX_LEN = 1024 };

/* A line: what stands between the dollars. */
struct entry {
    const char *user;
    size_t user_len;
    long rounds; /* 0: one SHA-512 over password and salt */
    const char *salt, *hash;
    size_t salt_len, hash_len;
};

/* Digits up to a '$'. */
static bool read_rounds(const char **at, const char *end, long *ret)
{
    long value = 0;
    const char *p = *at;

    for (; p < end && *p >= '0' && *p <= '9' && value <= ROUNDS_MAX; p++)
        value = value * 10 + (*p - '0');
    if (p == *at || p == end || *p != '$' || value < 1 || value > ROUNDS_MAX)
        return false;
    *at = p + 1;
    *ret = value;
    return true;
}

static bool read_entry(const char *line, size_t len, struct entry *ret)
{
    const char *end = line + len;
    const char *colon = memchr(line, ':', len);
    const char *at = colon != NULL ? colon + 1 : end;
    const char *dollar = NULL;
    bool is_pbkdf2 = false;

    if (colon == NULL || colon == line || end - at < 3 || at[0] != '$' || at[2] != '$')
        return false;
    is_pbkdf2 = at[1] == '7';
    if (!is_pbkdf2 && at[1] != '6')
        return false;
    at += 3;
    *ret = (struct entry){.user = line, .user_len = (size_t)(colon - line)};
    if (is_pbkdf2 && !read_rounds(&at, end, &ret->rounds))
        return false;
    dollar = memchr(at, '$', (size_t)(end - at));
    if (dollar == NULL)
        return false;
    ret->salt = at;
    ret->salt_len = (size_t)(dollar - at);
    ret->hash = dollar + 1;
    ret->hash_len = (size_t)(end - dollar) - 1;
    return true;
}

/* The next line that is no comment; false: the end. */
static bool next_line(const char **text, size_t *ret_number, const char **ret, size_t *ret_len)
{
    while (**text != '\0') {
        size_t len = strcspn(*text, "\n");

        *ret = *text;
        *ret_len = len > 0 && (*text)[len - 1] == '\r' ? len - 1 : len;
        *text += len + ((*text)[len] == '\n');
        (*ret_number)++;
        if (*ret_len > 0 && **ret != '#')
            return true;
    }
    return false;
}

enum assay_status password_file_check(const char *text, struct assay_error *err)
{
    const char *line = NULL;
    size_t number = 0;
    size_t len = 0;
    struct entry entry;

    while (next_line(&text, &number, &line, &len))
        if (len > LINE_MAX_LEN || !read_entry(line, len, &entry))
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "face.password_file: line %zu is no user:$7$rounds$salt$hash of "
                                   "mosquitto_passwd",
                                   number);
    return ASSAY_OK;
}

static bool hash_password(const struct entry *e, const struct buf *salt, struct mqtt_view password,
                          uint8_t ret[SHA512_LEN])
{
    EVP_MD_CTX *ctx = NULL;
    bool ok = false;

    if (e->rounds > 0)
        return PKCS5_PBKDF2_HMAC((const char *)password.data, (int)password.len, salt->data,
                                 (int)salt->len, (int)e->rounds, EVP_sha512(), SHA512_LEN,
                                 ret) == 1;
    ctx = EVP_MD_CTX_new();
    ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha512(), NULL) == 1 &&
         EVP_DigestUpdate(ctx, password.data, password.len) == 1 &&
         EVP_DigestUpdate(ctx, salt->data, salt->len) == 1 &&
         EVP_DigestFinal_ex(ctx, ret, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool is_password(const struct entry *e, struct mqtt_view password)
{
    struct buf salt;
    struct buf hash;
    uint8_t own[SHA512_LEN];
    bool ok = false;

    buf_init(&salt, 256);
    buf_init(&hash, 256);
    ok = buf_add_from_base64(&salt, e->salt, e->salt_len) == ASSAY_OK &&
         buf_add_from_base64(&hash, e->hash, e->hash_len) == ASSAY_OK && hash.len == SHA512_LEN &&
         hash_password(e, &salt, password, own) && CRYPTO_memcmp(own, hash.data, SHA512_LEN) == 0;
    buf_done(&salt);
    buf_done(&hash);
    return ok;
}

static bool find_user(const char *text, struct mqtt_view user, struct entry *ret)
{
    const char *line = NULL;
    size_t number = 0;
    size_t len = 0;

    while (next_line(&text, &number, &line, &len))
        if (read_entry(line, len, ret) && ret->user_len == user.len && user.len > 0 &&
            memcmp(ret->user, user.data, user.len) == 0)
            return true;
    return false;
}

bool password_file_has_user(const char *text, struct mqtt_view user)
{
    struct entry entry;

    return find_user(text, user, &entry);
}

bool password_file_has(const char *text, struct mqtt_view user, struct mqtt_view password)
{
    struct entry entry;

    return password.data != NULL && find_user(text, user, &entry) && is_password(&entry, password);
}
