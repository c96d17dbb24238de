/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys.h"
#include "base/nearest.h"

#include "test_support.h"

static const char *const names[] = {"trust",    "name",    "time",    "crypto",
                                    "identity", "PATH-01", "PATH-02", "virtual/bearssl"};

static void expect(const char *wanted, const char *text)
{
    struct nearest nearest = {.wanted = wanted};
    struct buf got;

    buf_init(&got, 256);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        nearest_offer(&nearest, names[i]);
    CHECK_OK(nearest_describe(&nearest, &got));
    CHECK_STR_EQ(buf_text(&got), text);
    buf_done(&got);
}

static void a_slip_of_the_hand_finds_the_name_that_was_meant(void)
{
    expect("trsut", "; did you mean \"trust\"?");
    expect("cripto", "; did you mean \"crypto\"?");
    expect("indentity", "; did you mean \"identity\"?");
}

static void letter_case_does_not_count(void)
{
    expect("path-02", "; did you mean \"PATH-02\"?");
    expect("TIME", "; did you mean \"time\"?");
}

static void equally_near_names_are_all_given(void)
{
    expect("PATH-03", "; did you mean \"PATH-01\", \"PATH-02\"?");
}

static void a_part_of_a_name_finds_it(void)
{
    expect("bearssl", "; did you mean \"virtual/bearssl\"?");
}

static void what_is_far_from_everything_finds_nothing(void)
{
    char name[4096];

    expect("weather", "");
    expect("", "");
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    expect(name, "");
}

static enum assay_status read_keys(const char *key, struct assay_error *err)
{
    static const struct key_spec keys[] = {
        {"silent", key_read_bool, 0, 0, 0, "false", ""},
        {"address", key_read_bool, 0, 0, 0, "false", ""},
        {NULL, NULL, 0, 0, 0, NULL, NULL},
    };
    struct value *map = value_new_map();
    bool flag = false;
    enum assay_status status = value_set(map, key, value_new_bool(true));

    if (status == ASSAY_OK)
        status = keys_read(keys, map, "dns", &flag, err);
    value_free(map);
    return status;
}

static void an_unknown_key_is_answered_with_what_was_meant_or_with_all_there_are(void)
{
    struct assay_error err = {0};

    CHECK_OK(read_keys("silent", &err));
    CHECK_INT_EQ(read_keys("silnet", &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text,
                 "dns.silnet: no such key; there are: silent, address; did you mean \"silent\"?");
    CHECK_INT_EQ(read_keys("frobnicate", &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "dns.frobnicate: no such key; there are: silent, address");
}

TEST_SUITE(nearest, TEST(a_slip_of_the_hand_finds_the_name_that_was_meant),
           TEST(letter_case_does_not_count), TEST(equally_near_names_are_all_given),
           TEST(a_part_of_a_name_finds_it), TEST(what_is_far_from_everything_finds_nothing),
           TEST(an_unknown_key_is_answered_with_what_was_meant_or_with_all_there_are));
