/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_client_hello.h"

#include "tls_names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RANDOM_LEN = 32, SESSION_ID_MAX = 32, SCSV_RENEGOTIATION = 0x00ff, SCSV_FALLBACK = 0x5600 };

/* Keeps the first text: what comes after the first fault is only its echo. */
static enum assay_status broken(struct tls_client_hello *hello, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum assay_status broken(struct tls_client_hello *hello, const char *format, ...)
{
    va_list args;

    if (hello->malformed[0] != '\0')
        return ASSAY_ERR_MALFORMED;
    va_start(args, format);
    vsnprintf(hello->malformed, sizeof(hello->malformed), format, args);
    va_end(args);
    return ASSAY_ERR_MALFORMED;
}

const int64_t *tls_client_hello_list(const struct tls_client_hello *hello, enum tls_hello_list list,
                                     size_t *ret_count)
{
    *ret_count = hello->lists[list].count;
    return hello->codes + hello->lists[list].at;
}

static void begin_list(struct tls_client_hello *hello, enum tls_hello_list list)
{
    hello->lists[list] =
        (struct tls_hello_codes){.at = hello->code_count, .count = 0, .present = true};
}

/* Lists are filled one after the other, so that each stays in one piece. */
static void add_code(struct tls_client_hello *hello, enum tls_hello_list list, unsigned code)
{
    if (tls_is_grease(code))
        hello->grease = true;
    if (hello->code_count == TLS_HELLO_MAX_CODES) {
        hello->cut = true;
        return;
    }
    hello->codes[hello->code_count++] = code;
    hello->lists[list].count++;
}

static enum assay_status read_u16_list(struct reader *r, struct tls_client_hello *hello,
                                       enum tls_hello_list list)
{
    begin_list(hello, list);
    if (reader_left(r) == 0)
        return broken(hello, "empty list");
    while (reader_left(r) > 0) {
        uint16_t code = 0;

        if (reader_u16(r, &code) != ASSAY_OK)
            return broken(hello, "list of two-byte numbers with an odd length");
        add_code(hello, list, code);
    }
    return ASSAY_OK;
}

static enum assay_status read_u8_list(struct reader *r, struct tls_client_hello *hello,
                                      enum tls_hello_list list)
{
    uint8_t code = 0;

    begin_list(hello, list);
    if (reader_left(r) == 0)
        return broken(hello, "empty list");
    while (reader_u8(r, &code) == ASSAY_OK)
        add_code(hello, list, code);
    return ASSAY_OK;
}

static struct tls_view view_of(const struct reader *r)
{
    return (struct tls_view){.data = reader_here(r), .len = reader_left(r)};
}

/* RFC 6066 section 3 */
static enum assay_status read_server_name(struct reader *r, struct tls_client_hello *hello)
{
    struct reader names = {0};

    ASSAY_TRY(reader_vec16(r, &names));
    if (reader_left(&names) == 0)
        return broken(hello, "empty list of names");
    while (reader_left(&names) > 0) {
        struct reader name = {0};
        uint8_t type = 0;

        ASSAY_TRY(reader_u8(&names, &type));
        ASSAY_TRY(reader_vec16(&names, &name));
        if (type != 0)
            return broken(hello, "name of unknown type %u", type);
        if (reader_left(&name) == 0)
            return broken(hello, "empty host name");
        if (memchr(reader_here(&name), '\0', reader_left(&name)) != NULL)
            return broken(hello, "host name with a NUL byte");
        if (hello->server_name.data != NULL)
            return broken(hello, "more than one host name");
        hello->server_name = view_of(&name);
    }
    return ASSAY_OK;
}

/* RFC 6066 section 4 */
static enum assay_status read_max_fragment_length(struct reader *r, struct tls_client_hello *hello)
{
    uint8_t code = 0;

    ASSAY_TRY(reader_u8(r, &code));
    hello->max_fragment_length = code;
    return code >= 1 && code <= 4 ? ASSAY_OK : broken(hello, "code %u; 1 to 4 exist", code);
}

static enum assay_status read_status_request(struct reader *r, struct tls_client_hello *hello)
{
    hello->status_request = true;
    return reader_skip(r, reader_left(r));
}

static enum assay_status read_groups(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec16(r, &list));
    return read_u16_list(&list, hello, TLS_HELLO_GROUPS);
}

static enum assay_status read_point_formats(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec8(r, &list));
    return read_u8_list(&list, hello, TLS_HELLO_POINT_FORMATS);
}

static enum assay_status read_signature_algorithms(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec16(r, &list));
    return read_u16_list(&list, hello, TLS_HELLO_SIGNATURE_ALGORITHMS);
}

/* RFC 7301 section 3.1 */
static enum assay_status read_alpn(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec16(r, &list));
    if (reader_left(&list) == 0)
        return broken(hello, "empty list of protocols");
    while (reader_left(&list) > 0) {
        struct reader name = {0};

        ASSAY_TRY(reader_vec8(&list, &name));
        if (reader_left(&name) == 0)
            return broken(hello, "empty protocol name");
        if (hello->protocol_count < TLS_HELLO_MAX_PROTOCOLS)
            hello->protocols[hello->protocol_count++] = view_of(&name);
        else
            hello->cut = true;
    }
    return ASSAY_OK;
}

static enum assay_status read_encrypt_then_mac(struct reader *r, struct tls_client_hello *hello)
{
    (void)r;
    hello->encrypt_then_mac = true;
    return ASSAY_OK;
}

static enum assay_status read_extended_master_secret(struct reader *r,
                                                     struct tls_client_hello *hello)
{
    (void)r;
    hello->extended_master_secret = true;
    return ASSAY_OK;
}

/* RFC 8449 section 4: at least 64 */
static enum assay_status read_record_size_limit(struct reader *r, struct tls_client_hello *hello)
{
    uint16_t limit = 0;

    ASSAY_TRY(reader_u16(r, &limit));
    hello->record_size_limit = limit;
    return limit >= 64 ? ASSAY_OK : broken(hello, "limit of %u bytes; 64 is the least", limit);
}

static enum assay_status read_session_ticket(struct reader *r, struct tls_client_hello *hello)
{
    hello->session_ticket = true;
    return reader_skip(r, reader_left(r));
}

/* RFC 8446 section 4.2.11: identities with their ages, then one binder for each */
static enum assay_status read_pre_shared_key(struct reader *r, struct tls_client_hello *hello)
{
    struct reader identities = {0};
    struct reader binders = {0};
    int64_t binder_count = 0;

    hello->psk_identities = 0;
    ASSAY_TRY(reader_vec16(r, &identities));
    while (reader_left(&identities) > 0) {
        struct reader identity = {0};

        ASSAY_TRY(reader_vec16(&identities, &identity));
        ASSAY_TRY(reader_skip(&identities, 4));
        hello->psk_identities++;
    }
    ASSAY_TRY(reader_vec16(r, &binders));
    while (reader_left(&binders) > 0) {
        struct reader binder = {0};

        ASSAY_TRY(reader_vec8(&binders, &binder));
        binder_count++;
    }
    if (hello->psk_identities == 0 || binder_count != hello->psk_identities)
        return broken(hello, "%lld identities and %lld binders", (long long)hello->psk_identities,
                      (long long)binder_count);
    return ASSAY_OK;
}

static enum assay_status read_supported_versions(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec8(r, &list));
    return read_u16_list(&list, hello, TLS_HELLO_VERSIONS);
}

static enum assay_status read_psk_modes(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    ASSAY_TRY(reader_vec8(r, &list));
    return read_u8_list(&list, hello, TLS_HELLO_PSK_MODES);
}

/* RFC 8446 section 4.2.8; an empty list asks for a HelloRetryRequest and is allowed */
static enum assay_status read_key_share(struct reader *r, struct tls_client_hello *hello)
{
    struct reader shares = {0};

    begin_list(hello, TLS_HELLO_KEY_SHARE_GROUPS);
    ASSAY_TRY(reader_vec16(r, &shares));
    while (reader_left(&shares) > 0) {
        struct reader share = {0};
        uint16_t group = 0;

        ASSAY_TRY(reader_u16(&shares, &group));
        ASSAY_TRY(reader_vec16(&shares, &share));
        add_code(hello, TLS_HELLO_KEY_SHARE_GROUPS, group);
        if (reader_left(&share) == 0)
            return broken(hello, "share of group 0x%04x without a key", group);
    }
    return ASSAY_OK;
}

/* RFC 5746 section 3.2 */
static enum assay_status read_renegotiation_info(struct reader *r, struct tls_client_hello *hello)
{
    struct reader verify_data = {0};

    hello->secure_renegotiation = true;
    return reader_vec8(r, &verify_data);
}

enum { EXT_PRE_SHARED_KEY = 41 };

static const struct extension_row {
    uint16_t type;
    enum assay_status (*read)(struct reader *r, struct tls_client_hello *hello);
} extension_rows[] = {
    {0, read_server_name},
    {1, read_max_fragment_length},
    {5, read_status_request},
    {10, read_groups},
    {11, read_point_formats},
    {13, read_signature_algorithms},
    {16, read_alpn},
    {22, read_encrypt_then_mac},
    {23, read_extended_master_secret},
    {28, read_record_size_limit},
    {35, read_session_ticket},
    {EXT_PRE_SHARED_KEY, read_pre_shared_key},
    {43, read_supported_versions},
    {45, read_psk_modes},
    {51, read_key_share},
    {0xff01, read_renegotiation_info},
};

/* "the extension server_name (0): " before the text of what is wrong inside. */
static void name_extension(struct tls_client_hello *hello, unsigned type)
{
    char inside[TLS_HELLO_MALFORMED_TEXT];
    char hex[TLS_NAME_TEXT];

    memcpy(inside, hello->malformed, sizeof(inside));
    snprintf(hello->malformed, sizeof(hello->malformed), "the extension %s (%u): %.80s",
             tls_name_or_hex(TLS_NAMES_EXTENSION, type, hex), type, inside);
}

static void read_extension_body(struct tls_client_hello *hello, unsigned type, struct reader body)
{
    bool was_sound = hello->malformed[0] == '\0';
    enum assay_status status = ASSAY_OK;

    for (size_t i = 0; i < sizeof(extension_rows) / sizeof(extension_rows[0]); i++) {
        if (extension_rows[i].type != type)
            continue;
        status = extension_rows[i].read(&body, hello);
        if (status == ASSAY_ERR_TRUNCATED)
            (void)broken(hello, "a length inside is larger than what is there");
        else if (status == ASSAY_OK && reader_left(&body) > 0)
            (void)broken(hello, "%zu stray bytes at its end", reader_left(&body));
        break;
    }
    if (was_sound && hello->malformed[0] != '\0')
        name_extension(hello, type);
}

static bool seen_before(const struct tls_client_hello *hello, unsigned type)
{
    for (size_t i = 0; i < hello->extension_count; i++)
        if (hello->extensions[i].type == type)
            return true;
    return false;
}

/* First the frame of every extension, so that their list is in one piece and complete. */
static enum assay_status read_extension_frames(struct reader *r, struct tls_client_hello *hello)
{
    begin_list(hello, TLS_HELLO_EXTENSIONS);
    while (reader_left(r) > 0) {
        struct reader body = {0};
        uint16_t type = 0;

        if (reader_u16(r, &type) != ASSAY_OK || reader_vec16(r, &body) != ASSAY_OK)
            return broken(hello, "extension %zu reaches beyond the list of extensions",
                          hello->extension_count + 1);
        if (seen_before(hello, type))
            (void)broken(hello, "extension %u comes twice", type);
        add_code(hello, TLS_HELLO_EXTENSIONS, type);
        if (hello->extension_count == TLS_HELLO_MAX_EXTENSIONS) {
            hello->cut = true;
            continue;
        }
        hello->extensions[hello->extension_count++] =
            (struct tls_hello_extension){.type = type, .body = view_of(&body)};
    }
    return ASSAY_OK;
}

static enum assay_status read_extensions(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    if (reader_left(r) == 0)
        return ASSAY_OK; /* TLS 1.2 and older may do without */
    if (reader_vec16(r, &list) != ASSAY_OK)
        return broken(hello, "the list of extensions reaches beyond the message");
    (void)read_extension_frames(&list, hello);
    for (size_t i = 0; i < hello->extension_count; i++) {
        const struct tls_hello_extension *extension = &hello->extensions[i];

        if (extension->type == EXT_PRE_SHARED_KEY && i + 1 < hello->extension_count)
            (void)broken(hello, "pre_shared_key is not the last extension");
        read_extension_body(hello, extension->type,
                            reader_over(extension->body.data, extension->body.len));
    }
    if (reader_left(r) > 0)
        return broken(hello, "%zu stray bytes after the extensions", reader_left(r));
    return ASSAY_OK;
}

static enum assay_status read_ciphers(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};
    const int64_t *codes = NULL;
    size_t count = 0;

    if (reader_vec16(r, &list) != ASSAY_OK)
        return broken(hello, "the list of cipher suites reaches beyond the message");
    if (reader_left(&list) == 0)
        return broken(hello, "no cipher suites");
    if (reader_left(&list) % 2 != 0)
        (void)broken(hello, "the list of cipher suites has an odd length");
    (void)read_u16_list(&list, hello, TLS_HELLO_CIPHERS);
    codes = tls_client_hello_list(hello, TLS_HELLO_CIPHERS, &count);
    for (size_t i = 0; i < count; i++) {
        hello->secure_renegotiation = hello->secure_renegotiation || codes[i] == SCSV_RENEGOTIATION;
        hello->fallback_scsv = hello->fallback_scsv || codes[i] == SCSV_FALLBACK;
    }
    return ASSAY_OK;
}

static enum assay_status read_compressions(struct reader *r, struct tls_client_hello *hello)
{
    struct reader list = {0};

    if (reader_vec8(r, &list) != ASSAY_OK)
        return broken(hello, "the list of compression methods reaches beyond the message");
    if (reader_left(&list) == 0)
        return broken(hello, "no compression methods");
    if (memchr(reader_here(&list), 0, reader_left(&list)) == NULL)
        (void)broken(hello, "the compression methods lack null");
    return read_u8_list(&list, hello, TLS_HELLO_COMPRESSIONS);
}

static enum assay_status read_hello(struct reader *r, struct tls_client_hello *hello)
{
    struct reader random = {0};
    struct reader session_id = {0};

    if (reader_u16(r, &hello->legacy_version) != ASSAY_OK ||
        reader_sub(r, RANDOM_LEN, &random) != ASSAY_OK)
        return broken(hello, "the message ends before the random");
    hello->random = view_of(&random);
    if (reader_vec8(r, &session_id) != ASSAY_OK)
        return broken(hello, "the session id reaches beyond the message");
    hello->session_id = view_of(&session_id);
    if (hello->session_id.len > SESSION_ID_MAX)
        (void)broken(hello, "session id of %zu bytes; 32 is the most", hello->session_id.len);
    ASSAY_TRY(read_ciphers(r, hello));
    ASSAY_TRY(read_compressions(r, hello));
    return read_extensions(r, hello);
}

enum assay_status tls_client_hello_parse(const void *data, size_t len, struct tls_client_hello *ret)
{
    struct reader r = reader_over(data, len);

    *ret = (struct tls_client_hello){
        .psk_identities = -1, .max_fragment_length = -1, .record_size_limit = -1};
    (void)read_hello(&r, ret); /* what it says stands in ret->malformed, too */
    return ret->malformed[0] == '\0' ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}
