/* SPDX-License-Identifier: Apache-2.0 */
#include "datagram.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "dns/dns.h"

#include <stdio.h>
#include <stdlib.h>

static void defaults(struct dns_settings *settings)
{
    CHECK_OK(dns_settings_read(NULL, "broker.bench.test", "127.0.0.9", settings, NULL));
}

/* A query: header with these flags, the dotted name, type, class IN. */
static void make_query(struct buf *out, const char *name, uint16_t type, uint16_t flags)
{
    const uint8_t header[] = {0x12, 0x34, (uint8_t)(flags >> 8), (uint8_t)flags, 0, 1, 0, 0, 0, 0,
                              0,    0};
    const uint8_t tail[] = {0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1};

    CHECK_OK(buf_add(out, header, sizeof(header)));
    while (*name != '\0') {
        size_t len = strcspn(name, ".");

        CHECK_OK(buf_add_char(out, (char)len));
        CHECK_OK(buf_add(out, name, len));
        name += len + (name[len] == '.');
    }
    CHECK_OK(buf_add(out, tail, sizeof(tail)));
}

static enum assay_status ask(const struct dns_settings *settings, const struct event_sink *sink,
                             const char *name, uint16_t type, struct buf *reply)
{
    struct buf query;
    enum assay_status status = ASSAY_OK;

    buf_init(&query, 1024);
    buf_init(reply, 1024);
    make_query(&query, name, type, 0x0100);
    status = dns_respond(settings, sink, "127.0.0.1", query.data, query.len, reply);
    buf_done(&query);
    return status;
}

static unsigned rcode_of(const struct buf *reply)
{
    return reply->len >= 12 ? reply->data[3] & 15U : 99;
}

static unsigned answers_of(const struct buf *reply)
{
    return reply->len >= 12 ? (unsigned)(reply->data[6] << 8 | reply->data[7]) : 99;
}

static void an_owned_name_gets_the_address_byte_by_byte(void)
{
    static const uint8_t want[] = {
        0x12, 0x34, 0x85, 0x80, 0,   1,   0,   1,   0, 0,   0,   0,   6,   'b', 'r', 'o', 'k',
        'e',  'r',  5,    'b',  'e', 'n', 'c', 'h', 4, 't', 'e', 's', 't', 0,   0,   1,   0,
        1,    0xc0, 0x0c, 0,    1,   0,   1,   0,   0, 0,   60,  0,   4,   127, 0,   0,   9,
    };
    struct dns_settings settings;
    struct buf reply;

    defaults(&settings);
    CHECK_OK(ask(&settings, NULL, "broker.bench.test", 1, &reply));
    CHECK_UINT_EQ(reply.len, sizeof(want));
    CHECK_MEM_EQ(reply.data, want, reply.len < sizeof(want) ? reply.len : sizeof(want));
    buf_done(&reply);
}

static void names_are_owned_by_host_and_by_domain_in_any_spelling(void)
{
    static const struct {
        const char *name;
        uint16_t type;
        unsigned rcode, answers;
    } rows[] = {
        {"broker.bench.test", 1, 0, 1},
        {"BROKER.Bench.TEST", 1, 0, 1},
        {"a.b.bench.test", 1, 0, 1},
        {"bench.test", 1, 0, 1},
        {"broker.bench.test", 28, 0, 0},
        {"broker.bench.test", 16, 0, 0},
        {"broker.bench.test", 255, 0, 0},
        {"xbench.test", 1, 3, 0},
        {"example.org", 1, 3, 0},
        {"example.org", 28, 3, 0},
        {"test", 1, 3, 0},
        {"", 1, 3, 0},
        {"bench.test.evil.org", 1, 3, 0},
        {"my.device", 1, 0, 1},
        {"MY.device", 1, 0, 1},
    };
    struct dns_settings settings;

    CHECK_OK(dns_settings_read(NULL, "my.device", "127.0.0.9", &settings, NULL));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf reply;

        CHECK_OK(ask(&settings, NULL, rows[i].name, rows[i].type, &reply));
        test_check(rcode_of(&reply) == rows[i].rcode && answers_of(&reply) == rows[i].answers,
                   __FILE__, __LINE__, "%s type %u: rcode %u, %u answers", rows[i].name,
                   rows[i].type, rcode_of(&reply), answers_of(&reply));
        buf_done(&reply);
    }
}

static void a_name_with_odd_bytes_is_no_owned_name_and_is_told_escaped(void)
{
    /* The label "broker.bench" of 12 bytes: one label with a dot in it, and one with a NUL. */
    static const uint8_t dotted[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                    "\x0c"
                                    "broker.bench"
                                    "\x04"
                                    "test"
                                    "\x00\x00\x01\x00\x01";
    static const uint8_t nul[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                 "\x02"
                                 "a\x00"
                                 "\x05"
                                 "bench"
                                 "\x04"
                                 "test"
                                 "\x00\x00\x01\x00\x01";
    struct transcript *t = transcript_new(1024 * 1024);
    struct dns_settings settings;
    struct buf reply;

    defaults(&settings);
    buf_init(&reply, 512);
    CHECK_OK(dns_respond(&settings, transcript_sink(t), "x", dotted, sizeof(dotted) - 1, &reply));
    CHECK_UINT_EQ(rcode_of(&reply), 3);
    CHECK_STR_EQ(event_get_text(transcript_at(t, 0), "name"), "broker\\046bench.test");
    buf_clear(&reply);
    CHECK_OK(dns_respond(&settings, transcript_sink(t), "x", nul, sizeof(nul) - 1, &reply));
    CHECK_UINT_EQ(rcode_of(&reply), 3);
    CHECK_STR_EQ(event_get_text(transcript_at(t, 2), "name"), "a\\000.bench.test");
    buf_done(&reply);
    transcript_free(t);
}

static void settings_decide_code_address_and_silence(void)
{
    struct dns_settings settings;
    struct buf reply;

    defaults(&settings);
    settings.rcode = 2;
    CHECK_OK(ask(&settings, NULL, "broker.bench.test", 1, &reply));
    CHECK_UINT_EQ(rcode_of(&reply), 2);
    CHECK_UINT_EQ(answers_of(&reply), 0);
    buf_done(&reply);
    settings.rcode = -1;
    settings.ttl_s = 0x01020304;
    CHECK_OK(ask(&settings, NULL, "broker.bench.test", 1, &reply));
    CHECK_MEM_EQ(reply.data + reply.len - 10, "\x01\x02\x03\x04\x00\x04\x7f\x00\x00\x09", 10);
    buf_done(&reply);
    settings.silent = true;
    CHECK_OK(ask(&settings, NULL, "broker.bench.test", 1, &reply));
    CHECK_UINT_EQ(reply.len, 0);
    buf_done(&reply);
}

static void other_opcodes_and_classes_are_refused(void)
{
    struct dns_settings settings;
    struct buf query;
    struct buf reply;

    defaults(&settings);
    buf_init(&query, 512);
    buf_init(&reply, 512);
    make_query(&query, "broker.bench.test", 1, 0x2800); /* UPDATE */
    CHECK_OK(dns_respond(&settings, NULL, "x", query.data, query.len, &reply));
    CHECK_UINT_EQ(rcode_of(&reply), 4);
    CHECK_UINT_EQ(answers_of(&reply), 0);
    buf_clear(&query);
    buf_clear(&reply);
    make_query(&query, "broker.bench.test", 1, 0);
    query.data[query.len - 1] = 3; /* CHAOS */
    CHECK_OK(dns_respond(&settings, NULL, "x", query.data, query.len, &reply));
    CHECK_UINT_EQ(rcode_of(&reply), 5);
    buf_done(&query);
    buf_done(&reply);
}

static void every_query_that_ends_early_is_refused_and_none_crashes(void)
{
    struct dns_settings settings;
    struct buf query;

    defaults(&settings);
    buf_init(&query, 512);
    make_query(&query, "broker.bench.test", 1, 0x0100);
    for (size_t len = 0; len < query.len; len++) {
        struct transcript *t = transcript_new(1024 * 1024);
        uint8_t *copy = malloc(len > 0 ? len : 1);
        struct buf reply;

        REQUIRE(copy != NULL);
        memcpy(copy, query.data, len);
        buf_init(&reply, 512);
        CHECK_INT_EQ(dns_respond(&settings, transcript_sink(t), "x", copy, len, &reply),
                     ASSAY_ERR_MALFORMED);
        CHECK_UINT_EQ(reply.len, len < 12 ? 0 : 12); /* FORMERR where the header is there */
        if (len >= 12)
            CHECK_UINT_EQ(rcode_of(&reply), 1);
        CHECK_UINT_EQ(transcript_count(t), 1);
        CHECK(event_is(transcript_at(t, 0), EV_SERVICE_ERROR));
        free(copy);
        buf_done(&reply);
        transcript_free(t);
    }
    buf_done(&query);
}

static void what_is_no_question_is_refused(void)
{
    static const struct {
        const char *name, *hex;
    } rows[] = {
        {"a pointer to itself", "123401000001000000000000c00c00010001"},
        {"a pointer behind a label", "12340100000100000000000001 61c00c00010001"},
        {"a label of a reserved kind", "1234010000010000000000004061 0000010001"},
        {"no question", "123401000000000000000000"},
        {"two questions", "123401000002000000000000 0161000001 0001 0162000001 0001"},
    };
    struct dns_settings settings;

    defaults(&settings);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf query;
        struct buf reply;

        buf_init(&query, 512);
        buf_init(&reply, 512);
        for (const char *at = rows[i].hex; *at != '\0'; at += *at == ' ' ? 1 : 2)
            if (*at != ' ')
                CHECK_OK(buf_add_from_hex(&query, at, 2));
        test_check(dns_respond(&settings, NULL, "x", query.data, query.len, &reply) ==
                           ASSAY_ERR_MALFORMED &&
                       rcode_of(&reply) == 1,
                   __FILE__, __LINE__, "%s", rows[i].name);
        buf_done(&query);
        buf_done(&reply);
    }
}

static void a_label_of_64_bytes_is_none(void)
{
    for (size_t extra = 0; extra < 2; extra++) {
        struct dns_settings settings;
        struct buf query;
        struct buf reply;
        char name[80] = "";

        memset(name, 'a', 63 + extra);
        defaults(&settings);
        buf_init(&query, 512);
        buf_init(&reply, 512);
        make_query(&query, name, 1, 0x0100);
        CHECK_INT_EQ(dns_respond(&settings, NULL, "x", query.data, query.len, &reply),
                     extra == 0 ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        buf_done(&query);
        buf_done(&reply);
    }
}

static void a_response_is_never_answered(void)
{
    struct dns_settings settings;
    struct buf query;
    struct buf reply;

    defaults(&settings);
    buf_init(&query, 512);
    buf_init(&reply, 512);
    make_query(&query, "broker.bench.test", 1, 0x8000);
    CHECK_INT_EQ(dns_respond(&settings, NULL, "x", query.data, query.len, &reply),
                 ASSAY_ERR_MALFORMED);
    CHECK_UINT_EQ(reply.len, 0);
    buf_done(&query);
    buf_done(&reply);
}

static void a_name_may_have_255_bytes_and_not_one_more(void)
{
    for (size_t extra = 0; extra < 2; extra++) {
        struct dns_settings settings;
        struct buf query;
        struct buf reply;
        char name[512] = "";
        size_t at = 0;

        /* Three labels of 63 and one of 61 or 62: 3 * 64 + 62 + 1 = 255 with its length bytes. */
        for (int label = 0; label < 4; label++) {
            size_t len = label < 3 ? 63 : 61 + extra;

            memset(name + at, 'a', len);
            at += len;
            name[at++] = '.';
        }
        name[at - 1] = '\0';
        defaults(&settings);
        buf_init(&query, 1024);
        buf_init(&reply, 1024);
        make_query(&query, name, 1, 0x0100);
        CHECK_INT_EQ(dns_respond(&settings, NULL, "x", query.data, query.len, &reply),
                     extra == 0 ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        CHECK_UINT_EQ(rcode_of(&reply), extra == 0 ? 3 : 1);
        buf_done(&query);
        buf_done(&reply);
    }
}

static void queries_and_answers_are_events(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct dns_settings settings;
    const struct event *e = NULL;
    struct buf reply;

    defaults(&settings);
    CHECK_OK(ask(&settings, transcript_sink(t), "broker.bench.test", 1, &reply));
    REQUIRE(transcript_count(t) == 2);
    CHECK_EVENTS(t);
    e = transcript_at(t, 0);
    CHECK(event_is(e, EV_DNS_QUERY));
    CHECK_STR_EQ(event_get_text(e, "name"), "broker.bench.test");
    CHECK_STR_EQ(event_get_text(e, "type"), "A");
    CHECK_INT_EQ(event_get_int(e, "id", 0), 0x1234);
    CHECK_STR_EQ(event_get_text(e, "peer"), "127.0.0.1");
    e = transcript_at(t, 1);
    CHECK(event_is(e, EV_DNS_ANSWER));
    CHECK_STR_EQ(event_get_text(e, "rcode"), "NOERROR");
    CHECK_STR_EQ(event_get_text(e, "address"), "127.0.0.9");
    buf_done(&reply);
    transcript_free(t);
}

static void settings_are_read_with_their_paths(void)
{
    static const struct {
        const char *key;
        const char *text; /* NULL: number */
        int64_t number;
        const char *error; /* NULL: taken */
    } rows[] = {
        {"ttl", NULL, 0, NULL},
        {"ttl", NULL, -1, "dns.ttl is -1"},
        {"rcode", NULL, 15, NULL},
        {"rcode", NULL, 16, "dns.rcode is 16"},
        {"rcode", "servfail", 0, NULL},
        {"rcode", "SERVFAIL", 0, NULL},
        {"rcode", "fail", 0, "dns.rcode has to be"},
        {"address", "192.0.2.1", 0, NULL},
        {"address", "192.0.2.256", 0, "dns.address is \"192.0.2.256\""},
        {"address", "192.0.2", 0, "dns.address"},
        {"address", "192.0.2.1.", 0, "dns.address"},
        {"address", "01.0.2.1", 0, "dns.address"},
        {"address", "::1", 0, "dns.address"},
        {"silent", "yes", 0, "dns.silent is a text; it has to be a boolean"},
        {"adress", "x", 0, "dns.adress: no such key; there are: rcode, silent, address"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *map = value_new_map();
        struct dns_settings settings = {.ttl_s = 77};
        struct assay_error err = {0};
        enum assay_status status = ASSAY_OK;

        CHECK_OK(value_set(map, rows[i].key,
                           rows[i].text != NULL ? value_new_text(rows[i].text)
                                                : value_new_int(rows[i].number)));
        status = dns_settings_read(map, "h", "127.0.0.1", &settings, &err);
        CHECK_INT_EQ(status, rows[i].error == NULL ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        if (rows[i].error != NULL) {
            CHECK_STR_CONTAINS(err.text, rows[i].error);
            CHECK_INT_EQ(settings.ttl_s, 77);
        }
        value_free(map);
    }
    CHECK_INT_EQ(dns_settings_read(NULL, "h", "localhost", &(struct dns_settings){0}, NULL),
                 ASSAY_ERR_MALFORMED);
}

static void respond(void *ctx, const char *peer, const uint8_t *data, size_t len, struct buf *reply)
{
    CHECK_OK(dns_respond(ctx, NULL, peer, data, len, reply));
}

static void dig_understands_every_answer(void)
{
    static const struct {
        const char *name, *type;
        int64_t rcode;
        const char *says[3];
    } rows[] = {
        {"broker.bench.test", "A", -1, {"status: NOERROR", "60\tIN\tA\t127.0.0.9", "ANSWER: 1"}},
        {"broker.bench.test", "AAAA", -1, {"status: NOERROR", "ANSWER: 0", "flags: qr aa rd ra"}},
        {"example.org", "A", -1, {"status: NXDOMAIN", "ANSWER: 0", "QUERY: 1"}},
        {"broker.bench.test", "A", 2, {"status: SERVFAIL", "ANSWER: 0", "QUERY: 1"}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const argv[] = {"dig",     "@127.0.0.1", "-p",         "{port}", "+tries=1",
                                    "+time=5", rows[i].name, rows[i].type, NULL};
        struct dns_settings settings;
        struct exec_outcome outcome = {.code = -1};
        struct buf output;
        enum assay_status status = ASSAY_OK;

        defaults(&settings);
        settings.rcode = rows[i].rcode;
        buf_init(&output, 1 << 20);
        status = datagram_run(respond, &settings, argv, &output, &outcome);
        if (status == ASSAY_ERR_NOT_FOUND) {
            buf_done(&output);
            test_skip("dig is not installed (package bind9-dnsutils)");
        }
        CHECK_OK(status);
        for (size_t k = 0; k < 3; k++)
            CHECK_STR_CONTAINS(buf_text(&output), rows[i].says[k]);
        CHECK(strstr(buf_text(&output), "WARNING") == NULL);
        buf_done(&output);
    }
}

TEST_SUITE(dns, TEST(an_owned_name_gets_the_address_byte_by_byte),
           TEST(names_are_owned_by_host_and_by_domain_in_any_spelling),
           TEST(a_name_with_odd_bytes_is_no_owned_name_and_is_told_escaped),
           TEST(settings_decide_code_address_and_silence),
           TEST(other_opcodes_and_classes_are_refused),
           TEST(every_query_that_ends_early_is_refused_and_none_crashes),
           TEST(what_is_no_question_is_refused), TEST(a_label_of_64_bytes_is_none),
           TEST(a_response_is_never_answered), TEST(a_name_may_have_255_bytes_and_not_one_more),
           TEST(queries_and_answers_are_events), TEST(settings_are_read_with_their_paths),
           TEST(dig_understands_every_answer));
