/* SPDX-License-Identifier: Apache-2.0 */
/* Control commands: lines of JSON, and the words that people write for them. */
#include "command.h"

#include "bench_files.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

static bool parse(const char *line, struct command *c, struct assay_error *err)
{
    *err = (struct assay_error){.text = ""};
    return command_parse(line, strlen(line), c, err) == ASSAY_OK;
}

static void a_line_names_a_command_and_what_it_takes(void)
{
    static const struct {
        const char *line;
        enum command_verb verb;
    } rows[] = {
        {"{\"do\":\"status\"}", COMMAND_STATUS},
        {"{\"do\":\"status\",\"listener\":\"web\"}", COMMAND_STATUS},
        {"{\"do\":\"show\"}", COMMAND_SHOW},
        {"{\"do\":\"fault\"}", COMMAND_FAULT},
        {"{\"do\":\"fault\",\"add\":\"slow-reading\"}", COMMAND_FAULT},
        {"{\"do\":\"fault\",\"remove\":1}", COMMAND_FAULT},
        {"{\"do\":\"fault\",\"remove\":\"slow-reading\"}", COMMAND_FAULT},
        {"{\"do\":\"fault\",\"clear\":true}", COMMAND_FAULT},
        {"{\"do\":\"clock\",\"set\":\"now\"}", COMMAND_CLOCK},
        {"{\"do\":\"clock\",\"advance\":\"+1d\"}", COMMAND_CLOCK},
        {"{\"do\":\"change\",\"server\":{}}", COMMAND_CHANGE},
        {"{\"do\":\"set\",\"path\":\"host\",\"value\":null}", COMMAND_SET},
        {"{\"do\":\"renew\"}", COMMAND_RENEW},
        {"{\"do\":\"close\",\"connection\":7}", COMMAND_CLOSE},
        {"{\"do\":\"order\",\"order\":\"method reboot\"}", COMMAND_ORDER},
        {"{\"do\":\"reload\"}", COMMAND_RELOAD},
        {"{\"do\":\"stop\",\"drain_ms\":0}", COMMAND_STOP},
        {" { \"do\" : \"help\" } ", COMMAND_HELP},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command c;
        struct assay_error err;

        if (!test_check(parse(rows[i].line, &c, &err), __FILE__, __LINE__, "%s: %s", rows[i].line,
                        err.text))
            continue;
        CHECK_INT_EQ(c.verb, rows[i].verb);
        command_done(&c);
    }
}

static void what_it_takes_is_there_afterwards(void)
{
    struct command c;
    struct assay_error err;

    REQUIRE(
        parse("{\"do\":\"fault\",\"add\":\"delay SUBACK by=1500\",\"listener\":\"b\"}", &c, &err));
    CHECK_STR_EQ(c.add, "delay SUBACK by=1500");
    CHECK_STR_EQ(c.listener, "b");
    CHECK(c.remove == NULL && !c.clear);
    CHECK_INT_EQ(c.drain_ms, -1);
    command_done(&c);
    REQUIRE(parse("{\"do\":\"stop\",\"drain_ms\":250}", &c, &err));
    CHECK_INT_EQ(c.drain_ms, 250);
    CHECK_STR_EQ(c.listener, "");
    command_done(&c);
}

static void what_is_no_command_is_refused_and_why(void)
{
    static const struct {
        const char *line, *says;
    } rows[] = {
        {"", "command:"},
        {"status", "command:1"},
        {"[]", "an object with \"do\""},
        {"{}", "an object with \"do\""},
        {"{\"do\":\"statsu\"}", "did you mean \"status\""},
        {"{\"do\":7}", "do has to be one of status"},
        {"{\"do\":\"fault\",\"ad\":\"x\"}", "ad: no such key"},
        {"{\"do\":\"fault\",\"set\":\"x\"}", "fault: \"set\" is not for it; in words: fault add"},
        {"{\"do\":\"fault\",\"add\":\"\"}", "add has to be a text"},
        {"{\"do\":\"fault\",\"add\":\"a\\u0000b\"}", "add has to be a text"},
        {"{\"do\":\"fault\",\"remove\":true}", "its number in the list"},
        {"{\"do\":\"fault\",\"add\":\"x\",\"clear\":true}", "one thing at a time"},
        {"{\"do\":\"clock\",\"set\":\"now\",\"advance\":\"+1d\"}", "one thing at a time"},
        {"{\"do\":\"change\"}", "change says too little"},
        {"{\"do\":\"change\",\"server\":7}", "a part of a server description"},
        {"{\"do\":\"set\",\"path\":\"host\"}", "set says too little"},
        {"{\"do\":\"set\",\"value\":1}", "set says too little"},
        {"{\"do\":\"stop\",\"drain_ms\":-1}", "drain_ms is -1"},
        {"{\"do\":\"stop\",\"listener\":\"web\"}", "\"listener\" is not for it"},
        {"{\"do\":\"reload\",\"listener\":\"web\"}", "\"listener\" is not for it"},
        {"{\"do\":\"help\",\"do\":\"help\"}", "duplicate"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command c = {.drain_ms = 4711};
        struct assay_error err;

        CHECK(!parse(rows[i].line, &c, &err));
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        CHECK_INT_EQ(c.drain_ms, 4711);
    }
}

static void words_stand_for_lines(void)
{
    static const struct {
        const char *words, *line;
    } rows[] = {
        {"status", "{\"do\":\"status\"}"},
        {"  status\n", "{\"do\":\"status\"}"},
        {"@web show", "{\"do\":\"show\",\"listener\":\"web\"}"},
        {"fault", "{\"do\":\"fault\"}"},
        {"fault list", "{\"do\":\"fault\"}"},
        {"fault clear", "{\"do\":\"fault\",\"clear\":true}"},
        {"fault add delay SUBACK by=1500", "{\"do\":\"fault\",\"add\":\"delay SUBACK by=1500\"}"},
        {"fault add \"delay SUBACK by=1500\"",
         "{\"do\":\"fault\",\"add\":\"delay SUBACK by=1500\"}"},
        {"@b fault add 'refuse'", "{\"do\":\"fault\",\"listener\":\"b\",\"add\":\"refuse\"}"},
        {"fault remove 2", "{\"do\":\"fault\",\"remove\":2}"},
        {"fault remove refuse", "{\"do\":\"fault\",\"remove\":\"refuse\"}"},
        {"clock", "{\"do\":\"clock\"}"},
        {"clock set 2030-01-01T00:00:00Z", "{\"do\":\"clock\",\"set\":\"2030-01-01T00:00:00Z\"}"},
        {"clock advance +30d", "{\"do\":\"clock\",\"advance\":\"+30d\"}"},
        {"set mqtt.connack_code 5", "{\"do\":\"set\",\"path\":\"mqtt.connack_code\",\"value\":5}"},
        {"set host a.test", "{\"do\":\"set\",\"path\":\"host\",\"value\":\"a.test\"}"},
        {"set http.body \"two words\"",
         "{\"do\":\"set\",\"path\":\"http.body\",\"value\":\"two words\"}"},
        {"set mqtt.versions [\"5.0\"]",
         "{\"do\":\"set\",\"path\":\"mqtt.versions\",\"value\":[\"5.0\"]}"},
        {"set net null", "{\"do\":\"set\",\"path\":\"net\",\"value\":null}"},
        {"change {\"net\":\n{}}", "{\"do\":\"change\",\"server\":{\"net\":{}}}"},
        {"renew", "{\"do\":\"renew\"}"},
        {"close connection=7", "{\"do\":\"close\",\"connection\":7}"},
        {"close client=lamp reset=true", "{\"do\":\"close\",\"client\":\"lamp\",\"reset\":true}"},
        {"order method reboot payload={\"a\": 5}",
         "{\"do\":\"order\",\"order\":\"method reboot payload={\\\"a\\\": 5}\"}"},
        {"reload", "{\"do\":\"reload\"}"},
        {"stop", "{\"do\":\"stop\"}"},
        {"stop 500", "{\"do\":\"stop\",\"drain_ms\":500}"},
        {"help", "{\"do\":\"help\"}"},
        {" {\"do\":\"help\"} ", "{\"do\":\"help\"}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {.text = ""};
        struct command c;
        struct buf out;

        buf_init(&out, COMMAND_LINE_MAX);
        test_check(command_from_words(rows[i].words, &out, &err) == ASSAY_OK, __FILE__, __LINE__,
                   "%s: %s", rows[i].words, err.text);
        CHECK_STR_EQ(buf_text(&out), rows[i].line);
        if (test_check(parse(buf_text(&out), &c, &err), __FILE__, __LINE__, "%s: %s",
                       buf_text(&out), err.text))
            command_done(&c);
        buf_done(&out);
    }
}

static void words_that_are_none_are_refused_with_what_was_meant(void)
{
    static const struct {
        const char *words, *says;
    } rows[] = {
        {"", "is no command"},
        {"@web", "is no command"},
        {"fualt add x", "did you mean \"fault\""},
        {"fault ad x", "in words: fault add SENTENCE"},
        {"fault add", "something has to stand behind it"},
        {"clock set", "something has to stand behind it"},
        {"status now", "what stands behind it?"},
        {"set mqtt.connack_code", "a path and a value"},
        {"change {", "server:1"},
        {"change", "something has to stand behind it"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct assay_error err = {.text = ""};
        struct buf out;

        buf_init(&out, COMMAND_LINE_MAX);
        CHECK_INT_EQ(command_from_words(rows[i].words, &out, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        buf_done(&out);
    }
}

static void every_command_says_what_it_does_and_its_members_exist(void)
{
    for (size_t i = 0; i < COMMAND_VERBS; i++) {
        const struct command_row *row = &command_rows[i];
        char members[128];
        char *rest = members;
        char *member = NULL;

        CHECK(row->help[0] != '\0' && strncmp(row->words, row->name, strlen(row->name)) == 0);
        snprintf(members, sizeof(members), "%s", row->members);
        while ((member = strsep(&rest, " ")) != NULL) {
            const struct key_spec *key = command_keys;

            while (key->name != NULL && strcmp(key->name, member) != 0)
                key++;
            test_check(member[0] == '\0' || key->name != NULL, __FILE__, __LINE__, "%s: %s",
                       row->name, member);
        }
    }
}

static void the_document_shows_every_command(void)
{
    struct assay_error err = {.text = ""};
    struct buf document;

    buf_init(&document, 1 << 20);
    CHECK_OK(bench_file_read(ASSAY_SOURCE_DIR "/docs/formats/mock-config.md", &document, &err));
    for (size_t i = 0; i < COMMAND_VERBS; i++) {
        char text[64];

        snprintf(text, sizeof(text), "| `%s` | ", command_rows[i].name);
        CHECK_STR_CONTAINS(buf_text(&document), text);
    }
    for (const struct key_spec *key = command_keys; key->name != NULL; key++) {
        char text[64];

        snprintf(text, sizeof(text), "`%s`", key->name);
        CHECK_STR_CONTAINS(buf_text(&document), text);
    }
    buf_done(&document);
}

TEST_SUITE(command, TEST(the_document_shows_every_command),
           TEST(a_line_names_a_command_and_what_it_takes), TEST(what_it_takes_is_there_afterwards),
           TEST(what_is_no_command_is_refused_and_why), TEST(words_stand_for_lines),
           TEST(words_that_are_none_are_refused_with_what_was_meant),
           TEST(every_command_says_what_it_does_and_its_members_exist));
