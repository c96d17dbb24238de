/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/dns.h"

#include "base/event_kinds.h"
#include "base/reader.h"
#include "base/writer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* RFC 1035 section 4.1.1, RFC 6895, RFC 3596. */
enum {
    HEADER = 12,
    FLAG_RESPONSE = 0x8000,
    FLAG_OPCODE = 0x7800,
    FLAG_AUTHORITATIVE = 0x0400,
    FLAG_TRUNCATED = 0x0200,
    FLAG_RECURSION_DESIRED = 0x0100,
    FLAG_RECURSION_AVAILABLE = 0x0080,
    CLASS_IN = 1,
    CLASS_ANY = 255,
    TYPE_A = 1,
    LABEL_MAX = 63,
    NAME_MAX_WIRE = 255,
    NAME_POINTER_TO_QUESTION = 0xc00c
};

enum rcode { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4, REFUSED = 5 };

static const struct {
    unsigned number;
    const char *name;
} record_types[] = {
    {1, "A"},     {2, "NS"},   {5, "CNAME"}, {6, "SOA"},   {12, "PTR"},   {15, "MX"},   {16, "TXT"},
    {28, "AAAA"}, {33, "SRV"}, {41, "OPT"},  {64, "SVCB"}, {65, "HTTPS"}, {255, "ANY"},
};

static const char *const rcode_names[] = {
    "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
    "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE",
};

enum { RCODE_NAMES = sizeof(rcode_names) / sizeof(rcode_names[0]) };

struct question {
    uint16_t id;
    uint16_t flags;
    uint16_t type;
    uint16_t class;
    const uint8_t *wire; /* name, type and class as they came */
    size_t wire_len;
    /* The name as text: every byte of the wire may become four characters ("\000"). */
    char name[NAME_MAX_WIRE * 4 + 1];
    bool plain; /* only letters, digits, '-' and '_' in its labels */
};

static void rcode_text(unsigned rcode, char text[static 16])
{
    if (rcode < RCODE_NAMES)
        snprintf(text, 16, "%s", rcode_names[rcode]);
    else
        snprintf(text, 16, "RCODE%u", rcode);
}

static void type_text(unsigned type, char text[static 16])
{
    for (size_t i = 0; i < sizeof(record_types) / sizeof(record_types[0]); i++) {
        if (record_types[i].number == type) {
            snprintf(text, 16, "%s", record_types[i].name);
            return;
        }
    }
    snprintf(text, 16, "TYPE%u", type);
}

/* One label in the escaped form of RFC 4343: nothing in it can be taken for a dot or a NUL. */
static size_t add_label(struct question *q, size_t at, const uint8_t *label, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = (char)label[i];

        if (isalnum((unsigned char)c) || c == '-' || c == '_') {
            q->name[at++] = c;
            continue;
        }
        q->plain = false;
        at += (size_t)snprintf(q->name + at, sizeof(q->name) - at, "\\%03u", label[i]);
    }
    return at;
}

/* A name in a question has nothing before it that a pointer could point to, so none is taken. */
static enum assay_status read_name(struct reader *r, struct question *q, const char **why)
{
    size_t at = 0;
    size_t start = r->pos;

    q->plain = true;
    for (;;) {
        uint8_t len = 0;
        const uint8_t *label = NULL;

        *why = "the name in the question ends early";
        ASSAY_TRY(reader_u8(r, &len));
        *why = "a label in the question is a pointer or of an unknown kind";
        if (len > LABEL_MAX)
            return ASSAY_ERR_MALFORMED;
        *why = "the name in the question is longer than 255 bytes";
        if (r->pos - start + len > NAME_MAX_WIRE)
            return ASSAY_ERR_MALFORMED;
        *why = "the name in the question ends early";
        ASSAY_TRY(reader_bytes(r, len, &label));
        if (len == 0)
            break;
        if (at > 0)
            q->name[at++] = '.';
        at = add_label(q, at, label, len);
    }
    q->name[at] = '\0';
    return ASSAY_OK;
}

static enum assay_status read_question(struct reader *r, struct question *q, const char **why)
{
    uint16_t counts[4] = {0, 0, 0, 0};

    *why = "the header ends early";
    for (size_t i = 0; i < 4; i++)
        ASSAY_TRY(reader_u16(r, &counts[i]));
    *why = "the query does not hold exactly one question";
    if (counts[0] != 1)
        return ASSAY_ERR_MALFORMED;
    q->wire = reader_here(r);
    ASSAY_TRY(read_name(r, q, why));
    *why = "the question ends early";
    ASSAY_TRY(reader_u16(r, &q->type));
    ASSAY_TRY(reader_u16(r, &q->class));
    q->wire_len = (size_t)(reader_here(r) - q->wire);
    return ASSAY_OK; /* what follows may be an OPT record (RFC 6891), which asks for nothing here */
}

static bool below_domain(const char *name, const char *domain)
{
    size_t len = strlen(name);
    size_t tail = strlen(domain);

    if (len < tail || strcasecmp(name + len - tail, domain) != 0)
        return false;
    return len == tail || name[len - tail - 1] == '.';
}

static bool owned(const struct dns_settings *settings, const struct question *q)
{
    return q->plain &&
           (strcasecmp(q->name, settings->host) == 0 || below_domain(q->name, DNS_BENCH_DOMAIN));
}

static unsigned right_rcode(const struct dns_settings *settings, const struct question *q)
{
    if ((q->flags & FLAG_OPCODE) != 0)
        return NOTIMP;
    if (q->class != CLASS_IN && q->class != CLASS_ANY)
        return REFUSED;
    return owned(settings, q) ? NOERROR : NXDOMAIN;
}

static enum assay_status write_address(struct writer *w, const struct dns_settings *settings)
{
    const char *text = settings->address;

    ASSAY_TRY(writer_u16(w, NAME_POINTER_TO_QUESTION));
    ASSAY_TRY(writer_u16(w, TYPE_A));
    ASSAY_TRY(writer_u16(w, CLASS_IN));
    ASSAY_TRY(writer_u32(w, (uint32_t)settings->ttl_s));
    ASSAY_TRY(writer_u16(w, 4));
    for (unsigned part = 0; part < 4; part++) {
        uint8_t number = 0;

        for (; *text != '\0' && *text != '.'; text++)
            number = (uint8_t)(number * 10 + (*text - '0'));
        text += *text == '.';
        ASSAY_TRY(writer_u8(w, number));
    }
    return ASSAY_OK;
}

/* with_question: there is one that could be read, and it is repeated in the answer. */
static enum assay_status write_reply(const struct dns_settings *settings, const struct question *q,
                                     bool with_question, unsigned rcode, bool with_address,
                                     struct buf *reply)
{
    uint8_t bytes[DNS_REPLY_MAX];
    struct writer w = writer_over(bytes, sizeof(bytes));
    unsigned flags = FLAG_RESPONSE | FLAG_AUTHORITATIVE | FLAG_RECURSION_AVAILABLE |
                     (q->flags & (FLAG_OPCODE | FLAG_RECURSION_DESIRED)) | rcode;

    ASSAY_TRY(writer_u16(&w, q->id));
    ASSAY_TRY(writer_u16(&w, (uint16_t)flags));
    ASSAY_TRY(writer_u16(&w, with_question));
    ASSAY_TRY(writer_u16(&w, with_address));
    ASSAY_TRY(writer_u32(&w, 0));
    if (with_question)
        ASSAY_TRY(writer_bytes(&w, q->wire, q->wire_len));
    if (with_address)
        ASSAY_TRY(write_address(&w, settings));
    return buf_add(reply, bytes, w.len);
}

static void emit_query(const struct event_sink *sink, const struct question *q, const char *peer)
{
    struct event_builder e;
    char type[16];

    type_text(q->type, type);
    event_begin(&e, sink, "dns", EV_DNS_QUERY, 0);
    event_text(&e, "name", q->name);
    event_text(&e, "type", type);
    event_int(&e, "id", q->id);
    event_text(&e, "peer", peer);
    event_emit(&e);
}

static void emit_answer(const struct event_sink *sink, const struct question *q, unsigned rcode,
                        const char *address, const char *peer)
{
    struct event_builder e;
    char name[16];

    rcode_text(rcode, name);
    event_begin(&e, sink, "dns", EV_DNS_ANSWER, 0);
    event_text(&e, "name", q->name);
    event_text(&e, "rcode", name);
    event_text(&e, "address", address);
    event_text(&e, "peer", peer);
    event_emit(&e);
}

static void emit_error(const struct event_sink *sink, const char *why)
{
    struct event_builder e;

    event_begin(&e, sink, "dns", EV_SERVICE_ERROR, 0);
    event_text(&e, "service", "dns");
    event_text(&e, "text", why);
    event_emit(&e);
}

static enum assay_status answer(const struct dns_settings *settings, const struct event_sink *sink,
                                const char *peer, const struct question *q, struct buf *reply)
{
    unsigned rcode = right_rcode(settings, q);
    bool with_address = rcode == NOERROR && q->type == TYPE_A && settings->rcode < 0;

    if (settings->silent)
        return ASSAY_OK;
    if (settings->rcode >= 0)
        rcode = (unsigned)settings->rcode;
    ASSAY_TRY(write_reply(settings, q, true, rcode, with_address, reply));
    emit_answer(sink, q, rcode, with_address ? settings->address : NULL, peer);
    return ASSAY_OK;
}

enum assay_status dns_respond(const struct dns_settings *settings, const struct event_sink *sink,
                              const char *peer, const uint8_t *data, size_t len, struct buf *reply)
{
    struct reader r = reader_over(data, len);
    struct question q = {0};
    const char *why = "the header ends early";
    bool has_header =
        reader_u16(&r, &q.id) == ASSAY_OK && reader_u16(&r, &q.flags) == ASSAY_OK && len >= HEADER;

    if (has_header && (q.flags & FLAG_RESPONSE) != 0) {
        emit_error(sink, "a response arrived where a query was expected");
        return ASSAY_ERR_MALFORMED; /* never answered: two servers would talk for ever */
    }
    if (!has_header || read_question(&r, &q, &why) != ASSAY_OK) {
        emit_error(sink, why);
        if (has_header && !settings->silent)
            ASSAY_TRY(write_reply(settings, &q, false, FORMERR, false, reply));
        return ASSAY_ERR_MALFORMED;
    }
    emit_query(sink, &q, peer);
    return answer(settings, sink, peer, &q, reply);
}
