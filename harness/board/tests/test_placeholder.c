/* SPDX-License-Identifier: Apache-2.0 */
#include "command_line.h"

#include "test_support.h"

static const struct placeholder_values some = {.text = {[PLACEHOLDER_HOST] = "broker.bench.test",
                                                        [PLACEHOLDER_PORT] = "8883",
                                                        [PLACEHOLDER_CA_FILE] = "/a dir/ca.pem",
                                                        [PLACEHOLDER_PASSWORD] = "hunter22",
                                                        [PLACEHOLDER_TOPIC] = "it's {host}"}};

struct expand_row {
    const char *text, *plain, *masked;
};

static void fills_in_what_stands_for_something(void)
{
    static const struct expand_row rows[] = {
        {"", "", ""},
        {"plain", "plain", "plain"},
        {"{host}", "broker.bench.test", "broker.bench.test"},
        {"https://{host}:{port}/", "https://broker.bench.test:8883/",
         "https://broker.bench.test:8883/"},
        {"{ca_file}", "/a dir/ca.pem", "/a dir/ca.pem"},
        {"-P={password}", "-P=hunter22", "-P=(secret)"},
        {"{{host}", "{host}", "{host}"},
        {"{{{host}}", "{broker.bench.test}", "{broker.bench.test}"},
        {"}", "}", "}"},
        {"{{{{", "{{", "{{"},
        {"{topic}", "it's {host}", "it's {host}"}, /* values are not looked into */
        {"{username}", "", ""},
    };
    struct buf out;

    buf_init(&out, 1024);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        buf_clear(&out);
        CHECK_OK(placeholder_check(rows[i].text, NULL));
        CHECK_OK(placeholder_expand(rows[i].text, &some, false, &out, NULL));
        CHECK_STR_EQ(buf_text(&out), rows[i].plain);
        buf_clear(&out);
        CHECK_OK(placeholder_expand(rows[i].text, &some, true, &out, NULL));
        CHECK_STR_EQ(buf_text(&out), rows[i].masked);
    }
    buf_done(&out);
}

static void knows_every_placeholder_of_the_contract(void)
{
    static const char all[] =
        "{host} {ip} {port} {plain_port} {ca_file} {ca_dir} "
        "{cert_file} {key_file} {psk_identity} {psk_hex} {alpn} {client_id} {username} {password} "
        "{topic} {payload} {filter} {keep_alive_s} {stay_s} {persistent} "
        "{mqtt_version} {time_rfc3339} {work_dir} {command_dir}";

    CHECK_OK(placeholder_check(all, NULL));
    CHECK_INT_EQ(PLACEHOLDER_COUNT, 24);
    for (unsigned p = 0; p < PLACEHOLDER_COUNT; p++)
        CHECK(strstr(all, placeholder_name((enum placeholder)p)) != NULL);
}

static void refuses_what_is_no_placeholder(void)
{
    static const char *const bad[] = {"{", "{host", "{}", "{ host}", "{HOST}", "{hos{t}}", "a{b"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CHECK_INT_EQ(placeholder_check(bad[i], NULL), ASSAY_ERR_MALFORMED);
}

static void does_not_run_a_command_with_a_hole_in_it(void)
{
    struct assay_error err;
    struct buf out;

    buf_init(&out, 64);
    CHECK_INT_EQ(placeholder_expand("{cert_file}", &some, false, &out, &err), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_CONTAINS(err.text, "{cert_file}");
    CHECK_STR_CONTAINS(err.text, "optional");
    buf_done(&out);
}

static void refuses_texts_that_grow_too_long(void)
{
    struct assay_error err = {.text = ""};
    struct buf out;

    buf_init(&out, 20);
    CHECK_INT_EQ(placeholder_expand("{host}{host}", &some, false, &out, &err), ASSAY_ERR_LIMIT);
    CHECK_STR_CONTAINS(err.text, "too long");
    buf_done(&out);
}

static struct value *list_of(const char *const *texts)
{
    struct value *list = value_new_list();

    for (; *texts != NULL; texts++)
        CHECK_OK(value_add(list, value_new_text(*texts)));
    return list;
}

static struct value *process_with_options(void)
{
    static const char *const command[] = {"pub client", "-h", "{host}", "-P", "{password}", NULL};
    static const char *const with_cert[] = {"--cert", "{cert_file}", NULL};
    static const char *const with_topic[] = {"-t", "{topic}", NULL};
    struct value *process = value_new_map();
    struct value *optional = value_new_list();
    struct value *first = value_new_map();
    struct value *second = value_new_map();

    CHECK_OK(value_set(process, "command", list_of(command)));
    CHECK_OK(value_set(first, "when", value_new_text("cert_file")));
    CHECK_OK(value_set(first, "args", list_of(with_cert)));
    CHECK_OK(value_set(second, "when", value_new_text("topic")));
    CHECK_OK(value_set(second, "args", list_of(with_topic)));
    CHECK_OK(value_add(optional, first));
    CHECK_OK(value_add(optional, second));
    CHECK_OK(value_set(process, "optional", optional));
    return process;
}

static void adds_optional_arguments_that_apply(void)
{
    struct value *process = process_with_options();
    struct text_list argv = {.items = NULL};
    struct buf shown;

    buf_init(&shown, 1024);
    CHECK_OK(command_line_make(process, "command", &some, false, &argv, NULL));
    CHECK_UINT_EQ(argv.count, 7);
    CHECK_STR_EQ(argv.items[0], "pub client");
    CHECK_STR_EQ(argv.items[4], "hunter22");
    CHECK_STR_EQ(argv.items[5], "-t");
    CHECK(argv.items[7] == NULL);
    text_list_done(&argv);
    CHECK_OK(command_line_make(process, "command", &some, true, &argv, NULL));
    CHECK_OK(command_line_show(&argv, &shown));
    CHECK_STR_EQ(buf_text(&shown),
                 "'pub client' -h broker.bench.test -P (secret) -t 'it'\\''s {host}'");
    text_list_done(&argv);
    buf_done(&shown);
    value_free(process);
}

TEST_SUITE(placeholder, TEST(fills_in_what_stands_for_something),
           TEST(knows_every_placeholder_of_the_contract), TEST(refuses_what_is_no_placeholder),
           TEST(does_not_run_a_command_with_a_hole_in_it), TEST(refuses_texts_that_grow_too_long),
           TEST(adds_optional_arguments_that_apply));
