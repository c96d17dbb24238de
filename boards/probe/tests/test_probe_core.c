/* SPDX-License-Identifier: Apache-2.0 */
#include "test_support.h"

#include "fake_board.h"
#include "probe/probe_encoding.h"

#include <stdio.h>
#include <stdlib.h>

static struct fake_board *new_board(void)
{
    struct fake_board *fake = calloc(1, sizeof(*fake));

    if (fake != NULL)
        fake_board_init(fake);
    return fake;
}

static void greets_and_tells_about_itself(void)
{
    static const char *const facts[] = {
        "ok board fake/board",
        "ok stack fake 1.0",
        "ok protocol 1",
        "ok root_max 2048",
        "ok cert_max 2048",
        "ok key_max 2560",
        "ok tls 1.2",
        "ok can alpn",
        "ok can session mqtt5 websocket http aws",
        "ok end",
        "ok end",
    };
    struct fake_board *fake = new_board();
    char command[32];

    probe_core_ready(&fake->core, "power");
    CHECK_STR_EQ(fake_event(fake, "ready"), "ready power");
    CHECK_UINT_EQ(fake->lines[0].seq, 0);
    CHECK_STR_EQ(fake_command(fake, "hello"), "ok probe/1 fake/board");
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        snprintf(command, sizeof(command), "info %zu", i);
        CHECK_STR_EQ(fake_command(fake, command), facts[i]);
    }
    free(fake);
}

static void refuses_what_it_does_not_understand_and_says_why(void)
{
    static const char *const rows[][2] = {
        {"helo", "err unknown no such command"},
        {"HELLO", "err unknown no such command"},
        {" hello", "err unknown no such command"},
        {"info", "err argument info <number>"},
        {"info -1", "err argument info <number>"},
        {"set", "err unknown no such key"},
        {"set colour red", "err unknown no such key"},
        {"set+ port 1", "err unknown no such key"},
        {"set port 0", "err argument not a value for this key"},
        {"set port 65536", "err argument not a value for this key"},
        {"set plain 65536", "err argument not a value for this key"},
        {"set port", "err argument not a value for this key"},
        {"set port 80 ", "err argument not a value for this key"},
        {"set ip 1.2.3", "err argument not a value for this key"},
        {"set ip 1.2.3.4.5", "err argument not a value for this key"},
        {"set ip 1.2.3.256", "err argument not a value for this key"},
        {"set ip 1..3.4", "err argument not a value for this key"},
        {"set clock maybe", "err argument not a value for this key"},
        {"set host a%00b", "err argument not a value for this key"},
        {"set host a%0", "err argument not a value for this key"},
        {"set time yesterday", "err argument set time <unix seconds>"},
        {"set time -1", "err argument set time <unix seconds>"},
        {"set timeout 0", "err argument not a value for this key"},
        {"put hat 0 AAAA", "err unknown no such slot"},
        {"put root x AAAA", "err argument put <slot> <offset> <base64>"},
        {"put root 0 AAA", "err argument put <slot> <offset> <base64>"},
        {"put root 0", "err argument put <slot> <offset> <base64>"},
        {"put root 3 AAAA", "err order not the next offset"},
        {"end root", "err argument end <slot> <length> <crc32>"},
        {"end root 0 0", "err argument end <slot> <length> <crc32>"},
        {"end hat 0 00000000", "err unknown no such slot"},
        {"sum hat", "err unknown no such slot"},
    };
    struct fake_board *fake = new_board();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_STR_EQ(fake_command(fake, rows[i][0]), rows[i][1]);
    free(fake);
}

static void connect_names_what_is_missing(void)
{
    static const char *const rows[][2] = {
        {"set host h", "err order host is not set"},
        {"set ip 127.0.0.1", "err order ip is not set"},
        {"set port 1", "err order port is not set"},
        {"put root 0 MAMCAQE=", "err order slot root is empty"},
        {"end root 5 182E35CC", "err order slot root is empty"},
        {"set clock sntp", "err order time is not set"},
        {"set clock given", "err order sntp is not set"},
        {"set time 1", "err order time is not set"},
        {"set identity yes", ""},
    };
    struct fake_board *fake = new_board();

    for (size_t i = 0; i + 1 < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_STR_EQ(fake_command(fake, "connect"), rows[i][1]);
        CHECK_STR_EQ(fake_command(fake, rows[i][0]), "ok");
    }
    CHECK_STR_EQ(fake_command(fake, "set identity yes"), "ok");
    CHECK_STR_EQ(fake_command(fake, "connect"), "err order slot cert or key is empty");
    CHECK_STR_EQ(fake_command(fake, "set identity no"), "ok");
    CHECK_STR_EQ(fake_command(fake, "connect"), "ok");
    CHECK_STR_EQ(fake_command(fake, "set host other"), "err busy an attempt is running");
    CHECK_STR_EQ(fake_command(fake, "connect"), "err busy an attempt is running");
    CHECK_STR_EQ(fake_command(fake, "hello"), "ok probe/1 fake/board");
    free(fake);
}

/* A server of which only the calls count. */
struct fake_server {
    struct probe_server server;
    unsigned opened, stepped, closed;
    size_t cert_len;
};

static enum probe_io open_server(void *ctx, const struct probe_tls_config *config,
                                 uint16_t *ret_port)
{
    struct fake_server *s = ctx;

    s->opened++;
    s->cert_len = config->cert_len;
    *ret_port = 40508;
    return PROBE_IO_DONE;
}

static void step_server(void *ctx)
{
    ((struct fake_server *)ctx)->stepped++;
}

static int32_t server_waits(void *ctx)
{
    (void)ctx;
    return 1234;
}

static void close_server(void *ctx)
{
    ((struct fake_server *)ctx)->closed++;
}

static void a_client_only_refuses_to_listen(void)
{
    struct fake_board *fake = new_board();

    CHECK_STR_EQ(fake_command(fake, "listen"), "err unknown this board is no server");
    free(fake);
}

static void a_server_listens_until_it_is_told_to_end_however_long(void)
{
    struct fake_board *fake = new_board();
    struct fake_server s = {.opened = 0};

    s.server = (struct probe_server){.ctx = &s,
                                     .open = open_server,
                                     .step = step_server,
                                     .wait_ms = server_waits,
                                     .close = close_server};
    fake->platform.server = &s.server;
    CHECK_STR_EQ(fake_command(fake, "listen"), "err order time is not set");
    CHECK_STR_EQ(fake_command(fake, "set time 1800000000"), "ok");
    CHECK_STR_EQ(fake_command(fake, "listen"), "err order slot cert or key is empty");
    CHECK_STR_EQ(fake_command(fake, "put cert 0 AAEC"), "ok");
    CHECK_STR_EQ(fake_command(fake, "end cert 3 0854897F"), "ok");
    CHECK_STR_EQ(fake_command(fake, "put key 0 AAEC"), "ok");
    CHECK_STR_EQ(fake_command(fake, "end key 3 0854897F"), "ok");
    CHECK_STR_EQ(fake_command(fake, "listen"), "ok");
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_event(fake, "listening"), "listening 40508");
    CHECK_UINT_EQ(s.cert_len, 3);
    CHECK_STR_EQ(fake_command(fake, "result"), "ok running listen 40508");
    CHECK_STR_EQ(fake_command(fake, "set time 1800000001"), "err busy an attempt is running");
    CHECK_INT_EQ(probe_core_wait_ms(&fake->core), 1234);
    fake->now_ms += 3600000; /* no limit of an attempt is one of a server */
    probe_core_step(&fake->core);
    CHECK_UINT_EQ(s.closed, 0);
    CHECK(s.stepped > 0);
    CHECK_STR_EQ(fake_command(fake, "abort"), "ok");
    CHECK_STR_EQ(fake_event(fake, "result"), "result ok done 0");
    CHECK_UINT_EQ(s.closed, 1);
    free(fake);
}

static void a_server_whose_clock_is_sntp_asks_for_the_time_first(void)
{
    struct fake_board *fake = new_board();
    struct fake_server s = {.opened = 0};

    s.server = (struct probe_server){.ctx = &s,
                                     .open = open_server,
                                     .step = step_server,
                                     .wait_ms = server_waits,
                                     .close = close_server};
    fake->platform.server = &s.server;
    CHECK_STR_EQ(fake_command(fake, "put cert 0 AAEC"), "ok");
    CHECK_STR_EQ(fake_command(fake, "end cert 3 0854897F"), "ok");
    CHECK_STR_EQ(fake_command(fake, "put key 0 AAEC"), "ok");
    CHECK_STR_EQ(fake_command(fake, "end key 3 0854897F"), "ok");
    CHECK_STR_EQ(fake_command(fake, "set clock sntp"), "ok");
    CHECK_STR_EQ(fake_command(fake, "listen"), "err order ip is not set");
    CHECK_STR_EQ(fake_command(fake, "set ip 127.0.0.1"), "ok");
    CHECK_STR_EQ(fake_command(fake, "listen"), "err order sntp is not set");
    CHECK_STR_EQ(fake_command(fake, "set sntp 123"), "ok");
    CHECK_STR_EQ(fake_command(fake, "listen"), "ok");
    probe_core_step(&fake->core);
    CHECK_STR_EQ(fake_command(fake, "result"), "ok running clock");
    CHECK_INT_EQ(s.opened, 0);
    CHECK_STR_EQ(fake_command(fake, "abort"), "ok");
    CHECK_STR_EQ(fake_event(fake, "result"), "result fail clock 9002");
    free(fake);
}

static void long_values_come_in_pieces_up_to_their_limit(void)
{
    struct fake_board *fake = new_board();

    CHECK_STR_EQ(fake_command(fake, "set pass p%00q"), "ok");
    CHECK_UINT_EQ(fake->core.settings.len[PROBE_SET_PASS], 3);
    CHECK_MEM_EQ(fake->core.settings.pass, "p\0q", 4);
    CHECK_STR_EQ(fake_command(fake, "set pass "), "ok");
    CHECK_UINT_EQ(fake->core.settings.len[PROBE_SET_PASS], 0);
    for (int i = 0; i < 51; i++)
        CHECK_STR_EQ(fake_command(fake, "set+ pass 12 45"), "ok");
    CHECK_UINT_EQ(fake->core.settings.len[PROBE_SET_PASS], PROBE_PASS_MAX);
    CHECK_STR_EQ(fake_command(fake, "set+ pass x"), "err full the value is too long");
    CHECK_UINT_EQ(fake->core.settings.len[PROBE_SET_PASS], PROBE_PASS_MAX);
    CHECK_STR_EQ(fake_command(fake, "set pass x"), "ok");
    CHECK_STR_EQ(fake->core.settings.pass, "x");
    CHECK_STR_EQ(fake_command(fake, "clear"), "ok");
    CHECK_STR_EQ(fake->core.settings.pass, "");
    free(fake);
}

/* Sends len bytes of a pattern; the answer to `end`. */
static const char *upload(struct fake_board *fake, const char *slot, size_t len, uint32_t *ret_crc)
{
    static uint8_t bytes[4096];
    char command[64];

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 7);
    for (size_t at = 0; at < len; at += PROBE_LINE_PUT_BYTES) {
        size_t piece = len - at < PROBE_LINE_PUT_BYTES ? len - at : PROBE_LINE_PUT_BYTES;
        char base64[40];
        ptrdiff_t chars = probe_base64_encode(bytes + at, piece, base64, sizeof(base64));
        const char *answer = NULL;

        snprintf(command, sizeof(command), "put %s %zu %.*s", slot, at, (int)chars, base64);
        fake_forget(fake);
        answer = fake_command(fake, command);
        if (strcmp(answer, "ok") != 0)
            return answer;
    }
    *ret_crc = probe_crc32(0, bytes, len);
    snprintf(command, sizeof(command), "end %s %zu %08X", slot, len, *ret_crc);
    fake_forget(fake);
    return fake_command(fake, command);
}

static void slots_take_up_to_their_size_and_tell_their_sum(void)
{
    static const struct {
        const char *name;
        size_t max;
    } rows[] = {{"root", PROBE_ROOT_MAX}, {"cert", PROBE_CERT_MAX}, {"key", PROBE_KEY_MAX}};
    struct fake_board *fake = new_board();
    uint32_t crc = 0;
    char command[32];
    char want[32];

    for (size_t i = 0; i < 3; i++) {
        snprintf(command, sizeof(command), "sum %s", rows[i].name);
        CHECK_STR_EQ(fake_command(fake, command), "ok 0 00000000");
        CHECK_STR_EQ(upload(fake, rows[i].name, rows[i].max, &crc), "ok");
        snprintf(want, sizeof(want), "ok %zu %08X", rows[i].max, crc);
        CHECK_STR_EQ(fake_command(fake, command), want);
        CHECK_STR_EQ(upload(fake, rows[i].name, rows[i].max + 1, &crc),
                     "err full the slot is too small");
        CHECK_STR_EQ(upload(fake, rows[i].name, 1, &crc), "ok");
    }
    CHECK_STR_EQ(fake_command(fake, "end root 0 00000000"), "ok");
    CHECK_STR_EQ(fake_command(fake, "sum root"), "ok 0 00000000");
    free(fake);
}

static void a_wrong_checksum_empties_the_slot(void)
{
    struct fake_board *fake = new_board();

    CHECK_STR_EQ(fake_command(fake, "put root 0 MAMCAQE="), "ok");
    CHECK_STR_EQ(fake_command(fake, "end root 5 00000000"), "err checksum the slot is empty now");
    CHECK_STR_EQ(fake_command(fake, "end root 5 182E35CC"), "err checksum the slot is empty now");
    CHECK_STR_EQ(fake_command(fake, "put root 0 MAMCAQE="), "ok");
    CHECK_STR_EQ(fake_command(fake, "end root 4 182E35CC"), "err checksum the slot is empty now");
    CHECK_STR_EQ(fake_command(fake, "put root 0 MAMCAQE="), "ok");
    CHECK_STR_EQ(fake_command(fake, "end root 5 182e35cc"), "ok");
    CHECK_STR_EQ(fake_command(fake, "put root 5 AAAA"), "err order not the next offset");
    CHECK_STR_EQ(fake_command(fake, "sum root"), "ok 5 182E35CC");
    free(fake);
}

static void a_retransmitted_command_is_answered_again_but_not_executed_again(void)
{
    char line[PROBE_LINE_MAX + 1];
    struct fake_board *fake = new_board();
    size_t len = probe_line_format(PROBE_LINE_COMMAND, 9, "set+ host ab", line);

    fake_serial(fake, line, len);
    fake_serial(fake, "\n", 1);
    fake_serial(fake, line, len);
    CHECK_UINT_EQ(fake->line_count, 2);
    CHECK_STR_EQ(fake->lines[1].text, "ok");
    CHECK_UINT_EQ(fake->lines[1].seq, 9);
    CHECK_STR_EQ(fake->core.settings.host, "ab");
    len = probe_line_format(PROBE_LINE_COMMAND, 10, "set+ host ab", line);
    fake_serial(fake, line, len);
    CHECK_STR_EQ(fake->core.settings.host, "abab");
    len = probe_line_format(PROBE_LINE_COMMAND, 10, "set+ host ba", line);
    fake_serial(fake, line, len);
    CHECK_STR_EQ(fake->core.settings.host, "ababba");
    len = probe_line_format(PROBE_LINE_COMMAND, 10, "set+ host b", line); /* shorter, not equal */
    fake_serial(fake, line, len);
    CHECK_STR_EQ(fake->core.settings.host, "ababbab");
    free(fake);
}

static void noise_and_foreign_lines_change_nothing(void)
{
    char line[PROBE_LINE_MAX + 1];
    uint8_t noise[300];
    struct fake_board *fake = new_board();
    size_t len = 0;

    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (uint8_t)(i * 31);
    fake_serial(fake, noise, sizeof(noise));
    fake_serial(fake, "\n>3 hello*0000\n", 15);
    len = probe_line_format(PROBE_LINE_ANSWER, 3, "hello", line);
    fake_serial(fake, line, len);
    len = probe_line_format(PROBE_LINE_EVENT, 3, "hello", line);
    fake_serial(fake, line, len);
    CHECK_UINT_EQ(fake->line_count, 0);
    CHECK_STR_EQ(fake_command(fake, "hello"), "ok probe/1 fake/board");
    free(fake);
}

static void reset_restarts_with_everything_lost(void)
{
    struct fake_board *fake = new_board();

    REQUIRE(fake_configure(fake, 0));
    CHECK_STR_EQ(fake_command(fake, "reset"), "ok");
    CHECK_UINT_EQ(fake->resets, 1);
    CHECK_STR_EQ(fake_event(fake, "ready"), "ready requested");
    CHECK_STR_EQ(fake_command(fake, "sum root"), "ok 0 00000000");
    CHECK_STR_EQ(fake_command(fake, "connect"), "err order host is not set");
    CHECK_STR_EQ(fake_command(fake, "result"), "ok idle");
    free(fake);
}

static void the_clock_runs_on_from_what_it_was_told(void)
{
    struct fake_board *fake = new_board();

    CHECK_INT_EQ(probe_core_now(&fake->core), 0);
    CHECK_STR_EQ(fake_command(fake, "set time 4102444800"), "ok");
    CHECK_INT_EQ(fake->clock_s, 4102444800);
    fake->now_ms += 61999;
    CHECK_INT_EQ(probe_core_now(&fake->core), 4102444861);
    for (int days = 0; days < 100; days++) { /* far over the wrap of 49 days */
        fake->now_ms += 86400000;
        probe_core_step(&fake->core);
    }
    CHECK_INT_EQ(probe_core_now(&fake->core), 4102444861 + 100 * 86400);
    free(fake);
}

static void events_count_without_using_zero_again(void)
{
    struct fake_board *fake = new_board();
    unsigned last = 0;

    probe_core_ready(&fake->core, "power");
    for (int i = 0; i < 600; i++) {
        fake_forget(fake);
        probe_core_log(&fake->core, "x");
        REQUIRE(fake->line_count == 1);
        CHECK_UINT_EQ(fake->lines[0].seq, last == 255 ? 1 : last + 1);
        last = fake->lines[0].seq;
    }
    free(fake);
}

static void a_long_log_is_continued_and_escaped(void)
{
    struct fake_board *fake = new_board();
    char text[121];

    memset(text, 'a', sizeof(text) - 1);
    memcpy(text + 40, "%\xc3\xa4\n", 4);
    text[120] = '\0';
    probe_core_log(&fake->core, text);
    REQUIRE(fake->line_count == 3);
    CHECK(strncmp(fake->lines[0].text, "log+ aaaa", 9) == 0);
    CHECK(strncmp(fake->lines[1].text, "log+ ", 5) == 0);
    CHECK(strncmp(fake->lines[2].text, "log a", 5) == 0);
    CHECK_STR_CONTAINS(fake->lines[0].text, "%25");
    free(fake);
}

TEST_SUITE(probe_core, TEST(a_client_only_refuses_to_listen),
           TEST(a_server_listens_until_it_is_told_to_end_however_long),
           TEST(a_server_whose_clock_is_sntp_asks_for_the_time_first),
           TEST(greets_and_tells_about_itself),
           TEST(refuses_what_it_does_not_understand_and_says_why),
           TEST(connect_names_what_is_missing), TEST(long_values_come_in_pieces_up_to_their_limit),
           TEST(slots_take_up_to_their_size_and_tell_their_sum),
           TEST(a_wrong_checksum_empties_the_slot),
           TEST(a_retransmitted_command_is_answered_again_but_not_executed_again),
           TEST(noise_and_foreign_lines_change_nothing), TEST(reset_restarts_with_everything_lost),
           TEST(the_clock_runs_on_from_what_it_was_told),
           TEST(events_count_without_using_zero_again), TEST(a_long_log_is_continued_and_escaped));
