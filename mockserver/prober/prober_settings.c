/* SPDX-License-Identifier: Apache-2.0 */
#include "prober/settings.h"

#include "base/buf.h"

#include <string.h>

enum { MOST_MS = 86400000, MOST_COMPANY = 512 };

static const char *const openings[] = {[PROBER_OPEN_TLS] = "tls",
                                       [PROBER_OPEN_PLAIN] = "plain",
                                       [PROBER_OPEN_GARBAGE] = "garbage",
                                       [PROBER_OPEN_SILENCE] = "silence",
                                       [PROBER_OPEN_LONG_RECORD] = "long-record",
                                       [PROBER_OPEN_HELLO] = "hello",
                                       NULL};
static const char *const hellos[] = {[PROBER_HELLO_GOOD] = "good",
                                     [PROBER_HELLO_COMPRESSION] = "compression",
                                     [PROBER_HELLO_HEARTBEAT] = "heartbeat",
                                     [PROBER_HELLO_ZERO_SHARE] = "zero-share",
                                     [PROBER_HELLO_OFF_CURVE] = "off-curve",
                                     [PROBER_HELLO_TRUNCATED] = "truncated",
                                     [PROBER_HELLO_DUPLICATE] = "duplicate",
                                     [PROBER_HELLO_NO_CIPHERS] = "no-ciphers",
                                     [PROBER_HELLO_ODD_CIPHERS] = "odd-ciphers",
                                     [PROBER_HELLO_LONG_SESSION] = "long-session",
                                     [PROBER_HELLO_OVERSIZED] = "oversized",
                                     [PROBER_HELLO_TWICE] = "twice",
                                     [PROBER_HELLO_SSL3] = "ssl3",
                                     [PROBER_HELLO_EMPTY_RECORD] = "empty-record",
                                     [PROBER_HELLO_CIPHER_FIRST] = "cipher-first",
                                     [PROBER_HELLO_ALERT_FIRST] = "alert-first",
                                     [PROBER_HELLO_DATA_FIRST] = "data-first",
                                     [PROBER_HELLO_FINISHED_FIRST] = "finished-first",
                                     NULL};
static const char *const requests[] = {
    [PROBER_ASK_GOOD] = "good",       [PROBER_ASK_NOTHING] = "nothing", [PROBER_ASK_HALF] = "half",
    [PROBER_ASK_UNKNOWN] = "unknown", [PROBER_ASK_BAD] = "bad",         [PROBER_ASK_LONG] = "long",
    [PROBER_ASK_HUGE] = "huge",       [PROBER_ASK_BINARY] = "binary",   NULL};
static const char *const befores[] = {[PROBER_BEFORE_NOTHING] = "nothing",
                                      [PROBER_BEFORE_RENEGOTIATE] = "renegotiate",
                                      [PROBER_BEFORE_GOODBYE] = "goodbye",
                                      NULL};
static const char *const companies[] = {[PROBER_ALONE] = "none",
                                        [PROBER_COMPANY_IDLE] = "idle",
                                        [PROBER_COMPANY_HANDSHAKE] = "handshake",
                                        [PROBER_COMPANY_SHAKEN] = "shaken",
                                        [PROBER_COMPANY_QUICK] = "quick",
                                        NULL};

/* By the offset of the member, so that the rows of the table can share one reader. */
static const struct {
    size_t offset;
    const char *const *words;
} word_lists[] = {
    {offsetof(struct prober_settings, opening), openings},
    {offsetof(struct prober_settings, hello), hellos},
    {offsetof(struct prober_settings, request), requests},
    {offsetof(struct prober_settings, before), befores},
    {offsetof(struct prober_settings, company), companies},
};

static enum assay_status refuse_word(const char *const *words, const char *path,
                                     struct assay_error *err)
{
    struct buf known;
    enum assay_status status = ASSAY_OK;

    buf_init(&known, 256);
    for (size_t i = 0; status == ASSAY_OK && words[i] != NULL; i++)
        status = buf_printf(&known, "%s%s", i > 0 ? ", " : "", words[i]);
    status = assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be one of: %s", path,
                             buf_text(&known));
    buf_done(&known);
    return status;
}

static enum assay_status read_word(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    const char *text = value_text(value);
    const char *const *words = NULL;

    for (size_t i = 0; i < sizeof(word_lists) / sizeof(word_lists[0]); i++)
        if (word_lists[i].offset == spec->offset)
            words = word_lists[i].words;
    for (int i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) != 0)
            continue;
        memcpy(target, &i, sizeof(i)); /* an enum is an int here */
        return ASSAY_OK;
    }
    return refuse_word(words, path, err);
}

#define WORD(name, fallback, help)                                                                 \
    {                                                                                              \
#name, read_word, offsetof(struct prober_settings, name), 0, 0, fallback, help             \
    }
#define NUMBER(name, max, fallback, help)                                                          \
    {                                                                                              \
#name, key_read_int, offsetof(struct prober_settings, name), 0, max, fallback, help        \
    }

#define FLAG(name, help)                                                                           \
    {                                                                                              \
#name, key_read_bool, offsetof(struct prober_settings, name), 0, 0, "false", help          \
    }

/* clang-format off */
const struct key_spec prober_keys[] = {
    WORD(opening, "\"tls\"",
         "what the connection begins with: `tls`; `plain`, the request without TLS; `garbage`; `silence`; "
         "`long-record`, a record that announces more bytes than TLS allows; `hello`, a ClientHello with what `hello` "
         "says, and nothing behind it"),
    WORD(hello, "\"good\"",
         "what is odd about that: `good`, nothing; `compression` or a `heartbeat` that claims more bytes than it has; a "
         "key share that is no key: `zero-share`, `off-curve`; no form of a ClientHello: `truncated`, `duplicate`, "
         "`no-ciphers`, `odd-ciphers`, `long-session`; `oversized`, 40000 bytes; `twice`; `ssl3`; behind an "
         "`empty-record` or a change_cipher_spec (`cipher-first`); in its place `alert-first`, `data-first`, "
         "`finished-first`"),
    NUMBER(hello_fragment, 16384, "0", "bytes of the ClientHello in each record; 0: it is in one"),
    FLAG(fallback, "the ClientHello has TLS_FALLBACK_SCSV (RFC 7507)"),
    WORD(request, "\"good\"",
         "what is asked for: `good`; `nothing`; `half` of a request; `unknown`, a command that there is not; "
         "`bad`, characters that must not be; `long` and `huge`, a request of 256 and of 65536 bytes; `binary`"),
    WORD(before, "\"nothing\"",
         "what comes between handshake and request: `nothing`; `renegotiate`; `goodbye`, a close_notify"),
    WORD(company, "\"none\"",
         "other connections: `none`; `idle` ones that say nothing; `handshake`, the same after their ClientHello; "
         "`shaken`, the same after the handshake; `quick` ones, opened and closed before"),
    NUMBER(company_count, MOST_COMPANY, "0", "how many there are of them"),
    NUMBER(chunk, 65536, "0", "bytes of the request at a time, each in a record of its own; 0: as it is"),
    NUMBER(chunk_delay_ms, MOST_MS, "0", "time between two of these"),
    NUMBER(wait_ms, MOST_MS, "3000", "how long an answer, or the board's end of the connection, is waited for"),
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

enum assay_status prober_settings_read(const struct value *value, struct prober_settings *ret,
                                       struct assay_error *err)
{
    struct prober_settings settings = {.wait_ms = 3000};

    ASSAY_TRY(keys_read(prober_keys, value, "visit", &settings, err));
    *ret = settings;
    return ASSAY_OK;
}

const char *prober_request_name(enum prober_request_kind kind)
{
    return requests[kind];
}
