/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file of assay-mock. */
#include "mock_config.h"

#include "bench_files.h"
#include "test_support.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool write_file(const char *name, const char *text, char path[static PATH_MAX])
{
    FILE *file = NULL;

    snprintf(path, PATH_MAX, "%s/%s", test_directory(), name);
    file = fopen(path, "w");
    return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

static struct mock_config *load(const char *text, struct program_options *options,
                                struct assay_error *err)
{
    struct mock_config *config = NULL;
    static char path[PATH_MAX];

    *err = (struct assay_error){.text = ""};
    options->listen = "127.0.0.1";
    if (text != NULL && CHECK(write_file("config.json", text, path)))
        options->config = path;
    if (mock_config_load(options, &config, err) != ASSAY_OK)
        return NULL;
    return config;
}

static void without_a_file_there_is_one_good_broker(void)
{
    struct program_options options = {.port = 8883, .dns = true, .dns_port = 53};
    struct assay_error err;
    struct mock_config *config = load(NULL, &options, &err);

    REQUIRE(config != NULL);
    CHECK_UINT_EQ(config->count, 1);
    CHECK_STR_EQ(config->listeners[0].name, "mqtts");
    CHECK_STR_EQ(config->listeners[0].address, "127.0.0.1");
    CHECK_INT_EQ(config->listeners[0].port, 8883);
    CHECK_INT_EQ(config->listeners[0].dns_port, 53);
    CHECK_INT_EQ(config->listeners[0].sntp_port, -1);
    CHECK_UINT_EQ(value_count(config->listeners[0].server), 0);
    mock_config_free(config);
}

static void a_description_is_one_listener(void)
{
    struct program_options options = {.port = 0};
    struct assay_error err;
    struct mock_config *config =
        load("{\"service\":\"https\",\"http\":{\"status\":404}}", &options, &err);

    REQUIRE(config != NULL);
    CHECK_UINT_EQ(config->count, 1);
    CHECK_STR_EQ(config->listeners[0].name, "https");
    CHECK_INT_EQ(value_int(value_path(config->listeners[0].server, "http.status")), 404);
    mock_config_free(config);
}

static void there_may_be_several_each_with_its_own(void)
{
    struct program_options options = {.port = 0};
    struct assay_error err;
    struct mock_config *config = NULL;
    char beside[PATH_MAX];

    REQUIRE(write_file("web.json", "{\"service\":\"http\"}", beside));
    config = load("{\"listeners\":[{\"name\":\"a\",\"port\":8883,\"sntp_port\":0},"
                  "{\"server\":{\"service\":\"mqtt\"},\"address\":\"::1\"},"
                  "{\"server\":\"web.json\"}]}",
                  &options, &err);
    if (!test_check(config != NULL, __FILE__, __LINE__, "%s", err.text))
        return;
    CHECK_UINT_EQ(config->count, 3);
    CHECK_STR_EQ(config->listeners[0].name, "a");
    CHECK_INT_EQ(config->listeners[0].port, 8883);
    CHECK_INT_EQ(config->listeners[0].sntp_port, 0);
    CHECK_STR_EQ(config->listeners[1].name, "mqtt");
    CHECK_STR_EQ(config->listeners[1].address, "::1");
    CHECK_STR_EQ(config->listeners[2].name, "http");
    CHECK_STR_EQ(value_text(value_get(config->listeners[2].server, "service")), "http");
    mock_config_free(config);
}

static void what_is_wrong_is_said_with_its_place(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{\"listeners\":[]}", "config.json: listeners has 0 members; it has to have 1 to 64"},
        {"{\"listeners\":{}}", "config.json: a configuration has the list"},
        {"{\"listeners\":[{}],\"net\":{}}", "and nothing else"},
        {"{\"listeners\":[7]}", "listeners.1 has to be a table"},
        {"{\"listeners\":[{\"prot\":1}]}", "listeners.1.prot: no such key"},
        {"{\"listeners\":[{\"port\":70000}]}", "listeners.1.port is 70000"},
        {"{\"listeners\":[{\"name\":\"A B\"}]}", "listeners.1.name is \"A B\""},
        {"{\"listeners\":[{\"name\":\"\"}]}", "listeners.1.name"},
        {"{\"listeners\":[{},{}]}", "listeners.2: there is a listener \"mqtts\" already"},
        {"{\"listeners\":[{\"port\":9},{\"name\":\"b\",\"port\":9}]}",
         "listeners.2.port: the listener \"mqtts\" has port 9 already"},
        {"{\"listeners\":[{\"server\":7}]}", "listeners.1.server is"},
        {"{\"listeners\":[{\"server\":\"none.json\"}]}", "none.json: no such file"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct program_options options = {.port = 0};
        struct assay_error err;
        struct mock_config *config = load(rows[i].text, &options, &err);

        CHECK(config == NULL);
        CHECK_STR_CONTAINS(err.text, rows[i].says);
        mock_config_free(config);
    }
}

static void ports_of_the_command_line_are_for_a_single_description(void)
{
    struct program_options options = {.port = 8883};
    struct assay_error err;

    CHECK(load("{\"listeners\":[{}]}", &options, &err) == NULL);
    CHECK_STR_CONTAINS(err.text, "--port, --dns-port and --sntp-port are for a single description");
}

static void the_document_shows_the_keys_of_a_listener(void)
{
    struct assay_error err = {.text = ""};
    struct buf document;

    buf_init(&document, 1 << 20);
    CHECK_OK(bench_file_read(ASSAY_SOURCE_DIR "/docs/formats/mock-config.md", &document, &err));
    for (const struct key_spec *key = mock_listener_keys; key->name != NULL; key++) {
        char row[512];

        snprintf(row, sizeof(row), "| `%s` | %s | %s |\n", key->name, key->fallback, key->help);
        CHECK_STR_CONTAINS(buf_text(&document), row);
    }
    buf_done(&document);
}

TEST_SUITE(mock_config, TEST(without_a_file_there_is_one_good_broker),
           TEST(a_description_is_one_listener), TEST(there_may_be_several_each_with_its_own),
           TEST(what_is_wrong_is_said_with_its_place),
           TEST(ports_of_the_command_line_are_for_a_single_description),
           TEST(the_document_shows_the_keys_of_a_listener));
