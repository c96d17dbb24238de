/* SPDX-License-Identifier: Apache-2.0 */
#include "board_file.h"
#include "board_internal.h"
#include "yaml_file/yaml_file.h"

#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A directory of boards for each test, also when all run in one process. */
static char boards_path[4096];

static const char *boards(void)
{
    return boards_path;
}

static void begin(const char *test)
{
    snprintf(boards_path, sizeof(boards_path), "%.512s/%.64s", test_directory(), test);
    if (mkdir(boards_path, 0700) != 0)
        abort();
}

/* Write <boards>/<vendor>/<name>.yaml of this test. */
static void write_board(const char *id, const char *text)
{
    char path[8192];
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/%s", boards(), id);
    *strrchr(path, '/') = '\0';
    (void)mkdir(path, 0700); /* it may be there */
    snprintf(path, sizeof(path), "%s/%s.yaml", boards(), id);
    file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs(text, file);
    fclose(file);
}

static enum assay_status load(const char *id, struct board_file **ret, struct assay_error *err)
{
    *ret = NULL;
    return board_file_load(boards(), id, ret, err);
}

static const char echo_board[] =
    "id: acme/echo\n"
    "name: Echo 1.0\n"
    "driver: process\n"
    "process:\n"
    "  command: [echo, \"{host}\", \"{{x}\"]\n"
    "  timeout_ms: 8000\n"
    "stack: {name: openssl, version: \"3.0\"}\n"
    "supports: {tls: [1.2, 1.3], key_types: [ecdsa, rsa], client_auth: "
    "true, psk: false, alpn: true, mqtt: [3.1.1]}\n"
    "clock: host\n"
    "timeouts: {quiet_ms: 250}\n";

static void reads_every_key_of_the_contract(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/echo", echo_board);
    REQUIRE_OK(load("acme/echo", &file, &err));
    const struct value *supports = board_file_supports(file);
    CHECK_STR_EQ(board_file_id(file), "acme/echo");
    CHECK_STR_EQ(board_file_name(file), "Echo 1.0");
    CHECK_STR_EQ(board_file_driver(file), "process");
    CHECK_STR_EQ(board_file_stack(file), "openssl 3.0");
    CHECK_STR_EQ(board_file_clock(file), "host");
    CHECK_UINT_EQ(value_count(value_get(supports, "tls")), 2);
    CHECK_STR_EQ(value_text(value_path(supports, "tls.2")), "1.3");
    CHECK_STR_EQ(value_text(value_path(supports, "mqtt.1")), "3.1.1");
    CHECK(value_kind(value_get(supports, "psk")) == VALUE_BOOL);
    CHECK(!value_bool(value_get(supports, "psk")));
    CHECK(value_bool(value_get(supports, "client_auth")));
    CHECK_UINT_EQ(board_file_timeout_ms(file, BOARD_TIMEOUT_QUIET), 250);
    CHECK_UINT_EQ(board_file_timeout_ms(file, BOARD_TIMEOUT_CONNECT), 15000);
    board_file_free(file);
}

static void takes_an_existing_path_instead_of_an_id(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    char path[8192];

    begin(__func__);
    write_board("acme/echo", echo_board);
    snprintf(path, sizeof(path), "%s/acme/echo.yaml", boards());
    REQUIRE_OK(board_file_load("/nonexistent", path, &file, &err));
    CHECK_STR_EQ(board_file_id(file), "acme/echo");
    board_file_free(file);
}

static void leaves_out_what_was_not_said(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/min", "id: acme/min\ndriver: process\nprocess: {command: [true]}\n");
    REQUIRE_OK(load("acme/min", &file, &err));
    CHECK_STR_EQ(board_file_name(file), "acme/min");
    CHECK_STR_EQ(board_file_stack(file), "unknown");
    CHECK(value_kind(board_file_supports(file)) == VALUE_MAP);
    CHECK_UINT_EQ(value_count(board_file_supports(file)), 0);
    CHECK_STR_EQ(board_file_clock(file), "host");
    board_file_free(file);
}

/* A file that must be refused: what of it, and what the message has to say. */
struct bad_row {
    const char *text;
    const char *line; /* ":2: " */
    const char *says;
};

#define HEAD "id: acme/bad\ndriver: process\n"

static const struct bad_row bad_rows[] = {
    {HEAD "proces: {command: [a]}\n", ":3: ", "did you mean \"process\"?"},
    {HEAD "xyzzy: 1\n", ":3: ", "known: id, name, driver"},
    {HEAD "process:\n  command: [a]\n  timeout: 5\n", ":5: ", "unknown key \"timeout\" in process"},
    {HEAD "name: a\nname: b\n", ":4: ", "\"name\" stands here a second time (first in line 3)"},
    {HEAD "process:\n  command: [a]\n  command: [b]\n", ":5: ", "\"process.command\" stands here"},
    {HEAD "process:\n  command: [a, \"{hots}\"]\n",
     ":4: ", "unknown placeholder {hots}; known: {host}"},
    {HEAD "process:\n  command:\n  - a\n  - \"{host\"\n", ":6: ", "is not closed"},
    {HEAD "process:\n  command: [a]\n  env: [\"A={b}\"]\n",
     ":5: ", "process.env.1: unknown placeholder"},
    {HEAD "process:\n  command: [a]\n  env: [AB]\n", ":5: ", "expected NAME=value"},
    {HEAD "process:\n  command: [a]\n  env: [\"LD_PRELOAD=x\"]\n",
     ":5: ", "the bench sets LD_PRELOAD itself"},
    {HEAD "process:\n  command: [a]\n  timeout_ms: abc\n", ":5: ", "process.timeout_ms: "},
    {HEAD "process:\n  command: [a]\n  timeout_ms: 0\n", ":5: ", "0 is not from 1 to 600000"},
    {HEAD "process:\n  command: [a]\n  timeout_ms: -1\n", ":5: ", "process.timeout_ms: "},
    {HEAD "process:\n  command: [a]\n  timeout_ms: 600001\n", ":5: ", "600001 is not from"},
    {HEAD "process:\n  command: [a]\n  optional: [{args: [b]}]\n",
     ":5: ", "needs \"when\" and \"args\""},
    {HEAD "process:\n  command: [a]\n  optional: [{when: moon, args: [b]}]\n",
     ":5: ", "\"moon\" is no placeholder"},
    {HEAD "process: [a]\n", ":3: ", "expected a map"},
    {HEAD "process: {command: a}\n", ":3: ", "expected a list"},
    {HEAD "process: {command: [[a]]}\n", ":3: ", "expected a single value"},
    {HEAD "supports: {psk: maybe}\n", ":3: ", "supports.psk: "},
    {HEAD "supports:\n  tls: [1.2, 1.4]\n", ":4: ", "\"1.4\" is none of 1.0, 1.1, 1.2, 1.3"},
    {HEAD "clock: atomic\n", ":3: ", "\"atomic\" is none of none, serial, sntp, host"},
    {HEAD "name: &x a\n", ":3: ", "anchors and aliases"},
    {HEAD "name: *x\n", ":3: ", "anchors and aliases"},
    {HEAD "name: \"a\\0b\"\n", ":3: ", "control characters"},
    {HEAD "name: \"\"\n", ":3: ", "name: "},
    {HEAD "? [a, b]\n: c\n", ":3: ", "a key must be a plain word"},
    {HEAD "process: {command: [a\n", ":4: ", "not YAML"},
    {HEAD "---\nid: acme/two\n", ":3: ", "second document"},
    {"driver: process\n", ":1: ", "\"id: vendor/board\" is missing"},
    {"id: acme\ndriver: process\n", ":1: ", "is not vendor/board"},
    {"id: ../etc\n", ":1: ", "is not vendor/board"},
    {"id: acme/other\ndriver: process\n", ":1: ", "belongs into"},
    {"id: acme/bad\n", ":1: ", "\"driver:\" is missing"},
    {"id: acme/bad\ndriver: proces\n",
     ":2: ", "unknown driver \"proces\"; known: emulated, process"},
    {"", ":1: ", "the file is empty"},
    {"# nothing\n", ":1: ", "the file is empty"},
    {"[a, b]\n", ":1: ", "expected a map"},
    {"just text\n", ":1: ", "expected a map"},
};

static void refuses_each_mistake_with_file_and_line(void)
{
    begin(__func__);
    for (size_t i = 0; i < sizeof(bad_rows) / sizeof(*bad_rows); i++) {
        const struct bad_row *row = &bad_rows[i];
        struct board_file *file = NULL;
        struct assay_error err = {.text = ""};
        char place[600];

        write_board("acme/bad", row->text);
        if (load("acme/bad", &file, &err) == ASSAY_OK)
            test_check(false, __FILE__, __LINE__, "row %zu was taken: %s", i, row->text);
        snprintf(place, sizeof(place), "acme/bad.yaml%s", row->line);
        CHECK_STR_CONTAINS(err.text, place);
        CHECK_STR_CONTAINS(err.text, row->says);
        CHECK(file == NULL);
    }
}

static void says_what_a_driver_needs(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/bad", HEAD);
    CHECK_INT_EQ(load("acme/bad", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "acme/bad.yaml:2: \"process: {command: [...]}\" is missing");
}

static void refuses_files_that_are_made_to_hurt(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    size_t len = YAML_FILE_MAX_BYTES;
    char *text = malloc(len + 2);

    begin(__func__);
    REQUIRE(text != NULL);
    memset(text, '[', len + 1);
    text[len + 1] = '\0';
    write_board("acme/bad", text);
    CHECK_INT_EQ(load("acme/bad", &file, &err), ASSAY_ERR_LIMIT);
    CHECK_STR_CONTAINS(err.text, "larger than 65536 bytes");
    text[len] = '\0';
    write_board("acme/bad", text);
    CHECK_INT_EQ(load("acme/bad", &file, &err), ASSAY_ERR_MALFORMED);
    memset(text, 'x', len);
    memcpy(text, HEAD "name: ", strlen(HEAD "name: "));
    write_board("acme/bad", text);
    CHECK_INT_EQ(load("acme/bad", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "longer than 4096 bytes");
    free(text);
}

static void refuses_lists_without_end(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    struct buf text;

    begin(__func__);
    buf_init(&text, YAML_FILE_MAX_BYTES);
    REQUIRE_OK(buf_add_text(&text, HEAD "process: {command: ["));
    for (int i = 0; i < 65; i++)
        REQUIRE_OK(buf_add_text(&text, "a,"));
    REQUIRE_OK(buf_add_text(&text, "]}\n"));
    write_board("acme/bad", buf_text(&text));
    CHECK_INT_EQ(load("acme/bad", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "64 max");
    for (int i = 0; i < 1100; i++)
        REQUIRE_OK(buf_add_text(&text, i == 0 ? "stack: [" : "a,"));
    write_board("acme/bad", buf_text(&text));
    CHECK(load("acme/bad", &file, &err) != ASSAY_OK);
    buf_done(&text);
}

static void child_overrides_its_parents_key_by_key(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/echo", echo_board);
    write_board("acme/mid", "id: acme/mid\nparent: acme/echo\nstack: {version: \"3.1\"}\n"
                            "process: {command: [cat]}\n");
    write_board("acme/leaf", "id: acme/leaf\nparent: acme/mid\nsupports: {tls: [1.2]}\n"
                             "clock: none\n");
    REQUIRE_OK(load("acme/leaf", &file, &err));
    CHECK_STR_EQ(board_file_id(file), "acme/leaf");
    CHECK_STR_EQ(board_file_name(file), "acme/leaf"); /* a name is nobody else's */
    CHECK_STR_EQ(board_file_driver(file), "process");
    CHECK_STR_EQ(board_file_stack(file), "openssl 3.1");
    CHECK_STR_EQ(board_file_clock(file), "none");
    CHECK_UINT_EQ(value_count(value_get(board_file_supports(file), "tls")), 1);
    CHECK_UINT_EQ(value_count(value_get(board_file_supports(file), "key_types")), 2);
    board_file_free(file);
}

static void parent_may_be_a_file_beside_the_child(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    char path[8192];

    begin(__func__);
    write_board("own/base", "id: own/base\ndriver: process\nprocess: {command: [a]}\n");
    write_board("own/child", "id: own/child\nparent: base.yaml\n");
    snprintf(path, sizeof(path), "%s/own/child.yaml", boards());
    REQUIRE_OK(board_file_load("/nonexistent", path, &file, &err));
    CHECK_STR_EQ(board_file_driver(file), "process");
    board_file_free(file);
}

static void a_command_lies_where_the_file_is_that_states_it(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    char wanted[8192];

    begin(__func__);
    write_board("acme/base", "id: acme/base\ndriver: process\nprocess: {command: [a]}\n");
    write_board("other/child", "id: other/child\nparent: acme/base\n");
    REQUIRE_OK(load("other/child", &file, &err));
    snprintf(wanted, sizeof(wanted), "%s/acme", boards());
    CHECK_STR_EQ(board_file_command_dir(file), wanted);
    board_file_free(file);
    write_board("other/own", "id: other/own\nparent: acme/base\nprocess: {command: [b]}\n");
    REQUIRE_OK(load("other/own", &file, &err));
    snprintf(wanted, sizeof(wanted), "%s/other", boards());
    CHECK_STR_EQ(board_file_command_dir(file), wanted);
    board_file_free(file);
}

static void finds_circles(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/a", "id: acme/a\nparent: acme/b\n");
    write_board("acme/b", "id: acme/b\nparent: acme/c\n");
    write_board("acme/c", "id: acme/c\nparent: acme/b\n");
    CHECK_INT_EQ(load("acme/a", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "acme/c.yaml:2: ");
    CHECK_STR_CONTAINS(err.text, "circle: acme/b -> acme/c -> acme/b");
    write_board("acme/self", "id: acme/self\nparent: acme/self\n");
    CHECK_INT_EQ(load("acme/self", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "circle: acme/self -> acme/self");
}

static void bounds_the_generations(void)
{
    struct board_file *file = NULL;
    struct assay_error err;
    char id[32];
    char text[128];

    begin(__func__);
    for (int i = 0; i <= 8; i++) {
        snprintf(id, sizeof(id), "acme/g%d", i);
        snprintf(text, sizeof(text), "id: acme/g%d\nparent: acme/g%d\n", i, i + 1);
        write_board(id, i < 8 ? text : "id: acme/g8\ndriver: process\nprocess: {command: [a]}\n");
    }
    REQUIRE_OK(load("acme/g1", &file, &err));
    board_file_free(file);
    CHECK_INT_EQ(load("acme/g0", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "more than 8 generations");
}

static void a_missing_parent_is_the_childs_mistake(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/echo", echo_board);
    write_board("acme/orphan", "id: acme/orphan\nparent: acme/eco\n");
    CHECK_INT_EQ(load("acme/orphan", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "acme/orphan.yaml:2: parent: no board \"acme/eco\"");
    CHECK_STR_CONTAINS(err.text, "did you mean \"acme/echo\"?");
    write_board("acme/orphan", "id: acme/orphan\nparent: gone.yaml\n");
    CHECK_INT_EQ(load("acme/orphan", &file, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "gone.yaml");
}

static void an_unknown_board_names_those_near_it(void)
{
    struct board_file *file = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("acme/echo", echo_board);
    CHECK_INT_EQ(load("acme/ecko", &file, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "did you mean \"acme/echo\"?");
    CHECK_INT_EQ(load("echo", &file, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "did you mean \"acme/echo\"?");
    CHECK_INT_EQ(load("somebody/else-entirely", &file, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "shows the 1 that exist");
    CHECK_INT_EQ(load("../../../etc/nothing-there", &file, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(load("", &file, &err), ASSAY_ERR_NOT_FOUND);
}

static void lists_boards_in_order_and_nothing_else(void)
{
    struct value *list = NULL;
    struct assay_error err;

    begin(__func__);
    write_board("zeta/a", "");
    write_board("acme/b", "");
    write_board("acme/a-1", "");
    write_board("acme/.hidden", "");
    write_board("acme/UPPER", "");
    REQUIRE_OK(board_files_list(boards(), &list, &err));
    CHECK_UINT_EQ(value_count(list), 3);
    CHECK_STR_EQ(value_text(value_at(list, 0)), "acme/a-1");
    CHECK_STR_EQ(value_text(value_at(list, 1)), "acme/b");
    CHECK_STR_EQ(value_text(value_at(list, 2)), "zeta/a");
    value_free(list);
    CHECK(board_files_list("/nonexistent", &list, &err) != ASSAY_OK);
    CHECK_STR_CONTAINS(err.text, "/nonexistent");
}

static void every_board_of_the_project_loads(void)
{
    const char *directory = ASSAY_SOURCE_DIR "/boards";
    struct value *list = NULL;
    struct assay_error err = {.text = ""};

    begin(__func__);
    REQUIRE_OK(board_files_list(directory, &list, &err));
    CHECK(value_count(list) > 0);
    for (size_t i = 0; i < value_count(list); i++) {
        struct board_file *file = NULL;
        enum assay_status status =
            board_file_load(directory, value_text(value_at(list, i)), &file, &err);

        test_check(status == ASSAY_OK, __FILE__, __LINE__, "%s", err.text);
        if (file != NULL) {
            CHECK(value_count(value_get(board_file_supports(file), "tls")) > 0 ||
                  strcmp(board_file_service(file), "wwep") == 0);
            CHECK(strcmp(board_file_stack(file), "unknown") != 0);
            CHECK(strcmp(board_file_name(file), board_file_id(file)) != 0);
        }
        board_file_free(file);
    }
    value_free(list);
}

static void drivers_are_listed_in_name_order(void)
{
    const struct board_driver_info *info = board_driver_infos();

    begin(__func__);
    CHECK(info->name != NULL);
    for (; info->name != NULL; info++) {
        CHECK(info->summary[0] != '\0');
        CHECK(info[1].name == NULL || strcmp(info[0].name, info[1].name) < 0);
    }
}

TEST_SUITE(board_file, TEST(reads_every_key_of_the_contract),
           TEST(takes_an_existing_path_instead_of_an_id), TEST(leaves_out_what_was_not_said),
           TEST(refuses_each_mistake_with_file_and_line), TEST(says_what_a_driver_needs),
           TEST(refuses_files_that_are_made_to_hurt), TEST(refuses_lists_without_end),
           TEST(child_overrides_its_parents_key_by_key),
           TEST(parent_may_be_a_file_beside_the_child),
           TEST(a_command_lies_where_the_file_is_that_states_it), TEST(finds_circles),
           TEST(bounds_the_generations), TEST(a_missing_parent_is_the_childs_mistake),
           TEST(an_unknown_board_names_those_near_it), TEST(lists_boards_in_order_and_nothing_else),
           TEST(every_board_of_the_project_loads), TEST(drivers_are_listed_in_name_order));
