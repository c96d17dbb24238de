/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/description.h"
#include "net/net_rules.h"

#include "json_value.h"
#include "mock/faults.h"
#include "bench_files.h"
#include "test_support.h"

#include <inttypes.h>
#include <stdio.h>

static struct value *parse(const char *json)
{
    struct value *v = NULL;
    struct assay_error err = {0};
    enum assay_status status = json_value_parse("test", json, strlen(json), &v, &err);

    test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s: %s", json, err.text);
    return v;
}

static void an_empty_description_is_a_good_broker(void)
{
    struct value *complete = NULL;
    struct mock_settings settings;
    struct assay_error err = {0};
    struct buf json;

    buf_init(&json, 1000);
    REQUIRE_OK(mock_description_complete(NULL, &complete, &err));
    CHECK_OK(value_write_json(complete, &json));
    CHECK_STR_EQ(buf_text(&json),
                 "{\"certs\":{\"leaf\":{\"recipe\":\"leaf\"}},\"chain\":[\"leaf\"]}");
    REQUIRE_OK(mock_settings_read(complete, &settings, &err));
    CHECK_INT_EQ(settings.service, MOCK_SERVICE_MQTTS);
    CHECK_STR_EQ(settings.host, "broker.bench.test");
    CHECK_STR_EQ(settings.time, "now");
    CHECK(settings.tls == NULL && settings.net == NULL && settings.identity == NULL);
    CHECK(settings.chain != NULL && settings.certs != NULL);
    value_free(complete);
    buf_done(&json);
}

static void what_is_given_lies_over_the_defaults_key_by_key(void)
{
    struct value *given = parse("{\"certs\":{\"leaf\":{\"not_after\":\"-1d\"},\"ca\":{}}}");
    struct value *complete = NULL;
    struct assay_error err = {0};

    REQUIRE_OK(mock_description_complete(given, &complete, &err));
    CHECK_STR_EQ(value_text(value_path(complete, "certs.leaf.recipe")), "leaf");
    CHECK_STR_EQ(value_text(value_path(complete, "certs.leaf.not_after")), "-1d");
    CHECK(value_path(complete, "certs.ca") != NULL);
    CHECK_STR_EQ(value_text(value_path(complete, "chain.1")), "leaf");
    CHECK_UINT_EQ(value_count(given), 1); /* not changed */
    value_free(complete);
    value_free(given);
}

static void wrong_descriptions_are_refused_with_their_path(void)
{
    static const struct {
        const char *json;
        const char *text;
    } rows[] = {
        {"{\"hots\":\"x\"}", "hots: no such key; there are: service, host, time"},
        {"{\"host\":\"\"}", "host is empty"},
        {"{\"host\":7}", "host is an integer; it has to be a text"},
        {"{\"time\":\"soon\"}", "time: "},
        {"{\"board_time\":\"+1q\"}", "board_time: "},
        {"{\"trust\":\"dsa\"}", "trust has to be \"auto\", \"ecdsa\" or \"rsa\""},
        {"{\"trust\":7}", "trust has to be \"auto\""},
        {"{\"service\":\"ftp\"}",
         "service has to be \"mqtts\", \"mqtt\", \"wss\", \"ws\", \"https\""},
        {"{\"service\":1}", "service has to be"},
        {"{\"chain\":\"leaf\"}", "chain is a text; it has to be a list"},
        {"{\"certs\":[]}", "certs is a list; it has to be a table"},
        {"{\"net\":true}", "net is a boolean; it has to be a table"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *v = parse(rows[i].json);
        struct mock_settings settings = {.host = "untouched"};
        struct assay_error err = {0};

        CHECK_INT_EQ(mock_settings_read(v, &settings, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, rows[i].text);
        CHECK_STR_EQ(settings.host, "untouched");
        value_free(v);
    }
}

static void a_description_is_a_table(void)
{
    struct value *list = parse("[]");
    struct value *complete = NULL;
    struct assay_error err = {0};

    CHECK_INT_EQ(mock_description_complete(list, &complete, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "has to be a table");
    CHECK(complete == NULL);
    value_free(list);
}

static void times_are_relative_to_the_start_of_the_run(void)
{
    static const struct {
        const char *json;
        int64_t server_s;
        int64_t board_s;
    } rows[] = {
        {"{}", 1000000, 1000000},
        {"{\"time\":\"+1h\"}", 1003600, 1003600},
        {"{\"time\":\"+1h\",\"board_time\":\"now\"}", 1003600, 1000000},
        {"{\"board_time\":\"1970-01-01T00:00:05Z\"}", 1000000, 5},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct value *v = parse(rows[i].json);
        struct mock_times times = {0};
        struct assay_error err = {0};

        CHECK_OK(mock_times_of(v, 1000000, &times, &err));
        CHECK_INT_EQ(times.server_s, rows[i].server_s);
        CHECK_INT_EQ(times.board_s, rows[i].board_s);
        value_free(v);
    }
}

static enum assay_status add_row(const struct key_spec *key, struct buf *row)
{
    ASSAY_TRY(buf_printf(row, "| `%s` | %s |", key->name, key->fallback));
    if (key->read == key_read_int)
        ASSAY_TRY(buf_printf(row, " %" PRId64 " to %" PRId64, key->min, key->max));
    return buf_printf(row, " | %s |\n", key->help);
}

/* The section from its heading to the next one. */
static bool section(const struct buf *document, const char *heading, struct buf *out)
{
    const char *begin = strstr(buf_text(document), heading);
    const char *end = begin != NULL ? strstr(begin + strlen(heading), "\n## ") : NULL;

    if (begin == NULL)
        return false;
    return buf_add(out, begin, end != NULL ? (size_t)(end - begin) : strlen(begin)) == ASSAY_OK;
}

static void check_section(const char *heading, const struct key_spec *keys)
{
    struct buf document;
    struct buf text;
    struct assay_error err = {0};
    size_t rows = 0;

    buf_init(&document, 1 << 20);
    buf_init(&text, 1 << 20);
    CHECK_OK(
        bench_file_read(ASSAY_SOURCE_DIR "/docs/formats/server-description.md", &document, &err));
    CHECK(section(&document, heading, &text));
    for (; keys->name != NULL; keys++, rows++) {
        struct buf row;

        buf_init(&row, 4096);
        CHECK_OK(add_row(keys, &row));
        CHECK_STR_CONTAINS(buf_text(&text), buf_text(&row));
        buf_done(&row);
    }
    for (const char *at = buf_text(&text); (at = strstr(at, "\n| `")) != NULL; at++)
        rows--;
    CHECK_UINT_EQ(rows, 0); /* nothing documented that is not there */
    buf_done(&document);
    buf_done(&text);
}

static void the_document_shows_the_keys_of_the_top_level(void)
{
    check_section("## Top level", mock_keys);
}

static void the_document_shows_the_keys_of_later(void)
{
    check_section("## `later`", mock_later_keys);
}

static void the_document_shows_the_faults_of_connections(void)
{
    struct buf document;
    struct assay_error err = {0};

    buf_init(&document, 1 << 20);
    CHECK_OK(
        bench_file_read(ASSAY_SOURCE_DIR "/docs/formats/server-description.md", &document, &err));
    for (const struct mock_fault_row *row = mock_fault_rows; row->name != NULL; row++) {
        char fallback[32] = "";
        char line[256];

        if (row->word != NULL)
            snprintf(fallback, sizeof(fallback), " %d", (int)row->fallback);
        snprintf(line, sizeof(line), "| `%s%s%s%s` |%s | %s |\n", row->name,
                 row->word != NULL ? " " : "", row->word != NULL ? row->word : "",
                 row->word != NULL ? "=N" : "", fallback, row->help);
        CHECK_STR_CONTAINS(buf_text(&document), line);
    }
    buf_done(&document);
}

static void the_document_shows_the_keys_of_net(void)
{
    check_section("## `net`", net_keys);
}

TEST_SUITE(description, TEST(an_empty_description_is_a_good_broker),
           TEST(what_is_given_lies_over_the_defaults_key_by_key),
           TEST(wrong_descriptions_are_refused_with_their_path), TEST(a_description_is_a_table),
           TEST(times_are_relative_to_the_start_of_the_run),
           TEST(the_document_shows_the_keys_of_the_top_level),
           TEST(the_document_shows_the_keys_of_later),
           TEST(the_document_shows_the_faults_of_connections),
           TEST(the_document_shows_the_keys_of_net));
