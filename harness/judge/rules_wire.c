/* SPDX-License-Identifier: Apache-2.0 */
/* What shows in the records themselves, as they came from the board. */
#include "judge_rules.h"

#include "base/buf.h"
#include "base/event_kinds.h"
#include "base/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TLS13 = 0x0304,
    MAX_STREAM = 256 * 1024,
    RECORD_CCS = 20,
    RECORD_HANDSHAKE = 22,
    RECORD_LAST = 24,
    NONCE = 8,
    MAX_NONCES = 4096
};

/* What the board sent on one connection, and what its handshake agreed on. */
struct stream {
    struct buf bytes;
    char cipher[96];
    int64_t version;
    int64_t max_fragment; /* code of RFC 6066 that both sides sent; 0: none */
    int64_t asked_fragment;
    bool offers_tls13;
    bool any, full;
};

static void clear(struct stream *s)
{
    buf_clear(&s->bytes);
    s->cipher[0] = '\0';
    s->version = 0;
    s->max_fragment = 0;
    s->asked_fragment = 0;
    s->offers_tls13 = false;
    s->any = false;
    s->full = false;
}

static bool lists(const struct event *e, const char *field, int64_t wanted)
{
    const struct event_field *list = event_field(e, field);

    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (list->ints[i] == wanted)
            return true;
    return false;
}

static void take(struct stream *s, const struct event *e)
{
    enum { EXT_MAX_FRAGMENT_LENGTH = 1 };
    const struct event_field *bytes = event_field(e, "bytes");

    if (event_is(e, EV_NET_DATA) && strcmp(event_get_text(e, "dir"), "rx") == 0 && bytes != NULL &&
        !s->full) {
        s->any = true;
        /* Of a long connection the beginning will do, without a hole in it. */
        s->full = s->full || buf_add(&s->bytes, bytes->text, bytes->text_len) != ASSAY_OK;
    }
    if (event_is(e, EV_TLS_CLIENT_HELLO)) {
        s->asked_fragment = event_get_int(e, "max_fragment_length", 0);
        s->offers_tls13 = lists(e, "versions", TLS13);
    }
    if (!event_is(e, EV_TLS_SERVER_HELLO))
        return;
    s->version = event_get_int(e, "version", 0);
    snprintf(s->cipher, sizeof(s->cipher), "%s", event_get_text(e, "cipher_name"));
    if (lists(e, "extensions", EXT_MAX_FRAGMENT_LENGTH))
        s->max_fragment = s->asked_fragment;
}

struct record {
    uint8_t type;
    uint16_t version;
    struct reader body;
};

static bool next_record(struct reader *r, struct record *ret)
{
    return reader_u8(r, &ret->type) == ASSAY_OK && reader_u16(r, &ret->version) == ASSAY_OK &&
           reader_vec16(r, &ret->body) == ASSAY_OK;
}

/* false: the finding is final */
typedef bool (*stream_check)(const struct stream *s, struct rule_finding *ret);

/* Every connection's bytes by themselves. */
static void over_streams(const struct rule_view *view, stream_check check, struct rule_finding *ret)
{
    struct rule_walk walk = {.view = view};
    struct stream s = {.cipher = ""};
    const struct event *e = NULL;
    uint32_t conn = 0;
    bool go_on = true;

    buf_init(&s.bytes, MAX_STREAM);
    while (go_on && (e = rule_walk_next(&walk)) != NULL) {
        bool other = event_is(e, EV_NET_OPEN) || event_is(e, EV_ATTEMPT_BEGIN);

        if (other && s.any)
            go_on = check(&s, ret);
        if (other) {
            clear(&s);
            conn = e->conn;
        }
        if (e->conn == conn && conn != 0)
            take(&s, e);
    }
    if (go_on && s.any)
        (void)check(&s, ret);
    buf_done(&s.bytes);
}

/* ---- the ClientHello's record ---- */

/*
 * RFC 8446 section 5.1: 0x0303, or 0x0301. A client of TLS 1.2 may say what it likes from 0x0300 on
 * (RFC 5246 appendix E.1).
 */
static bool check_hello_record(const struct stream *s, struct rule_finding *ret)
{
    struct reader r = reader_over(s->bytes.data, s->bytes.len);
    struct record first;

    if (s->bytes.len > 2 && (s->bytes.data[0] & 0x80) != 0 && s->bytes.data[2] == 1)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "Its first message has the form of SSL 2.0, which cannot carry extensions and is "
                 "forbidden since 2011.");
    else if (!next_record(&r, &first) || first.type != RECORD_HANDSHAKE)
        rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: its first bytes are no TLS.");
    else if (first.version < (s->offers_tls13 ? 0x0301 : 0x0300))
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "The record of its ClientHello says version 0x%04x; 0x0301 is the least that it "
                 "may say.",
                 first.version);
    else
        rule_say(ret, VERDICT_PASS, "Its ClientHello stands in a record of version 0x%04x.",
                 first.version);
    return ret->verdict == VERDICT_PASS;
}

void rule_hello_record(const struct rule_view *view, struct rule_finding *ret)
{
    rule_say(ret, VERDICT_INCONCLUSIVE, "Nothing can be said: there is no ClientHello to look at.");
    over_streams(view, check_hello_record, ret);
}

/* ---- sizes ---- */

/* What of a ClientHello is in this record; it stands before anything is agreed on. */
static bool is_hello(struct reader body, size_t *hello_left)
{
    enum { CLIENT_HELLO = 1 };
    size_t len = reader_left(&body);
    uint8_t type = 0;
    uint32_t size = 0;

    if (*hello_left == 0 && reader_u8(&body, &type) == ASSAY_OK && type == CLIENT_HELLO &&
        reader_u24(&body, &size) == ASSAY_OK)
        *hello_left = size + 4;
    if (*hello_left == 0)
        return false;
    *hello_left -= len < *hello_left ? len : *hello_left;
    return true;
}

/* RFC 6066 section 4: 2^9 to 2^12, of the plaintext; RFC 5246 section 6.2.3: 2048 more at most. */
static bool check_sizes(const struct stream *s, struct rule_finding *ret)
{
    enum { FIRST_POWER = 8, EXPANSION_AEAD = 24, EXPANSION_BLOCK = 16 + 64 + 256 };
    struct reader r = reader_over(s->bytes.data, s->bytes.len);
    size_t plain = (size_t)1 << (FIRST_POWER + s->max_fragment);
    size_t expansion = strstr(s->cipher, "CBC") != NULL ? EXPANSION_BLOCK : EXPANSION_AEAD;
    bool encrypted = s->version >= TLS13;
    size_t hello_left = 0;
    struct record one;

    if (s->max_fragment < 1 || s->max_fragment > 4)
        return true;
    while (next_record(&r, &one)) {
        size_t len = reader_left(&one.body);
        size_t limit = plain + (encrypted ? expansion : 0);

        if (one.type == RECORD_HANDSHAKE && !(encrypted && s->version < TLS13) &&
            is_hello(one.body, &hello_left))
            continue;
        encrypted = encrypted || one.type == RECORD_CCS;
        if (len <= limit)
            continue;
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It sent a record of %zu bytes after a maximum of %zu had been agreed on.", len,
                 limit);
        return false;
    }
    rule_say(ret, VERDICT_PASS, "All its records keep to the maximum that it asked for.");
    return true;
}

void rule_own_record_size(const struct rule_view *view, struct rule_finding *ret)
{
    rule_say(ret, VERDICT_NOT_APPLICABLE, "It never agreed on a maximum length of its records.");
    over_streams(view, check_sizes, ret);
}

/* ---- nonces ---- */

static int compare_nonces(const void *a, const void *b)
{
    return memcmp(a, b, NONCE);
}

/* RFC 5288 section 3: eight bytes before each ciphertext, of which the sender says "never twice".
 */
static size_t collect_nonces(const struct stream *s, uint8_t (*nonces)[NONCE])
{
    struct reader r = reader_over(s->bytes.data, s->bytes.len);
    struct record one;
    bool encrypted = false;
    size_t count = 0;

    while (next_record(&r, &one) && count < MAX_NONCES) {
        const uint8_t *nonce = NULL;

        if (encrypted && one.type <= RECORD_LAST &&
            reader_bytes(&one.body, NONCE, &nonce) == ASSAY_OK)
            memcpy(nonces[count++], nonce, NONCE);
        encrypted = encrypted || one.type == RECORD_CCS;
    }
    return count;
}

static bool check_nonces(const struct stream *s, struct rule_finding *ret)
{
    bool explicit_nonce =
        s->version == 0x0303 && (strstr(s->cipher, "GCM") != NULL || strstr(s->cipher, "CCM"));
    uint8_t(*nonces)[NONCE] = NULL;
    size_t count = 0;
    bool again = false;

    if (!explicit_nonce)
        return true;
    nonces = malloc(MAX_NONCES * sizeof(*nonces));
    if (nonces == NULL)
        return false;
    count = collect_nonces(s, nonces);
    qsort(nonces, count, NONCE, compare_nonces);
    for (size_t i = 0; i + 1 < count; i++)
        again = again || memcmp(nonces[i], nonces[i + 1], NONCE) == 0;
    free(nonces);
    if (again)
        rule_say(ret, VERDICT_FAIL_BEHAVIOUR,
                 "It used the same nonce for two records of one connection (%s): from these two "
                 "the key of all messages' authentication can be computed.",
                 s->cipher);
    else if (count > 1)
        rule_say(ret, VERDICT_PASS, "No nonce of its records came twice in a connection.");
    return !again;
}

void rule_record_nonces(const struct rule_view *view, struct rule_finding *ret)
{
    rule_say(ret, VERDICT_NOT_APPLICABLE,
             "None of its connections used a cipher whose nonces can be seen (AES-GCM or AES-CCM "
             "in TLS 1.2).");
    over_streams(view, check_nonces, ret);
}
