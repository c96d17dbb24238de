/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "probe/probe_line.h"

#include <stdio.h>

static void known_checksums_come_out(void)
{
    CHECK_UINT_EQ(probe_crc16("123456789", 9), 0x29B1);
    CHECK_UINT_EQ(probe_crc16("", 0), 0xFFFF);
    CHECK_UINT_EQ(probe_crc32(0, "123456789", 9), 0xCBF43926);
    CHECK_UINT_EQ(probe_crc32(probe_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
}

static void the_documented_line_is_right(void)
{
    char line[PROBE_LINE_MAX + 1];

    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_COMMAND, 7, "hello", line), 14);
    CHECK_STR_EQ(line, ">7 hello*5F50\n");
}

static void every_line_survives_the_round_trip(void)
{
    static const char *const texts[] = {
        "a", "ok", "set pass a*b*1234",
        " ", "~",  "1234567890123456789012345678901234567890123456789012"};
    static const enum probe_line_type types[] = {PROBE_LINE_COMMAND, PROBE_LINE_ANSWER,
                                                 PROBE_LINE_EVENT};
    char bytes[PROBE_LINE_MAX + 1];
    struct probe_line line;

    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        for (unsigned seq = 0; seq < 256; seq++) {
            const char *text = texts[seq % (sizeof(texts) / sizeof(texts[0]))];
            size_t len = probe_line_format(types[t], (uint8_t)seq, text, bytes);

            REQUIRE(len > 0 && len <= PROBE_LINE_MAX);
            REQUIRE(probe_line_parse(bytes, len - 1, &line) == PROBE_LINE_OK);
            CHECK(line.type == types[t] && line.seq == seq);
            CHECK_STR_EQ(line.text, text);
        }
    }
}

static void refuses_to_write_what_is_no_text(void)
{
    char out[PROBE_LINE_MAX + 1];

    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_ANSWER, 0, "", out), 0);
    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_ANSWER, 0, "a\nb", out), 0);
    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_ANSWER, 0, "\x7f", out), 0);
    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_ANSWER, 0, "\xc3\xa4", out), 0);
    CHECK_UINT_EQ(probe_line_format(PROBE_LINE_ANSWER, 0,
                                    "12345678901234567890123456789012345678901234567890123", out),
                  0);
}

/* A line whose CRC is right, whatever else is wrong with it. */
static size_t sign(const char *before_star, char *out, size_t cap)
{
    return (size_t)snprintf(out, cap, "%s*%04X", before_star,
                            probe_crc16(before_star, strlen(before_star)));
}

static void refuses_wrong_forms_even_with_a_right_checksum(void)
{
    static const char *const wrong[] = {
        "",           ">",
        ">7",         ">7 ",
        ">hello",     "> hello",
        ">007 hello", ">01 a",
        ">256 a",     ">1000 a",
        ">-1 a",      "?7 hello",
        "7 hello",    ">7\thello",
        ">7 a\tb",    ">7 \x80",
        " >7 a",      ">7hello",
        ">+1 a",      ">0x1 a",
        ">7 a\x7f",   ">7 12345678901234567890123456789012345678901234567890123",
    };
    char bytes[128];
    struct probe_line line = {.seq = 99};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        size_t len = sign(wrong[i], bytes, sizeof(bytes));

        if (probe_line_parse(bytes, len, &line) == PROBE_LINE_OK)
            CHECK_STR_EQ(wrong[i], "refused");
    }
    CHECK_UINT_EQ(line.seq, 99);
}

static void refuses_every_truncation_and_every_flipped_bit(void)
{
    char bytes[PROBE_LINE_MAX + 1];
    struct probe_line line;
    size_t len = probe_line_format(PROBE_LINE_COMMAND, 42, "set host broker.bench.test", bytes);

    REQUIRE(len > 0);
    for (size_t cut = 0; cut < len - 1; cut++)
        CHECK(probe_line_parse(bytes, cut, &line) != PROBE_LINE_OK);
    for (size_t bit = 0; bit < (len - 1 - 4) * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        CHECK(probe_line_parse(bytes, len - 1, &line) != PROBE_LINE_OK);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    CHECK(probe_line_parse(bytes, len - 1, &line) == PROBE_LINE_OK);
}

static void accepts_carriage_returns_and_lower_case_checksums(void)
{
    struct probe_line line;

    CHECK(probe_line_parse(">7 hello*5f50\r", 14, &line) == PROBE_LINE_OK);
    CHECK_STR_EQ(line.text, "hello");
    CHECK(probe_line_parse(">7 hello*5f50\r\r", 15, &line) != PROBE_LINE_OK);
}

struct counts {
    unsigned lines, noises;
    size_t noise_bytes;
    char last[PROBE_LINE_TEXT_MAX + 1];
    enum probe_line_status why;
};

static struct counts feed_all(struct probe_line_reader *reader, const void *data, size_t len)
{
    const uint8_t *bytes = data;
    struct counts counts = {0};
    struct probe_line line;

    for (size_t i = 0; i < len; i++) {
        enum probe_feed got = probe_line_feed(reader, bytes[i], &line);

        if (got == PROBE_FEED_LINE) {
            counts.lines++;
            memcpy(counts.last, line.text, sizeof(counts.last));
        } else if (got == PROBE_FEED_NOISE) {
            counts.noises++;
            counts.noise_bytes += reader->len;
            counts.why = reader->why;
        }
    }
    return counts;
}

static void cuts_a_stream_into_lines(void)
{
    static const char stream[] = "\n\n>7 hello*5F50\n\r\n>7 hello*5F50\r\n>7 hel";
    struct probe_line_reader reader;
    struct counts counts;

    probe_line_reader_init(&reader);
    counts = feed_all(&reader, stream, strlen(stream));
    CHECK_UINT_EQ(counts.lines, 2);
    CHECK_UINT_EQ(counts.noises, 0);
    counts = feed_all(&reader, "lo*5F50\n", 8);
    CHECK_UINT_EQ(counts.lines, 1);
    CHECK_STR_EQ(counts.last, "hello");
}

static void noise_is_handed_out_whole_and_the_next_line_is_read(void)
{
    uint8_t stream[600];
    struct probe_line_reader reader;
    struct counts counts;

    for (size_t len = 1; len < 400; len++) {
        memset(stream, 0xA5, len);
        memcpy(stream + len, "\n>7 hello*5F50\n", 15);
        probe_line_reader_init(&reader);
        counts = feed_all(&reader, stream, len + 15);
        CHECK_UINT_EQ(counts.lines, 1);
        CHECK_UINT_EQ(counts.noise_bytes, len);
        CHECK(counts.why == (len < PROBE_LINE_MAX ? PROBE_LINE_BAD_SHAPE : PROBE_LINE_TOO_LONG));
    }
}

static void the_longest_line_fits_with_a_carriage_return_and_not_a_byte_more(void)
{
    char bytes[PROBE_LINE_MAX + 8];
    struct probe_line_reader reader;
    size_t len = probe_line_format(PROBE_LINE_COMMAND, 200,
                                   "1234567890123456789012345678901234567890123456789012", bytes);

    CHECK_UINT_EQ(len, PROBE_LINE_MAX);
    probe_line_reader_init(&reader);
    CHECK_UINT_EQ(feed_all(&reader, bytes, len).lines, 1);
    memcpy(bytes + len - 1, "\r\n", 2);
    CHECK_UINT_EQ(feed_all(&reader, bytes, len + 1).lines, 1);
    memcpy(bytes + len - 1, "x\n", 2);
    CHECK_UINT_EQ(feed_all(&reader, bytes, len + 1).lines, 0);
    CHECK_UINT_EQ(feed_all(&reader, ">7 hello*5F50\n", 14).lines, 1);
}

static void an_unfinished_line_is_flushed_as_noise(void)
{
    struct probe_line_reader reader;

    probe_line_reader_init(&reader);
    CHECK(probe_line_flush(&reader) == PROBE_FEED_MORE);
    feed_all(&reader, "abc", 3);
    CHECK(probe_line_flush(&reader) == PROBE_FEED_NOISE);
    CHECK_UINT_EQ(reader.len, 3);
    CHECK(probe_line_flush(&reader) == PROBE_FEED_MORE);
    CHECK_UINT_EQ(feed_all(&reader, ">7 hello*5F50\n", 14).lines, 1);
    CHECK(probe_line_flush(&reader) == PROBE_FEED_MORE);
}

static void every_status_has_words(void)
{
    for (unsigned i = 0; i < PROBE_LINE_STATUS_COUNT; i++)
        CHECK(strlen(probe_line_status_text((enum probe_line_status)i)) > 3);
    CHECK_STR_EQ(probe_line_status_text(PROBE_LINE_STATUS_COUNT), "unknown");
}

TEST_SUITE(probe_line, TEST(known_checksums_come_out), TEST(the_documented_line_is_right),
           TEST(every_line_survives_the_round_trip), TEST(refuses_to_write_what_is_no_text),
           TEST(refuses_wrong_forms_even_with_a_right_checksum),
           TEST(refuses_every_truncation_and_every_flipped_bit),
           TEST(accepts_carriage_returns_and_lower_case_checksums), TEST(cuts_a_stream_into_lines),
           TEST(noise_is_handed_out_whole_and_the_next_line_is_read),
           TEST(the_longest_line_fits_with_a_carriage_return_and_not_a_byte_more),
           TEST(an_unfinished_line_is_flushed_as_noise), TEST(every_status_has_words));
