/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keys.h"
#include "test_support.h"

struct target {
    bool flag;
    int64_t number;
    char text[8];
};

static const struct key_spec keys[] = {
    {"flag", key_read_bool, offsetof(struct target, flag), 0, 0, "false", "a flag"},
    {"number", key_read_int, offsetof(struct target, number), -5, 5, "0", "a number"},
    {"text", key_read_text, offsetof(struct target, text), 0, 8, "", "a text"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

/* Ownership of value passes. */
static enum assay_status read_one(const char *key, struct value *value, struct target *t,
                                  struct assay_error *err)
{
    struct value *map = value_new_map();
    enum assay_status status = ASSAY_OK;

    CHECK_OK(value_set(map, key, value));
    status = keys_read(keys, map, "room", t, err);
    value_free(map);
    return status;
}

static void what_is_given_is_stored_and_the_rest_left_alone(void)
{
    struct target t = {.number = 3, .text = "old"};

    CHECK_OK(read_one("flag", value_new_bool(true), &t, NULL));
    CHECK(t.flag);
    CHECK_INT_EQ(t.number, 3);
    CHECK_STR_EQ(t.text, "old");
    CHECK_OK(read_one("text", value_new_text("new"), &t, NULL));
    CHECK_STR_EQ(t.text, "new");
    CHECK_OK(keys_read(keys, NULL, "room", &t, NULL));
}

static void numbers_have_a_range(void)
{
    struct target t = {.number = 1};
    struct assay_error err = {0};

    CHECK_OK(read_one("number", value_new_int(-5), &t, NULL));
    CHECK_OK(read_one("number", value_new_int(5), &t, NULL));
    CHECK_INT_EQ(read_one("number", value_new_int(6), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "room.number is 6; it has to be between -5 and 5");
    CHECK_INT_EQ(read_one("number", value_new_int(-6), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(t.number, 5);
}

static void texts_fit_with_their_nul_and_hold_none(void)
{
    struct target t = {.text = "old"};
    struct assay_error err = {0};

    CHECK_OK(read_one("text", value_new_text("1234567"), &t, NULL));
    CHECK_STR_EQ(t.text, "1234567");
    CHECK_INT_EQ(read_one("text", value_new_text("12345678"), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "at most 7");
    CHECK_INT_EQ(read_one("text", value_new_bytes("a\0b", 3), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "room.text holds a NUL byte");
    CHECK_STR_EQ(t.text, "1234567");
}

static void values_of_another_kind_are_refused(void)
{
    struct target t = {.number = 1};
    struct assay_error err = {0};

    CHECK_INT_EQ(read_one("flag", value_new_int(1), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "room.flag is an integer; it has to be a boolean");
    CHECK_INT_EQ(read_one("number", value_new_text("1"), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_INT_EQ(read_one("text", value_new_list(), &t, &err), ASSAY_ERR_MALFORMED);
}

static void an_unknown_key_is_named_with_those_that_exist(void)
{
    struct target t = {.number = 1};
    struct assay_error err = {0};
    struct value *map = value_new_map();

    CHECK_INT_EQ(read_one("nmber", value_new_int(1), &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_CONTAINS(err.text, "room.nmber: no such key");
    CHECK_STR_CONTAINS(err.text, "flag, number, text");
    CHECK_OK(value_set(map, "x", value_new_null()));
    CHECK_INT_EQ(keys_read(keys, map, "", &t, &err), ASSAY_ERR_MALFORMED);
    CHECK(strncmp(err.text, "x: no such key", 14) == 0);
    value_free(map);
}

static void a_map_is_wanted(void)
{
    struct target t = {.number = 1};
    struct assay_error err = {0};
    struct value *list = value_new_list();

    CHECK_INT_EQ(keys_read(keys, list, "room", &t, &err), ASSAY_ERR_MALFORMED);
    CHECK_STR_EQ(err.text, "room is a list; it has to be a table");
    value_free(list);
}

TEST_SUITE(keys, TEST(what_is_given_is_stored_and_the_rest_left_alone), TEST(numbers_have_a_range),
           TEST(texts_fit_with_their_nul_and_hold_none), TEST(values_of_another_kind_are_refused),
           TEST(an_unknown_key_is_named_with_those_that_exist), TEST(a_map_is_wanted));
