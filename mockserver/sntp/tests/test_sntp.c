/* SPDX-License-Identifier: Apache-2.0 */
#include "datagram.h"
#include "event_check.h"
#include "test_support.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "sntp/sntp.h"

#include <stdlib.h>

/* 2027-03-01T12:00:00.250Z */
static const int64_t noon_ms = INT64_C(1803902400250);

static void defaults(struct sntp_settings *settings)
{
    CHECK_OK(sntp_settings_read(NULL, settings, NULL));
}

/* A request of this version and mode with a transmit time stamp that is easy to see. */
static void make_request(uint8_t bytes[static SNTP_PACKET], unsigned version, unsigned mode)
{
    memset(bytes, 0, SNTP_PACKET);
    bytes[0] = (uint8_t)(version << 3 | mode);
    bytes[2] = 6;
    memcpy(bytes + 40, "\xde\xad\xbe\xef\x12\x34\x56\x78", 8);
}

struct reply {
    unsigned leap, version, mode, stratum, poll;
    uint8_t reference_id[4];
    uint64_t reference, originate, receive, transmit;
};

static uint64_t stamp(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

static struct reply ask(const struct sntp_settings *settings, int64_t unix_ms, unsigned version,
                        unsigned mode)
{
    uint8_t request[SNTP_PACKET];
    struct reply r = {0};
    struct buf out;

    buf_init(&out, 256);
    make_request(request, version, mode);
    CHECK_OK(sntp_respond(settings, NULL, "x", unix_ms, request, sizeof(request), &out));
    CHECK_UINT_EQ(out.len, SNTP_PACKET);
    if (out.len == SNTP_PACKET) {
        const uint8_t *b = out.data;

        r = (struct reply){.leap = b[0] >> 6,
                           .version = b[0] >> 3 & 7U,
                           .mode = b[0] & 7U,
                           .stratum = b[1],
                           .poll = b[2],
                           .reference = stamp(b + 16),
                           .originate = stamp(b + 24),
                           .receive = stamp(b + 32),
                           .transmit = stamp(b + 40)};
        memcpy(r.reference_id, b + 12, 4);
    }
    buf_done(&out);
    return r;
}

static void time_stamps_count_from_1900_in_every_era(void)
{
    static const struct {
        int64_t unix_ms;
        uint32_t seconds;
    } rows[] = {
        {INT64_C(-2208988800000), 0},         /* 1900-01-01, era 0 begins */
        {INT64_C(-1000), 2208988799},         /* one second before 1970 */
        {0, 2208988800},                      /* 1970-01-01 */
        {INT64_C(946684800000), 3155673600},  /* 2000-01-01 */
        {INT64_C(1803902400000), 4012891200}, /* 2027-03-01T12:00:00Z */
        {INT64_C(2085978495000), 4294967295}, /* 2036-02-07T06:28:15Z, the last of era 0 */
        {INT64_C(2085978496000), 0},          /* 2036-02-07T06:28:16Z, era 1 begins */
        {INT64_C(2085978497000), 1},
        {INT64_C(4102444800000), 2016466304}, /* 2100-01-01 */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_UINT_EQ(sntp_timestamp(rows[i].unix_ms) >> 32, rows[i].seconds);
}

static void fractions_come_back_as_the_millisecond_that_was_meant(void)
{
    for (int64_t ms = -1000; ms < 2000; ms++) {
        uint64_t fraction = sntp_timestamp(ms) & UINT32_MAX;

        CHECK_INT_EQ((int64_t)(fraction * 1000 >> 32), (ms + 1000) % 1000);
    }
    CHECK_UINT_EQ(sntp_timestamp(500) & UINT32_MAX, 0x80000000);
    CHECK_UINT_EQ(sntp_timestamp(250) & UINT32_MAX, 0x40000000);
}

static void a_client_gets_the_time_and_its_own_stamp_back(void)
{
    struct sntp_settings settings;
    struct reply r = {0};

    defaults(&settings);
    r = ask(&settings, noon_ms, 4, 3);
    CHECK_UINT_EQ(r.leap, 0);
    CHECK_UINT_EQ(r.version, 4);
    CHECK_UINT_EQ(r.mode, 4);
    CHECK_UINT_EQ(r.stratum, 1);
    CHECK_UINT_EQ(r.poll, 6);
    CHECK_UINT_EQ(r.originate, UINT64_C(0xdeadbeef12345678));
    CHECK_UINT_EQ(r.transmit, sntp_timestamp(noon_ms));
    CHECK_UINT_EQ(r.receive, r.transmit);
    CHECK(r.reference < r.transmit);
    CHECK_MEM_EQ(r.reference_id, "LOCL", 4);
}

static void the_version_is_copied_and_the_mode_answers_that_of_the_client(void)
{
    struct sntp_settings settings;

    defaults(&settings);
    for (unsigned version = 1; version <= 4; version++) {
        CHECK_UINT_EQ(ask(&settings, noon_ms, version, 3).version, version);
        CHECK_UINT_EQ(ask(&settings, noon_ms, version, 3).mode, 4);
        CHECK_UINT_EQ(ask(&settings, noon_ms, version, 1).mode, 2);
    }
}

static void what_is_no_request_gets_no_answer(void)
{
    struct sntp_settings settings;

    defaults(&settings);
    for (unsigned first = 0; first < 256; first++) {
        unsigned version = first >> 3 & 7U;
        unsigned mode = first & 7U;
        bool good = version >= 1 && version <= 4 && (mode == 1 || mode == 3);
        uint8_t request[SNTP_PACKET];
        struct buf out;

        make_request(request, 0, 0);
        request[0] = (uint8_t)first;
        buf_init(&out, 256);
        CHECK_INT_EQ(sntp_respond(&settings, NULL, "x", noon_ms, request, sizeof(request), &out),
                     good ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        CHECK_UINT_EQ(out.len, good ? SNTP_PACKET : 0);
        buf_done(&out);
    }
}

static void every_request_that_ends_early_gets_no_answer(void)
{
    struct sntp_settings settings;
    uint8_t request[SNTP_PACKET];

    defaults(&settings);
    make_request(request, 4, 3);
    for (size_t len = 0; len < SNTP_PACKET; len++) {
        struct transcript *t = transcript_new(1024 * 1024);
        uint8_t *copy = malloc(len > 0 ? len : 1);
        struct buf out;

        REQUIRE(copy != NULL);
        memcpy(copy, request, len);
        buf_init(&out, 256);
        CHECK_INT_EQ(sntp_respond(&settings, transcript_sink(t), "x", noon_ms, copy, len, &out),
                     ASSAY_ERR_MALFORMED);
        CHECK_UINT_EQ(out.len, 0);
        CHECK_UINT_EQ(transcript_count(t), 1);
        CHECK(event_is(transcript_at(t, 0), EV_SERVICE_ERROR));
        free(copy);
        buf_done(&out);
        transcript_free(t);
    }
}

static void a_longer_request_is_answered_as_if_it_had_no_extension(void)
{
    struct sntp_settings settings;
    uint8_t request[SNTP_PACKET + 20] = {0};
    struct buf out;

    defaults(&settings);
    make_request(request, 4, 3);
    buf_init(&out, 256);
    CHECK_OK(sntp_respond(&settings, NULL, "x", noon_ms, request, sizeof(request), &out));
    CHECK_UINT_EQ(out.len, SNTP_PACKET);
    buf_done(&out);
}

static void settings_make_wrong_answers(void)
{
    struct sntp_settings settings;
    struct reply r = {0};

    defaults(&settings);
    settings.offset_ms = -86400000;
    CHECK_UINT_EQ(ask(&settings, noon_ms, 4, 3).transmit, sntp_timestamp(noon_ms - 86400000));
    defaults(&settings);
    settings.stratum = 16;
    settings.leap = 3;
    r = ask(&settings, noon_ms, 4, 3);
    CHECK_UINT_EQ(r.stratum, 16);
    CHECK_UINT_EQ(r.leap, 3);
    CHECK_MEM_EQ(r.reference_id, "\x7f\x00\x00\x01", 4);
    defaults(&settings);
    settings.originate = SNTP_ORIGINATE_ZERO;
    CHECK_UINT_EQ(ask(&settings, noon_ms, 4, 3).originate, 0);
    settings.originate = SNTP_ORIGINATE_WRONG;
    CHECK_UINT_EQ(ask(&settings, noon_ms, 4, 3).originate, ~UINT64_C(0xdeadbeef12345678));
    settings.transmit_zero = true;
    CHECK_UINT_EQ(ask(&settings, noon_ms, 4, 3).transmit, 0);
}

static void a_kiss_of_death_has_stratum_0_and_its_code(void)
{
    struct sntp_settings settings;
    struct reply r = {0};

    defaults(&settings);
    memcpy(settings.kod, "RATE", 5);
    r = ask(&settings, noon_ms, 4, 3);
    CHECK_UINT_EQ(r.stratum, 0);
    CHECK_UINT_EQ(r.leap, 3);
    CHECK_MEM_EQ(r.reference_id, "RATE", 4);
    settings.leap = 0;
    CHECK_UINT_EQ(ask(&settings, noon_ms, 4, 3).leap, 0);
}

static void silence_is_recorded_as_a_request_without_a_reply(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct sntp_settings settings;
    uint8_t request[SNTP_PACKET];
    struct buf out;

    defaults(&settings);
    settings.silent = true;
    make_request(request, 4, 3);
    buf_init(&out, 256);
    CHECK_OK(sntp_respond(&settings, transcript_sink(t), "1.2.3.4", noon_ms, request,
                          sizeof(request), &out));
    CHECK_UINT_EQ(out.len, 0);
    REQUIRE(transcript_count(t) == 1);
    CHECK_EVENTS(t);
    CHECK(event_is(transcript_at(t, 0), EV_SNTP_REQUEST));
    CHECK_INT_EQ(event_get_int(transcript_at(t, 0), "version", 0), 4);
    CHECK_INT_EQ(event_get_int(transcript_at(t, 0), "mode", 0), 3);
    CHECK_STR_EQ(event_get_text(transcript_at(t, 0), "peer"), "1.2.3.4");
    buf_done(&out);
    transcript_free(t);
}

static void a_reply_is_an_event_with_the_time_that_was_told(void)
{
    struct transcript *t = transcript_new(1024 * 1024);
    struct sntp_settings settings;
    uint8_t request[SNTP_PACKET];
    struct buf out;

    defaults(&settings);
    settings.offset_ms = 1000;
    make_request(request, 3, 3);
    buf_init(&out, 256);
    CHECK_OK(
        sntp_respond(&settings, transcript_sink(t), "x", noon_ms, request, sizeof(request), &out));
    REQUIRE(transcript_count(t) == 2);
    CHECK_EVENTS(t);
    CHECK(event_is(transcript_at(t, 1), EV_SNTP_REPLY));
    CHECK_INT_EQ(event_get_int(transcript_at(t, 1), "unix_s", 0), noon_ms / 1000 + 1);
    CHECK_INT_EQ(event_get_int(transcript_at(t, 1), "stratum", -1), 1);
    CHECK_INT_EQ(event_get_int(transcript_at(t, 1), "leap", -1), 0);
    buf_done(&out);
    transcript_free(t);
}

static void settings_are_read_with_their_paths(void)
{
    static const struct {
        const char *key, *text; /* NULL: number */
        int64_t number;
        const char *error; /* NULL: taken */
    } rows[] = {
        {"stratum", NULL, 255, NULL},
        {"stratum", NULL, 256, "sntp.stratum is 256; it has to be between 0 and 255"},
        {"leap", NULL, 3, NULL},
        {"leap", NULL, 4, "sntp.leap is 4"},
        {"leap", NULL, -1, "sntp.leap is -1"},
        {"kod", "RATE", 0, NULL},
        {"kod", "rate", 0, "sntp.kod"},
        {"kod", "RATES", 0, "sntp.kod"},
        {"originate", "zero", 0, NULL},
        {"originate", "none", 0, "sntp.originate has to be echo, zero or wrong"},
        {"offset", "1d", 0, "sntp.offset"},
        {"offset", "+1", 0, "sntp.offset"},
        {"offset", "+d", 0, "sntp.offset"},
        {"offset", "+1d ", 0, "sntp.offset"},
        {"offset", "", 0, "sntp.offset"},
        {"offset", "+1001y", 0, "sntp.offset"},
        {"offset", "+999999999999y", 0, "sntp.offset"},
        {"offset", NULL, 5, "sntp.offset"},
        {"offsett", NULL, 5, "sntp.offsett: no such key; there are: offset, silent"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *map = value_new_map();
        struct sntp_settings settings;
        struct assay_error err = {0};

        CHECK_OK(value_set(map, rows[i].key,
                           rows[i].text != NULL ? value_new_text(rows[i].text)
                                                : value_new_int(rows[i].number)));
        CHECK_INT_EQ(sntp_settings_read(map, &settings, &err),
                     rows[i].error == NULL ? ASSAY_OK : ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].error != NULL ? rows[i].error : "");
        value_free(map);
    }
}

static void offsets_are_sums_of_terms(void)
{
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"+1d", 86400000},
        {"-10y", INT64_C(-315360000000)},
        {"+1h-30s", 3570000},
        {"+1w+1m", 604860000},
        {"-250ms", -250},
        {"+0s", 0},
        {"+1000y", INT64_C(31536000000000)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *map = value_new_map();
        struct sntp_settings settings;

        CHECK_OK(value_set(map, "offset", value_new_text(rows[i].text)));
        CHECK_OK(sntp_settings_read(map, &settings, NULL));
        CHECK_INT_EQ(settings.offset_ms, rows[i].ms);
        value_free(map);
    }
}

struct service {
    struct sntp_settings settings;
    int64_t unix_ms;
};

static void respond(void *ctx, const char *peer, const uint8_t *data, size_t len, struct buf *reply)
{
    const struct service *service = ctx;

    CHECK_OK(sntp_respond(&service->settings, NULL, peer, service->unix_ms, data, len, reply));
}

/* ntplib is a client of its own: it decodes the packet and checks nothing for us. */
static const char script[] =
    "import sys, ntplib\n"
    "r = ntplib.NTPClient().request('127.0.0.1', port=int(sys.argv[1]), version=4, timeout=5)\n"
    "print('time=%.3f leap=%d stratum=%d version=%d mode=%d ref=%08x'\n"
    "      % (r.tx_time, r.leap, r.stratum, r.version, r.mode, r.ref_id))\n";

static void a_real_client_reads_the_scenario_time(void)
{
    const char *const probe[] = {"/usr/bin/python3", "-c", "import ntplib", NULL};
    const char *const argv[] = {"/usr/bin/python3", "-c", script, "{port}", NULL};
    struct exec_spec spec = exec_spec_default();
    struct service service = {.unix_ms = noon_ms};
    struct exec_outcome outcome = {.code = -1};
    struct buf output;

    buf_init(&output, 1 << 20);
    spec.argv = probe;
    if (exec_run(&spec, deadline_in_ms(10000), &output, &outcome, NULL) != ASSAY_OK ||
        outcome.code != 0) {
        buf_done(&output);
        test_skip("ntplib is not installed (package python3-ntplib)");
    }
    buf_clear(&output);
    defaults(&service.settings);
    CHECK_OK(datagram_run(respond, &service, argv, &output, &outcome));
    CHECK_INT_EQ(outcome.code, 0);
    CHECK_STR_EQ(buf_text(&output),
                 "time=1803902400.250 leap=0 stratum=1 version=4 mode=4 ref=4c4f434c\n");
    buf_done(&output);
}

TEST_SUITE(sntp, TEST(time_stamps_count_from_1900_in_every_era),
           TEST(fractions_come_back_as_the_millisecond_that_was_meant),
           TEST(a_client_gets_the_time_and_its_own_stamp_back),
           TEST(the_version_is_copied_and_the_mode_answers_that_of_the_client),
           TEST(what_is_no_request_gets_no_answer),
           TEST(every_request_that_ends_early_gets_no_answer),
           TEST(a_longer_request_is_answered_as_if_it_had_no_extension),
           TEST(settings_make_wrong_answers), TEST(a_kiss_of_death_has_stratum_0_and_its_code),
           TEST(silence_is_recorded_as_a_request_without_a_reply),
           TEST(a_reply_is_an_event_with_the_time_that_was_told),
           TEST(settings_are_read_with_their_paths), TEST(offsets_are_sums_of_terms),
           TEST(a_real_client_reads_the_scenario_time));
