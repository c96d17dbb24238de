/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_hello_events.h"

#include "tls_ja3.h"
#include "tls_names.h"
#include "tls_server_hello.h"

#include "base/event_kinds.h"

#include <openssl/evp.h>

#include <stdio.h>

enum { JA3_MAX = 16384, PROTOCOL_TEXT = 4 * 255 + 1 };

/* Names of all lists of one hello; those of each list lie side by side. */
struct names {
    const char *texts[TLS_HELLO_MAX_CODES];
    char hex[TLS_HELLO_MAX_CODES][TLS_NAME_TEXT];
};

/* The lists of a ClientHello as fields: the numbers, and their names where there are some. */
static const struct list_row {
    enum tls_hello_list list;
    const char *numbers;
    const char *names;
    enum tls_name_table table;
    bool always; /* an empty field stands where the list is missing */
} list_rows[] = {
    {TLS_HELLO_CIPHERS, "ciphers", "cipher_names", TLS_NAMES_CIPHER, true},
    {TLS_HELLO_COMPRESSIONS, "compressions", NULL, TLS_NAMES_COUNT, true},
    {TLS_HELLO_EXTENSIONS, "extensions", "extension_names", TLS_NAMES_EXTENSION, true},
    {TLS_HELLO_VERSIONS, "versions", NULL, TLS_NAMES_COUNT, false},
    {TLS_HELLO_GROUPS, "groups", "group_names", TLS_NAMES_GROUP, false},
    {TLS_HELLO_POINT_FORMATS, "point_formats", NULL, TLS_NAMES_COUNT, false},
    {TLS_HELLO_SIGNATURE_ALGORITHMS, "signature_algorithms", "signature_algorithm_names",
     TLS_NAMES_SIGNATURE, false},
    {TLS_HELLO_KEY_SHARE_GROUPS, "key_share_groups", NULL, TLS_NAMES_COUNT, false},
    {TLS_HELLO_PSK_MODES, "psk_modes", NULL, TLS_NAMES_COUNT, false},
};

static void add_list(struct event_builder *e, const struct list_row *row,
                     const struct tls_client_hello *hello, struct names *names)
{
    const struct tls_hello_codes *codes = &hello->lists[row->list];

    if (!codes->present && !row->always)
        return;
    event_add_ints(e, event_name(row->numbers), hello->codes + codes->at, codes->count);
    if (row->names == NULL)
        return;
    for (size_t i = codes->at; i < codes->at + codes->count; i++)
        names->texts[i] = tls_name_or_hex(row->table, (unsigned)hello->codes[i], names->hex[i]);
    event_add_texts(e, event_name(row->names), names->texts + codes->at, codes->count);
}

/* A protocol name may hold any byte; what is not printable is written as \x00. */
static void write_protocol(struct tls_view name, char text[PROTOCOL_TEXT])
{
    size_t at = 0;

    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] > 0x20 && name.data[i] < 0x7f && name.data[i] != '\\')
            text[at++] = (char)name.data[i];
        else
            at += (size_t)snprintf(text + at, 5, "\\x%02x", name.data[i]);
    }
    text[at] = '\0';
}

struct protocols {
    char texts[TLS_HELLO_MAX_PROTOCOLS][PROTOCOL_TEXT];
    const char *list[TLS_HELLO_MAX_PROTOCOLS];
};

static void add_protocols(struct event_builder *e, const struct tls_client_hello *hello,
                          struct protocols *protocols)
{
    for (size_t i = 0; i < hello->protocol_count; i++) {
        write_protocol(hello->protocols[i], protocols->texts[i]);
        protocols->list[i] = protocols->texts[i];
    }
    if (hello->protocol_count > 0)
        event_texts(e, "alpn", protocols->list, hello->protocol_count);
}

static void add_optional_int(struct event_builder *e, const char *field, int64_t value)
{
    if (value >= 0)
        event_add_int(e, event_name(field), value);
}

static void add_flags(struct event_builder *e, const struct tls_client_hello *hello)
{
    event_bool(e, "extended_master_secret", hello->extended_master_secret);
    event_bool(e, "secure_renegotiation", hello->secure_renegotiation);
    event_bool(e, "encrypt_then_mac", hello->encrypt_then_mac);
    event_bool(e, "session_ticket", hello->session_ticket);
    event_bool(e, "status_request", hello->status_request);
    event_bool(e, "fallback_scsv", hello->fallback_scsv);
    event_bool(e, "grease", hello->grease);
}

/* The fingerprint as people exchange it: the MD5 of the text, in hex. */
static void write_ja3(const struct tls_client_hello *hello, struct buf *text)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool ok = tls_ja3_text(hello, text) == ASSAY_OK &&
              EVP_Digest(text->data, text->len, digest, &len, EVP_md5(), NULL) == 1;

    buf_clear(text);
    if (ok && buf_add_hex(text, digest, len) != ASSAY_OK)
        buf_clear(text);
}

static void emit_extensions(const struct event_sink *sink, uint32_t conn, const char *message,
                            const struct tls_hello_extension *extensions, size_t count)
{
    struct event_builder e;
    char hex[TLS_NAME_TEXT];

    for (size_t i = 0; i < count; i++) {
        event_begin(&e, sink, "tls", EV_TLS_EXTENSION, conn);
        event_text(&e, "message", message);
        event_int(&e, "type", extensions[i].type);
        event_text(&e, "name", tls_name_or_hex(TLS_NAMES_EXTENSION, extensions[i].type, hex));
        event_bytes(&e, "bytes", extensions[i].body.data, extensions[i].body.len);
        event_emit(&e);
    }
}

static void add_contents(struct event_builder *e, const struct tls_client_hello *hello,
                         struct names *names)
{
    event_int(e, "legacy_version", hello->legacy_version);
    event_bytes(e, "random", hello->random.data, hello->random.len);
    event_bytes(e, "session_id", hello->session_id.data, hello->session_id.len);
    for (size_t i = 0; i < sizeof(list_rows) / sizeof(list_rows[0]); i++)
        add_list(e, &list_rows[i], hello, names);
    if (hello->server_name.data != NULL)
        event_text_len(e, "server_name", hello->server_name.data, hello->server_name.len);
    add_optional_int(e, "psk_identities", hello->psk_identities);
    add_optional_int(e, "max_fragment_length", hello->max_fragment_length);
    add_optional_int(e, "record_size_limit", hello->record_size_limit);
    add_flags(e, hello);
}

static void note_offers(const struct tls_client_hello *hello, const struct protocols *protocols,
                        struct tls_offers *ret)
{
    size_t used = 0;

    ret->has_server_name = hello->server_name.data != NULL;
    for (size_t i = 0; i < hello->protocol_count && used < sizeof(ret->protocols); i++)
        used += (size_t)snprintf(ret->protocols + used, sizeof(ret->protocols) - used, "%s%s",
                                 i > 0 ? ", " : "", protocols->texts[i]);
}

void tls_emit_client_hello(const struct event_sink *sink, uint32_t conn, const void *body,
                           size_t len, struct tls_offers *ret)
{
    struct tls_client_hello hello;
    struct event_builder e;
    struct names names;
    struct protocols protocols;
    struct buf ja3;
    bool malformed = tls_client_hello_parse(body, len, &hello) != ASSAY_OK;

    event_begin(&e, sink, "tls", EV_TLS_CLIENT_HELLO, conn);
    add_contents(&e, &hello, &names);
    add_protocols(&e, &hello, &protocols);
    note_offers(&hello, &protocols, ret);
    buf_init(&ja3, JA3_MAX);
    write_ja3(&hello, &ja3);
    event_text(&e, "ja3", buf_text(&ja3));
    if (malformed)
        event_text(&e, "malformed", hello.malformed);
    event_emit(&e);
    buf_done(&ja3);
    emit_extensions(sink, conn, "ClientHello", hello.extensions, hello.extension_count);
}

void tls_emit_server_hello(const struct event_sink *sink, uint32_t conn, const void *body,
                           size_t len)
{
    struct tls_server_hello hello;
    struct event_builder e;
    char hex[TLS_NAME_TEXT];

    if (tls_server_hello_parse(body, len, &hello) != ASSAY_OK)
        return; /* our own: only one with more extensions than exist */
    event_begin(&e, sink, "tls", EV_TLS_SERVER_HELLO, conn);
    event_int(&e, "version", hello.version);
    event_int(&e, "cipher", hello.cipher);
    event_text(&e, "cipher_name", tls_name_or_hex(TLS_NAMES_CIPHER, hello.cipher, hex));
    event_bytes(&e, "session_id", hello.session_id.data, hello.session_id.len);
    event_ints(&e, "extensions", hello.types, hello.extension_count);
    event_bool(&e, "retry", hello.retry);
    event_emit(&e);
    emit_extensions(sink, conn, hello.retry ? "HelloRetryRequest" : "ServerHello", hello.extensions,
                    hello.extension_count);
}
